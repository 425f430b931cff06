import { lateLinks } from "./late-links";
import { levelsAt, NO_CONTEXT, openCode, reopening, withoutReopening, type Context } from "./markdown-context";
import { cutBefore, cutInside, endsInFence, type Cut } from "./markdown-cuts";
import { markdownNodes, type MarkdownNode } from "./markdown-nodes";
import { parseMarkdown } from "./markdown-parser";

/** What `update` found since the last call. */
export interface MarkdownUpdate {
  /** The blocks at the end, from the first that was not final: they replace the nodes of the last update after its `final`. */
  readonly nodes: MarkdownNode[];
  /** So many of them, at the start, are final now. */
  readonly final: number;
}

/**
 * Markdown that arrives in pieces. A block is final as soon as the next one has begun on a complete line, in lists and quotes
 * as well; parts of a long table, fence or paragraph are final before its end. What is final is parsed once and its source is
 * never looked at again, so that an update costs what is new, not what is there.
 */
export interface MarkdownStream {
  append(text: string): void;
  update(): MarkdownUpdate;
  /**
   * Ends the text. The result equals that of one parse of the whole text: `redone` has the blocks that used a link definition
   * before it came, each by its place among all. It parses as it is read.
   */
  finish(): MarkdownUpdate & { readonly redone: Iterable<readonly [number, MarkdownNode]> };
}

/** After so many characters that cannot be cut, what is open ends: nobody waits for a line, or for definitions, without end. */
const MOST = 20_000;

/** @param worth So many characters of an open block are worth a cut. */
export function markdownStream(worth = 500): MarkdownStream {
  const links = lateLinks();
  /** Blocks that are wholly final. */
  let ready = 0;
  let context: Context = NO_CONTEXT;
  let tail = "";
  /** Up to here the tail has complete lines that were looked at. */
  let seen = 0;
  /** When the tail has so many characters, a place within its last block is looked for. */
  let next = worth;
  let endsWithReturn = false;

  /** CRLF and CR become LF, also when the pair is split. */
  function append(text: string): void {
    if (!text) return;
    const whole = endsWithReturn && text.startsWith("\n") ? text.slice(1) : text;
    endsWithReturn = text.endsWith("\r");
    tail += whole.replace(/\r\n?/g, "\n");
  }

  /** Cuts what is final off the tail and returns its nodes, with the open blocks around them. */
  function takeFinal(): MarkdownNode[] {
    const opening = reopening(context);
    const cut = findCut(opening);
    if (!cut) return [];
    const { length, open, leaf } = cut;
    const nodes = parseForGood(opening + take(length - opening.length));
    if (leaf) leaf.kept = keptOf(nodes);
    context = { levels: levelsAt(open, nodes, leaf !== undefined), leaf };
    ready += nodes.length - (isOpen() ? 1 : 0);
    if (!isOpen()) links.endBlocks(ready);
    return nodes;
  }

  function findCut(opening: string): Cut | undefined {
    const end = tail.lastIndexOf("\n") + 1;
    if (end > seen) {
      seen = end;
      const cut = cutBefore(opening + tail.slice(0, end), opening.length);
      if (cut) return cut;
    }
    if (tail.length < next) return undefined;
    next = tail.length + worth;
    const cut = cutInside(opening + decided(), opening.length, context.leaf, links.references, worth);
    return cut ?? (tail.length > MOST ? { length: opening.length + (end || tail.length), open: [] } : undefined);
  }

  /** Takes so many characters off the tail. */
  function take(length: number): string {
    const taken = tail.slice(0, length);
    links.add(taken);
    tail = tail.slice(length);
    seen = Math.max(0, seen - length);
    next = worth;
    return taken;
  }

  /**
   * The tail without an unfinished last line that has nothing but markers so far. What that means is not known yet: "-" after
   * a paragraph would show a heading where a list begins.
   */
  function decided(): string {
    const end = tail.lastIndexOf("\n") + 1;
    const inLine = end === 0 && context.leaf && context.leaf.gap !== "\n";
    return inLine || /[^\s>*+\-=_#`~|:.)[\]\d$^]/.test(tail.slice(end)) ? tail : tail.slice(0, end);
  }

  function parseForGood(text: string): MarkdownNode[] {
    return withoutReopening(links.parse(text), context);
  }

  /** What comes next is a part of the last block that was told. */
  function isOpen(): boolean {
    return context.levels.length > 0 || context.leaf !== undefined;
  }

  /**
   * Code of a fence that is not indented is what was written, line by line, until a line may close it: it costs no parse.
   * Undefined when it has to be parsed.
   */
  function takeCode(): MarkdownUpdate | undefined {
    const { levels, leaf } = context;
    if (levels.length > 0 || leaf?.language === undefined) return undefined;
    const { head, language, kept } = leaf;
    const [opening = ""] = head;
    // The parser shows a null character as another one.
    if (opening.startsWith(" ") || tail.includes(opening) || tail.includes("\0")) return undefined;
    const text = take(decided().length);
    if (text) context = { levels, leaf: openCode(0, opening, language, !text.endsWith("\n")) };
    if (context.leaf) context.leaf.kept = kept + text.length;
    return { nodes: [{ tag: "code-block", language, kept, text, open: true }], final: 0 };
  }

  /** The tail as it is shown while more is to come. */
  function tailNodes(): MarkdownNode[] {
    const text = reopening(context) + decided();
    // Definitions in the tail are not complete yet: they are seen by the tail alone.
    const tokens = parseMarkdown(text, Object.create(links.references));
    return markOpenFence(text, withoutReopening(markdownNodes(tokens), context));
  }

  return {
    append,
    update() {
      const code = takeCode();
      if (code) return code;
      let taken: MarkdownNode[] = [];
      let open = isOpen();
      for (let more = takeFinal(); more.length > 0; more = takeFinal()) {
        taken = open ? joined(taken, more) : [...taken, ...more];
        open = isOpen();
      }
      const nodes = open ? joined(taken, tailNodes()) : [...taken, ...tailNodes()];
      return { nodes, final: open && taken.length > 0 ? taken.length - 1 : taken.length };
    },
    finish() {
      const nodes = parseForGood(reopening(context) + take(tail.length));
      links.endBlocks(ready + nodes.length);
      return { nodes, final: nodes.length, redone: links.redo() };
    },
  };
}

/** How much of the innermost block is final. */
function keptOf(nodes: readonly MarkdownNode[]): number {
  const node = nodes.at(-1);
  if (!node || typeof node === "string") return 0;
  const { kept = 0 } = node;
  if (node.tag === "code-block") return kept + node.text.length;
  return node.tag === "tbody" || node.tag === "p" ? kept + node.children.length : keptOf(node.children);
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
  if (last.tag === "code-block") return endsInFence(text) ? [...nodes.slice(0, -1), { ...last, open: true }] : nodes;
  const children = markOpenFence(text, last.children);
  return children === last.children ? nodes : [...nodes.slice(0, -1), { ...last, children }];
}
