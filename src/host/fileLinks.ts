import { commands, FileType, Range, workspace, type Uri } from "vscode";
import { lastEditor } from "./lastEditor";
import { asWorkspaceFile, workspaceFile } from "./tools/workspaceFiles";
import { UserProblem } from "./userProblem";

/** The files that answers name, as links. */

/** What was found is believed for so many milliseconds. */
const BELIEVED = 30_000;
/** So many names are kept, at most. */
const MOST_KEPT = 2000;

const known = new Map<string, { readonly name: string | null; readonly until: number }>();

/**
 * The names of the files that these paths mean; null where there is no such file in the workspace. A path may leave out the
 * folders that it begins with when only one file ends like it.
 */
export async function findFiles(paths: readonly string[]): Promise<(string | null)[]> {
  const now = Date.now();
  const news = [...new Set(paths)].filter((path) => (known.get(path)?.until ?? 0) <= now);
  if (known.size + news.length > MOST_KEPT) known.clear();
  const whole = new Map(await Promise.all(news.map(async (path) => [path, await fileAt(path)] as const)));
  const ends = await filesEndingWith(news.filter((path) => whole.get(path) === null));
  for (const path of news) known.set(path, { name: whole.get(path) ?? ends.get(path) ?? null, until: now + BELIEVED });
  return paths.map((path) => known.get(path)?.name ?? null);
}

/** Opens a file that an answer names, with its lines selected. Lines count from 1. */
export async function openFile(path: string, lines?: readonly [first: number, last: number]): Promise<void> {
  const { uri } = await workspaceFile(path);
  if ((await fileAt(path)) === null) throw new UserProblem(`“${path}” is not in the workspace any more.`);
  await openAt(uri, lines && new Range(lines[0] - 1, 0, lines[1], 0));
}

/** Opens a file where the user edits, and not in the place of a chat in an editor tab. */
export async function openAt(uri: Uri, selection?: Range): Promise<void> {
  const viewColumn = lastEditor()?.viewColumn;
  await commands.executeCommand("vscode.open", uri, {
    ...(viewColumn !== undefined && { viewColumn }),
    ...(selection && { selection }),
  });
}

async function fileAt(path: string): Promise<string | null> {
  try {
    const { uri, name } = await workspaceFile(path);
    return ((await workspace.fs.stat(uri)).type & FileType.File) === 0 ? null : name;
  } catch {
    return null; // it is not there, or it leads out of the workspace
  }
}

/** One search for all of them. */
async function filesEndingWith(paths: readonly string[]): Promise<Map<string, string>> {
  const searched = paths
    .map((path) => path.replace(/^\.\//, ""))
    .filter((path) => /^[\p{L}\p{N}_@.+\-/]+$/u.test(path));
  const found = new Map<string, string>();
  if (searched.length === 0) return found;
  const files = await workspace.findFiles(
    searched.length === 1 ? `**/${searched[0]}` : `**/{${searched.join(",")}}`,
    "**/{node_modules,.git}/**",
    1000,
  );
  for (const path of paths) {
    const end = `/${path.replace(/^\.\//, "")}`;
    const [file, second] = files.filter((it) => it.path.endsWith(end));
    const inside = file && !second && !end.includes("..") ? await asWorkspaceFile(file) : undefined;
    if (inside) found.set(path, inside.name);
  }
  return found;
}
