import { workspace } from "vscode";
import type { ToolDefinition } from "../../api/types";
import type { Parameters } from "../../chat/parameters";
import type { Capabilities } from "../../api/capabilities";
import { clientToolDefinition } from "../../api/client-tools";
import { serverToolDefinition } from "../../api/server-tools";
import type { StoredConversation } from "../../chat/conversationStore";
import { readMore } from "./readMore";
import type { Approvals, Tool, ToolSource } from "./tool";

/** The tools of this computer, and who allows their calls. */
export interface Toolbox {
  /** Earlier ones win where two have the same name. */
  readonly sources: readonly ToolSource[];
  /** On in each conversation that does not say otherwise: what the user has written to be tried. */
  readonly own: ToolSource;
  readonly approvals: Approvals;
}

/** All tools, each name once. */
export function allTools({ sources }: Pick<Toolbox, "sources">): Tool[] {
  const tools = new Map<string, Tool>();
  for (const tool of sources.flatMap((source) => source.tools())) {
    if (!tools.has(tool.definition.name)) tools.set(tool.definition.name, tool);
  }
  return [...tools.values()];
}

/** The names of the tools that a conversation offers to the model; in Restricted Mode there are none. */
export function namesOn(toolbox: Toolbox, { tools }: Parameters): readonly string[] {
  if (!workspace.isTrusted) return [];
  return tools ?? toolbox.own.tools().map(({ definition }) => definition.name);
}

/** What a conversation offers to the model: functions that run here, and tools that run at the server. */
export interface Offer {
  readonly tools: readonly Tool[];
  readonly definitions: readonly ToolDefinition[];
}

/** In the order of their names: a request's bytes must not change because a source lists its tools in another order. */
export function offer(
  toolbox: Toolbox,
  parameters: Parameters,
  stored: StoredConversation,
  capabilities: Capabilities,
): Offer {
  const names = new Set(namesOn(toolbox, parameters));
  const here = allTools(toolbox).filter(
    (tool) => names.has(tool.definition.name) && definitionOf(tool, capabilities) !== undefined,
  );
  const tools: readonly Tool[] = here.length > 0 ? [...here, readMore(stored)] : [];
  const definitions = [
    ...tools.map((tool) => definitionOf(tool, capabilities)),
    ...[...names].map((name) => serverToolDefinition(name, capabilities)),
  ].filter((it) => it !== undefined);
  return { tools, definitions: definitions.toSorted((a, b) => ((a.name ?? "") < (b.name ?? "") ? -1 : 1)) };
}

/** How a tool stands in a request; undefined where the model does not have it. */
export function definitionOf(
  { definition, inputSchema }: Tool,
  capabilities: Capabilities,
): ToolDefinition | undefined {
  return inputSchema ? clientToolDefinition(definition.name, capabilities) : definition;
}
