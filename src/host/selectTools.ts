import { QuickPickItemKind, window, workspace, type QuickPickItem } from "vscode";
import { serverToolDefinition, serverToolNames, type ServerToolName } from "../api/server-tools";
import { estimateTokens } from "../api/tokens";
import type { Chat } from "./chat";
import { findEndpoint } from "./endpoints";
import { parametersOf } from "./settings";
import { splitModel, type Directory } from "./target";
import { UserProblem } from "./userProblem";
import type { ToolEffect } from "./tools/tool";
import { allTools, definitionOf, namesOn, type Toolbox } from "./tools/toolbox";
import { visible } from "./tools/visible";

interface ToolItem extends QuickPickItem {
  /** Absent for separators. */
  readonly name?: string;
}

const effects: Readonly<Record<ToolEffect, string>> = {
  none: "touches nothing",
  reads: "reads; asks first",
  writes: "changes files; shows each change first",
  runs: "may do anything; asks first",
};

const atServer: Readonly<Record<ServerToolName, string>> = {
  web_search: "The server searches the web; the answer names its sources. Each search costs about 1 ¢.",
  web_fetch: "The server reads web pages that the chat names.",
  code_execution: "The server runs code in a container of its own; files that it makes can be saved.",
};

/** Lets the user choose the tools of this conversation: from where each comes, what it may do, and what it costs to offer it. */
export async function selectTools(chat: Chat, toolbox: Toolbox, directory: Directory): Promise<void> {
  await chat.opened();
  if (!workspace.isTrusted) throw new UserProblem("Tools are off in Restricted Mode: the workspace is not trusted.");
  const items = itemsOf(chat, toolbox, directory);
  const chosen = await window.showQuickPick(items, {
    title: "Tools of this Chat",
    placeHolder: "What the model may call. Each tool that is on costs its tokens with every request.",
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!chosen) return;
  // What is not there now, such as the tool of an MCP server that does not run, stays chosen.
  const listed = new Set(items.map(({ name }) => name));
  const missing = namesOn(toolbox, parametersOf(chat.conversation)).filter((name) => !listed.has(name));
  await chat.choices.setTools([...chosen.flatMap(({ name }) => name ?? []), ...missing]);
}

function itemsOf(chat: Chat, toolbox: Toolbox, { models }: Directory): ToolItem[] {
  const on = new Set(namesOn(toolbox, parametersOf(chat.conversation)));
  const { endpoint, id } = splitModel(chat.choices.model);
  const found = findEndpoint(endpoint);
  const capabilities = "endpoint" in found ? models.capabilities(found.endpoint, id) : undefined;
  const groups = new Map<string, ToolItem[]>();
  for (const tool of allTools(toolbox)) {
    const { definition, source, effect, inputSchema } = tool;
    if (inputSchema && !(capabilities && definitionOf(tool, capabilities))) continue; // the model does not know it
    const { name, description = "" } = definition;
    const cost = inputSchema ? "known to the model" : `about ${estimateTokens(definition)} tokens`;
    const item = {
      name,
      label: name,
      description: `${effects[effect]} · ${cost}`,
      detail: visible(description.replaceAll(/\s+/g, " ")),
      picked: on.has(name),
    };
    groups.set(source, [...(groups.get(source) ?? []), item]);
  }
  const server = serverToolNames.filter((name) => capabilities && serverToolDefinition(name, capabilities));
  groups.set(
    "Run at the server",
    server.map((name) => ({ name, label: name, detail: atServer[name], picked: on.has(name) })),
  );
  return [...groups].flatMap(([source, items]) =>
    items.length === 0 ? [] : [{ label: visible(source), kind: QuickPickItemKind.Separator }, ...items],
  );
}
