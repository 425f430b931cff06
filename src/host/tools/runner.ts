import type { LogOutputChannel } from "vscode";
import type { ImageLimits } from "../../api/capabilities";
import type { ToolUseBlock } from "../../api/types";
import type { ToolResult } from "../../chat/conversation";
import type { StoredConversation } from "../../chat/conversationStore";
import type { ToolRunner } from "../../chat/rounds";
import type { ApprovalView } from "../../shared/views";
import type { CallProgress } from "../blocks";
import { onAbort } from "../onAbort";
import { UserProblem } from "../userProblem";
import { LONGEST_RESULT, storeResult } from "./results";
import { inputProblem } from "./schema";
import { visible } from "./visible";
import type { Approvals, Permission, Tool, ToolContext, TypedAnswer } from "./tool";

export interface RunnerParts {
  /** Those that the model was offered. */
  readonly tools: readonly Tool[];
  readonly approvals: Approvals;
  readonly stored: StoredConversation;
  readonly images: ImageLimits | undefined;
  readonly log: LogOutputChannel;
  /** Tells how a call gets on. */
  readonly onProgress: (call: string, progress: CallProgress) => void;
  /** What the user types as the result of a call. */
  readonly askUser: (call: string, signal: AbortSignal) => Promise<TypedAnswer>;
}

/** Runs the calls of an answer: checked against the schema, allowed by the user, the result cut to what can be sent. */
export function toolRunner(parts: RunnerParts): ToolRunner {
  const tools = new Map(parts.tools.map((tool) => [tool.definition.name, tool]));
  return {
    readsOnly: (name) => ["none", "reads"].includes(tools.get(name)?.effect ?? "none"),
    async run(call, signal) {
      const tool = tools.get(call.toolset_name ?? call.name);
      if (!tool) return unknownTool(call, parts.tools);
      const input = inputOf(call);
      const problem = inputProblem(tool.inputSchema ?? tool.definition.input_schema, input);
      if (problem !== undefined) return { ...failure(call, "invalid", problem), source: tool.source };
      const about = { description: visible(tool.describe(input)), source: visible(tool.source) };
      return { ...(await runAllowed({ ...call, input }, tool, about, parts, signal)), ...about };
    },
  };
}

/** What the member of a set is called with, as for a tool that has its name as the action. */
function inputOf({ toolset_name: toolset, name, input }: ToolUseBlock): ToolUseBlock["input"] {
  return toolset === undefined ? input : { ...input, action: name };
}

async function runAllowed(
  call: ToolUseBlock,
  tool: Tool,
  about: Pick<CallProgress, "description" | "source">,
  { approvals, stored, images, log, onProgress, askUser }: RunnerParts,
  signal: AbortSignal,
): Promise<ToolResult> {
  const conversation = stored.conversation.id;
  let permission: Permission | undefined;
  let startedAt: number | undefined;
  const told = () => ({
    ...(permission?.allowed && { allowedBy: permission.by }),
    ...(startedAt !== undefined && { milliseconds: Date.now() - startedAt }),
  });
  try {
    if (signal.aborted) return failure(call, "cancelled", STOPPED);
    if (tool.effect !== "none") {
      // Nothing is asked yet: the change, or whether a rule allows it, is looked up first.
      onProgress(call.id, { ...about, state: "queued" });
      const show = (approval: ApprovalView) => onProgress(call.id, { ...about, state: "waiting", approval });
      permission = await approvals.allow(tool, call.input, { conversation, id: call.id, show }, signal);
      if (!permission.allowed) return failure(call, "denied", permission.reason);
      signal.throwIfAborted();
    }
    const run = permission?.allowed
      ? permission.run.bind(permission)
      : (context: ToolContext) => tool.call(call.input, context);
    startedAt = Date.now();
    const running = { ...about, state: "running" as const, startedAt };
    onProgress(call.id, running);
    const output = await unlessAborted(
      run({
        signal,
        conversation,
        async askUser() {
          onProgress(call.id, { ...about, state: "asking" });
          const answer = await askUser(call.id, signal);
          onProgress(call.id, running);
          return answer;
        },
      }),
      signal,
    );
    const result = await storeResult(call.id, output.content, stored, images);
    return { call: call.id, kind: "done", ...told(), ...result };
  } catch (error) {
    if (signal.aborted) return { ...failure(call, "cancelled", STOPPED), ...told() };
    if (error instanceof UserProblem) return { ...failure(call, "failed", error.message), ...told() };
    log.error(error instanceof Error ? error : String(error));
    return { ...failure(call, "failed", "The tool failed; Sidenote's log says why."), ...told() };
  }
}

const STOPPED = "The user stopped the call; it is not known whether it was carried out.";

/** A tool that does not heed the signal must not keep Stop waiting. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = onAbort(signal, () => reject(signal.reason));
    work.then(resolve, reject).finally(end);
  });
}

function unknownTool(call: ToolUseBlock, tools: readonly Tool[]): ToolResult {
  const names = tools.map(({ definition }) => definition.name).join(", ");
  return failure(call, "failed", `There is no tool “${call.name}”.${names === "" ? "" : ` There are: ${names}.`}`);
}

/** @param text may come from a tool: a command's last words */
function failure(call: ToolUseBlock, kind: Exclude<ToolResult["kind"], "done">, text: string): ToolResult {
  const short = text.length > LONGEST_RESULT ? `${text.slice(0, LONGEST_RESULT)}…` : text;
  return { call: call.id, kind, content: [{ type: "text", text: short.toWellFormed() }] };
}
