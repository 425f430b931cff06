import type { Capabilities } from "./capabilities";
import type { MessageRequest, ToolDefinition } from "./types";

/** Tools whose schema the model knows by their type, and whose calls run at the client (Messages API, built-in tools). */
export type ClientToolName = "memory" | "str_replace_based_edit_tool" | "bash" | "computer";

export type ClientTools = { readonly [name in ClientToolName]?: string };

const withoutScreen: ClientTools = {
  memory: "memory_20250818",
  str_replace_based_edit_tool: "text_editor_20250728",
  bash: "bash_20250124",
};

/** For Claude 4 to 4.5. */
export const firstClientTools: ClientTools = { ...withoutScreen, computer: "computer_20250124" };

/** For Claude Opus 4.5 to 4.8. */
export const laterClientTools: ClientTools = { ...withoutScreen, computer: "computer_20251124" };

/** For Claude 5 and later, of which some refuse the computer of before. */
export const newestClientTools: ClientTools = { ...withoutScreen, computer: "computer_toolset_20260801" };

/** The screen that is told of; what is shown to the model as a screenshot should be as large. Pixels. */
export const DISPLAY = { width: 1280, height: 800 };

/** How such a tool stands in a request; undefined where endpoint or model do not have it. */
export function clientToolDefinition(name: string, { clientTools }: Capabilities): ToolDefinition | undefined {
  const type = Object.hasOwn(clientTools, name) ? clientTools[name as ClientToolName] : undefined;
  if (type === undefined) return undefined;
  if (isToolset(type)) return { type };
  const display = { display_width_px: DISPLAY.width, display_height_px: DISPLAY.height };
  return { type, name, ...(name === "computer" && display) };
}

/** A set has no name of its own: calls name its members, and it in `toolset_name`. */
export function isToolset(type: string | undefined): boolean {
  return type?.includes("_toolset_") ?? false;
}

const betas: Readonly<Record<string, string>> = {
  computer_20250124: "computer-use-2025-01-24",
  computer_20251124: "computer-use-2025-11-24",
};

/** The values of anthropic-beta that the tools of a request need. */
export function betasOf({ tools = [] }: Pick<MessageRequest, "tools">): string[] {
  return tools.flatMap(({ type }) => betas[type ?? ""] ?? []);
}
