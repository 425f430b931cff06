/**
 * The lines of bytes that come in pieces, without their LF. What follows the last one is a line too, if not empty. A line may be a
 * part of its piece, so it is good until the next one is asked for.
 */
export async function* byteLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let begun: Uint8Array[] = [];
  for await (const piece of pieces) {
    let from = 0;
    for (let to = piece.indexOf(LF); to >= 0; to = piece.indexOf(LF, from)) {
      const end = piece.subarray(from, to);
      yield begun.length === 0 ? end : joinBytes([...begun, end]);
      begun = [];
      from = to + 1;
    }
    if (from < piece.length) begun.push(piece.slice(from)); // not the whole piece for its sake
  }
  if (begun.length > 0) yield joinBytes(begun);
}

const LF = 10;

/** The lines of a text that comes as bytes. Lines end at LF or CRLF only: JSON may hold U+2028. */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  // Line by line: a part of a large string would keep all of it in memory.
  const decoder = new TextDecoder();
  for await (const line of byteLines(pieces)) yield decoder.decode(line);
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
