import MarkdownIt, { type Env, type Token } from "markdown-it";

/**
 * Markdown as models write it: CommonMark with GitHub's tables, strikethrough and autolinks. Raw HTML is text, and a
 * link that is not allowed stays the text it was written as. Returns tokens, never HTML.
 */
const parser = new MarkdownIt({ html: false, linkify: true });
parser.validateLink = isAllowedLink;

/** Link definitions by label. */
export type References = NonNullable<Env["references"]>;

/** Only what leads to a browser or a mail program: markdown-it's own list lets `command:` and `vscode:` through. */
export function isAllowedLink(href: string): boolean {
  return /^(https?:\/\/|mailto:)/i.test(href.trim()) && URL.canParse(href);
}

/** Parses whole blocks. Definitions found in the text are added to `references`. */
export function parseMarkdown(text: string, references: References): Token[] {
  const tokens = parser.parse(text, { references });
  return tokens.some(isTooDeep) ? withDeepBlocksAsCode(tokens, text) : tokens;
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

/** A top-level block: its place in lines, `to` exclusive. */
export interface BlockRange {
  readonly type: string;
  readonly from: number;
  to: number;
  /** The marker of a fence. */
  readonly markup: string;
  /** What follows the marker of a fence. */
  readonly info: string;
}

/**
 * Finds the top-level blocks without looking at what is in their lines. Link definitions do not count as blocks, and what
 * follows one up to the next blank line counts as part of the block before: it may turn out to be the definition's title.
 */
export function topLevelBlocks(text: string): BlockRange[] {
  const tokens: Token[] = [];
  parser.block.parse(text, parser, { references: {} }, tokens);
  const blocks: BlockRange[] = [];
  let titleLine: number | undefined;
  for (const { level, nesting, map, type, markup, info } of tokens) {
    if (!map || nesting < 0) continue;
    const [from, to] = map;
    const before = blocks.at(-1);
    if (type === "reference_definition") {
      titleLine = to;
    } else if (level === 0 && before && from === titleLine) {
      before.to = to;
      titleLine = to;
    } else if (level === 0) {
      blocks.push({ type, from, to, markup, info });
    }
  }
  return blocks;
}
