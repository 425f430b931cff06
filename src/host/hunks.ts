import { diffLines } from "diff";

/** Finding the differences of two very different texts may take long; in milliseconds. Then the whole text is one hunk. */
const DIFF_TIMEOUT = 1000;

/** One run of lines that a change replaces. The removed or the added ones may be none. */
export interface Hunk {
  /** Where `removed` begins in the base text, in UTF-16 code units. Always the start of a line. */
  readonly start: number;
  readonly removed: string;
  readonly added: string;
}

/** The differences between two texts by whole lines, in order; between two of them is at least one line that stays. */
export function hunksBetween(base: string, changed: string): Hunk[] {
  const parts = diffLines(base, changed, { timeout: DIFF_TIMEOUT });
  if (!parts) return [{ start: 0, removed: base, added: changed }];
  const hunks: Hunk[] = [];
  let at = 0;
  let open: { start: number; removed: string; added: string } | undefined;
  for (const { added, removed, value } of parts) {
    if (!added && !removed) {
      if (open) hunks.push(open);
      open = undefined;
      at += value.length;
      continue;
    }
    open ??= { start: at, removed: "", added: "" };
    if (added) {
      open.added += value;
    } else {
      open.removed += value;
      at += value.length;
    }
  }
  if (open) hunks.push(open);
  return hunks;
}

/** The base text with these of its hunks. */
export function applyHunks(base: string, hunks: readonly Hunk[]): string {
  let text = "";
  let at = 0;
  for (const { start, removed, added } of hunks) {
    text += base.slice(at, start) + added;
    at = start + removed.length;
  }
  return text + base.slice(at);
}

/**
 * The same hunks in a text that was changed meanwhile, each in its new place; undefined in the place of one whose lines are not
 * what they were.
 */
export function moveHunks(hunks: readonly Hunk[], base: string, now: string): (Hunk | undefined)[] {
  const meanwhile = hunksBetween(base, now);
  return hunks.map((hunk) => {
    let { start } = hunk;
    for (const other of meanwhile) {
      if (overlap(hunk, other)) return undefined;
      if (endOf(other) <= hunk.start) start += other.added.length - other.removed.length;
    }
    return { ...hunk, start };
  });
}

/** The first line of the hunk, counted from 1, and how many lines it removes and adds. */
export function linesOf(
  base: string,
  { start, removed, added }: Hunk,
): { first: number; removed: number; added: number } {
  return { first: countLines(base.slice(0, start)) + 1, removed: countLines(removed), added: countLines(added) };
}

/** Lines of a text; a last one without an end counts. */
function countLines(text: string): number {
  const ends = text.split("\n").length - 1;
  return text === "" || text.endsWith("\n") ? ends : ends + 1;
}

/** Hunks that only touch do not overlap; an insertion within removed lines does. */
function overlap(a: Hunk, b: Hunk): boolean {
  return a.start < endOf(b) && b.start < endOf(a);
}

function endOf({ start, removed }: Hunk): number {
  return start + removed.length;
}
