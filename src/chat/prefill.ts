import type { Capabilities } from "../api/capabilities";
import type { ContentBlock, MessageRequest } from "../api/types";
import { thinks } from "./thinking";

/**
 * The request whose answer begins with this text, where the model takes that (Messages API, prefill): not while it thinks, and
 * without white space at the end.
 *
 * @param notes gets a sentence when it was left out
 */
export function withPrefill(
  request: MessageRequest,
  prefill: string | undefined,
  { prefill: taken }: Capabilities,
  notes: string[],
): MessageRequest {
  const text = prefill?.trimEnd() ?? "";
  if (text === "" || request.messages.at(-1)?.role === "assistant") return request; // a paused answer goes on
  if (taken === false || (request.thinking && thinks(request.thinking))) {
    const reason = taken === false ? `${request.model} does not take it` : "thinking is on";
    notes.push(`The prefill was not sent: ${reason}.`);
    return request;
  }
  return { ...request, messages: [...request.messages, { role: "assistant", content: [{ type: "text", text }] }] };
}

/** What the answer to the request begins with; empty when it begins by itself. */
export function prefillOf({ messages }: MessageRequest): string {
  const last = messages.at(-1);
  // A message of its own with nothing else in it: an answer that paused, and goes on, is the last one as well.
  const alone = last?.role === "assistant" && typeof last.content !== "string" && last.content.length === 1;
  const block = alone && typeof last.content !== "string" ? last.content[0] : undefined;
  return block?.type === "text" ? block.text : "";
}

/** The answer with its beginning, which the API does not repeat. */
export function joined(prefill: string, content: readonly ContentBlock[]): readonly ContentBlock[] {
  if (prefill === "") return content;
  const at = content.findIndex(({ type }) => type === "text");
  const block = content[at];
  return block?.type === "text"
    ? content.with(at, { ...block, text: prefill + block.text })
    : [{ type: "text", text: prefill }, ...content];
}
