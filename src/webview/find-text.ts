/** What an element shows, as one text, and where each piece of it stands. */
export interface ShownText {
  readonly text: string;
  /** The text nodes, in order, and where each begins in the text. */
  readonly nodes: readonly { readonly node: Text; readonly start: number }[];
}

/** Elements within a line; all others begin and end one. */
const INLINE: ReadonlySet<string> = new Set(["A", "BDI", "CODE", "EM", "S", "SPAN", "STRONG", "SUB", "SUP"]);
/** What belongs to the page and not to the conversation. */
const CHROME =
  "button, textarea, svg, .code-header, .count, .thinking summary, [role=doc-backlink], [aria-hidden=true]";

/** Elements between two places to stop for a while. */
const ELEMENTS_AT_ONCE = 100;

/** Reads the text that a reader sees in `root`, what is folded included: one line for each block. It may stop and go on later. */
export function* readText(root: Element): Generator<undefined, ShownText> {
  const nodes: { node: Text; start: number }[] = [];
  const parts: string[] = [];
  let length = 0;
  let lineEnds = true;
  let elements = 0;

  function add(text: string): void {
    parts.push(text);
    length += text.length;
    lineEnds = text.endsWith("\n");
  }

  function* read(parent: Node): Generator<undefined> {
    if (++elements % ELEMENTS_AT_ONCE === 0) yield undefined;
    for (let child = parent.firstChild; child; child = child.nextSibling) {
      if (child instanceof Text) {
        if (child.length === 0) continue;
        nodes.push({ node: child, start: length });
        add(child.data);
      } else if (child instanceof Element && !child.matches(CHROME)) {
        // `code` in `pre` holds boxes of lines, which end themselves.
        const block = !INLINE.has(child.tagName);
        if (block && !lineEnds) add("\n");
        yield* read(child);
        if (block && !lineEnds) add("\n");
      }
    }
  }

  yield* read(root);
  return { text: parts.join(""), nodes };
}

/** The same at once. */
export function shownText(root: Element): ShownText {
  const reading = readText(root);
  for (;;) {
    const { done, value } = reading.next();
    if (done) return value;
  }
}

/** The part of the page that shows the characters from `start` to `end`; undefined when it is not there any more. */
export function rangeOf({ nodes }: ShownText, start: number, end: number): StaticRange | undefined {
  const first = nodeAt(nodes, start);
  const last = nodeAt(nodes, end - 1);
  if (!first?.node.isConnected || !last?.node.isConnected) return undefined;
  return new StaticRange({
    startContainer: first.node,
    startOffset: Math.min(start - first.start, first.node.length),
    endContainer: last.node,
    endOffset: Math.min(end - last.start, last.node.length),
  });
}

function nodeAt(nodes: ShownText["nodes"], at: number): ShownText["nodes"][number] | undefined {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((nodes[middle]?.start ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return nodes[low - 1];
}
