import { findCut } from "./long-paragraph";
import { openCode, openParagraph, type OpenLeaf } from "./markdown-context";
import { fenceLanguage } from "./markdown-nodes";
import { findBlocks, parseInline, type Block, type References } from "./markdown-parser";

/** A place before which everything is final. */
export interface Cut {
  /** So many characters are before it. */
  readonly length: number;
  /** The blocks that go on behind it, outermost first, but for the leaf. */
  readonly open: readonly Block[];
  /** The innermost, when a part of itself is final. */
  readonly leaf?: OpenLeaf | undefined;
}

/** Cuts before the last block of some complete lines. The first `opening` characters are no part of them. */
export function cutBefore(text: string, opening: number): Cut | undefined {
  const { blocks, definitions } = findBlocks(text);
  const spine = spineOf(blocks, definitions, text.split("\n").length - 1);
  // A definition before the last block stays with it: what looks like a block may be its title.
  const line = (spine.length === 1 ? blocks.at(-2)?.to : spine.at(-1)?.from) ?? 0;
  const length = lineStart(text, line);
  return length > opening ? { length, open: spine.filter(({ from }) => from < line) } : undefined;
}

/** Cuts within the last block, which is still open. `leaf` is what the opening opens again. */
export function cutInside(
  text: string,
  opening: number,
  leaf: OpenLeaf | undefined,
  references: References,
  worth: number,
): Cut | undefined {
  const { blocks, definitions } = findBlocks(text);
  const open = spineOf(blocks, definitions);
  const block = open.pop();
  const lines = text.split("\n");
  const last = lines.at(-1) ? lines.length : lines.length - 1;
  if (!block || definitions || block.to !== last) return undefined;

  const { type, column, indent, token, contents, from } = block;
  const before = lineStart(text, from) < opening ? leaf : undefined;
  // An empty line at its end may be what makes a list loose.
  if (isOpenFence(block) && /\S\s?$/.test(token.content)) {
    const language = before?.language ?? fenceLanguage(token.info);
    const marker = " ".repeat(indent) + token.markup;
    return { length: text.length, open, leaf: openCode(column, marker, language, !text.endsWith("\n")) };
  }
  if (type === "table_open" && lines.length - 1 > from + 2) {
    const cells = block.children[0]?.children[0]?.children ?? [];
    const rule = cells.map((cell) => {
      const style = String(cell.token.attrGet("style"));
      return `${/left|center/.test(style) ? ":" : "-"}-${/right|center/.test(style) ? ":" : "-"}`;
    });
    const head = [`${"|x".repeat(cells.length)}|`, `|${rule.join("|")}|`];
    return { length: text.lastIndexOf("\n") + 1, open, leaf: { column, head, gap: "\n", extra: 0, kept: 0 } };
  }
  const [content = ""] = contents;
  const at = type === "paragraph_open" ? findCut((words) => parseInline(words, references), content, worth) : 0;
  if (at === 0) return undefined;
  // Its lines are those of the text without what opens the blocks around it, and without spaces at both ends.
  const line = from + content.slice(0, at).split("\n").length - 1;
  const [rest = ""] = content.slice(at).split("\n", 1);
  const gap = /\s?$/.exec(content.slice(0, at))?.[0] ?? "";
  const inLine = gap === "\n" ? 0 : (lines[line] ?? "").trimEnd().length - rest.trimEnd().length;
  return {
    length: lineStart(text, line) + inLine,
    open,
    leaf: openParagraph(column, gap, at - (before?.extra ?? 0), before),
  };
}

/**
 * The last block, the last in that, and so on.
 * @param end A paragraph that goes up to this line may still become a heading or a table.
 */
function spineOf(blocks: readonly Block[], definitions: boolean, end = Number.POSITIVE_INFINITY): Block[] {
  const spine: Block[] = [];
  const isParagraph = ({ type, to }: Block) => type === "paragraph_open" && to < end;
  for (let block = blocks.at(-1); block;) {
    spine.push(block);
    const { type, children } = block;
    // Only a paragraph in an item shows whether the list is loose.
    const unknown = type.endsWith("list_open") && !children.some((item) => item.children.some(isParagraph));
    block = unknown || definitions || type === "table_open" ? undefined : children.at(-1);
  }
  return spine;
}

/** A closed fence has one more line. */
function isOpenFence({ type, from, to, token: { content } }: Block): boolean {
  if (type !== "fence") return false;
  return to - from === content.split("\n").length || (content !== "" && !content.endsWith("\n"));
}

/** The text ends in a fence whose closing line has not come yet. */
export function endsInFence(text: string): boolean {
  const block = spineOf(findBlocks(text).blocks, false).at(-1);
  return block !== undefined && isOpenFence(block);
}

/** Where line number `line` (from 0) begins. */
function lineStart(text: string, line: number): number {
  let at = 0;
  for (let n = 0; n < line; n++) at = text.indexOf("\n", at) + 1 || text.length;
  return at;
}
