import { workspace } from "vscode";
import type { ProposedEdits } from "../proposedEdit";
import { codeTools } from "./codeTools";
import { commandTools } from "./commandTools";
import { editTools } from "./editTools";
import { gitTools } from "./gitTools";
import { readTools } from "./readTools";
import type { ToolSource } from "./tool";

/** The tools of the workspace; there are none without a folder. */
export function workspaceTools(edits: ProposedEdits): ToolSource {
  const all = [...readTools, ...codeTools, ...gitTools, ...editTools(edits), ...commandTools];
  return { tools: () => (workspace.workspaceFolders?.length ? all : []) };
}
