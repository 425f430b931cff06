/** A path as people write it in prose: with an ending, and without what a path hardly has. */
const PATH = String.raw`[\w@.~+\/-]{0,200}\w\.\w{1,10}`;

const IN_INFO = new RegExp(`(?:^|[\\s:="'])(${PATH})["'}]*$`);
const IN_LINE_ABOVE = new RegExp(`(?:^|[\\s\`*"“(])(${PATH})[\`*"”)]*:?[\\s*]*$`);
const IN_COMMENT = new RegExp(
  String.raw`^\s*(?:\/\/|#|--|\/\*|<!--)\s*(?:[Ff]ile(?:name)?:\s*)?(${PATH})\s*(?:\*\/|-->)?\s*$`,
);

/** Longer lines name nothing, and are not worth a search. */
const LONGEST_LINE = 500;

/**
 * The file that an answer names for one of its code blocks: in the info string ("ts src/a.ts", "ts:src/a.ts", "ts title=…"), at
 * the end of the line above the fence ("**src/a.ts**:"), or in a comment in the first line. Undefined when none is named.
 *
 * @param source the answer in markdown
 * @param code the text of the block
 */
export function namedFile(source: string, code: string): string | undefined {
  const lines = source.split("\n");
  const wanted = code.replace(/\n$/, "").split("\n").map(bare);
  for (const [index, line] of lines.entries()) {
    const info = /^[\s>]*(?:`{3,}|~{3,})(.*)$/.exec(line)?.[1];
    if (info === undefined || !wanted.every((text, at) => bare(lines[index + 1 + at] ?? "") === text)) continue;
    const above = lines.slice(0, index).findLast((text) => text.trim() !== "");
    return nameIn(info, IN_INFO) ?? nameIn(above, IN_LINE_ABOVE) ?? nameIn(wanted[0], IN_COMMENT);
  }
  return nameIn(wanted[0], IN_COMMENT);
}

/** A line without what quotes and lists put before it. */
function bare(line: string): string {
  return line.replace(/^[\s>]+/, "").trimEnd();
}

function nameIn(line: string | undefined, pattern: RegExp): string | undefined {
  return line === undefined || line.length > LONGEST_LINE ? undefined : pattern.exec(line.trim())?.[1];
}
