import { highlight, type Highlight } from "./highlight";

// The second script of the page. It is loaded after the first paint and hands itself over by this global and this event.

declare global {
  var sidenoteHighlight: Highlight | undefined;
}

globalThis.sidenoteHighlight = highlight;
globalThis.dispatchEvent(new Event("sidenote-highlight"));
