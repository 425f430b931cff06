import type { Capabilities } from "../api/capabilities";
import { isToolset } from "../api/client-tools";
import type { ContentBlock, MessageRequest, ToolChoice, ToolDefinition } from "../api/types";
import type { Parameters } from "./parameters";

/** Tells one set of tools from another; undefined for none. 53 bits of a hash: enough to notice a change. */
export function digestOf(definitions: readonly ToolDefinition[]): string | undefined {
  if (definitions.length === 0) return undefined;
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (const character of JSON.stringify(definitions)) {
    const code = character.codePointAt(0) ?? 0;
    low = Math.imul(low ^ code, 2654435761);
    high = Math.imul(high ^ code, 1597334677);
  }
  return ((high >>> 0) * 2 ** 21 + (low >>> 11)).toString(36);
}

/**
 * The request with its tools, as far as the model takes them (Messages API, tools and tool_choice). A history with calls needs
 * tools also when none is switched on: then it gets stand-ins that must not be called.
 *
 * @param notes gets a sentence for what was left out
 */
export function withTools(
  given: MessageRequest,
  definitions: readonly ToolDefinition[],
  wanted: Pick<Parameters, "toolChoice" | "parallelTools">,
  capabilities: Capabilities,
  notes: string[],
): MessageRequest {
  const request = definitions.some(({ type }) => isToolset(type)) ? given : withoutToolsets(given);
  if (definitions.length === 0) {
    const stubs = standIns(request);
    return stubs.length === 0 ? request : { ...request, tools: stubs, tool_choice: { type: "none" } };
  }
  const choice = choiceFor(request, definitions, wanted, capabilities, notes);
  return {
    ...request,
    tools: definitions.map((tool) =>
      capabilities.eagerToolInput && tool.input_schema ? { ...tool, eager_input_streaming: true } : tool,
    ),
    ...(choice && { tool_choice: choice }),
  };
}

/** A choice holds for the first request of an exchange: if a call were forced after results, the exchange would never end. */
function choiceFor(
  { model, messages, thinking }: MessageRequest,
  definitions: readonly ToolDefinition[],
  { toolChoice: choice, parallelTools }: Pick<Parameters, "toolChoice" | "parallelTools">,
  { forcedTools }: Capabilities,
  notes: string[],
): ToolChoice | undefined {
  if (choice === "none") return { type: "none" };
  const single = parallelTools === false ? { disable_parallel_tool_use: true } : {};
  const free: ToolChoice | undefined = parallelTools === false ? { type: "auto", ...single } : undefined;
  const last = messages.at(-1);
  if (choice === undefined || last?.role === "assistant" || endsInResults(last?.content)) return free;
  if (forcedTools === "refused" || (forcedTools === "withoutManualThinking" && thinking?.type === "enabled")) {
    notes.push(
      `The tool choice was not sent: ${model} cannot be made to call a tool${forcedTools === "refused" ? "" : " while it thinks"}.`,
    );
    return free;
  }
  if (choice === "any") return { type: "any", ...single };
  const name = choice.slice("tool:".length);
  if (definitions.some((definition) => definition.name === name)) return { type: "tool", name, ...single };
  notes.push(`The tool choice was not sent: there is no tool ${name} here.`);
  return free;
}

function endsInResults(content: string | readonly ContentBlock[] | undefined): boolean {
  return typeof content === "object" && content.at(-1)?.type === "tool_result";
}

/** Calls of the members of a set that is not offered any more become calls of plain tools, as do their results. */
function withoutToolsets(request: MessageRequest): MessageRequest {
  const messages = request.messages.map((message) => {
    const { content } = message;
    if (typeof content === "string" || !content.some((block) => "toolset_name" in block)) return message;
    const plain = content.map((block) => {
      if (block.type !== "tool_use" && block.type !== "tool_result") return block;
      const { toolset_name: _, ...rest } = block;
      return rest;
    });
    return { ...message, content: plain };
  });
  return { ...request, messages };
}

/** Without definitions a history with calls is refused (Messages API, result rules). */
function standIns({ messages }: MessageRequest): ToolDefinition[] {
  const blocks = messages.flatMap(({ content }) => (typeof content === "string" ? [] : content));
  const names = new Set(blocks.flatMap((block) => (block.type === "tool_use" ? [block.name] : [])));
  return [...names].map((name) => ({
    name,
    description: "Switched off; it cannot be called any more.",
    input_schema: { type: "object" },
  }));
}
