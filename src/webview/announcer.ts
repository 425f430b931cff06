import { element } from "./dom";
import { createSpeech, type Speech } from "./speech";

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

/** Another such place, for the sentences of an answer: what the page itself has to say does not wait for them. */
export function createReader(): { readonly element: HTMLElement } & Speech {
  const live = liveRegion();
  const speech = createSpeech(
    (text) => live.replaceChildren(text),
    (done, ms) => setTimeout(done, ms),
  );
  return { element: live, ...speech };
}

function liveRegion(): HTMLElement {
  return element("div", { class: "visually-hidden", "aria-live": "polite" });
}
