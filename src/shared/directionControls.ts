// Embeddings, overrides and isolates: they can make a line read differently from what it says ("Trojan Source",
// CVE-2021-42574). Left-to-right and right-to-left marks order neutral characters only and stay.
const DIRECTION_CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g;

/** The same text with each direction control spelled out, so that nothing is hidden or reordered by it. */
export function showControls(text: string): string {
  return text.replace(DIRECTION_CONTROLS, (control) => `[U+${control.charCodeAt(0).toString(16).toUpperCase()}]`);
}
