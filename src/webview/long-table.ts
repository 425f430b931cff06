/** Rows of the body after which a table is a long one. */
const MANY_ROWS = 50;
/** Characters of a cell that count for the width of its column; longer texts wrap. */
const LONGEST = 40;
/** Words up to this length are not broken: rather, a narrow page scrolls the table sideways. */
const LONGEST_WORD = 16;

/**
 * Fixes the columns of a long table, by the texts of its first rows. The browser's own layout of a table looks at all its rows
 * whenever one is added; rows with fixed columns are laid out one by one. Does nothing while there are few rows.
 */
export function fixColumns(body: Element): void {
  const frame = body.closest(".table");
  if (body.childElementCount <= MANY_ROWS || !(frame instanceof HTMLElement) || frame.classList.contains("long"))
    return;
  const columns: { text: number; word: number }[] = [];
  // The row after these may still grow.
  for (const row of [...frame.querySelectorAll("tr")].slice(0, MANY_ROWS)) {
    for (const [index, { textContent }] of [...row.cells].entries()) {
      const { text, word } = columns[index] ?? { text: 1, word: 1 };
      const longest = Math.max(...textContent.split(/\s/).map(({ length }) => length));
      columns[index] = {
        text: Math.max(text, Math.min(textContent.length, LONGEST)),
        word: Math.max(word, Math.min(longest, LONGEST_WORD)),
      };
    }
  }
  const tracks = columns.map(({ text, word }) => `minmax(calc(${word}ch + var(--cell-padding) * 2), ${text}fr)`);
  frame.style.setProperty("--columns", tracks.join(" "));
  frame.classList.add("long");
}
