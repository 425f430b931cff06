import * as v from "valibot";
import { isSecret, patterns } from "./globs";
import type { PreparedCall, Tool } from "./tool";

/** One entry of `sidenote.toolRules`: calls that are allowed without asking. */
export interface ToolRule {
  readonly tool: string;
  /** As in a .gitignore file, from the workspace folder. */
  readonly files?: string;
  /** The whole command; at the end, " *" stands for more plain words: see `isPlain`. */
  readonly command?: string;
}

const schema = v.array(
  v.fallback(
    v.nullable(
      v.strictObject({
        tool: v.pipe(v.string(), v.nonEmpty()),
        files: v.exactOptional(v.pipe(v.string(), v.nonEmpty(), v.regex(/^[^!#]/))),
        command: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
      }),
    ),
    null,
  ),
);

/** The usable ones of a setting's value: an entry with anything that is not known allows nothing. */
export function readRules(value: unknown): ToolRule[] {
  const read = v.safeParse(schema, value);
  return read.success ? read.output.filter((rule) => rule !== null) : [];
}

/** Whether a rule allows a call. One for a tool that changes files or runs commands must say which. */
export function ruleAllows(
  rule: ToolRule,
  tool: Pick<Tool, "definition" | "effect">,
  subject: PreparedCall["subject"],
): boolean {
  if (rule.tool !== tool.definition.name) return false;
  if (rule.command !== undefined) return subject?.type === "command" && commandMatches(rule.command, subject.command);
  if (rule.files !== undefined) return subject?.type === "file" && patterns([rule.files], true).matches(subject.path);
  return tool.effect === "reads" || (tool.effect === "runs" && subject === undefined);
}

function commandMatches(pattern: string, command: string): boolean {
  if (!pattern.endsWith(" *")) return command === pattern;
  const start = pattern.slice(0, -2);
  if (command === start) return true;
  const [before, ...words] = command.slice(start.length).split(" ");
  return command.startsWith(start) && before === "" && words.every((word) => isPlain(word));
}

/**
 * Whether a word may stand for the "*" of a rule: no shell reads it as anything but itself, no program as an option (`git log
 * --output=file` writes) or as a setting (`make CC=…`), and as a path it names nothing outside the folder and no secret.
 */
function isPlain(word: string): boolean {
  if (!/^[\w.][\w./:,+-]*$/.test(word) || /^[a-z]:/i.test(word)) return false;
  const names = word.split(":");
  return names.every((name) => !name.startsWith("/") && !name.split("/").includes("..") && !isSecret(name));
}
