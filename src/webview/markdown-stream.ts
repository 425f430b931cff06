import { fenceLanguage, markdownNodes, type MarkdownNode } from "./markdown-nodes";
import { parseMarkdown, topLevelBlocks, type BlockRange, type References } from "./markdown-parser";

/** What `update` found since the last call. */
export interface MarkdownUpdate {
  /** Blocks that are now final. They follow all earlier final blocks and replace the start of the last tail. */
  readonly finished: MarkdownNode[];
  /** The blocks at the end that may still change. */
  readonly tail: MarkdownNode[];
}

/**
 * Markdown that arrives in pieces. A top-level block is final as soon as the next one has begun on a complete line: it is
 * parsed once and its source is never looked at again, so that an update costs what is new, not what is there.
 */
export interface MarkdownStream {
  append(text: string): void;
  update(): MarkdownUpdate;
  /**
   * Ends the text. The result equals that of one parse of the whole text; `all` stands for everything shown so far and is
   * there only when a link definition came after blocks that may have used it.
   */
  finish(): MarkdownUpdate & { readonly all?: MarkdownNode[] };
}

/** A fence at the end of the tail whose closing line has not come yet. */
interface OpenFence {
  readonly block: BlockRange;
  /** Where its content begins in the tail. Before it there are at most blank lines and link definitions. */
  readonly start: number;
  /** Finds its closing line. */
  readonly closing: RegExp;
  /** Finds what is cut off the start of its lines. */
  readonly indent: RegExp;
}

export function markdownStream(): MarkdownStream {
  const references: References = Object.create(null);
  /** All text, for the case that it has to be parsed once more. */
  const source: string[] = [];
  let anyFinished = false;
  /** A link definition came after a finished block, which may have used it. */
  let lateReference = false;
  let tail = "";
  /** Up to here the tail has complete lines that were looked at. */
  let seen = 0;
  let fence: OpenFence | undefined;
  let endsWithReturn = false;

  /** CRLF and CR become LF, also when the pair is split. */
  function append(text: string): void {
    if (!text) return;
    const whole = endsWithReturn && text.startsWith("\n") ? text.slice(1) : text;
    endsWithReturn = text.endsWith("\r");
    const normal = whole.replace(/\r\n?/g, "\n");
    source.push(normal);
    tail += normal;
  }

  /** Cuts finished blocks off the tail and returns their nodes. */
  function takeFinished(): MarkdownNode[] {
    const end = tail.lastIndexOf("\n") + 1;
    if (end <= seen) return [];
    const from = seen;
    seen = end;
    if (fence && !fence.closing.test(tail.slice(from, end))) return [];

    const complete = tail.slice(0, end);
    const blocks = topLevelBlocks(complete);
    const last = blocks.at(-1);
    fence = last && openFence(complete, last);
    const closed = last?.type === "fence" && !fence;
    const lines = (closed ? last : blocks.at(-2))?.to ?? 0;
    if (!lines) return [];

    const length = lineStart(complete, lines);
    const nodes = parseForGood(tail.slice(0, length));
    tail = tail.slice(length);
    seen -= length;
    if (fence) fence = { ...fence, start: fence.start - length };
    return nodes;
  }

  function parseForGood(text: string): MarkdownNode[] {
    const before = Object.keys(references).length;
    const nodes = markdownNodes(parseMarkdown(text, references));
    lateReference ||= anyFinished && Object.keys(references).length > before;
    anyFinished = true;
    return nodes;
  }

  /** The tail as it is shown while more is to come. */
  function tailNodes(): MarkdownNode[] {
    const shown = tail.slice(0, tail.length - undecided(tail));
    if (fence) {
      const text = shown.slice(fence.start).replace(fence.indent, "");
      return [{ tag: "code-block", language: fenceLanguage(fence.block.info), text, open: true }];
    }
    // Definitions in the tail are not complete yet: they are seen by the tail alone.
    return markdownNodes(parseMarkdown(shown, Object.create(references)));
  }

  return {
    append,
    update: () => ({ finished: takeFinished(), tail: tailNodes() }),
    finish() {
      const done = { finished: parseForGood(tail), tail: [] };
      return lateReference ? { ...done, all: markdownNodes(parseMarkdown(source.join(""), {})) } : done;
    },
  };
}

/** The block as an open fence, unless its last line closes it. */
function openFence(text: string, block: BlockRange): OpenFence | undefined {
  if (block.type !== "fence") return undefined;
  const start = lineStart(text, block.from + 1);
  // CommonMark: a closing fence is at least as long as the opening one and indented by at most three spaces.
  const closing = new RegExp(`^ {0,3}${block.markup[0]}{${block.markup.length},}[ \\t]*$`, "m");
  if (closing.test(text.slice(start))) return undefined;
  const opening = text.slice(lineStart(text, block.from), start);
  const indent = opening.length - opening.trimStart().length;
  return { block, start, closing, indent: new RegExp(`^ {0,${indent}}`, "gm") };
}

/** Where line number `line` (from 0) begins. */
function lineStart(text: string, line: number): number {
  let at = 0;
  for (let n = 0; n < line; n++) at = text.indexOf("\n", at) + 1 || text.length;
  return at;
}

/**
 * The length of an unfinished last line that has nothing but markers so far. It is held back, because what it means is
 * not known yet: "-" after a paragraph would show a heading where a list begins.
 */
function undecided(text: string): number {
  const line = text.slice(text.lastIndexOf("\n") + 1);
  return /^[\s>*+\-=_#`~|:.)[\]\d]*$/.test(line) ? line.length : 0;
}
