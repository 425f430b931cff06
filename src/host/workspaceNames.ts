import { FileType, Uri, workspace } from "vscode";
import type { WorkspaceName } from "../chat/conversation";
import { fileType } from "./fileType";

/** What is open in this window: the saved workspace, else its first folder; undefined when nothing is. */
export function currentWorkspace(): WorkspaceName | undefined {
  const [folder] = workspace.workspaceFolders ?? [];
  const { workspaceFile } = workspace;
  const saved = workspaceFile && workspaceFile.scheme !== "untitled" ? workspaceFile : undefined;
  const uri = saved ?? folder?.uri;
  return uri && { uri: uri.toString(), name: workspace.name ?? uri.path };
}

/** How a file is named to the user and to the model: relative to the workspace, and bare outside of it. */
export function displayName(file: Uri): string {
  if (workspace.getWorkspaceFolder(file)) return workspace.asRelativePath(file);
  return file.path.slice(file.path.lastIndexOf("/") + 1);
}

/** The workspace's file of that name, if there is one. */
export async function findByName(name: string): Promise<Uri | undefined> {
  for (const folder of workspace.workspaceFolders ?? []) {
    const inMultiRoot = name.startsWith(`${folder.name}/`)
      ? [Uri.joinPath(folder.uri, name.slice(folder.name.length + 1))]
      : [];
    for (const file of [Uri.joinPath(folder.uri, name), ...inMultiRoot]) {
      // A stored name could climb out of the folder.
      if (workspace.getWorkspaceFolder(file) && (await isFile(file))) return file;
    }
  }
  return undefined;
}

async function isFile(file: Uri): Promise<boolean> {
  return (((await fileType(file)) ?? FileType.Unknown) & FileType.File) !== 0;
}
