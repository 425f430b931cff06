import assert from "node:assert/strict";
import { addNode, markdownNodes, type MarkdownNode } from "../../src/webview/markdown-nodes";
import { parseMarkdown } from "../../src/webview/markdown-parser";
import { markdownStream } from "../../src/webview/markdown-stream";

/** The nodes of one parse of the whole text. */
export function oneShot(text: string): MarkdownNode[] {
  return markdownNodes(parseMarkdown(text.replace(/\r\n?/g, "\n"), {}));
}

/** What is shown, as the page's elements keep it. */
interface Shown {
  readonly nodes: MarkdownNode[];
}

/** Puts `after` in the place of all nodes from `first` on; what an update keeps stays as it is. */
function show(before: readonly MarkdownNode[], first: number, after: readonly MarkdownNode[]): MarkdownNode[] {
  return [
    ...before.slice(0, first),
    ...after.map((node, index): MarkdownNode => {
      if (typeof node === "string") return node;
      const old = before[first + index];
      const { kept = 0 } = node;
      if (node.tag === "code-block") {
        const { kept: _, ...rest } = node;
        if (kept === 0) return rest;
        assert.ok(typeof old === "object" && old.tag === "code-block", "nothing is there that could be kept");
        return { ...rest, text: old.text.slice(0, kept) + node.text };
      }
      const { kept: _, ...rest } = node;
      const there = typeof old === "object" && old.tag !== "code-block" && old.tag === node.tag ? old.children : [];
      assert.ok(there.length >= kept, "nothing is there that could be kept");
      return { ...rest, children: show(there, kept, node.children) };
    }),
  ];
}

/** How often a part of an open block was final before the block was, by the tag of the block. */
export type Cuts = Map<string, number>;

function countCuts(nodes: readonly MarkdownNode[], cuts: Cuts): void {
  for (const node of nodes) {
    if (typeof node === "string") continue;
    if (node.kept) cuts.set(node.tag, (cuts.get(node.tag) ?? 0) + 1);
    if (node.tag !== "code-block") countCuts(node.children, cuts);
  }
}

/** Neighbouring texts are one to a reader: a long paragraph that was cut has more of them. */
function whole(node: MarkdownNode): MarkdownNode {
  if (typeof node === "string" || node.tag === "code-block") return node;
  const children: MarkdownNode[] = [];
  for (const child of node.children) addNode(children, whole(child));
  return { ...node, children };
}

/** Streams the text in pieces of up to `most` characters and tells how many blocks were final before the end. */
export function streamed(text: string, most: number, random: (below: number) => number, cuts: Cuts = new Map()) {
  const stream = markdownStream();
  let shown: Shown = { nodes: [] };
  let early = 0;
  for (let at = 0; at < text.length;) {
    const end = at + 1 + random(most);
    stream.append(text.slice(at, end));
    at = end;
    const { nodes, final } = stream.update();
    countCuts(nodes, cuts);
    shown = { nodes: show(shown.nodes, early, nodes) };
    early += final;
  }
  const last = stream.finish();
  const nodes = show(shown.nodes, early, last.nodes);
  for (const [place, node] of last.redone) {
    assert.ok(place < nodes.length, "nothing is there that could be redone");
    nodes[place] = node;
  }
  return { nodes: nodes.map(whole), early, redone: [...last.redone.keys()] };
}
