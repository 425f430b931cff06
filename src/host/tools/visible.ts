/** Cannot be seen, or moves what stands beside it. */
const HIDDEN =
  /(?! )[\p{Zs}\p{Zl}\p{Zp}\p{Cf}]|[^\P{Cc}\n]|[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]|[\u115F\u1160\u3164\uFFA0\u2800]/gu;

/** Looks like a character of paths and commands and is another one: wide and mathematical forms, strokes that are no slash. */
const LOOKALIKE =
  /[\uFF0E\uFF0F\uFF10-\uFF19\uFF21-\uFF3A\uFF3C\uFF41-\uFF5A\u{1D400}-\u{1D7FF}\u2024\u2044\u2215\u29F8\u2571]/gu;

/** A word with letters of another alphabet among Latin ones, such as a Cyrillic а in "cart". */
const WORD = /[\p{L}\p{M}\p{N}_]+/gu;
const LATIN = /\p{Script=Latin}/u;
const NOT_LATIN = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}]/gu;

/** So much nothing pushes what follows out of sight. */
const WIDE_GAP = / {32,}/g;
const HIGH_GAP = /(?: *\n){5,}/g;

/**
 * A text in which nothing hides: what cannot be seen, moves others, looks like another character or pushes the rest out of sight is
 * spelled out. What is plain stays as it is.
 */
export function visible(text: string): string {
  return text
    .replaceAll(WIDE_GAP, ({ length }) => `[${length} spaces]`)
    .replaceAll(HIGH_GAP, (gap) => `\n[${gap.split("\n").length - 2} empty lines]\n`)
    .replaceAll(HIDDEN, spelledOut)
    .replaceAll(LOOKALIKE, spelledOut)
    .replaceAll(WORD, (word) => (LATIN.test(word) ? word.replaceAll(NOT_LATIN, spelledOut) : word));
}

function spelledOut(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
}
