import { markdownNodes, type MarkdownNode } from "./markdown-nodes";
import { parseMarkdown, type References } from "./markdown-parser";

/**
 * What the parser makes of a block depends on link definitions only through the labels that it looks up. This remembers the
 * blocks that looked for one in vain, so that they can be parsed once more when the text is complete.
 */
export interface LateLinks {
  /** All definitions that are final. */
  readonly references: References;
  /** Parses a text for good; what it defines counts from now on. */
  parse(text: string): MarkdownNode[];
  /** Takes source as it was written, in its order. */
  add(source: string): void;
  /** Tells that no block is open now, and how many there are. */
  endBlocks(count: number): void;
  /** The blocks that are something else with all definitions, each by its place; it costs a parse for some of them at a time. */
  redo(): Iterable<readonly [number, MarkdownNode]>;
}

/** Blocks from a place where none was open to the next such place. */
interface Unit {
  /** How many blocks are before them. */
  readonly first: number;
  source: string;
  /** Those that were not defined when they were asked for. */
  readonly labels: Set<string>;
}

/** More characters of open blocks are not parsed once more: nobody may wait for it. */
const MOST = 120_000;

export function lateLinks(): LateLinks {
  const references: References = Object.create(null);
  const missed = new Set<string>();
  const watched: References = new Proxy(references, {
    get(all, label: string) {
      if (!all[label]) missed.add(label);
      return all[label];
    },
  });
  const asking: Unit[] = [];
  let unit = newUnit(0);

  return {
    references,
    parse(text) {
      missed.clear();
      const nodes = markdownNodes(parseMarkdown(text, watched));
      for (const label of missed) if (!references[label]) unit.labels.add(label);
      return nodes;
    },
    add: (source) => void (unit.source += source),
    endBlocks(count) {
      if (unit.labels.size > 0 && unit.source.length < MOST) asking.push(unit);
      unit = newUnit(count);
    },
    *redo() {
      for (const { first, source, labels } of asking) {
        const late = [...labels].filter((label) => references[label]);
        if (late.length === 0) continue;
        const without: References = Object.create(references);
        // The source may have the definition itself, and must not be believed.
        for (const label of late) Object.defineProperty(without, label, { get: () => undefined, set() {} });
        const before = markdownNodes(parseMarkdown(source, without));
        for (const [index, node] of markdownNodes(parseMarkdown(source, references)).entries()) {
          if (JSON.stringify(node) !== JSON.stringify(before[index])) yield [first + index, node];
        }
      }
    },
  };
}

function newUnit(first: number): Unit {
  return { first, source: "", labels: new Set() };
}
