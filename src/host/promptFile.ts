import { load } from "js-yaml";
import * as v from "valibot";

/** A text to ask with, and what it shall be asked with. */
export interface Prompt {
  /** What is typed after "/": letters, digits, ".", "_" and "-". */
  readonly name: string;
  readonly description: string;
  /** With variables such as `${selection}`. */
  readonly text: string;
  /** As it was written: another program may name its models differently. */
  readonly model?: string;
  readonly tools?: readonly string[];
}

const strings = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((value) => (typeof value === "string" ? [value] : value)),
);

/** What Sidenote reads of the front matter; a field of another type counts as not there. */
const frontMatter = v.object({
  name: v.fallback(v.optional(v.string()), undefined),
  description: v.fallback(v.optional(v.string()), undefined),
  model: v.fallback(v.optional(strings), undefined),
  tools: v.fallback(v.optional(strings), undefined),
});

/**
 * Reads a prompt file: markdown, with front matter in YAML if there is any (code.visualstudio.com, "Use prompt files in VS
 * Code"). Front matter that is no YAML stays part of the text.
 *
 * @param file its name, which gives the prompt's: "review.prompt.md" is "review"
 */
export function parsePromptFile(file: string, source: string): Prompt {
  const text = source.replace(/^\uFEFF/, "").replaceAll(/\r\n?/g, "\n");
  const [whole = "", yaml = ""] = /^---[ \t]*\n([^]*?)\n---[ \t]*(?:\n|$)/.exec(text) ?? [];
  const fields = readYaml(yaml);
  const body = fields ? text.slice(whole.length) : text;
  const { name, description, model, tools } = fields ?? {};
  return {
    name: promptName(name ?? file.replace(/(?:\.prompt)?\.md$/i, "")),
    description: description ?? firstLine(body),
    text: body.trim(),
    ...(model?.[0] !== undefined && { model: model[0] }),
    ...(tools && { tools }),
  };
}

function readYaml(yaml: string): v.InferOutput<typeof frontMatter> | undefined {
  try {
    const fields = load(yaml) ?? {};
    const result = v.safeParse(frontMatter, fields);
    return result.success && !Array.isArray(fields) ? result.output : undefined;
  } catch {
    return undefined; // not YAML
  }
}

/** A name that can be typed after "/". */
export function promptName(name: string): string {
  return name.trim().replaceAll(/[^\p{L}\p{N}._-]+/gu, "-");
}

function firstLine(text: string): string {
  const line = text.split("\n").find((it) => it.trim() !== "") ?? "";
  return line.replace(/^#+\s*/, "").trim();
}

/** A part of a prompt that is filled in when it is used. */
export type PromptVariable =
  | { readonly kind: "selection" | "file" | "language" | "clipboard" | "date" }
  /** The user is asked; `hint` says for what. */
  | { readonly kind: "input"; readonly name: string; readonly hint: string };

/** By the names that VS Code's own prompt files use, and a few of ours. */
const KINDS: Readonly<Record<string, Exclude<PromptVariable["kind"], "input">>> = {
  selection: "selection",
  selectedText: "selection",
  file: "file",
  language: "language",
  clipboard: "clipboard",
  date: "date",
};

const VARIABLE = /\$\{(?:input:(?<name>[^:}\n]{1,60})(?::(?<hint>[^}\n]{0,200}))?|(?<kind>[a-zA-Z]{1,20}))\}/g;

/** The variables of a text, each once. What looks like one and is none, such as `${HOME}`, is text. */
export function variablesOf(text: string): PromptVariable[] {
  const found = new Map<string, PromptVariable>();
  for (const { groups = {} } of text.matchAll(VARIABLE)) {
    const variable = variableFrom(groups);
    if (variable && !found.has(keyOf(variable))) found.set(keyOf(variable), variable);
  }
  return [...found.values()];
}

/** The text with its variables replaced, in one pass: what is put in is not looked at again. */
export function fillIn(text: string, value: (variable: PromptVariable) => string): string {
  return text.replaceAll(VARIABLE, (whole, ...rest: unknown[]) => {
    const variable = variableFrom(rest.at(-1) as Readonly<Record<string, string | undefined>>);
    return variable ? value(variable) : whole;
  });
}

function variableFrom(groups: Readonly<Record<string, string | undefined>>): PromptVariable | undefined {
  const { name, hint, kind = "" } = groups;
  if (name !== undefined) return { kind: "input", name, hint: hint ?? "" };
  return Object.hasOwn(KINDS, kind) ? { kind: KINDS[kind] ?? "date" } : undefined;
}

/** The same for two variables that mean the same. */
export function keyOf(variable: PromptVariable): string {
  return variable.kind === "input" ? `input:${variable.name}` : variable.kind;
}
