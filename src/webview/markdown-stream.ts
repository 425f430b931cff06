import { levelsAt, NO_CONTEXT, reopening, withoutReopening, type Context, type OpenLeaf } from "./markdown-context";
import { findCut, MOST_UNSAFE } from "./long-paragraph";
import { addNode, fenceLanguage, markdownNodes, type MarkdownNode } from "./markdown-nodes";
import { findBlocks, parseInline, parseMarkdown, type Block, type References } from "./markdown-parser";

/** What `update` found since the last call. */
export interface MarkdownUpdate {
  /** The blocks at the end, from the first that was not final: they replace the nodes of the last update after its `final`. */
  readonly nodes: MarkdownNode[];
  /** So many of them, at the start, are final now. */
  readonly final: number;
}

/**
 * Markdown that arrives in pieces. A block is final as soon as the next one has begun on a complete line, in lists and quotes
 * as well; the complete rows of a table and lines of a fence are final at once. What is final is parsed once and its source is
 * never looked at again, so that an update costs what is new, not what is there.
 */
export interface MarkdownStream {
  append(text: string): void;
  update(): MarkdownUpdate;
  /**
   * Ends the text. The result equals that of one parse of the whole text: `redone` has the blocks that used a link definition
   * before it came, each by its place among all.
   */
  finish(): MarkdownUpdate & { readonly redone: ReadonlyMap<number, MarkdownNode> };
}

/** Some final blocks that follow each other and asked for labels of links that were not defined. */
interface Asking {
  /** Where their source is. */
  readonly from: number;
  to: number;
  /** The place of the first among all blocks. */
  readonly first: number;
  readonly labels: Set<string>;
  /** One parse would not make of it what is shown. */
  broken: boolean;
}

/** Complete lines of a fence or table that are worth a cut. */
const LEAF_SIZE = 500;
/** Characters of a paragraph that are worth a cut. */
const PARAGRAPH_SIZE = 2000;
/** A paragraph that is longer goes on as another one: the browser lays out each as a whole. */
const LONGEST_PARAGRAPH = 120_000;

export function markdownStream(): MarkdownStream {
  const references: References = Object.create(null);
  /** The labels that the parser asked for in vain. What it makes of a text depends on nothing else. */
  const missed = new Set<string>();
  const watched: References = new Proxy(references, {
    get(all, label: string) {
      if (!all[label]) missed.add(label);
      return all[label];
    },
  });
  /** All text, since some of it may have to be parsed once more. */
  const source: string[] = [];
  const asking: Asking[] = [];
  /** Of the blocks from the last place where none was open. */
  let unit: Asking = { from: 0, to: 0, first: 0, labels: new Set(), broken: false };
  /** Blocks that are wholly final. */
  let ready = 0;
  let context: Context = NO_CONTEXT;
  let tail = "";
  /** Up to here the tail has complete lines that were looked at. */
  let seen = 0;
  /** A tail of so many characters is worth looking for a place to cut its paragraph. */
  let worth = PARAGRAPH_SIZE;
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

  /** Cuts what is final off the tail and returns its nodes, with the open blocks around them. */
  function takeFinal(): MarkdownNode[] {
    const end = tail.lastIndexOf("\n") + 1;
    if (end <= seen) return [];
    seen = end;
    const complete = tail.slice(0, end);
    const opening = reopening(context);
    const text = opening + complete;
    const { blocks, definitions } = findBlocks(text);
    const spine = spineOf(blocks, definitions);
    const last = spine.at(-1);
    if (!last) return [];

    const openingLines = opening.split("\n").length - 1;
    // A definition before the last block stays with it: what looks like a block may be its title.
    const line = spine.length === 1 ? (blocks.at(-2)?.to ?? 0) : last.from;
    if (line > openingLines) return cut(opening, lineStart(text, line), line, spine);
    if (definitions || end < LEAF_SIZE) return [];
    const leaf = openLeaf(last, text, context.leaf);
    return leaf ? cut(opening, text.length, last.to, spine, leaf) : [];
  }

  /** Parses for good what is before `length` in the opened text, and goes on behind it. */
  function cut(opening: string, length: number, line: number, spine: Block[], leaf?: OpenLeaf): MarkdownNode[] {
    const taken = length - opening.length;
    const nodes = parseForGood(opening + tail.slice(0, taken));
    unit.to += taken;
    const levels = levelsAt(line, leaf ? spine.slice(0, -1) : spine, nodes, leaf !== undefined);
    if (leaf && leaf.type !== "paragraph") leaf.kept = keptOf(nodes, leaf);
    context = { levels, leaf };
    worth = PARAGRAPH_SIZE;
    tail = tail.slice(taken);
    seen -= taken;
    if (isOpen()) {
      ready += nodes.length - 1;
    } else {
      ready += nodes.length;
      endUnit();
    }
    return nodes;
  }

  /** Cuts what is final off a long paragraph that is still open, and returns it. */
  function takeWords(): MarkdownNode[] {
    const { levels, leaf } = context;
    if (tail.length < worth || levels.length > 0 || (leaf && leaf.type !== "paragraph")) return [];
    worth = tail.length + PARAGRAPH_SIZE / 4;
    const opening = reopening(context);
    const { blocks, definitions } = findBlocks(opening + tail);
    const [block, other] = blocks;
    if (other || block?.type !== "paragraph_open" || definitions) return [];
    const start = leaf ? 0 : lineStart(tail, block.from);
    const words = tail.slice(start);
    // What begins with a bracket may be a definition.
    if (!leaf && words.length < MOST_UNSAFE && words.trimStart().startsWith("[")) return [];
    const found = findCut((text) => parseInline(text, references), words, leaf?.gap);
    if (found === 0) return [];
    const at = start + found;
    worth = PARAGRAPH_SIZE;
    const gap = /\s/.exec(tail[at - 1] ?? "")?.[0] ?? "";
    const nodes = parseForGood(opening + tail.slice(0, at));
    const [paragraph] = nodes;
    if (typeof paragraph === "object" && paragraph.tag === "p") addNode(paragraph.children, gap);
    unit.to += at;
    tail = tail.slice(at);
    seen = Math.max(0, seen - at);
    const length = (leaf?.length ?? 0) + at;
    if (length < LONGEST_PARAGRAPH) {
      const more = typeof paragraph === "object" && paragraph.tag === "p" ? paragraph.children.length : 0;
      context = { levels, leaf: { type: "paragraph", gap, length, kept: (leaf?.kept ?? 0) + more } };
    } else {
      context = { levels, leaf: { type: "paragraph", gap, length: 0, kept: 0 } };
      ready++;
      unit.broken = true;
    }
    return nodes;
  }

  /**
   * Code of a fence that is not indented is what was written, line by line, until a line may close it: it costs no parse.
   * Undefined when it has to be parsed.
   */
  function openCode(): MarkdownUpdate | undefined {
    const { levels, leaf } = context;
    if (levels.length > 0 || leaf?.type !== "fence" || leaf.column > 0) return undefined;
    // The parser shows a null character as another one.
    if (leaf.opening.startsWith(" ") || tail.includes(leaf.opening) || tail.includes("\0")) return undefined;
    const { language, kept } = leaf;
    const text = tail.slice(0, tail.length - undecided(tail));
    const end = tail.lastIndexOf("\n") + 1;
    leaf.kept += end;
    unit.to += end;
    tail = tail.slice(end);
    seen = 0;
    return { nodes: [{ tag: "code-block", language, kept, text, open: true }], final: 0 };
  }

  function parseForGood(text: string): MarkdownNode[] {
    missed.clear();
    const nodes = withoutReopening(markdownNodes(parseMarkdown(text, watched)), context);
    for (const label of missed) if (!references[label]) unit.labels.add(label);
    return nodes;
  }

  function isOpen(): boolean {
    return context.levels.length > 0 || context.leaf !== undefined;
  }

  /** What comes next is a part of the last block that was told, and not a new paragraph for the rest of one. */
  function goesOnWithin(): boolean {
    const { leaf } = context;
    return isOpen() && !(leaf?.type === "paragraph" && leaf.kept === 0);
  }

  function endUnit(): void {
    if (unit.labels.size > 0 && !unit.broken) asking.push(unit);
    unit = { from: unit.to, to: unit.to, first: ready, labels: new Set(), broken: false };
  }

  /** Blocks that asked for what was defined later, as they are with it. */
  function redo(): Map<number, MarkdownNode> {
    const redone = new Map<number, MarkdownNode>();
    for (const { from, to, first, labels } of asking) {
      const late = [...labels].filter((label) => references[label]);
      if (late.length === 0) continue;
      const text = source.join("").slice(from, to);
      const without: References = { ...references };
      // The text may have the definition itself, and must not be believed.
      for (const label of late) Object.defineProperty(without, label, { get: () => undefined, set() {} });
      const before = markdownNodes(parseMarkdown(text, without));
      for (const [index, node] of markdownNodes(parseMarkdown(text, { ...references })).entries()) {
        if (JSON.stringify(node) !== JSON.stringify(before[index])) redone.set(first + index, node);
      }
    }
    return redone;
  }

  /** The tail as it is shown while more is to come. */
  function tailNodes(): MarkdownNode[] {
    const shown = tail.slice(0, tail.length - undecided(tail));
    const text = reopening(context) + shown;
    // Definitions in the tail are not complete yet: they are seen by the tail alone.
    const nodes = withoutReopening(markdownNodes(parseMarkdown(text, Object.create(references))), context);
    return markOpenFence(text, nodes);
  }

  return {
    append,
    update() {
      const code = openCode();
      if (code) return code;
      let taken = takeFinal();
      if (taken.length === 0) {
        let goesOn = goesOnWithin();
        for (let words = takeWords(); words.length > 0; words = takeWords()) {
          taken = goesOn ? joined(taken, words) : [...taken, ...words];
          goesOn = goesOnWithin();
        }
      }
      const open = tailNodes();
      const going = goesOnWithin();
      const nodes = going ? joined(taken, open) : [...taken, ...open];
      return { nodes, final: going && taken.length > 0 ? taken.length - 1 : taken.length };
    },
    finish() {
      const nodes = parseForGood(reopening(context) + tail);
      unit.to += tail.length;
      endUnit();
      return { nodes, final: nodes.length, redone: redo() };
    },
  };
}

/** The last block, the last in that, and so on. */
function spineOf(blocks: readonly Block[], definitions: boolean): Block[] {
  const spine: Block[] = [];
  for (let block = blocks.at(-1); block;) {
    spine.push(block);
    const inner = /^(bullet_list|ordered_list|list_item|blockquote|footnote)_open$/.test(block.type) && !definitions;
    // Only a paragraph in an item shows whether the list is loose.
    if (block.type.endsWith("list_open") && !block.children.some(hasParagraph)) break;
    block = inner ? block.children.at(-1) : undefined;
  }
  return spine;
}

function hasParagraph({ children }: Block): boolean {
  return children.some(({ type }) => type === "paragraph_open");
}

/** The block as one of which all complete lines are final; undefined when it is another or at its end. */
function openLeaf(block: Block, text: string, before: OpenLeaf | undefined): OpenLeaf | undefined {
  const lines = text.split("\n").length - 1;
  const { type, column, indent, token, from, to } = block;
  if (to !== lines) return undefined;
  if (type === "fence" && isOpenFence(block)) {
    const language = before?.type === "fence" ? before.language : fenceLanguage(token.info);
    return { type: "fence", column, opening: " ".repeat(indent) + token.markup, language, kept: 0 };
  }
  if (type === "table_open" && to > from + 2) {
    const cells = block.children[0]?.children[0]?.children ?? [];
    const rule = cells.map(
      ({ token: cell }) => RULES[/left|center|right/.exec(String(cell.attrGet("style")))?.[0] ?? ""],
    );
    return { type: "table", column, head: [`${"|x".repeat(cells.length)}|`, `|${rule.join("|")}|`], kept: 0 };
  }
  return undefined;
}

const RULES: Readonly<Record<string, string>> = { "": "---", left: ":--", center: ":-:", right: "--:" };

/** A closed fence has one more line. */
function isOpenFence({ from, to, token }: Block): boolean {
  return to - from === token.content.split("\n").length;
}

/** How much of the open leaf, the last of `nodes`, is final. */
function keptOf(nodes: readonly MarkdownNode[], leaf: OpenLeaf): number {
  const node = nodes.at(-1);
  if (!node || typeof node === "string") return 0;
  if (node.tag === "code-block") return (node.kept ?? 0) + node.text.length;
  if (node.tag === "tbody" && leaf.type === "table") return (node.kept ?? 0) + node.children.length;
  return keptOf(node.children, leaf);
}

/** Final nodes and what follows: the last and the first of them are the same block, and so on inside. */
function joined(final: readonly MarkdownNode[], open: readonly MarkdownNode[]): MarkdownNode[] {
  const a = final.at(-1);
  const [b, ...others] = open;
  if (!a || typeof a === "string" || !b || typeof b === "string") return [...final, ...open];
  const before = final.slice(0, -1);
  if (a.tag === "code-block" || b.tag === "code-block") {
    if (a.tag !== "code-block" || b.tag !== "code-block") return [...final, ...open];
    return [...before, { ...b, kept: a.kept ?? 0, text: a.text + b.text }, ...others];
  }
  const start = a.kept ?? 0;
  const ready = (b.kept ?? 0) - start;
  // The last final child goes on when it is not among those that are kept by now.
  const children =
    ready < a.children.length ? joined(a.children.slice(0, ready + 1), b.children) : [...a.children, ...b.children];
  return [...before, { ...b, kept: start, children }, ...others];
}

/** Tells of a fence at the very end that its closing line has not come yet. */
function markOpenFence(text: string, nodes: MarkdownNode[]): MarkdownNode[] {
  const last = nodes.at(-1);
  if (!last || typeof last === "string") return nodes;
  if (last.tag !== "code-block") {
    const children = markOpenFence(text, last.children);
    return children === last.children ? nodes : [...nodes.slice(0, -1), { ...last, children }];
  }
  const block = spineOf(findBlocks(text).blocks, false).at(-1);
  const open = block?.type === "fence" && (isOpenFence(block) || !/(`{3}|~{3}|\${2})[ \t\n]*$/.test(text));
  return open ? [...nodes.slice(0, -1), { ...last, open: true }] : nodes;
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
  return /^[\s>*+\-=_#`~|:.)[\]\d$^]*$/.test(line) ? line.length : 0;
}
