import type { MarkdownIt } from "markdown-it";

/** A label has no spaces; the brackets of other labels are no part of it. */
const DEFINITION = /\[\^([^\s[\]]+)\]:[ \t]*/y;
const REFERENCE = /\[\^([^\s[\]]+)\]/y;

/** What continues a definition is indented by so many columns. */
const INDENT = 4;

/**
 * GitHub's footnotes. A reference is one whether or not there is a definition: that may come later, or never, and is looked up when
 * the text is complete (`footnotes.ts`). A definition is a block of blocks, in the place where it was written.
 */
export function addFootnotes(parser: MarkdownIt): void {
  parser.block.ruler.before(
    "reference",
    "footnote",
    (state, start, end, silent) => {
      const from = (state.bMarks[start] ?? 0) + (state.tShift[start] ?? 0);
      DEFINITION.lastIndex = from;
      const [opening = "", label = ""] = DEFINITION.exec(state.src) ?? [];
      if (!opening || (state.sCount[start] ?? 0) - state.blkIndent >= 4) return false;
      if (silent) return true;

      const open = state.push("footnote_open", "div", 1);
      open.info = label;
      const { blkIndent } = state;
      const first = [state.bMarks[start] ?? 0, state.tShift[start] ?? 0, state.sCount[start] ?? 0] as const;
      state.blkIndent += INDENT;
      // What follows on the same line stands where the lines below it begin.
      state.bMarks[start] = from + opening.length;
      state.tShift[start] = 0;
      state.sCount[start] = state.blkIndent;
      state.md.block.tokenize(state, start, end);
      state.blkIndent = blkIndent;
      [state.bMarks[start], state.tShift[start], state.sCount[start]] = first;
      open.map = [start, state.line];
      state.push("footnote_close", "div", -1);
      return true;
    },
    { alt: ["paragraph", "reference", "blockquote", "list"] },
  );

  // A link goes first: `[^a](address)` is one.
  parser.inline.ruler.after("link", "footnote_reference", (state, silent) => {
    REFERENCE.lastIndex = state.pos;
    const [text = "", label = ""] = REFERENCE.exec(state.src) ?? [];
    if (!text || state.pos + text.length > state.posMax) return false;
    if (!silent) state.push("footnote_reference", "sup", 0).info = label;
    state.pos += text.length;
    return true;
  });
}
