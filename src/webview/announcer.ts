import { element } from "./dom";

/** Milliseconds between two texts: a screen reader that is fed faster never finishes one. */
const PAUSE = 1500;

/**
 * A hidden place that a screen reader reads out when its text changes. The log itself is not live: read out word by word, a
 * streamed answer cannot be followed.
 */
export function createAnnouncer(): { readonly element: HTMLElement; announce(sentence: string): void } {
  const live = liveRegion();
  const waiting: string[] = [];
  let paused = false;

  function speak(): void {
    paused = waiting.length > 0;
    if (!paused) return;
    live.replaceChildren(waiting.splice(0).join(" "));
    setTimeout(speak, PAUSE);
  }

  return {
    element: live,
    announce(sentence) {
      if (!sentence.trim()) return;
      waiting.push(sentence.trim());
      if (!paused) speak();
    },
  };
}

/** A place of this kind. What the page itself has to say does not wait for the sentences of an answer, which have another. */
export function liveRegion(): HTMLElement {
  return element("div", { class: "visually-hidden", "aria-live": "polite" });
}
