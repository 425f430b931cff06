import type { MarkdownIt, Token } from "markdown-it";

/**
 * A line of more characters is no head of a table, and a paragraph with more no heading: what of it was shown as words stays
 * words. A long paragraph can so be cut while it grows.
 */
export const LONG = 1000;

/** Makes the parser keep to it. */
export function limitHeads(parser: MarkdownIt): void {
  const { ruler } = parser.block;
  // markdown-it 15 has its rules in this order, the paragraph last.
  const rules = ruler.getRules("");
  const [table] = rules;
  const heading = rules.at(-2);
  if (!table || !heading) throw new Error("markdown-it has other rules.");
  ruler.at(
    "table",
    (state, start, end, silent) =>
      (state.eMarks[start] ?? 0) - (state.bMarks[start] ?? 0) <= LONG && table(state, start, end, silent),
    { alt: ["paragraph", "reference"] },
  );
  ruler.at("lheading", (state, start, end, silent) => {
    const { length } = state.tokens;
    if (!heading(state, start, end, silent)) return false;
    if ((state.tokens[length + 1]?.content.length ?? 0) <= LONG) return true;
    state.tokens.length = length;
    state.line = start;
    return false;
  });
}

/** Characters behind a cut, at least. */
const REST = 200;
/** Without a safe place in so many characters, any place does: nobody waits for brackets that are never closed. */
const MOST_UNSAFE = 6000;

/**
 * Finds a place in the text of an open paragraph at which it can be cut: between two words, with nothing open before it that
 * what follows could close. 0 when there is none yet.
 * @param parse what the parser makes of a text that is within a paragraph
 */
export function findCut(parse: (text: string) => readonly Token[], text: string, worth: number): number {
  // What begins with a bracket may be a definition. Elsewhere a cut costs some parses, and has to be worth more than that of a table.
  if (text.length < (text.startsWith("[") ? MOST_UNSAFE : worth * 5)) return 0;
  const length = Math.min(text.length, MOST_UNSAFE) - REST;
  // In four places, for one may be in the middle of a link or of bold words.
  for (const part of [1, 0.75, 0.5, 0.25]) {
    const at = betweenWords(text, Math.floor(length * part));
    if (at > 0 && isClosed(parse(text.slice(0, at - 1)))) return at;
  }
  if (text.length < MOST_UNSAFE) return 0;
  let at = length;
  // Nor between the halves of a character.
  while (at > 0 && /[\s\uDC00-\uDFFF]/.test(text[at] ?? "")) at--;
  return at;
}

/** The start of the last word in the second half before `from` that a single space or a line end comes before. */
function betweenWords(text: string, from: number): number {
  for (let at = from; at > Math.max(LONG + 10, from / 2); at--) {
    if (!/[^\s\\]( | ?\n)\S$/.test(text.slice(at - 3, at + 1))) continue;
    if (text[at - 1] === "\n") return at;
    // Within a line it has to be a long one, which cannot be the head of a table.
    const start = text.lastIndexOf("\n", at - 2) + 1;
    if (at - start > LONG + 10) return at;
    at = start + 1;
  }
  return 0;
}

/** Nothing in this text can be a part of what comes behind it. */
function isClosed(tokens: readonly Token[]): boolean {
  const words = tokens.map(({ type, content }) => (type === "text" ? content : "\uFFFC")).join("");
  const open = words
    .replaceAll(/\[[^[\]]*\]/g, "\uFFFC")
    .replaceAll(/(?<=[\p{L}\p{N}])_+(?=[\p{L}\p{N}])|(?<=\s)\*(?=\s)/gu, "");
  return !/[`*_[]|~~/.test(open);
}
