import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import clojure from "highlight.js/lib/languages/clojure";
import cmake from "highlight.js/lib/languages/cmake";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import css from "highlight.js/lib/languages/css";
import dart from "highlight.js/lib/languages/dart";
import diff from "highlight.js/lib/languages/diff";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import elixir from "highlight.js/lib/languages/elixir";
import fsharp from "highlight.js/lib/languages/fsharp";
import go from "highlight.js/lib/languages/go";
import graphql from "highlight.js/lib/languages/graphql";
import groovy from "highlight.js/lib/languages/groovy";
import haskell from "highlight.js/lib/languages/haskell";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import julia from "highlight.js/lib/languages/julia";
import kotlin from "highlight.js/lib/languages/kotlin";
import latex from "highlight.js/lib/languages/latex";
import lua from "highlight.js/lib/languages/lua";
import makefile from "highlight.js/lib/languages/makefile";
import markdown from "highlight.js/lib/languages/markdown";
import objectivec from "highlight.js/lib/languages/objectivec";
import perl from "highlight.js/lib/languages/perl";
import php from "highlight.js/lib/languages/php";
import powershell from "highlight.js/lib/languages/powershell";
import protobuf from "highlight.js/lib/languages/protobuf";
import python from "highlight.js/lib/languages/python";
import r from "highlight.js/lib/languages/r";
import ruby from "highlight.js/lib/languages/ruby";
import rust from "highlight.js/lib/languages/rust";
import scala from "highlight.js/lib/languages/scala";
import scss from "highlight.js/lib/languages/scss";
import shell from "highlight.js/lib/languages/shell";
import sql from "highlight.js/lib/languages/sql";
import swift from "highlight.js/lib/languages/swift";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";

/** What a piece of code is, as far as its colour goes. The style sheet has one class for each: `token-keyword` and so on. */
export type TokenKind =
  | "addition"
  | "comment"
  | "constant"
  | "deletion"
  | "emphasis"
  | "function"
  | "heading"
  | "keyword"
  | "meta"
  | "number"
  | "property"
  | "regexp"
  | "string"
  | "strong"
  | "tag"
  | "type"
  | "variable";

/** A piece of code of one kind; no kind is plain text. */
export interface Run {
  readonly text: string;
  readonly kind: TokenKind | undefined;
}

export interface Highlighted {
  /** Together they are the code. */
  readonly runs: readonly Run[];
  /** Nothing is open at the end of the code: what follows can be highlighted on its own. */
  readonly atRoot: boolean;
}

/** Highlights code in the language of that name or alias; undefined when the language is not known. */
export type Highlight = (code: string, language: string) => Highlighted | undefined;

/** Kinds by highlight.js scope; a scope with dots that is not listed takes the kind of its first part. */
const KINDS: Readonly<Record<string, TokenKind>> = {
  addition: "addition",
  attr: "property",
  attribute: "property",
  built_in: "function",
  bullet: "keyword",
  "char.escape": "regexp",
  class: "type",
  code: "string",
  comment: "comment",
  deletion: "deletion",
  doctag: "keyword",
  emphasis: "emphasis",
  keyword: "keyword",
  link: "string",
  literal: "constant",
  meta: "meta",
  name: "tag",
  number: "number",
  property: "property",
  quote: "comment",
  regexp: "regexp",
  section: "heading",
  "selector-attr": "property",
  "selector-class": "tag",
  "selector-id": "tag",
  "selector-pseudo": "tag",
  "selector-tag": "tag",
  string: "string",
  strong: "strong",
  symbol: "constant",
  "template-tag": "meta",
  "template-variable": "variable",
  title: "function",
  "title.class": "type",
  "title.class.inherited": "type",
  type: "type",
  variable: "variable",
  "variable.constant": "constant",
  "variable.language": "keyword",
};

/** Takes highlight.js's output as runs instead of HTML. */
class RunEmitter {
  readonly runs: Run[] = [];
  readonly #kinds: (TokenKind | undefined)[] = [];

  addText(text: string): void {
    if (!text) return;
    const kind = this.#kinds.at(-1);
    const last = this.runs.at(-1);
    // Spaces have no colour: they go with what is before them.
    const joins = last && (last.kind === kind || (!kind && !text.trim()));
    if (joins) this.runs[this.runs.length - 1] = { text: last.text + text, kind: last.kind };
    else this.runs.push({ text, kind });
  }

  startScope(scope: string): void {
    this.#kinds.push(KINDS[scope] ?? KINDS[scope.split(".", 1)[0] ?? ""]);
  }

  endScope(): void {
    this.#kinds.pop();
  }

  // highlight.js 11.12 calls these two by their old names as well.
  openNode(scope: string): void {
    this.startScope(scope);
  }

  closeNode(): void {
    this.endScope();
  }

  __addSublanguage(emitter: RunEmitter): void {
    this.runs.push(...emitter.runs);
  }

  finalize(): void {}

  toHTML(): string {
    return "";
  }
}

hljs.configure({ __emitter: RunEmitter });
for (const [name, language] of Object.entries({
  bash,
  c,
  clojure,
  cmake,
  cpp,
  csharp,
  css,
  dart,
  diff,
  dockerfile,
  elixir,
  fsharp,
  go,
  graphql,
  groovy,
  haskell,
  ini,
  java,
  javascript,
  json,
  julia,
  kotlin,
  latex,
  lua,
  makefile,
  markdown,
  objectivec,
  perl,
  php,
  powershell,
  protobuf,
  python,
  r,
  ruby,
  rust,
  scala,
  scss,
  shell,
  sql,
  swift,
  typescript,
  xml,
  yaml,
})) {
  hljs.registerLanguage(name, language);
}
// VS Code's language ids that highlight.js calls otherwise, and what is near enough to a language that it has.
for (const [name, aliases] of Object.entries({
  bash: ["shellscript"],
  ini: ["properties", "dotenv", "ignore"],
  javascript: ["javascriptreact"],
  json: ["jsonl"],
  objectivec: ["objective-c"],
  scss: ["less"],
  typescript: ["typescriptreact"],
  xml: ["vue", "svelte"],
})) {
  hljs.registerAliases(aliases, { languageName: name });
}

/** "TypeScript" of "ts"; undefined when the language is not known. */
export function languageName(language: string): string | undefined {
  return hljs.getLanguage(language)?.name;
}

export const highlight: Highlight = (code, language) => {
  if (!hljs.getLanguage(language)) return undefined;
  const result = hljs.highlight(code, { language, ignoreIllegals: true });
  if (result.errorRaised || !(result._emitter instanceof RunEmitter)) return undefined;
  // `_top` is the mode at the end of the code; the language itself is the only one without a parent.
  const atRoot = !(result._top && "parent" in result._top && result._top.parent);
  return { runs: result._emitter.runs, atRoot };
};
