import { realPath } from "#env";
import { FileType, Uri, workspace, type WorkspaceFolder } from "vscode";
import { fileType } from "../fileType";
import { UserProblem } from "../userProblem";
import { isSecret, patterns, withoutBraces, type Patterns } from "./globs";
import { placeOf } from "./workspacePath";

/** A file or folder of the workspace that a tool may use. */
export interface WorkspaceFile {
  readonly uri: Uri;
  /** For the user and the model: relative to the folder, with the folder's name before it where there are several. */
  readonly name: string;
  readonly folder: WorkspaceFolder;
  /** Relative to the folder; "" is the folder itself. Where links lead was followed. */
  readonly path: string;
}

/**
 * The file or folder that a path of the model names; it need not be there.
 * @throws UserProblem for whatever lies outside the workspace, also by a symbolic link
 */
export async function workspaceFile(path: string): Promise<WorkspaceFile> {
  const folders = workspace.workspaceFolders ?? [];
  const place = placeOf(
    path,
    folders.map(({ name, uri }) => ({ name, path: uri.path })),
  );
  const folder = folders[place.folder];
  if (!folder) throw new UserProblem("No folder is open.");
  return insideOf(folder, place.path);
}

/** @throws UserProblem when a path leads elsewhere than it did: a folder may have become a link meanwhile */
export async function recheckFile(path: string, before: WorkspaceFile): Promise<void> {
  const now = await workspaceFile(path);
  if (now.uri.toString() === before.uri.toString() && now.path === before.path) return;
  throw new UserProblem(`“${before.name}” leads elsewhere by now than when you were asked. Nothing was done.`);
}

/** The same for a file that VS Code named; undefined when it lies outside the workspace. */
export async function asWorkspaceFile(uri: Uri): Promise<WorkspaceFile | undefined> {
  const folder = workspace.getWorkspaceFolder(uri);
  if (!folder) return undefined;
  const path = uri.path.slice(folder.uri.path.length).replace(/^\//, "");
  try {
    return await insideOf(folder, path);
  } catch {
    return undefined;
  }
}

/** The file or folder at a path of a folder. @throws UserProblem when a link in it leads out of the folder */
export async function insideOf(folder: WorkspaceFolder, path: string): Promise<WorkspaceFile> {
  const uri = path === "" ? folder.uri : Uri.joinPath(folder.uri, path);
  const several = (workspace.workspaceFolders ?? []).length > 1;
  const name = several ? `${folder.name}/${path}`.replace(/\/$/, "") : path || folder.name;
  return { uri, name, folder, path: await followLinks(folder, path, name) };
}

/** Where the path leads in its folder when links are followed. Refuses a link that leads out, or nobody knows where. */
async function followLinks(folder: WorkspaceFolder, path: string, name: string): Promise<string> {
  const segments = path.split("/").filter(Boolean);
  for (let length = 1; length <= segments.length; length++) {
    const uri = Uri.joinPath(folder.uri, ...segments.slice(0, length));
    const type = await fileType(uri);
    if (type === undefined) return path; // from here on nothing is there yet
    if ((type & FileType.SymbolicLink) === 0) continue;
    const target = uri.scheme === "file" ? await realPath(uri.fsPath) : undefined;
    const root = uri.scheme === "file" ? await realPath(folder.uri.fsPath) : undefined;
    if (target === undefined || root === undefined) {
      throw new UserProblem(`“${name}” is refused: a part of it is a link, and where it leads cannot be told here.`);
    }
    const inside = Uri.file(target).path;
    const rootPath = Uri.file(root).path;
    if (inside !== rootPath && !inside.startsWith(`${rootPath}/`)) {
      throw new UserProblem(`“${name}” is refused: it is a link that leads out of the workspace.`);
    }
    const rest = segments.slice(length).join("/");
    const led = inside.slice(rootPath.length + 1);
    return followLinks(folder, [led, rest].filter(Boolean).join("/"), name);
  }
  return path;
}

/** The files with patterns of what is left out, and the reason that they stand for. */
const IGNORE_FILES = [
  { file: ".gitignore", reason: "is ignored by git" },
  { file: ".sidenoteignore", reason: "is named in .sidenoteignore" },
] as const;

/** Why a file is not read without being asked; remembers what it has read of the workspace's settings and ignore files. */
export class Exclusions {
  readonly #hidden = new Map<WorkspaceFolder, Patterns>();
  readonly #ignored = new Map<string, Promise<Patterns | undefined>>();

  /** The reason as the end of a sentence about the file; undefined when there is none. */
  async reasonFor(file: Pick<WorkspaceFile, "folder" | "path">): Promise<string | undefined> {
    const { folder, path } = file;
    if (path === "") return undefined;
    if (isSecret(path)) return "is of a kind that often holds passwords or keys";
    if (this.#hiddenIn(folder).matches(path)) return "is left out by the settings files.exclude or search.exclude";
    const segments = path.split("/");
    for (let depth = 0; depth < segments.length; depth++) {
      const directory = Uri.joinPath(folder.uri, ...segments.slice(0, depth));
      for (const { file: name, reason } of IGNORE_FILES) {
        const rules = await this.#rulesOf(Uri.joinPath(directory, name));
        if (rules?.matches(segments.slice(depth).join("/"))) return reason;
      }
    }
    return undefined;
  }

  #hiddenIn(folder: WorkspaceFolder): Patterns {
    const known = this.#hidden.get(folder);
    if (known) return known;
    const lines = ["files", "search"].flatMap((section) => {
      const exclude = workspace.getConfiguration(section, folder.uri).get<Record<string, unknown>>("exclude", {});
      return Object.entries(exclude).flatMap(([glob, on]) => (on === true ? withoutBraces(glob) : []));
    });
    const rules = patterns(lines);
    this.#hidden.set(folder, rules);
    return rules;
  }

  #rulesOf(file: Uri): Promise<Patterns | undefined> {
    const key = file.toString();
    const known = this.#ignored.get(key) ?? readIgnoreFile(file);
    this.#ignored.set(key, known);
    return known;
  }
}

async function readIgnoreFile(file: Uri): Promise<Patterns | undefined> {
  try {
    const bytes = await workspace.fs.readFile(file);
    return patterns(new TextDecoder().decode(bytes).split(/\r?\n/));
  } catch {
    return undefined; // there is none
  }
}
