/** Texts as the page shows them. No DOM here. */

// Embeddings, overrides and isolates: they can make a line read differently from what it says ("Trojan Source",
// CVE-2021-42574). Left-to-right and right-to-left marks order neutral characters only and stay.
const DIRECTION_CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g;

/** The same text with each direction control spelled out, so that nothing is hidden or reordered by it. */
export function showControls(text: string): string {
  return text.replace(DIRECTION_CONTROLS, (control) => `[U+${control.charCodeAt(0).toString(16).toUpperCase()}]`);
}

/** The default key bindings of the manifest, as the start screen tells them. */
export const KEYS = { explainSelection: "shift+f1", focus: "ctrl+shift+f1", focusMac: "cmd+shift+f1" };

/** "34 KB": a file size in bytes for people, decimal units. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** "app.ts:12–30", "app.ts:12" or "app.ts". Lines are 1-based and inclusive. */
export function codeName(name: string, lines?: readonly [first: number, last: number]): string {
  if (!lines) return name;
  const [first, last] = lines;
  return first === last ? `${name}:${first}` : `${name}:${first}–${last}`;
}

/** Whole seconds from `now` until `until`, both in milliseconds; never negative. */
export function secondsUntil(until: number, now: number): number {
  return Math.max(0, Math.ceil((until - now) / 1000));
}
