import type { JsonObject } from "../../api/json";
import { UserProblem } from "../userProblem";
import { linesOf } from "./readTools";

/** What the text editor and the memory have in common: models call both by commands that they know. */

const text = { type: "string" };
const path = { type: "string", minLength: 1, maxLength: 1000 };

/** What the input of the commands has, by their names. */
export const fields = {
  path,
  old_path: path,
  new_path: path,
  file_text: text,
  old_str: { type: "string", minLength: 1 },
  new_str: text,
  insert_line: { type: "integer", minimum: 0 },
  insert_text: text,
  view_range: { type: "array", minItems: 2, maxItems: 2, items: { type: "integer" } },
};

/** A schema of these commands, with the fields that each must have. Others may be there: the schema is the API's to extend. */
export function commandSchema(commands: Readonly<Record<string, readonly (keyof typeof fields)[]>>): object {
  return {
    type: "object",
    properties: { command: { enum: Object.keys(commands) }, ...fields },
    required: ["command"],
    anyOf: Object.entries(commands).map(([command, required]) => ({
      properties: { command: { const: command } },
      required,
    })),
  };
}

/**
 * The lines of a text as models see them in an editor: each with its number, which counts from 1.
 * @param range first and last line; -1 for the last one of all
 * @throws UserProblem for a range that is none
 */
export function numberedLines(name: string, content: string, range: unknown): string {
  const lines = linesOf(content);
  const [first = 1, last = -1]: readonly number[] = Array.isArray(range) ? (range as number[]) : [];
  const to = last === -1 ? lines.length : Math.min(last, lines.length);
  if (first < 1 || first > Math.max(lines.length, 1) || (last !== -1 && last < first)) {
    throw new UserProblem(`There are no lines ${first} to ${last}: “${name}” has ${lines.length} lines.`);
  }
  const numbered = lines.slice(first - 1, to).map((line, index) => `${String(first + index).padStart(6)}\t${line}`);
  return numbered.length === 0 ? `“${name}” is empty.` : `${name}:\n${numbered.join("\n")}`;
}

/**
 * A text with others put in below one of its lines; 0 is above the first.
 * @throws UserProblem when there is no such line
 */
export function withInserted(name: string, content: string, input: JsonObject): string {
  const after = Number(input["insert_line"]);
  const lines = linesOf(content);
  if (after > lines.length) throw new UserProblem(`“${name}” has ${lines.length} lines only. Nothing was changed.`);
  const added = linesOf(String(input["insert_text"]).replaceAll("\r\n", "\n"));
  const end = content === "" || content.endsWith("\n") ? "\n" : "";
  return [...lines.slice(0, after), ...added, ...lines.slice(after)].join("\n") + end;
}
