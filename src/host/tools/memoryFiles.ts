import { FileType, Uri, workspace } from "vscode";
import { UserProblem } from "../userProblem";
import { insideOf } from "./workspaceFiles";
import { placeOf } from "./workspacePath";

/** How models name the folder of the memory. */
const ROOT = "/memories";

/** A file or folder of the memory; it need not be there. */
export interface MemoryFile {
  readonly uri: Uri;
  /** As models name it: /memories/notes.md. */
  readonly name: string;
  readonly isRoot: boolean;
}

/**
 * The file or folder that a path of a model names.
 * @throws UserProblem for whatever lies outside the memory, also by a symbolic link
 */
export async function memoryFile(root: Uri, given: string): Promise<MemoryFile> {
  const path = pathIn(given);
  const { uri } = await insideOf({ uri: root, name: ROOT, index: 0 }, path);
  return { uri, name: path === "" ? ROOT : `${ROOT}/${path}`, isRoot: path === "" };
}

function pathIn(given: string): string {
  try {
    if (given.startsWith("/")) return placeOf(given, [{ name: ROOT, path: ROOT }]).path;
  } catch {
    // Its sentence is about a workspace.
  }
  throw new UserProblem(`The path ${JSON.stringify(given)} is refused: only files below ${ROOT} can be used.`);
}

/** All files in a folder of the memory and below, in the order of their names, with their size in bytes. */
export async function listMemory(
  folder: Uri,
  name = ROOT,
): Promise<{ readonly uri: Uri; readonly name: string; readonly size: number }[]> {
  let entries: [string, FileType][];
  try {
    entries = await workspace.fs.readDirectory(folder);
  } catch {
    return []; // there is none, or it is a file
  }
  const files = entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(async ([entry, type]) => {
      const uri = Uri.joinPath(folder, entry);
      // A link is named and not followed.
      if (type === FileType.Directory) return listMemory(uri, `${name}/${entry}`);
      return [{ uri, name: `${name}/${entry}`, size: await sizeOf(uri) }];
    });
  return (await Promise.all(files)).flat();
}

async function sizeOf(uri: Uri): Promise<number> {
  try {
    return (await workspace.fs.stat(uri)).size;
  } catch {
    return 0; // gone meanwhile, or a link to nowhere
  }
}
