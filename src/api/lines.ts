/** The lines of a text that comes as bytes, the last one too. Lines end at LF or CRLF only: JSON may hold U+2028. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  for await (const bytes of chunks) {
    const [head = "", ...tail] = decoder.decode(bytes, { stream: true }).split("\n");
    parts.push(head);
    for (const next of tail) {
      yield parts.join("");
      parts = [next];
    }
  }
  parts.push(decoder.decode());
  yield parts.join("");
}
