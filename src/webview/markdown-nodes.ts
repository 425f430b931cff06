import type { Token } from "markdown-it";
import { showControls } from "../shared/directionControls";
import { isAllowedLink, isCitationLink } from "./links";

/** A rendered piece of markdown as data: text, an element of the allow-list, or a block of code. */
export type MarkdownNode = string | MarkdownElement | CodeNode;

export interface MarkdownElement {
  readonly tag: Tag;
  className?: ClassName;
  /** So many children before these were told in earlier updates; they are final. */
  readonly kept?: number;
  /** Of a link. */
  readonly href?: string;
  /** The first number of an ordered list. */
  readonly start?: number;
  /** Of a task's check box. */
  readonly checked?: boolean;
  /** Of a footnote and of a reference to one. */
  readonly label?: string;
  readonly children: MarkdownNode[];
}

/** Code is kept as one text: the code view draws, highlights and copies it. */
export interface CodeNode {
  readonly tag: "code-block";
  readonly language: string;
  /** So many characters before this text were told in earlier updates. */
  readonly kept?: number;
  readonly text: string;
  /** The closing line has not come yet. */
  readonly open?: true;
}

/** All elements that a reply can make. */
export type Tag =
  | "a"
  | "blockquote"
  | "br"
  | "code"
  | "div"
  | "em"
  | "h1"
  | "h2"
  | "h3"
  | "h4"
  | "h5"
  | "h6"
  | "hr"
  | "input"
  | "li"
  | "ol"
  | "p"
  | "s"
  | "strong"
  | "sup"
  | "table"
  | "tbody"
  | "td"
  | "th"
  | "thead"
  | "tr"
  | "ul";

type ClassName = "footnote" | "loose" | "table" | "task" | "task-item" | "align-left" | "align-center" | "align-right";

/** Tokens whose element has no attributes. */
const PLAIN: Readonly<Record<string, Tag>> = {
  blockquote_open: "blockquote",
  bullet_list_open: "ul",
  em_open: "em",
  paragraph_open: "p",
  s_open: "s",
  strong_open: "strong",
  table_open: "table",
  tbody_open: "tbody",
  thead_open: "thead",
  tr_open: "tr",
};

const HEADINGS: readonly Tag[] = ["h1", "h2", "h3", "h4", "h5", "h6"];

/**
 * Turns markdown-it's tokens into nodes. What it does not know, it shows as text. Paragraphs in the items of a list are
 * elements in tight lists as well, so that a list can become loose late.
 */
export function markdownNodes(tokens: readonly Token[]): MarkdownNode[] {
  const root: MarkdownElement = { tag: "div", children: [] };
  const open = [root];

  for (const [index, token] of tokens.entries()) {
    const parent = open.at(-1) ?? root;
    if (token.nesting === 1) {
      const element = open.length < DEEPEST ? elementOf(token, isTask(tokens, index)) : parent;
      if (element.tag === "table") addNode(parent.children, { tag: "div", className: "table", children: [element] });
      else if (element !== parent) addNode(parent.children, element);
      const list = open.at(-2);
      if (token.type === "paragraph_open" && !token.hidden && parent.tag === "li" && list) list.className = "loose";
      open.push(element);
    } else if (token.nesting === -1) {
      open.pop();
    } else if (token.type === "inline") {
      const nodes = markdownNodes(token.children ?? []);
      for (const node of isTask(tokens, index - 2) ? taskNodes(nodes) : nodes) addNode(parent.children, node);
    } else {
      addNode(parent.children, leaf(token));
    }
  }
  return root.children;
}

/** Elements in each other; what a hostile reply nests deeper stays in the last, for browsers lay out by recursion. */
const DEEPEST = 150;

function elementOf(token: Token, task: boolean): MarkdownElement {
  const children: MarkdownNode[] = [];
  switch (token.type) {
    case "heading_open":
      return { tag: HEADINGS.find((tag) => tag === token.tag) ?? "h6", children };
    case "ordered_list_open": {
      const start = token.attrGet("start");
      return start === null ? { tag: "ol", children } : { tag: "ol", start: Number(start), children };
    }
    case "list_item_open":
      return task ? { tag: "li", className: "task-item", children } : { tag: "li", children };
    case "th_open":
    case "td_open": {
      const tag = token.type === "th_open" ? "th" : "td";
      const align = /left|center|right/.exec(String(token.attrGet("style")))?.[0];
      if (align === "left" || align === "center" || align === "right") {
        return { tag, className: `align-${align}`, children };
      }
      return { tag, children };
    }
    case "footnote_open":
      return { tag: "div", className: "footnote", label: showControls(token.info), children };
    case "link_open":
      return link(String(token.attrGet("href")), children);
    default:
      return { tag: PLAIN[token.type] ?? "div", children };
  }
}

function leaf(token: Token): MarkdownNode {
  switch (token.type) {
    case "softbreak":
      return "\n";
    case "hardbreak":
      return { tag: "br", children: [] };
    case "hr":
      return { tag: "hr", children: [] };
    case "code_inline":
      return { tag: "code", children: [showControls(token.content)] };
    case "footnote_reference": {
      const label = showControls(token.info);
      return { tag: "sup", label, children: [label] };
    }
    case "fence":
      return { tag: "code-block", language: fenceLanguage(token.info), text: token.content };
    case "code_block":
      return { tag: "code-block", language: "", text: token.content };
    case "image": {
      // A picture from the net would tell its server that, and when, this reply was read.
      const address = String(token.attrGet("src"));
      const shown = showControls(token.content ? `${token.content} (${address})` : address);
      return link(address, [shown]);
    }
    default:
      return showControls(token.content);
  }
}

/** Checks the address once more, so that safety does not hang on how the parser is set up. */
function link(href: string, children: MarkdownNode[]): MarkdownElement {
  return isAllowedLink(href) || isCitationLink(href) ? { tag: "a", href, children } : { tag: "a", children };
}

/** The first word after the marker of a fence: "ts" of "ts title=a.ts" and of "ts{1,3}". */
export function fenceLanguage(info: string): string {
  return /^[^\s{,]*/.exec(info.trim())?.[0] ?? "";
}

/** What code is called in its header and aloud. What the page does not draw, it names. */
export function codeLabel(language: string): string {
  const labels = new Map([
    ["math", "Formula (TeX)"],
    ["mermaid", "Diagram (Mermaid)"],
  ]);
  return labels.get(language.toLowerCase()) ?? showControls(language);
}

const TASK = /^\[[ xX]\]\s/;

/** GitHub's task lists: a list item whose text starts with "[ ] " or "[x] ". */
function isTask(tokens: readonly Token[], index: number): boolean {
  return tokens[index]?.type === "list_item_open" && TASK.test(tokens[index + 2]?.content ?? "");
}

/** Turns that start into a check box. */
function taskNodes(nodes: MarkdownNode[]): MarkdownNode[] {
  const [first, ...rest] = nodes;
  if (typeof first !== "string" || !TASK.test(first)) return nodes;
  const box: MarkdownElement = { tag: "input", className: "task", checked: first[1] !== " ", children: [] };
  return [box, first.slice(3), ...rest];
}

/** Neighbouring texts become one, so that growing text grows one node. */
export function addNode(nodes: MarkdownNode[], node: MarkdownNode): void {
  const last = nodes.at(-1);
  if (typeof node === "string" && typeof last === "string") nodes[nodes.length - 1] = last + node;
  else if (node !== "") nodes.push(node);
}
