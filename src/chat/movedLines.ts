/** Where a part of a text is now. Lines count from 0. */
export interface MovedLines {
  readonly first: number;
  readonly last: number;
  /** It has not changed itself. */
  readonly same: boolean;
}

/**
 * Where a part of a text is after the text was changed: the same text nearest to where it was; else from its first line to its last
 * one, which keep their places apart from what was put in or taken out. Undefined when not even its first line is there any more.
 *
 * @param now the lines of the text as it is
 * @param before the part as it was; its first and its last line may be a part of a line
 * @param first where it began
 */
export function movedLines(now: readonly string[], before: readonly string[], first: number): MovedLines | undefined {
  const end = before.length - 1;
  const hasPart = (line: string | undefined, offset: number) => {
    const part = before[offset] ?? "";
    if (line === undefined) return false;
    if (end === 0) return line.includes(part);
    return offset === 0 ? line.endsWith(part) : offset === end ? line.startsWith(part) : line === part;
  };
  const same = nearest(now.length, first, (at) => before.every((_, offset) => hasPart(now[at + offset], offset)));
  if (same !== undefined) return { first: same, last: same + end, same: true };
  const begins = placeOf(
    now,
    first,
    (line) => line === before[0],
    (line) => hasPart(line, 0),
  );
  if (begins === undefined || isBlank(before[0])) return undefined;
  const expected = begins + end;
  const ends = isBlank(before[end])
    ? undefined
    : placeOf(
        now,
        expected,
        (line, at) => at > begins && line === before[end],
        (line, at) => at > begins && hasPart(line, end),
      );
  return { first: begins, last: Math.min(ends ?? expected, now.length - 1), same: false };
}

/** Blank lines are everywhere, so they tell nothing. */
function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === "";
}

type Fits = (line: string | undefined, at: number) => boolean;

/** The nearest line that fits exactly, else the nearest that fits at all. */
function placeOf(now: readonly string[], wanted: number, exactly: Fits, atAll: Fits): number | undefined {
  return (
    nearest(now.length, wanted, (at) => exactly(now[at], at)) ?? nearest(now.length, wanted, (at) => atAll(now[at], at))
  );
}

/** The place nearest to one that is wanted; the earlier one of two. */
function nearest(count: number, wanted: number, fits: (at: number) => boolean): number | undefined {
  for (let distance = 0; distance <= Math.max(wanted, count); distance++) {
    for (const at of [wanted - distance, wanted + distance]) if (at >= 0 && at < count && fits(at)) return at;
  }
  return undefined;
}
