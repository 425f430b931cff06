/**
 * Where the code of an answer belongs in a file. Answers hold whole files, single functions or patches; no model is asked
 * again: what cannot be placed for sure is not placed.
 */

/** A line that stands for code that was left out: "// … existing code …", "# ...". */
const ELISION = /^\s*(\/\/|#|--|\/\*|<!--|;|%)?\s*(\.{3}|…)/;

/** From this share of a file's lines on, the code is taken for the whole file. */
const WHOLE = 0.6;

/**
 * The file with the code in it, both with "\n" as line breaks: a patch is applied, a whole file takes its place, and each block
 * at the top level of the code takes the place of the block that begins with the same line, or with the same words up to the
 * first bracket or sign. Undefined when it is not clear where the code belongs.
 */
export function placeCode(file: string, code: string, language: string): string | undefined {
  if (language === "diff" || language === "patch") return applyPatch(file, code);
  if (file.trim() === "") return code;
  const lines = code.replace(/\n$/, "").split("\n");
  if (isWholeFile(file, lines)) return code;
  const fileLines = file.split("\n");
  const blocks = blocksOf(lines).filter(({ lines: own }) => !(own.length === 1 && ELISION.test(own[0] ?? "")));
  if (blocks.some((block) => block.lines.some((line) => ELISION.test(line)))) return undefined;
  const places = blocks.map((block) => findPlace(fileLines, block.lines[0] ?? ""));
  if (places.every((place) => place === undefined)) return undefined;

  // What has no place of its own goes below what comes before it in the code, else above what comes after it.
  const result = [...fileLines];
  const at = new Map(blocks.map((block, index) => [block, places[index]]));
  let below: number | undefined;
  const edits: { readonly start: number; readonly count: number; readonly lines: readonly string[] }[] = [];
  for (const [index, block] of blocks.entries()) {
    const start = at.get(block);
    if (start === undefined) {
      const above = places.slice(index).find((place) => place !== undefined);
      const to = below ?? above ?? 0;
      const spaced =
        below === undefined ? [...block.lines, ...block.gap] : [...(blocks[index - 1]?.gap ?? []), ...block.lines];
      edits.push({ start: to, count: 0, lines: indented(spaced, fileLines[below === undefined ? to : to - 1] ?? "") });
      continue;
    }
    if (below !== undefined && start < below) return undefined; // in another order than in the file
    const count = blockLength(fileLines, start);
    edits.push({ start, count, lines: indented(block.lines, fileLines[start] ?? "") });
    below = start + count;
  }
  for (const { start, count, lines: own } of edits.toReversed()) result.splice(start, count, ...own);
  return result.join("\n");
}

function isWholeFile(file: string, code: readonly string[]): boolean {
  if (code.some((line) => ELISION.test(line))) return false;
  const own = new Set(code.map((line) => line.trim()));
  const distinct = [...new Set(file.split("\n").map((line) => line.trim()))].filter((line) => line !== "");
  return distinct.filter((line) => own.has(line)).length >= WHOLE * distinct.length;
}

interface Block {
  readonly lines: readonly string[];
  /** The blank lines after it. */
  readonly gap: readonly string[];
}

/** Cuts code where a line is as little indented as its first one. */
function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length;) {
    const length = Math.max(1, blockLength(lines, at));
    let end = at + length;
    while (end < lines.length && lines[end]?.trim() === "") end++;
    blocks.push({ lines: lines.slice(at, at + length), gap: lines.slice(at + length, end) });
    at = end;
  }
  return blocks.filter(({ lines: own }) => own.some((line) => line.trim() !== ""));
}

/** How many lines the block that begins here has: all that are indented deeper, and the bracket or word that closes it. */
function blockLength(lines: readonly string[], start: number): number {
  const depth = indentation(lines[start] ?? "");
  let end = start + 1;
  for (let at = end; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line.trim() === "") continue;
    const goesOn = /^\s*([)\]}]+.*[([{]|else\b|elif\b|except\b|finally\b)/.test(line); // "} else {", "): Result {"
    const closes = /^\s*([)\]}]|end\b)/.test(line);
    if (indentation(line) < depth || (indentation(line) === depth && !goesOn && !closes)) break;
    end = at + 1;
    if (indentation(line) === depth && closes && !goesOn) break;
  }
  return end - start;
}

/** The line of the file that begins the same block; undefined when there is none or more than one. */
function findPlace(file: readonly string[], first: string): number | undefined {
  return onlyLine(file, (line) => line.trim() === first.trim()) ?? onlyLine(file, sameHead(first));
}

function sameHead(first: string): (line: string) => boolean {
  const head = headOf(first);
  // One word alone, such as "import" or "}", names nothing.
  return (line) => /\S\s+\S|^[.#@]\w/.test(head) && headOf(line) === head;
}

/** "export function total" of "export function total(items: Item[]) {". */
function headOf(line: string): string {
  return line
    .trim()
    .replace(/[({[=:<].*$/, "")
    .trim();
}

function onlyLine(file: readonly string[], matches: (line: string) => boolean): number | undefined {
  const first = file.findIndex(matches);
  return first >= 0 && first === file.findLastIndex(matches) ? first : undefined;
}

function indentation(line: string): number {
  return line.length - line.trimStart().length;
}

/** The block as deep as the line of the file that it stands for. */
function indented(lines: readonly string[], like: string): string[] {
  const own = /^\s*/.exec(lines.find((line) => line.trim() !== "") ?? "")?.[0] ?? "";
  const wanted = /^\s*/.exec(like)?.[0] ?? "";
  return lines.map((line) => (line.startsWith(own) && line.trim() !== "" ? wanted + line.slice(own.length) : line));
}

/** A patch as models write them: the numbers in its headers are often wrong, so only its lines count. */
function applyPatch(file: string, patch: string): string | undefined {
  const hunks: { old: string[]; now: string[] }[] = [];
  let hunk: { old: string[]; now: string[] } | undefined;
  for (const line of patch.replace(/\n$/, "").split("\n")) {
    if (/^(diff |index |--- |\+\+\+ |@@)/.test(line)) {
      hunk = undefined;
      continue;
    }
    if (!hunk) hunks.push((hunk = { old: [], now: [] }));
    if (!line.startsWith("+")) hunk.old.push(line.slice(1));
    if (!line.startsWith("-")) hunk.now.push(line.slice(1));
  }
  const lines = file.split("\n");
  for (const { old, now } of hunks) {
    const places = [...lines.keys()].filter((at) => old.every((line, index) => lines[at + index] === line));
    const [place] = places;
    if (old.length === 0 || place === undefined || places.length > 1) return undefined;
    lines.splice(place, old.length, ...now);
  }
  return hunks.length > 0 ? lines.join("\n") : undefined;
}
