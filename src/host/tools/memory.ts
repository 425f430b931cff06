import { FileType, Uri, workspace } from "vscode";
import type { JsonObject } from "../../api/json";
import { textOf } from "../editInParts";
import { fileType, isThere } from "../fileType";
import type { ProposedEdits } from "../proposedEdit";
import { UserProblem } from "../userProblem";
import { commandSchema, numberedLines, withInserted } from "./editorCommands";
import { applied, replaceAll } from "./editTools";
import { quoted, textOutput } from "./kit";
import { listMemory, memoryFile, type MemoryFile } from "./memoryFiles";
import type { PreparedCall, Tool } from "./tool";

/** Of one file, in characters: a memory is for notes. */
const LONGEST_FILE = 100_000;

/** What is listed of a folder that would be deleted. */
const MOST_NAMED = 50;

/**
 * The memory that models know by its type (Messages API, built-in tools): files that last longer than the chat. Looking into them is
 * reading, which can be allowed for the chat; each change lies before the user first.
 *
 * @param root the folder of the files; it need not be there
 */
export function memory(root: Uri, edits: ProposedEdits): Tool {
  const definition = {
    name: "memory",
    description:
      "Notes that Claude keeps for later chats in this workspace, as files of Sidenote. Each change is shown first; Sidenote: Show Memory lists and deletes them.",
  };
  const reading = { definition, source: "Sidenote", effect: "reads" } as const;

  async function prepare(input: JsonObject): Promise<PreparedCall> {
    const path = String(input["command"] === "rename" ? input["old_path"] : input["path"]);
    const file = await memoryFile(root, path);
    const target = input["command"] === "rename" ? String(input["new_path"]) : path;
    const call = await prepareCommand(input, file);
    return {
      ...call,
      // A link may have come into the memory meanwhile: then one of them is refused.
      async recheck() {
        for (const it of [path, target]) await memoryFile(root, it);
      },
    };
  }

  async function prepareCommand(input: JsonObject, file: MemoryFile): Promise<PreparedCall> {
    const subject = { type: "file", path: file.name.slice(1) } as const;
    switch (input["command"]) {
      case "create":
        if (await isThere(file.uri)) throw new UserProblem(`“${file.name}” is there already; change it instead.`);
        return change(file, String(input["file_text"]));
      case "str_replace": {
        const { old_str: old, new_str: replacement = "" } = input;
        return change(
          file,
          replaceAll(await contentOf(file), [{ old_text: String(old), new_text: String(replacement) }]),
        );
      }
      case "insert":
        return change(file, withInserted(file.name, await contentOf(file), input));
      case "delete":
        return { subject, ...(await deletion(file)) };
      case "rename":
        return {
          subject: { type: "other" },
          ...(await renaming(file, await memoryFile(root, String(input["new_path"])))),
        };
      default:
        return {
          as: reading,
          subject,
          details: [{ label: "Reads", text: file.name }],
          run: async () => textOutput(await view(root, file, input["view_range"])),
        };
    }
  }

  function change(file: MemoryFile, content: string): PreparedCall {
    if (file.isRoot) throw new UserProblem(`“${file.name}” is a folder.`);
    if (content.length > LONGEST_FILE) {
      throw new UserProblem(`A file of the memory may have ${LONGEST_FILE} characters. Nothing was changed.`);
    }
    return {
      subject: { type: "file", path: file.name.slice(1) },
      details: [{ label: "File", text: file.name }],
      covers: null,
      review: async () => edits.open(file.uri, content),
      run: async () => applied(await edits.silently(file.uri, content), file.name),
    };
  }

  return {
    definition,
    inputSchema: commandSchema({
      view: ["path"],
      create: ["path", "file_text"],
      str_replace: ["path", "old_str"],
      insert: ["path", "insert_line", "insert_text"],
      delete: ["path"],
      rename: ["old_path", "new_path"],
    }),
    source: "Sidenote",
    effect: "writes",
    describe: ({ command, path, old_path: old, new_path: renamed }) =>
      command === "rename"
        ? `Rename ${quoted(old)} to ${quoted(renamed)} in the memory`
        : `${VERBS[String(command)] ?? "Change"} ${quoted(path)} in the memory`,
    prepare,
    call: async (input, context) => (await prepare(input)).run(context),
  };
}

const VERBS: Readonly<Record<string, string>> = { view: "Read", create: "Make the new file", delete: "Delete" };

async function contentOf(file: MemoryFile): Promise<string> {
  const content = file.isRoot ? undefined : await textOf(file.uri);
  if (content === undefined) throw new UserProblem(`There is no file “${file.name}”.`);
  return content;
}

async function view(root: Uri, file: MemoryFile, range: unknown): Promise<string> {
  if (!file.isRoot && ((await typeOf(file.uri)) & FileType.Directory) === 0) {
    return numberedLines(file.name, await contentOf(file), range);
  }
  const files = (await listMemory(root)).filter(({ name }) => name.startsWith(`${file.name}/`));
  if (files.length === 0) return `“${file.name}” is empty.`;
  return [`${file.name}:`, ...files.map(({ name, size }) => `${size}\t${name}`)].join("\n");
}

async function deletion(file: MemoryFile): Promise<Omit<PreparedCall, "subject">> {
  if (file.isRoot) throw new UserProblem("The memory itself cannot be deleted, only what is in it.");
  await typeOf(file.uri);
  const named = async () => (await listMemory(file.uri, file.name)).map(({ name }) => name);
  const inside = await named();
  const shown =
    inside.length > MOST_NAMED ? [...inside.slice(0, MOST_NAMED), `and ${inside.length - MOST_NAMED} more`] : inside;
  return {
    details: [
      { label: "Deletes", text: file.name },
      ...(inside.length === 0 ? [] : [{ label: "With all in it", text: shown.join("\n") }]),
    ],
    covers: null,
    async run() {
      if ((await named()).join("\n") !== inside.join("\n")) {
        throw new UserProblem(`“${file.name}” has other files in it by now than were shown. Nothing was deleted.`);
      }
      await workspace.fs.delete(file.uri, { recursive: true });
      return textOutput(`“${file.name}” was deleted.`);
    },
  };
}

async function renaming(file: MemoryFile, to: MemoryFile): Promise<Omit<PreparedCall, "subject">> {
  if (file.isRoot || to.isRoot) throw new UserProblem("The memory itself cannot be renamed.");
  await typeOf(file.uri);
  if (await isThere(to.uri)) throw new UserProblem(`“${to.name}” is there already.`);
  return {
    details: [
      { label: "Renames", text: file.name },
      { label: "To", text: to.name },
    ],
    covers: null,
    async run() {
      await workspace.fs.rename(file.uri, to.uri, { overwrite: false });
      return textOutput(`“${file.name}” is “${to.name}” now.`);
    },
  };
}

async function typeOf(uri: Uri): Promise<FileType> {
  const type = await fileType(uri);
  if (type !== undefined) return type;
  throw new UserProblem(`There is no “${uri.path.slice(uri.path.lastIndexOf("/") + 1)}” in the memory.`);
}
