import type { Frames } from "./frames";
import type { Run } from "./highlight";

/** Code that is highlighted step by step, and how far that is. */
export interface GrowingCode {
  readonly element: Element;
  readonly language: string;
  readonly groups: CodeGroup[];
  /** More text may come. */
  growing: boolean;
  /** False once it is seen that nobody knows the language. */
  known: boolean;
  /** All groups before this one were looked at for good. */
  next: number;
  /** How many groups are looked at together, because something opened in the first goes on in the others. */
  span: number;
  /** Those that were looked at last: they have runs to draw. */
  waiting: readonly CodeGroup[];
  /** When they are drawn there is something to look at again. */
  more: boolean;
}

/** Some lines in a box of their own: the layout of a finished box is kept while later lines arrive. */
export interface CodeGroup {
  readonly element: HTMLElement;
  text: string;
  lines: number;
  /** What the text was when it was looked at. */
  runs: readonly Run[];
  /** So many of the runs are drawn, one child node each; plain text may follow them. */
  drawn: number;
}

/** Decides when code is highlighted. */
export interface Highlighting {
  /** From now on this code is highlighted when it is near the visible part of the page. */
  watch(code: GrowingCode): void;
  /** The code has grown. */
  grown(code: GrowingCode): void;
  /** "TypeScript" of "ts"; undefined when the language is not known, or not yet. */
  languageName(language: string): string | undefined;
}

/** The part of the page that knows languages. */
type Highlighter = typeof import("./code-highlighter");

/** Milliseconds of a frame that highlighting may take. */
const BUDGET = 5;
/** So many runs are drawn in a frame: each takes style, layout and paint as well. */
const MOST_RUNS = 50;
/** Milliseconds between two times that growing code is highlighted: each time costs its last lines once more. */
const PAUSE = 200;

/**
 * Highlights what is in the viewport or near it, a little in each frame that has time for it, as soon as the highlighter has arrived.
 */
export function createHighlighting(
  viewport: Element,
  frames: Frames,
): Highlighting & { start(highlighter: Highlighter): void } {
  const byElement = new WeakMap<Element, GrowingCode>();
  const near = new WeakSet<GrowingCode>();
  const waiting = new Set<GrowingCode>();
  const grown = new Set<GrowingCode>();
  let highlighter: Highlighter | undefined;

  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const code = byElement.get(target);
        if (!code) continue;
        if (isIntersecting) near.add(code);
        else near.delete(code);
        if (isIntersecting) request(code);
      }
    },
    { root: viewport, rootMargin: "800px 0px" },
  );

  function request(code: GrowingCode): void {
    waiting.add(code);
    frames.between(work);
  }

  function highlightGrown(): void {
    for (const code of grown) request(code);
    grown.clear();
  }

  function work(): void {
    if (!highlighter) return;
    const end = performance.now() + BUDGET;
    const room = { runs: MOST_RUNS };
    for (const code of waiting) {
      while (near.has(code) && highlighter.highlightSome(code, room)) {
        if (room.runs <= 0 || performance.now() > end) {
          frames.between(work);
          return;
        }
      }
      waiting.delete(code);
      // Each frame costs something for each element that is observed.
      if (highlighter.isDone(code)) observer.unobserve(code.element);
    }
  }

  return {
    start(arrived) {
      highlighter = arrived;
      work();
    },
    languageName: (language) => highlighter?.languageName(language),
    watch(code) {
      byElement.set(code.element, code);
      observer.observe(code.element);
    },
    grown(code) {
      if (!near.has(code)) return;
      if (grown.size === 0) setTimeout(highlightGrown, PAUSE);
      grown.add(code);
    },
  };
}
