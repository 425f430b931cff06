import { element, icon } from "./dom";
import * as icons from "./icons";
import { firstBelow } from "./lazy-drawing";
import type { MessageElement } from "./message-view";

/** Where a reader is: at the end, or so many pixels below the top of a part of a message. */
export type Place =
  | { readonly end: true }
  | { readonly end: false; readonly message: string; readonly part: number; readonly offset: number };

export interface Scrolling {
  /** "Jump to latest", shown while the reader is not at the end. */
  readonly jump: HTMLButtonElement;
  place(): Place;
  /** The content has grown: goes to the end if it is followed, with the layout of this frame, before it is asked for. */
  grown(): void;
  /** Goes to a place that was kept; false when its message is not there. */
  restore(place: Place): boolean;
  /** Brings into view what `rect` measures, however the content around it changes its height while it is laid out. */
  reveal(rect: () => DOMRect): void;
  /** Tells that something was added at the end: it is named on the button while the reader does not see it. */
  added(what: "message" | "text"): void;
}

/** Marks in a message: itself and its blocks. Sections are none: how a text is cut into them depends on how it came. */
function parts(message: Element): Element[] {
  return [message, ...message.querySelectorAll(".section > *")];
}

/** Pixels from the end that still count as the end: positions are fractional on scaled screens. */
const NEAR = 2;

/**
 * Follows the end of `content` in `viewport` while the reader is there, and lets go at the slightest scroll up. `messages`
 * gives what is in it, in order; `moved` is called when the reader has come to another place.
 */
export function createScrolling(
  viewport: HTMLElement,
  content: HTMLElement,
  messages: () => readonly MessageElement[],
  moved: () => void,
): Scrolling {
  let following = true;
  let lastTop = 0;
  let lastHeight = 0;
  let newMessages = 0;

  const news = element("span", { class: "news" });
  const jump = element("button", { type: "button", class: "jump", hidden: "", "aria-label": "Jump to latest" });
  jump.append(icon(icons.down), "Jump to latest", news);
  jump.addEventListener("click", () => {
    follow(true);
    toEnd();
    viewport.focus({ preventScroll: true });
  });

  function atEnd(): boolean {
    return viewport.scrollHeight - viewport.clientHeight - viewport.scrollTop <= NEAR;
  }

  /** The distance from the top of the viewport, in pixels. */
  function below(y: number): number {
    return y - viewport.getBoundingClientRect().top;
  }

  function follow(follows: boolean): void {
    following = follows;
    jump.hidden = follows;
    // At the end it is the end that stays in place; elsewhere the browser keeps in place what is read.
    viewport.style.setProperty("overflow-anchor", follows ? "none" : "auto");
    if (follows) showNews((newMessages = 0), "");
  }

  function showNews(count: number, other: string): void {
    const text = count === 0 ? other : count === 1 ? "1 new message" : `${count} new messages`;
    news.textContent = text;
    if (text) jump.setAttribute("aria-description", text);
    else jump.removeAttribute("aria-description");
  }

  /** Remembers where the page stands: what differs next time was the reader. */
  function stand(): void {
    lastTop = viewport.scrollTop;
    lastHeight = viewport.scrollHeight - viewport.clientHeight;
  }

  function toEnd(): void {
    viewport.scrollTop = viewport.scrollHeight;
    stand();
  }

  viewport.addEventListener(
    "scroll",
    () => {
      const top = viewport.scrollTop;
      if (top === lastTop) return; // it was not the reader
      // Content that shrinks takes the end, and the page with it, up; else only a reader moves up.
      const shrunk = viewport.scrollHeight - viewport.clientHeight < lastHeight;
      if (top < lastTop && !(shrunk && atEnd())) follow(false);
      else if (top > lastTop && atEnd()) follow(true);
      stand();
      moved();
    },
    { passive: true },
  );

  const observer = new ResizeObserver(() => {
    const shrunk = viewport.scrollHeight - viewport.clientHeight < lastHeight;
    if (following) toEnd();
    else if (shrunk && atEnd()) follow(true);
    lastHeight = viewport.scrollHeight - viewport.clientHeight;
  });
  observer.observe(content);
  observer.observe(viewport);
  follow(true);

  /** What comes into view is laid out only then, and gets its true height: so a few times. */
  function settle(go: () => void, times = 3): void {
    go();
    stand();
    if (times > 1) requestAnimationFrame(() => settle(go, times - 1));
  }

  return {
    jump,
    place() {
      if (following) return { end: true };
      const list = messages();
      const message = list[firstBelow(list, viewport.getBoundingClientRect().top)]?.element;
      if (!message) return { end: true };
      const topOf = (part: Element) => below(part.getBoundingClientRect().top);
      // Only one of the sections is looked into: the others may have no layout.
      const passed = (elements: Iterable<Element>) => [...elements].findLast((it) => topOf(it) <= 0);
      const section = passed(message.querySelectorAll(".section"));
      const mark = (section && (passed(section.children) ?? section.firstElementChild)) ?? message;
      return {
        end: false,
        message: message.dataset["id"] ?? "",
        part: parts(message).indexOf(mark),
        offset: -topOf(mark),
      };
    },
    grown() {
      if (following) toEnd();
    },
    restore(place) {
      if (place.end) {
        follow(true);
        toEnd();
        return true;
      }
      const message = messages().find(({ element: { dataset } }) => dataset["id"] === place.message);
      if (!message) return false;
      message.draw();
      const part = parts(message.element)[place.part] ?? message.element;
      follow(false);
      settle(() => (viewport.scrollTop += below(part.getBoundingClientRect().top) + place.offset));
      return true;
    },
    reveal(rect) {
      follow(false);
      settle(() => {
        const { top, bottom } = rect();
        const covered = Number.parseFloat(getComputedStyle(viewport).scrollPaddingTop) || 0;
        const seen = below(top) >= covered && below(bottom) <= viewport.clientHeight;
        if (!seen) viewport.scrollTop += below(top) - viewport.clientHeight / 3;
      });
    },
    added(what) {
      if (following) return;
      if (what === "message") newMessages++;
      showNews(newMessages, "new text");
    },
  };
}
