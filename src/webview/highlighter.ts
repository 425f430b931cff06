import { highlight, languageName, type Highlight } from "./highlight";

// The second script of the page. It is loaded after the first paint and hands itself over by these globals and this event.

declare global {
  var sidenoteHighlight: Highlight | undefined;
  var sidenoteLanguageName: typeof languageName | undefined;
}

globalThis.sidenoteHighlight = highlight;
globalThis.sidenoteLanguageName = languageName;
globalThis.dispatchEvent(new Event("sidenote-highlight"));
