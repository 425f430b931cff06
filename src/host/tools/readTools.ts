import { FileType, RelativePattern, workspace, type Uri } from "vscode";
import { toBase64 } from "../../chat/base64";
import { imageAttachment, looksLikeImage } from "../images";
import { UserProblem } from "../userProblem";
import { define, fileReader, pathProperty, quoted, textOutput, withToken } from "./kit";
import type { Tool, ToolOutput } from "./tool";
import { asWorkspaceFile, Exclusions, type WorkspaceFile } from "./workspaceFiles";

/** Larger text files are not read, in bytes. */
const LARGEST_FILE = 5_000_000;
/** Larger files are not searched, in bytes. */
const LARGEST_SEARCHED = 1_000_000;
const MOST_FILES_SEARCHED = 5000;
const MOST_RESULTS = 200;
const MOST_ENTRIES = 1000;
/** A line that was found is cut here, in characters. */
const LONGEST_LINE = 300;

export const readFile = fileReader(
  {
    definition: define(
      "read_file",
      "Reads a text file of the workspace, or some of its lines, as it is in the editor now; images are shown to you.",
      {
        path: pathProperty,
        first_line: { type: "integer", minimum: 1, description: "The first line to read; 1 when left out." },
        last_line: { type: "integer", minimum: 1, description: "The last line to read; the end when left out." },
      },
      ["path"],
    ),
    describe: ({ path, first_line: first, last_line: last }) =>
      `Read ${quoted(path)}${first === undefined && last === undefined ? "" : `, lines ${Number(first ?? 1)} to ${last === undefined ? "the end" : Number(last)}`}`,
  },
  async (file, { first_line: first, last_line: last }) => {
    if (looksLikeImage(file.uri)) return imageOutput(file);
    const lines = linesOf(await textOfFile(file));
    const from = typeof first === "number" ? first : 1;
    const to = Math.min(typeof last === "number" ? last : lines.length, lines.length);
    if (from > Math.max(lines.length, 1)) throw new UserProblem(`“${file.name}” has ${lines.length} lines only.`);
    const range = from === 1 && to === lines.length ? `${to} lines` : `lines ${from} to ${to} of ${lines.length}`;
    return textOutput(`${file.name}, ${range}:\n${lines.slice(from - 1, to).join("\n")}`);
  },
);

export const listFolder = fileReader(
  {
    definition: define("list_folder", "Lists the files and folders in a folder of the workspace. Folders end with /.", {
      path: { ...pathProperty, description: "Path of the folder; the workspace's own when left out." },
    }),
    describe: ({ path }) => (path === undefined ? "List the workspace folder" : `List the folder ${quoted(path)}`),
  },
  async (file) => {
    let entries: [string, FileType][];
    try {
      entries = await workspace.fs.readDirectory(file.uri);
    } catch {
      throw new UserProblem(`“${file.name}” is not a folder of the workspace.`);
    }
    const names = entries.map(([name, type]) => `${name}${(type & FileType.Directory) !== 0 ? "/" : ""}`).toSorted();
    const more = names.length > MOST_ENTRIES ? `\n(${names.length - MOST_ENTRIES} more are left out.)` : "";
    return textOutput(names.length === 0 ? "The folder is empty." : names.slice(0, MOST_ENTRIES).join("\n") + more);
  },
);

const findFiles: Tool = {
  definition: define(
    "find_files",
    "Finds files of the workspace by a glob pattern. Ignored and secret files are left out.",
    {
      pattern: {
        type: "string",
        minLength: 1,
        maxLength: 500,
        description: "For example **/*.ts or src/**/test_*.py.",
      },
    },
    ["pattern"],
  ),
  source: "Sidenote",
  effect: "reads",
  describe: ({ pattern }) => `Find files by the pattern ${quoted(pattern)}`,
  async call({ pattern }, { signal }) {
    const files = await filesMatching(String(pattern), signal);
    if (files.length === 0) return textOutput("No file was found.");
    const names = files.map(({ name }) => name).toSorted();
    const more = names.length > MOST_RESULTS ? `\n(${names.length - MOST_RESULTS} more are left out.)` : "";
    return textOutput(names.slice(0, MOST_RESULTS).join("\n") + more);
  },
};

const searchText: Tool = {
  definition: define(
    "search_text",
    "Searches the text files of the workspace for a text and gives the lines that have it. Ignored and secret files are left out.",
    {
      text: { type: "string", minLength: 1, maxLength: 500, description: "What to search for, literally." },
      pattern: {
        type: "string",
        maxLength: 500,
        description: "Glob pattern of the files to search; all when left out.",
      },
      match_case: { type: "boolean", description: "False when left out." },
      whole_word: { type: "boolean", description: "False when left out." },
    },
    ["text"],
  ),
  source: "Sidenote",
  effect: "reads",
  describe: ({ text, pattern }) =>
    `Search for ${quoted(text)} in ${pattern === undefined ? "all files" : `files by the pattern ${quoted(pattern)}`}`,
  async call({ text, pattern, match_case: matchCase, whole_word: wholeWord }, { signal }) {
    const escaped = String(text).replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
    const wanted = new RegExp(
      wholeWord === true ? String.raw`(?<![\p{L}\p{N}_])${escaped}(?![\p{L}\p{N}_])` : escaped,
      matchCase === true ? "u" : "iu",
    );
    const files = await filesMatching(typeof pattern === "string" && pattern !== "" ? pattern : "**/*", signal);
    const found: string[] = [];
    for (const file of files) {
      signal.throwIfAborted();
      const content = await searchableText(file.uri);
      for (const [index, line] of content?.split("\n").entries() ?? []) {
        if (wanted.test(line)) found.push(`${file.name}:${index + 1}: ${line.trim().slice(0, LONGEST_LINE)}`);
      }
      if (found.length >= MOST_RESULTS) break;
    }
    if (found.length === 0) return textOutput(`Nothing was found in ${files.length} files.`);
    const cut = found.length >= MOST_RESULTS ? "\n(There may be more: search for something narrower.)" : "";
    return textOutput(found.slice(0, MOST_RESULTS).join("\n") + cut);
  },
};

export const readTools: readonly Tool[] = [readFile, listFolder, findFiles, searchText];

/** The files that a glob pattern of the model matches, without those that are not read unasked or lie outside the workspace. */
async function filesMatching(pattern: string, signal: AbortSignal): Promise<WorkspaceFile[]> {
  if (/^[/\\]|(^|[/\\{,])\.\.([/\\},]|$)|:|\p{Cc}/u.test(pattern)) {
    throw new UserProblem(`The pattern ${JSON.stringify(pattern)} is refused: it may only lead into the workspace.`);
  }
  const uris = (
    await Promise.all(
      (workspace.workspaceFolders ?? []).map((folder) =>
        withToken(signal, (token) =>
          workspace.findFiles(new RelativePattern(folder, pattern), undefined, MOST_FILES_SEARCHED, token),
        ),
      ),
    )
  ).flat();
  const exclusions = new Exclusions();
  const files: WorkspaceFile[] = [];
  for (const uri of uris) {
    signal.throwIfAborted();
    const file = await asWorkspaceFile(uri);
    if (file && (await exclusions.reasonFor(file)) === undefined) files.push(file);
  }
  return files;
}

async function searchableText(uri: Uri): Promise<string | undefined> {
  try {
    const open = openDocument(uri);
    if (open) return open.getText();
    if ((await workspace.fs.stat(uri)).size > LARGEST_SEARCHED) return undefined;
    const bytes = await workspace.fs.readFile(uri);
    return isBinary(bytes) ? undefined : await workspace.decode(bytes, { uri });
  } catch {
    return undefined; // gone meanwhile
  }
}

/** The lines of a text with "\n" as line breaks; what comes after the last break is none when it is empty. */
export function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** The text of a file, as it is in the editor if it is open there; with "\n" as line breaks. */
export async function textOfFile({ uri, name }: WorkspaceFile): Promise<string> {
  const open = openDocument(uri);
  if (open) return open.getText().replaceAll("\r\n", "\n");
  const bytes = await bytesOf(uri, name);
  if (isBinary(bytes)) throw new UserProblem(`“${name}” is not a text file.`);
  return (await workspace.decode(bytes, { uri })).replaceAll("\r\n", "\n");
}

function openDocument(uri: Uri) {
  return workspace.textDocuments.find((it) => it.uri.toString() === uri.toString());
}

async function bytesOf(uri: Uri, name: string): Promise<Uint8Array> {
  let stat;
  try {
    stat = await workspace.fs.stat(uri);
  } catch {
    throw new UserProblem(`There is no file “${name}”.`);
  }
  if ((stat.type & FileType.Directory) !== 0) throw new UserProblem(`“${name}” is a folder.`);
  if (stat.size > LARGEST_FILE) {
    throw new UserProblem(`“${name}” has ${Math.round(stat.size / 1_000_000)} MB: too large to be read.`);
  }
  return workspace.fs.readFile(uri);
}

/** A text in UTF-16 has null bytes too, and begins with a mark that says so. */
function isBinary(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return !utf16 && bytes.subarray(0, 8000).includes(0);
}

async function imageOutput({ uri, name }: WorkspaceFile): Promise<ToolOutput> {
  const { attachment, bytes } = await imageAttachment(name, await bytesOf(uri, name));
  return {
    content: [
      { type: "text", text: `${name}, ${attachment.width} × ${attachment.height} pixels:` },
      { type: "image", source: { type: "base64", media_type: attachment.mediaType, data: toBase64(bytes) } },
    ],
  };
}
