import { LONG } from "./long-paragraph";
import type { MarkdownElement, MarkdownNode } from "./markdown-nodes";
import type { Block } from "./markdown-parser";

/**
 * A block that is still open and whose first parts are final. What follows is parsed after a few lines that open the same
 * blocks again, with nothing in them: the parser stays the only judge of what a line means.
 */
export type Level = QuoteLevel | NoteLevel | ListLevel | ItemLevel;

interface QuoteLevel {
  readonly type: "quote";
  readonly column: number;
  kept: number;
}

interface NoteLevel {
  readonly type: "note";
  readonly column: number;
  readonly label: string;
  kept: number;
}

interface ListLevel {
  readonly type: "list";
  readonly column: number;
  readonly marker: string;
  kept: number;
  /** The element as it is shown; its class may still change. */
  element: MarkdownElement | undefined;
}

interface ItemLevel {
  readonly type: "item";
  /** Of its contents. */
  readonly column: number;
  kept: number;
  element: MarkdownElement | undefined;
}

/** The innermost open block, when a part of itself is final. */
export interface OpenLeaf {
  readonly column: number;
  /** The lines that open it again; what follows comes after the gap: a line end, a space, or nothing. */
  readonly head: readonly string[];
  readonly gap: string;
  /** So many characters of its text are not its own. */
  readonly extra: number;
  /** Of a fence. */
  readonly language?: string;
  kept: number;
  /** Characters of a paragraph that are final. */
  readonly length?: number;
}

/** Code may be cut in the middle of a line: what follows is not the start of one. */
export function openCode(column: number, opening: string, language: string, inLine: boolean): OpenLeaf {
  return inLine
    ? { column, head: [opening, "x"], gap: "", extra: 1, language, kept: 0 }
    : { column, head: [opening], gap: "\n", extra: 0, language, kept: 0 };
}

/** So long that the parser takes what follows for nothing but the rest of a long paragraph. */
const PARAGRAPH = "x".repeat(LONG + 1);
/** A paragraph with more characters goes on as another one: the browser lays out each as a whole. */
const LONGEST_PARAGRAPH = 120_000;

/**
 * A paragraph that is cut behind `gap`, which may be nothing.
 * @param size of what is cut off
 * @param before what it was cut off before
 */
export function openParagraph(
  column: number,
  gap: string,
  size: number,
  before: OpenLeaf | undefined,
): OpenLeaf | undefined {
  const length = (before?.length ?? 0) + size;
  if (length > LONGEST_PARAGRAPH) return undefined;
  return { column, head: [PARAGRAPH], gap: gap || " ", extra: PARAGRAPH.length + (gap ? 0 : 1), kept: 0, length };
}

export interface Context {
  readonly levels: readonly Level[];
  readonly leaf: OpenLeaf | undefined;
}

export const NO_CONTEXT: Context = { levels: [], leaf: undefined };

/** Nothing kept is the same as a new node. */
const kept = (count: number) => (count > 0 ? { kept: count } : {});

const spaces = (count: number) => " ".repeat(count);

/** The lines that open the blocks again. */
export function reopening({ levels, leaf }: Context): string {
  let text = "";
  let prefix = "";
  for (const [index, level] of levels.entries()) {
    if (level.type === "quote") {
      prefix += `${spaces(level.column)}> `;
    } else if (level.type === "note") {
      text += `${prefix}${spaces(level.column)}[^${level.label}]:\n`;
    } else if (level.type === "list") {
      const item = levels[index + 1];
      const width = level.marker.length;
      const gap = item?.type === "item" ? item.column - level.column - width : 4;
      // Up to four spaces may follow a marker, and up to three come before it. When all items are final, the next one may
      // be indented by up to three columns and must not be taken for a part of this one.
      const before = Math.max(0, Math.min(3, gap - 1));
      text += `${prefix}${spaces(level.column + before)}${level.marker}${spaces(gap - before)}x\n`;
      text += `${prefix}${spaces(level.column + width + gap)}#\n`;
    }
  }
  if (!leaf) return text;
  return text + leaf.head.map((line) => prefix + spaces(leaf.column) + line).join("\n") + leaf.gap;
}

/** Takes what `reopening` made out of the nodes again and tells in its place how much is kept. */
export function withoutReopening(nodes: MarkdownNode[], { levels, leaf }: Context, depth = 0): MarkdownNode[] {
  const level = levels[depth];
  const [first, ...others] = nodes;
  if (!level) return leaf ? withoutLeaf(nodes, leaf) : nodes;
  if (!first || typeof first === "string" || first.tag === "code-block") return nodes;
  if (level.type !== "list") {
    return [
      { ...first, ...kept(level.kept), children: withoutReopening(first.children, { levels, leaf }, depth + 1) },
      ...others,
    ];
  }
  const [opened, ...items] = first.children;
  const item = levels[depth + 1];
  if (item?.type === "item" && opened && typeof opened !== "string" && opened.tag === "li") {
    const children = withoutReopening(opened.children.slice(2), { levels, leaf }, depth + 2);
    items.unshift({ ...opened, ...item.element, ...kept(item.kept), children });
  }
  const loose = first.className === "loose" || level.element?.className === "loose";
  const list: MarkdownElement = { ...(level.element ?? first), ...kept(level.kept), children: items };
  if (loose) list.className = "loose";
  return [list, ...others];
}

function withoutLeaf(nodes: MarkdownNode[], leaf: OpenLeaf): MarkdownNode[] {
  const [first, ...others] = nodes;
  if (!first || typeof first === "string") return nodes;
  if (first.tag === "code-block") {
    const { language = "" } = leaf;
    return [{ ...first, language, ...kept(leaf.kept), text: first.text.slice(leaf.extra) }, ...others];
  }
  if (first.tag === "p") {
    const [opened, ...rest] = first.children;
    const words = typeof opened === "string" ? opened.slice(leaf.extra) : "";
    return [{ ...first, ...kept(leaf.kept), children: words ? [words, ...rest] : rest }, ...others];
  }
  const [table] = first.children;
  if (!table || typeof table === "string" || table.tag === "code-block") return nodes;
  const [, body] = table.children;
  const rows = body && typeof body !== "string" && body.tag === "tbody" ? body.children : [];
  const shown: MarkdownElement = { tag: "tbody", ...kept(leaf.kept), children: rows };
  return [{ ...first, children: [{ ...table, kept: 1, children: [shown] }] }, ...others];
}

/**
 * The levels of blocks that are open after their final parts were shown as `nodes`.
 * @param open outermost first
 * @param leafOpen a part of the block in the innermost is final
 */
export function levelsAt(open: readonly Block[], nodes: readonly MarkdownNode[], leafOpen: boolean): Level[] {
  const levels: Level[] = [];
  let node = nodes.at(-1);
  for (const [index, block] of open.entries()) {
    if (!node || typeof node === "string" || node.tag === "code-block") break;
    // The last child goes on, unless it is wholly final.
    const { children, kept: before = 0, ...element } = node;
    const ready = before + children.length - (index < open.length - 1 || leafOpen ? 1 : 0);
    const shell: MarkdownElement = { ...element, children: [] };
    if (block.type === "blockquote_open") {
      levels.push({ type: "quote", column: block.column + block.indent, kept: ready });
    } else if (block.type === "footnote_open") {
      levels.push({ type: "note", column: block.column + block.indent, label: block.token.info, kept: ready });
    } else if (block.type === "list_item_open") {
      levels.push({ type: "item", column: block.children[0]?.column ?? 0, kept: ready, element: shell });
    } else {
      // A blank line before an item that is not final tells as well.
      if (block.children.some((item) => item.children.some(isLooseParagraph))) shell.className = "loose";
      const digits = block.children[0]?.token.info ?? "";
      levels.push({
        type: "list",
        column: block.column,
        marker: digits + block.token.markup,
        kept: ready,
        element: shell,
      });
    }
    node = children.at(-1);
  }
  return levels;
}

function isLooseParagraph({ type, token }: Block): boolean {
  return type === "paragraph_open" && !token.hidden;
}
