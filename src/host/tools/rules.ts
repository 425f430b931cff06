import * as v from "valibot";
import { patterns } from "./globs";
import type { PreparedCall, Tool } from "./tool";

/** One entry of `sidenote.toolRules`: calls that are allowed without asking. */
export interface ToolRule {
  readonly tool: string;
  /** As in a .gitignore file, from the workspace folder. */
  readonly files?: string;
  /** The whole command; at the end, " *" stands for more plain words. */
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

/** What no shell reads as anything but itself. */
const PLAIN_WORDS = /^(?: [\w./:=,+-]+)+$/;

function commandMatches(pattern: string, command: string): boolean {
  if (!pattern.endsWith(" *")) return command === pattern;
  const start = pattern.slice(0, -2);
  if (command === start) return true;
  return command.startsWith(start) && PLAIN_WORDS.test(command.slice(start.length));
}
