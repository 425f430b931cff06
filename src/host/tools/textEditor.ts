import { FileType } from "vscode";
import type { JsonObject } from "../../api/json";
import { textOf } from "../editInParts";
import { fileType } from "../fileType";
import type { ProposedEdits } from "../proposedEdit";
import { UserProblem } from "../userProblem";
import { commandSchema, numberedLines, withInserted } from "./editorCommands";
import { editTool, editTools } from "./editTools";
import { fileReader, quoted, textOutput } from "./kit";
import { listFolder, readFile, textOfFile } from "./readTools";
import type { FileTool, PreparedCall, Tool } from "./tool";
import { workspaceFile } from "./workspaceFiles";

/**
 * The text editor that models know by its type (Messages API, built-in tools). Each of its commands is a call of one of our own
 * tools, with the same refusals, the same diff and the same questions: what was allowed for one is allowed for the other.
 */
export function textEditor(edits: ProposedEdits): Tool {
  const { edit, create } = editTools(edits);
  const view = fileReader(readFile, async (file, { view_range: range }) =>
    textOutput(numberedLines(file.name, await textOfFile(file), range)),
  );
  const describe = (input: JsonObject) => edit.describe(input);
  const insert = editTool(edits, edit.definition, describe, async (file, input) => {
    const before = await textOf(file.uri);
    if (before === undefined) throw new UserProblem(`There is no file “${file.name}”.`);
    return withInserted(file.name, before, input);
  });

  async function prepare(input: JsonObject): Promise<PreparedCall> {
    const { path } = input;
    switch (input["command"]) {
      case "create":
        return asOwn(create, create, { path, content: input["file_text"] });
      case "str_replace": {
        const { old_str: old, new_str: replacement = "" } = input;
        return asOwn(edit, edit, { path, edits: [{ old_text: old, new_text: replacement }] });
      }
      case "insert":
        return asOwn(insert, edit, input);
      default:
        if (await isFolder(String(path))) return asOwn(listFolder, listFolder, { path });
        return asOwn(view, readFile, input);
    }
  }

  return {
    definition: {
      name: "str_replace_based_edit_tool",
      description:
        "The text editor that Claude knows: it views, creates and changes files of the workspace as read_file, create_file and edit_file do.",
    },
    inputSchema: commandSchema({
      view: ["path"],
      create: ["path", "file_text"],
      str_replace: ["path", "old_str"],
      insert: ["path", "insert_line", "insert_text"],
    }),
    source: "Sidenote",
    effect: "writes",
    describe: ({ command, path }) =>
      `${command === "view" ? "View" : command === "create" ? "Make the new file" : "Change"} ${quoted(path)}`,
    prepare,
    call: async (input, context) => (await prepare(input)).run(context),
  };
}

async function asOwn(tool: FileTool, as: Tool, input: JsonObject): Promise<PreparedCall> {
  return { ...(await tool.prepare(input)), as };
}

async function isFolder(path: string): Promise<boolean> {
  const { uri } = await workspaceFile(path);
  const type = (await fileType(uri)) ?? FileType.Unknown; // that it is missing is said when it is read
  return (type & FileType.Directory) !== 0;
}
