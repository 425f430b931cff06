import { UserProblem } from "../userProblem";

/** A folder of the workspace: its name, and the path of its URI. */
export interface Folder {
  readonly name: string;
  readonly path: string;
}

/** Where a path of the model leads: which folder, and the way from there, with "/" and "" for the folder itself. */
export interface Place {
  readonly folder: number;
  readonly path: string;
}

/**
 * Reads a path as the model wrote it: from the folder of the workspace, with the folder's name before it where there are several,
 * or absolute. Everything that could lead elsewhere is refused, not mended.
 * @throws UserProblem
 */
export function placeOf(path: string, folders: readonly Folder[]): Place {
  if (folders.length === 0) throw new UserProblem("No folder is open.");
  if (/\p{Cc}/u.test(path)) throw refusal(path, "it has control characters");
  const windows = folders.every((folder) => /^\/[a-z]:/i.test(folder.path));
  const slashed = windows ? path.replaceAll("\\", "/") : path;
  if (slashed.includes("\\")) throw refusal(path, "it has a backslash");
  if (slashed.startsWith("//")) throw refusal(path, "it names another computer");
  const absolute = windows && /^[a-z]:\//i.test(slashed) ? `/${slashed}` : slashed;
  if (absolute.replace(/^\/[a-z]:\//i, "/").includes(":")) throw refusal(path, "it has a colon");
  const segments = absolute.split("/").filter((it) => it !== "" && it !== ".");
  for (const segment of segments) {
    if (segment === "..") throw refusal(path, "it climbs out of a folder");
    // Windows drops them, so the name would be that of another file.
    if (/[. ]$/.test(segment)) throw refusal(path, "a name in it ends with a dot or a space");
  }
  if (absolute.startsWith("/")) return absolutePlace(path, segments, folders, windows);
  const [first, ...rest] = segments;
  const named = folders.length > 1 ? folders.findIndex(({ name }) => name === first) : -1;
  return named >= 0 ? { folder: named, path: rest.join("/") } : { folder: 0, path: segments.join("/") };
}

function absolutePlace(path: string, segments: string[], folders: readonly Folder[], windows: boolean): Place {
  const drive = (text: string) => (windows ? text.replace(/^[a-z]:/i, (it) => it.toLowerCase()) : text);
  const whole = drive(segments.join("/"));
  // The innermost one, if one folder lies in another.
  const matches = folders
    .map((folder, index) => ({ index, root: drive(folder.path.split("/").filter(Boolean).join("/")) }))
    .filter(({ root }) => root === "" || whole === root || whole.startsWith(`${root}/`))
    .toSorted((a, b) => b.root.length - a.root.length);
  const [match] = matches;
  if (!match) throw refusal(path, "it is outside the workspace");
  return { folder: match.index, path: whole.slice(match.root.length).replace(/^\//, "") };
}

function refusal(path: string, why: string): UserProblem {
  return new UserProblem(
    `The path ${JSON.stringify(path)} is refused: ${why}. Only files of the workspace can be used.`,
  );
}
