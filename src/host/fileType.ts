import { workspace, type FileType, type Uri } from "vscode";

/** What is at a place; undefined when nothing is, or when that is not told. */
export async function fileType(uri: Uri): Promise<FileType | undefined> {
  try {
    return (await workspace.fs.stat(uri)).type;
  } catch {
    return undefined;
  }
}

/** Something is at a place, as far as that is told. */
export async function isThere(uri: Uri): Promise<boolean> {
  return (await fileType(uri)) !== undefined;
}
