import type { Capabilities } from "../api/capabilities";
import type { CacheControl, ContentBlock, MessageParam, MessageRequest } from "../api/types";

/** How long the endpoint keeps the beginning of a conversation, so that the next turn costs less; "off": not at all. */
export type Caching = "off" | "5m" | "1h";

/**
 * The request with its cache breakpoints (Messages API, prompt caching). Where the endpoint sets them itself, one field asks
 * for it. Elsewhere they stand at the end of the system prompt and of the last two user messages: the one before last is where
 * the previous request ended, and what is read again.
 */
export function withCaching(request: MessageRequest, caching: Caching, capabilities: Capabilities): MessageRequest {
  if (caching === "off" || capabilities.caching === "none") return request;
  const control: CacheControl = caching === "1h" ? { type: "ephemeral", ttl: "1h" } : { type: "ephemeral" };
  if (capabilities.caching === "automatic") return { ...request, cache_control: control };
  const { system } = request;
  return {
    ...request,
    ...(typeof system === "string" && { system: [{ type: "text", text: system, cache_control: control }] }),
    messages: withBreakpoints(request.messages, control),
  };
}

function withBreakpoints(messages: readonly MessageParam[], control: CacheControl): MessageParam[] {
  const marked = new Set(messages.flatMap(({ role }, index) => (role === "user" ? [index] : [])).slice(-2));
  return messages.map((message, index) =>
    marked.has(index) && typeof message.content !== "string"
      ? { ...message, content: markLast(message.content, control) }
      : message,
  );
}

function markLast(content: readonly ContentBlock[], control: CacheControl): ContentBlock[] {
  return content.map((block, index) =>
    index === content.length - 1 && block.type !== "thinking" && block.type !== "redacted_thinking"
      ? { ...block, cache_control: control }
      : block,
  );
}
