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
export type OpenLeaf =
  | {
      readonly type: "fence";
      readonly column: number;
      readonly opening: string;
      readonly language: string;
      kept: number;
    }
  | { readonly type: "table"; readonly column: number; readonly head: readonly string[]; kept: number }
  | OpenParagraph;

/** A long paragraph; it is in no other block. */
export interface OpenParagraph {
  readonly type: "paragraph";
  /** What stood before the rest of it: a space, a line end, or nothing. */
  readonly gap: string;
  /** Characters of it that are final. */
  readonly length: number;
  readonly kept: number;
}

export interface Context {
  readonly levels: readonly Level[];
  readonly leaf: OpenLeaf | undefined;
}

export const NO_CONTEXT: Context = { levels: [], leaf: undefined };

/** Nothing kept is the same as a new node. */
const kept = (count: number) => (count > 0 ? { kept: count } : {});

const spaces = (count: number) => " ".repeat(count);

/** So long that the parser takes what follows for nothing but the rest of a long paragraph. */
const PARAGRAPH = "x".repeat(LONG + 1);

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
  if (leaf.type === "paragraph") return PARAGRAPH + (leaf.gap || " ");
  const start = prefix + spaces(leaf.column);
  if (leaf.type === "fence") return `${text}${start}${leaf.opening}\n`;
  return text + leaf.head.map((line) => `${start}${line}\n`).join("");
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
    return leaf.type === "fence" ? [{ ...first, language: leaf.language, ...kept(leaf.kept) }, ...others] : nodes;
  }
  if (leaf.type === "paragraph") {
    const [opened, ...rest] = first.children;
    const words = typeof opened === "string" ? opened.slice(PARAGRAPH.length + 1) : "";
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
 * The levels of the open blocks that began before this line, after their final parts were shown as `nodes`.
 * @param spine the open blocks, outermost first
 * @param leafOpen a part of the block in the innermost is final
 */
export function levelsAt(
  line: number,
  spine: readonly Block[],
  nodes: readonly MarkdownNode[],
  leafOpen: boolean,
): Level[] {
  const levels: Level[] = [];
  let node = nodes.at(-1);
  for (const [index, block] of spine.entries()) {
    if (block.from >= line || !node || typeof node === "string" || node.tag === "code-block") break;
    // The last child goes on, unless it is wholly final.
    const inner = spine[index + 1];
    const open = (inner ? inner.from < line : leafOpen) ? 1 : 0;
    const { children, kept: before = 0, ...element } = node;
    const ready = before + children.length - open;
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
