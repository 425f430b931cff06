import type { Arguments } from "./directives";
import type { OutputBlock } from "./reply";
import { textBlocks } from "./prefix";
import type { Message } from "./schema";

/** A call as a message asks for it: with an input, or with text that is streamed in its place. */
interface ScriptedCall {
  readonly name: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly raw?: string;
  readonly id?: string;
  /** The set whose member is called. */
  readonly toolset?: string;
}

/**
 * The calls that `[[call]]` asks for, as the JSON in the fence of the message says: `[{"name": …, "input": {…}}]`. `raw` in place of
 * `input` is streamed as it is; `id` in place of one of the server's own.
 */
export function scriptedCalls(question: Message, seed: string): OutputBlock[] {
  const text = textBlocks(question.content)
    .flatMap((block) => (block.type === "text" ? [block.text] : []))
    .join("\n\n");
  const [, json = "[]"] = /```json\n(.*?)\n```/s.exec(text) ?? [];
  const calls = JSON.parse(json) as readonly ScriptedCall[];
  return calls.map(({ name, input = {}, raw, id, toolset }, index) => ({
    type: "tool_use",
    id: id ?? `toolu_${index}${seed}`,
    name,
    input,
    caller: { type: "direct" },
    ...(toolset !== undefined && { toolset_name: toolset }),
    ...(raw !== undefined && { raw }),
  }));
}

/** The last thing that a person said, and how many answers came after it: an exchange with calls has several. */
export function lastQuestion(messages: readonly Message[]): { readonly question: Message; readonly answers: number } {
  const at = messages.findLastIndex(
    ({ role, content }) => role === "user" && textBlocks(content).some(({ type }) => type !== "tool_result"),
  );
  const answers = messages.slice(at + 1).filter(({ role }) => role === "assistant").length;
  return { question: messages[at] ?? { role: "user", content: "" }, answers };
}

/** Whether the model calls now: in the first answer, and in as many more as `rounds` says. */
export function callsNow(given: Arguments | undefined, answers: number): boolean {
  return given !== undefined && answers < Number(given["rounds"] ?? 1);
}
