import type { Highlight } from "./highlight";

/** Code that can be highlighted step by step. */
export interface Highlightable {
  readonly element: Element;
  /** Highlights some lines; true when more can be done now. */
  highlightSome(highlight: Highlight): boolean;
  /** Nothing will ever be left to do. */
  readonly done: boolean;
}

/** Decides when code is highlighted. */
export interface Highlighting {
  /** From now on this code is highlighted when it is near the visible part of the page. */
  watch(code: Highlightable): void;
  /** The code has grown. */
  grown(code: Highlightable): void;
  /** "TypeScript" of "ts"; undefined when the language is not known, or not yet. */
  languageName(language: string): string | undefined;
}

/** The part of the page that knows languages. */
type Highlighter = typeof import("./highlight");

/** Milliseconds of a frame that highlighting may take. */
const BUDGET = 5;
/** Milliseconds between two times that growing code is highlighted: each time costs its last lines once more. */
const PAUSE = 100;
/** Languages of most answers. A grammar is compiled when it is first used: up to 10 ms, which no frame of an answer shall have. */
const COMMON = ["typescript", "python", "bash", "rust", "cpp"];

/**
 * Highlights what is in the viewport or near it, a few milliseconds a frame, as soon as the highlighter has arrived.
 */
export function createHighlighting(viewport: Element): Highlighting & { start(highlighter: Highlighter): void } {
  const byElement = new WeakMap<Element, Highlightable>();
  const near = new WeakSet<Highlightable>();
  const waiting = new Set<Highlightable>();
  const grown = new Set<Highlightable>();
  let scheduled = false;
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

  function request(code: Highlightable): void {
    waiting.add(code);
    if (scheduled || !highlighter) return;
    scheduled = true;
    requestAnimationFrame(work);
  }

  function highlightGrown(): void {
    for (const code of grown) request(code);
    grown.clear();
  }

  function work(): void {
    scheduled = false;
    if (!highlighter) return;
    const end = performance.now() + BUDGET;
    for (const code of waiting) {
      while (near.has(code) && code.highlightSome(highlighter.highlight)) {
        if (performance.now() > end) {
          request(code);
          return;
        }
      }
      waiting.delete(code);
      // Each frame costs something for each element that is observed.
      if (code.done) observer.unobserve(code.element);
    }
  }

  /** Compiles grammars one by one, when there is nothing else to do. */
  function warmUp([language, ...others]: readonly string[]): void {
    if (language === undefined) return;
    requestIdleCallback(() => {
      highlighter?.highlight("", language);
      warmUp(others);
    });
  }

  return {
    start(arrived) {
      highlighter = arrived;
      work();
      warmUp(COMMON);
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
