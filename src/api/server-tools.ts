import type { Capabilities } from "./capabilities";
import type { ToolDefinition } from "./types";

/** Tools that run at the server: their calls and results are both in the answer (Messages API, built-in tools). */
export type ServerToolName = "web_search" | "web_fetch" | "code_execution";

export type ServerTools = { readonly [name in ServerToolName]?: string };

/** The newest versions, for models that can look through results with code of their own; that is 4.6 and later. */
export const newestServerTools: ServerTools = {
  web_search: "web_search_20260318",
  web_fetch: "web_fetch_20260318",
  code_execution: "code_execution_20260521",
};

/** For all models before. */
export const plainServerTools: ServerTools = {
  web_search: "web_search_20250305",
  web_fetch: "web_fetch_20250910",
  code_execution: "code_execution_20250825",
};

export const serverToolNames = Object.keys(newestServerTools) as readonly ServerToolName[];

/** How a server tool stands in a request; undefined where endpoint or model do not have it. */
export function serverToolDefinition(name: string, { serverTools }: Capabilities): ToolDefinition | undefined {
  const type = serverToolNames.includes(name as ServerToolName) ? serverTools[name as ServerToolName] : undefined;
  if (type === undefined) return undefined;
  return { type, name, ...(name === "web_fetch" && { citations: { enabled: true } }) };
}
