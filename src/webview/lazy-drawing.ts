import type { MessageElement } from "./message-view";

/** Milliseconds of a frame that drawing ahead may take. */
const BUDGET = 5;
/** Pixels above and below the viewport in which messages are drawn ahead: more than the browser lays out ahead. */
const MARGIN = 2000;

/**
 * Draws messages when they come near the viewport: those in it before they can be seen, those near it in slices between
 * frames. `messages` gives them in their order.
 */
export function createLazyDrawing(
  viewport: HTMLElement,
  messages: () => readonly MessageElement[],
): {
  /** Draws what is in the viewport now; the rest follows. */
  check(): void;
} {
  let scheduled = false;
  /** Where the page stood when all near it was drawn; undefined until it is. */
  let ready: number | undefined;

  function check(): void {
    ready = undefined;
    const list = messages();
    const { top, bottom } = viewport.getBoundingClientRect();
    for (let at = firstBelow(list, top); at < list.length; at++) {
      const message = list[at];
      if (!message || message.element.getBoundingClientRect().top >= bottom) break;
      message.draw();
    }
    later();
  }

  function later(): void {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(ahead);
  }

  /** Draws the nearest ones first, so that they are there before the reader is. */
  function ahead(): void {
    scheduled = false;
    const list = messages();
    const { top, bottom } = viewport.getBoundingClientRect();
    const end = performance.now() + BUDGET;
    let above = firstBelow(list, top) - 1;
    let below = above + 1;
    for (;;) {
      const before = near(list[above], (rect) => top - rect.bottom);
      const after = near(list[below], (rect) => rect.top - bottom);
      const message = before <= after ? list[above--] : list[below++];
      if (!message || Math.min(before, after) > MARGIN) {
        ready = viewport.scrollTop;
        return;
      }
      if (message.drawn) continue;
      message.draw();
      if (performance.now() > end) break;
    }
    later();
  }

  const observer = new ResizeObserver(later);
  observer.observe(viewport);
  // While an answer is followed, each of its frames scrolls a little.
  const scrolled = () => {
    if (ready === undefined || Math.abs(viewport.scrollTop - ready) > MARGIN / 4) check();
  };
  viewport.addEventListener("scroll", scrolled, { passive: true });
  return { check };
}

function near(message: MessageElement | undefined, distance: (rect: DOMRect) => number): number {
  return message ? Math.max(0, distance(message.element.getBoundingClientRect())) : Infinity;
}

/** The index of the first message that ends below `y`. They stand one below the other, so half of them is ruled out each time. */
export function firstBelow(messages: readonly { readonly element: Element }[], y: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const bottom = messages[middle]?.element.getBoundingClientRect().bottom ?? Infinity;
    if (bottom <= y) low = middle + 1;
    else high = middle;
  }
  return low;
}
