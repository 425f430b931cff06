import MarkdownIt, { type Env, type Token } from "markdown-it";
import { addFootnotes } from "./footnote-rules";
import { isAllowedLink, isCitationLink } from "./links";
import { limitHeads } from "./long-paragraph";

/**
 * Markdown as models write it: CommonMark with GitHub's tables, strikethrough, autolinks and footnotes. Raw HTML is text, and a
 * link that is not allowed stays the text it was written as. Returns tokens, never HTML.
 */
const parser = new MarkdownIt({ html: false, linkify: true });
parser.validateLink = (href) => isAllowedLink(href) || isCitationLink(href);
limitHeads(parser); // while the rules are markdown-it's own
addFootnotes(parser);

/** A bracket that nothing closes: the parser would look for that to the end of the text, from each. */
const { parseLinkLabel } = parser.helpers;
parser.helpers.parseLinkLabel = (state, start, nested) =>
  state.src.includes("]", start) ? parseLinkLabel(state, start, nested) : -1;

/**
 * Formulas in TeX are code, which no markdown changes: one that is all on a line between `$$`, or what stands between lines of `$$`
 * alone; as with a fence, one that is not closed goes on to the end of the block around it.
 */
parser.block.ruler.before(
  "fence",
  "formula",
  (state, start, end, silent) => {
    const indent = (line: number) => state.sCount[line] ?? 0;
    const text = (line: number) => state.getLines(line, line + 1, indent(line), false).trim();
    // Asked of each line: most have nothing of this.
    if (state.src[(state.bMarks[start] ?? 0) + (state.tShift[start] ?? 0)] !== "$") return false;
    const isMark = (line: number) => indent(line) - state.blkIndent < 4 && text(line) === "$$";

    const whole = /^\$\$([^$]*[^$\s][^$]*)\$\$$/.exec(text(start))?.[1];
    if (indent(start) - state.blkIndent >= 4 || (whole === undefined && !isMark(start))) return false;
    if (silent) return true;

    let last = start + 1;
    const goesOn = () => last < end && !isMark(last) && (indent(last) >= state.blkIndent || state.isEmpty(last));
    if (whole === undefined) while (goesOn()) last++;
    const closed = whole === undefined && last < end && isMark(last) && indent(last) >= state.blkIndent;
    const token = state.push("fence", "code", 0);
    token.info = "math";
    token.markup = "$$";
    token.content = whole === undefined ? state.getLines(start + 1, last, indent(start), true) : `${whole.trim()}\n`;
    state.line = closed ? last + 1 : last;
    token.map = [start, state.line];
    return true;
  },
  { alt: ["paragraph", "reference", "blockquote", "list"] },
);

/** Link definitions by label. */
export type References = NonNullable<Env["references"]>;

/** Parses whole blocks. Definitions found in the text are added to `references`. */
export function parseMarkdown(text: string, references: References): Token[] {
  const tokens = parser.parse(text, { references });
  return tokens.some(isTooDeep) ? withDeepBlocksAsCode(tokens, text) : tokens;
}

/** The tokens of a text within a paragraph. */
export function parseInline(text: string, references: References): Token[] {
  const tokens: Token[] = [];
  parser.inline.parse(text, parser, { references }, tokens);
  return tokens;
}

/** At this level the parser drops what is inside. */
function isTooDeep({ level, nesting }: Token): boolean {
  return nesting === 1 && level >= parser.options.maxNesting - 1;
}

/** Shows top-level blocks that are nested too deeply as they were written. */
function withDeepBlocksAsCode(tokens: readonly Token[], text: string): Token[] {
  const result: Token[] = [];
  let block: Token[] = [];
  for (const token of tokens) {
    block.push(token);
    if (token.level > 0 || token.nesting === 1) continue;
    const lines = block[0]?.map;
    if (lines && block.some(isTooDeep)) {
      const source = new MarkdownIt.Token("code_block", "code", 0);
      source.content = text
        .split("\n")
        .slice(...lines)
        .join("\n");
      result.push(source);
    } else {
      result.push(...block);
    }
    block = [];
  }
  return result;
}

/** A block and what it holds: its place in lines, `to` exclusive. */
export interface Block {
  readonly type: string;
  readonly from: number;
  to: number;
  /** Columns from the start of a line, or from the last quote's marker, to where the block around it has its contents. */
  readonly column: number;
  /** Columns by which the block itself is indented there. */
  readonly indent: number;
  /** Its first token. */
  readonly token: Token;
  readonly children: Block[];
  /** The texts of a paragraph's lines, and the alignments of a table's columns. */
  readonly contents: string[];
}

/** Tells where blocks stand, by the number of their first token; the parser keeps it to itself. */
const columns = new Map<number, { readonly column: number; readonly indent: number }>();

parser.block.ruler.before("table", "columns", (state, line) => {
  columns.set(state.tokens.length, {
    column: state.blkIndent,
    indent: Math.max(0, (state.sCount[line] ?? 0) - state.blkIndent),
  });
  return false;
});

/**
 * Finds the blocks without looking at what is in their lines. Link definitions do not count as blocks, and what follows one
 * at the top level up to the next blank line counts as part of the block before: it may turn out to be the definition's
 * title. `definitions` tells whether the last block has any.
 */
export function findBlocks(text: string): { readonly blocks: Block[]; readonly definitions: boolean } {
  const tokens: Token[] = [];
  columns.clear();
  parser.block.parse(text, parser, { references: {} }, tokens);
  const blocks: Block[] = [];
  const open: Block[] = [];
  let titleLine: number | undefined;
  let definitions = false;
  for (const [index, token] of tokens.entries()) {
    const parent = open.at(-1);
    if (token.type === "reference_definition") {
      definitions = true;
      titleLine = token.map?.[1];
    } else if (token.nesting < 0) {
      open.pop();
    } else if (token.type === "inline") {
      parent?.contents.push(token.content);
    } else {
      const [from, to] = token.map ?? [parent?.from ?? 0, parent?.to ?? 0];
      const before = blocks.at(-1);
      const block: Block = {
        type: token.type,
        from,
        to,
        ...(columns.get(index) ?? { column: 0, indent: 0 }),
        token,
        children: [],
        contents: [],
      };
      if (parent) {
        parent.children.push(block);
      } else if (before && from === titleLine) {
        before.to = to;
        titleLine = to;
      } else {
        blocks.push(block);
        if (from !== titleLine) definitions = false;
      }
      if (token.nesting > 0) open.push(block);
    }
  }
  return { blocks, definitions };
}
