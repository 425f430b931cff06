import { element, icon } from "./dom";

/** Where a reader is: at the end, or so many pixels below the top of a part of a message. */
export type Place =
  | { readonly end: true }
  | { readonly end: false; readonly message: string; readonly part: number; readonly offset: number };

export interface Scrolling {
  /** "Jump to latest", shown while the reader is not at the end. */
  readonly jump: HTMLButtonElement;
  place(): Place;
  /** Goes to a place that was kept, if its message is still there. */
  restore(place: Place): void;
}

/** Marks in a message: itself and its sections. Those that were never drawn have no true height to measure across. */
function parts(message: HTMLElement): Element[] {
  return [message, ...message.querySelectorAll(".section")];
}

/** Pixels from the end that still count as the end: positions are fractional on scaled screens. */
const NEAR = 2;

/**
 * Follows the end of `content` in `viewport` while the reader is there, and lets go at the slightest scroll up. `moved` is
 * called when the reader has come to another place.
 */
export function createScrolling(viewport: HTMLElement, content: HTMLElement, moved: () => void): Scrolling {
  let following = true;
  let lastTop = 0;

  const jump = element("button", { type: "button", class: "jump", hidden: "" }, icon("down"), "Jump to latest");
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
  }

  function toEnd(): void {
    viewport.scrollTop = viewport.scrollHeight;
    lastTop = viewport.scrollTop;
  }

  viewport.addEventListener(
    "scroll",
    () => {
      // Growing content moves the end away without a scroll up; only a reader moves up.
      if (atEnd()) follow(true);
      else if (viewport.scrollTop < lastTop) follow(false);
      lastTop = viewport.scrollTop;
      moved();
    },
    { passive: true },
  );

  const observer = new ResizeObserver(() => {
    if (following) toEnd();
    else if (atEnd()) follow(true);
  });
  observer.observe(content);
  observer.observe(viewport);

  return {
    jump,
    place() {
      if (following) return { end: true };
      for (const message of content.querySelectorAll<HTMLElement>("article")) {
        if (below(message.getBoundingClientRect().bottom) <= 0) continue;
        const tops = parts(message).map((part) => below(part.getBoundingClientRect().top));
        const part = Math.max(
          0,
          tops.findLastIndex((top) => top <= 0),
        );
        return { end: false, message: message.dataset["id"] ?? "", part, offset: -(tops[part] ?? 0) };
      }
      return { end: true };
    },
    restore(place) {
      if (place.end) return;
      const messages = [...content.querySelectorAll<HTMLElement>("article")];
      const message = messages.find(({ dataset }) => dataset["id"] === place.message);
      const part = message && (parts(message)[place.part] ?? message);
      if (!part) return;
      follow(false);
      const go = () => {
        viewport.scrollTop += below(part.getBoundingClientRect().top) + place.offset;
        lastTop = viewport.scrollTop;
      };
      go();
      // What came into view has been laid out by then, and only now has its true height.
      requestAnimationFrame(() => requestAnimationFrame(go));
    },
  };
}
