import type { JsonObject } from "../../api/json";
import { textOf, type EditInParts } from "../editInParts";
import { isThere } from "../fileType";
import { linesOf } from "../hunks";
import type { ProposedEdits } from "../proposedEdit";
import { UserProblem } from "../userProblem";
import { workspace } from "vscode";
import { define, pathProperty, quoted, textOutput } from "./kit";
import type { FileTool, PreparedCall, Tool, ToolContext, ToolOutput } from "./tool";
import { Exclusions, recheckFile, workspaceFile, type WorkspaceFile } from "./workspaceFiles";

/** Tools that change files. What they would do lies before the user as a diff first. */
export function editTools(edits: ProposedEdits): { readonly edit: FileTool; readonly create: FileTool } {
  return {
    edit: editTool(
      edits,
      define(
        "edit_file",
        "Changes a text file of the workspace: replaces exact pieces of its text. The user sees the change and may accept only parts of it.",
        {
          path: pathProperty,
          edits: {
            type: "array",
            minItems: 1,
            maxItems: 100,
            description: "Made one after the other.",
            items: {
              type: "object",
              properties: {
                old_text: {
                  type: "string",
                  minLength: 1,
                  description: "Exactly as in the file, white space included, and found there once only.",
                },
                new_text: { type: "string" },
              },
              required: ["old_text", "new_text"],
              additionalProperties: false,
            },
          },
        },
        ["path", "edits"],
      ),
      ({ path }) => `Change ${quoted(path)}`,
      async (file, { edits: list }) => {
        const before = await textOf(file.uri);
        if (before === undefined) throw new UserProblem(`There is no file “${file.name}”.`);
        return replaceAll(before, list as readonly { old_text: string; new_text: string }[]);
      },
    ),
    create: editTool(
      edits,
      define(
        "create_file",
        "Makes a new text file in the workspace, and its folders where they are missing. The user sees it first.",
        { path: pathProperty, content: { type: "string" } },
        ["path", "content"],
      ),
      ({ path }) => `Make the new file ${quoted(path)}`,
      async (file, { content }) => {
        if (await isThere(file.uri)) throw new UserProblem(`“${file.name}” is there already; change it instead.`);
        return String(content);
      },
    ),
  };
}

/** The text with each piece replaced. Exported for tests. Throws a UserProblem when a piece is not there exactly once. */
export function replaceAll(text: string, list: readonly { old_text: string; new_text: string }[]): string {
  return list.reduce((now, { old_text: old, new_text: replacement }, index) => {
    const wanted = old.replaceAll("\r\n", "\n");
    const count = now.split(wanted).length - 1;
    if (count !== 1) {
      const problem =
        count === 0 ? "is not in the file" : `is in the file ${count} times; give more of the text around it`;
      throw new UserProblem(`The old_text of edit ${index + 1} ${problem}. Nothing was changed.`);
    }
    return now.replace(wanted, () => replacement.replaceAll("\r\n", "\n"));
  }, text);
}

/** @param proposed what the file shall become, from an input that fits the schema */
export function editTool(
  edits: ProposedEdits,
  definition: Tool["definition"],
  describe: Tool["describe"],
  proposed: (file: WorkspaceFile, input: JsonObject) => Promise<string>,
): FileTool {
  async function prepare(input: JsonObject): Promise<PreparedCall> {
    const file = await workspaceFile(String(input["path"]));
    const text = await proposed(file, input);
    const reason = await new Exclusions().reasonFor(file);
    return {
      subject: { type: "file", path: file.name },
      details: [{ label: "File", text: file.name }],
      covers: null, // each change is looked at
      recheck: () => recheckFile(String(input["path"]), file),
      ...(reason !== undefined && { caution: `This file ${reason}.` }),
      review: async () => edits.open(file.uri, text),
      // A rule allowed it: nobody looks at the parts.
      run: async () => applied(await edits.silently(file.uri, text), file.name),
    };
  }
  return {
    definition,
    source: "Sidenote",
    effect: "writes",
    describe,
    prepare,
    call: async (input: JsonObject, context: ToolContext) => (await prepare(input)).run(context),
  };
}

/** Applies the accepted parts and tells the model what became of each. */
export async function applied(edit: EditInParts, name: string): Promise<ToolOutput> {
  const { wasDirty } = await edit.apply();
  if (!edit.isNew && !wasDirty) await (await workspace.openTextDocument(edit.file)).save();
  const count = edit.parts.filter(({ decision }) => decision === "accepted").length;
  const rest = edit.parts.filter(({ decision }) => decision !== "accepted");
  const saved = wasDirty ? " It has other changes of the user that are not saved yet, so it was not saved." : "";
  const head = edit.isNew
    ? `“${name}” was made.`
    : `${count} of ${edit.parts.length} changes were made in “${name}”.${saved}`;
  return textOutput([head, ...rest.map(({ hunk, decision }) => leftOut(edit.base, hunk, decision))].join("\n\n"));
}

function leftOut(base: string, hunk: EditInParts["parts"][number]["hunk"], decision: string): string {
  const why = decision === "lost" ? "was not made: the user changed these lines meanwhile" : "was rejected by the user";
  const mark = (sign: string, text: string) =>
    text
      .split("\n")
      .filter((line, index, all) => line !== "" || index < all.length - 1)
      .map((line) => `${sign}${line}`);
  const lines = [...mark("-", hunk.removed), ...mark("+", hunk.added)].join("\n");
  return `The change at line ${linesOf(base, hunk).first} ${why}:\n${lines}`;
}
