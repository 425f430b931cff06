import type { Capabilities } from "../api/capabilities";
import type { CacheControl, ContentBlock, MessageParam, MessageRequest, ToolDefinition } from "../api/types";

/** How long the endpoint keeps the beginning of a conversation, so that the next turn costs less; "off": not at all. */
export type Caching = "off" | "5m" | "1h";

/**
 * The request with its cache breakpoints (Messages API, prompt caching). Where the endpoint sets them itself, one field asks
 * for it. Elsewhere they stand at the end of the system prompt and of the last two user messages: the one before last is where
 * the previous request ended, and what is read again. The tools, which come first in every request, have one of their own
 * everywhere: another conversation with the same tools reads them from the cache.
 */
export function withCaching(request: MessageRequest, caching: Caching, capabilities: Capabilities): MessageRequest {
  if (caching === "off" || capabilities.caching === "none") return request;
  const control: CacheControl = caching === "1h" ? { type: "ephemeral", ttl: "1h" } : { type: "ephemeral" };
  const equipped = request.tools ? { ...request, tools: markLastTool(request.tools, control) } : request;
  if (capabilities.caching === "automatic") return { ...equipped, cache_control: control };
  const { system } = request;
  return {
    ...equipped,
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

function markLastTool(tools: readonly ToolDefinition[], control: CacheControl): ToolDefinition[] {
  return tools.map((tool, index) => (index === tools.length - 1 ? { ...tool, cache_control: control } : tool));
}

function markLast(content: readonly ContentBlock[], control: CacheControl): ContentBlock[] {
  return content.map((block, index) =>
    index === content.length - 1 && block.type !== "thinking" && block.type !== "redacted_thinking"
      ? { ...block, cache_control: control }
      : block,
  );
}
