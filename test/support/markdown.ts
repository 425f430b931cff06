import assert from "node:assert/strict";
import { addNode, markdownNodes, type MarkdownNode } from "../../src/webview/markdown-nodes";
import { parseMarkdown } from "../../src/webview/markdown-parser";
import { markdownStream } from "../../src/webview/markdown-stream";

/** The nodes of one parse of the whole text. */
export function oneShot(text: string): MarkdownNode[] {
  return markdownNodes(parseMarkdown(text.replace(/\r\n?/g, "\n"), {}));
}

/** What became final before the block around it was. */
export type Frozen =
  | "block"
  | "item"
  | "nested item"
  | "block in an item"
  | "block in a quote"
  | "block in a footnote"
  | "table row"
  | "line of code"
  | "part of a paragraph"
  | "part of a paragraph in a block";

/** How often each was. */
export type Cuts = Map<Frozen, number>;

function count(cuts: Cuts, frozen: Frozen | undefined, times = 1): void {
  if (frozen) cuts.set(frozen, (cuts.get(frozen) ?? 0) + times);
}

/** What is final in an element or code with this tag, which is in others. */
function frozenIn(tag: string, around: readonly string[]): Frozen | undefined {
  switch (tag) {
    case "ul":
    case "ol":
      return around.some((outer) => outer === "ul" || outer === "ol") ? "nested item" : "item";
    case "li":
      return "block in an item";
    case "blockquote":
      return "block in a quote";
    case "div":
      return "block in a footnote";
    case "tbody":
      return "table row";
    case "code-block":
      return "line of code";
    case "p":
      return around.length > 0 ? "part of a paragraph in a block" : "part of a paragraph";
    default:
      return undefined;
  }
}

/** Puts `after` in the place of all nodes from `first` on; what an update keeps stays as it is. */
function show(
  before: readonly MarkdownNode[],
  first: number,
  after: readonly MarkdownNode[],
  cuts: Cuts,
  around: readonly string[] = [],
): MarkdownNode[] {
  return [
    ...before.slice(0, first),
    ...after.map((node, index): MarkdownNode => {
      if (typeof node === "string") return node;
      const place = before[first + index];
      const old = typeof place === "object" && place.tag === node.tag ? place : undefined;
      const { kept = 0 } = node;
      if (kept > (old?.kept ?? 0)) count(cuts, frozenIn(node.tag, around));
      if (node.tag === "code-block") {
        const there = old?.tag === "code-block" ? old.text : "";
        assert.ok(there.length >= kept, "nothing is there that could be kept");
        return { ...node, text: there.slice(0, kept) + node.text };
      }
      const there = old && old.tag !== "code-block" ? old.children : [];
      assert.ok(there.length >= kept, "nothing is there that could be kept");
      return { ...node, children: show(there, kept, node.children, cuts, [...around, node.tag]) };
    }),
  ];
}

/** The nodes as one parse would give them. Neighbouring texts are one to a reader: a long paragraph that was cut has more of them. */
function whole(node: MarkdownNode): MarkdownNode {
  if (typeof node === "string") return node;
  const { kept: _, ...rest } = node;
  if (rest.tag === "code-block") return rest;
  const children: MarkdownNode[] = [];
  for (const child of rest.children) addNode(children, whole(child));
  return { ...rest, children };
}

/** Streams the text in pieces of up to `most` characters and tells how many blocks were final before the end. */
export function streamed(
  text: string,
  most: number,
  random: (below: number) => number,
  cuts: Cuts = new Map(),
  worth?: number,
) {
  const stream = markdownStream(worth);
  let shown: MarkdownNode[] = [];
  let early = 0;
  for (let at = 0; at < text.length;) {
    const end = at + 1 + random(most);
    stream.append(text.slice(at, end));
    at = end;
    const { nodes, final } = stream.update();
    shown = show(shown, early, nodes, cuts);
    early += final;
  }
  count(cuts, "block", early);
  const last = stream.finish();
  const nodes = show(shown, early, last.nodes, cuts);
  const redone: number[] = [];
  for (const [place, node] of last.redone) {
    assert.ok(place < nodes.length, "nothing is there that could be redone");
    nodes[place] = node;
    redone.push(place);
  }
  return { nodes: nodes.map(whole), early, redone };
}
