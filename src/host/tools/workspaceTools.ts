import { env, workspace } from "vscode";
import type { ProposedEdits } from "../proposedEdit";
import { bash } from "./bash";
import { codeTools } from "./codeTools";
import { commandTools } from "./commandTools";
import { editTools } from "./editTools";
import { gitTools } from "./gitTools";
import { readTools } from "./readTools";
import { textEditor } from "./textEditor";
import type { ToolSource } from "./tool";

/** The tools of the workspace; there are none without a folder. */
export function workspaceTools(edits: ProposedEdits): ToolSource {
  const { edit, create } = editTools(edits);
  const all = [...readTools, ...codeTools, ...gitTools, edit, create, ...commandTools, textEditor(edits)];
  const shell = bash();
  return { tools: () => (workspace.workspaceFolders?.length ? [...all, ...(hasPosixShell() ? [shell] : [])] : []) };
}

/** PowerShell and the like would read what a model writes for bash as something else. */
function hasPosixShell(): boolean {
  return /(^|[\\/])(ba|z|da|k|fi)?sh(\.exe)?$/i.test(env.shell);
}
