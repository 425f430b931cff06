import { element } from "./dom";
import type { Services } from "./services";

/** A file that a text seems to name. */
export interface FileMention {
  readonly path: string;
  /** 1-based and inclusive. */
  readonly lines?: readonly [first: number, last: number];
}

// "src/app.ts", "app.ts:12", "src/app.ts:12-20", "src/app.ts#L12-L20": the ways models, compilers and GitHub write it.
const PATH = String.raw`(?:\.\/)?[\p{L}\p{N}_@.+-]+(?:\/[\p{L}\p{N}_@.+-]+)*`;
const LINES = String.raw`(?:(?::|#L)(\d{1,7})(?:[-–]L?(\d{1,7})|:\d{1,7})?)?`;
const WHOLE = new RegExp(`^(${PATH})${LINES}$`, "u");
/** In prose a name needs an ending, and no word, address or longer path around it. */
const INSIDE = new RegExp(
  String.raw`(?<![\p{L}\p{N}_@.+\-/\\:#~])(${PATH}\.[A-Za-z]\w{0,9})${LINES}(?![\p{L}\p{N}_@+\-/\\])`,
  "gu",
);

/** Longer texts are no prose. */
const LONGEST_TEXT = 20_000;
const LONGEST_CODE = 300;
/** So many are asked for at once, at most. */
const MOST = 200;

/** The file that a piece of inline code names. */
export function mentionIn(code: string): FileMention | undefined {
  if (code.length > LONGEST_CODE) return undefined;
  const match = WHOLE.exec(code);
  return match && /[./]/.test(match[1] ?? "") ? mentionOf(match) : undefined;
}

/** The files that a text names, with where that stands. */
export function mentionsIn(
  text: string,
): { readonly mention: FileMention; readonly at: number; readonly length: number }[] {
  if (text.length > LONGEST_TEXT) return [];
  return [...text.matchAll(INSIDE)].map((match) => ({
    mention: mentionOf(match),
    at: match.index,
    length: match[0].length,
  }));
}

function mentionOf([, path = "", first, last]: RegExpExecArray | RegExpMatchArray): FileMention {
  if (first === undefined) return { path };
  const from = Math.max(1, Number(first));
  return { path, lines: [from, Math.max(from, Number(last ?? first))] };
}

/** Makes links of what names files of the workspace, as far as the host knows them. The text must be complete. */
export async function linkFiles(services: Services, root: HTMLElement): Promise<void> {
  const found = [...codeMentions(root), ...textMentions(root)].slice(0, MOST);
  if (found.length === 0) return;
  const paths = [...new Set(found.map(({ mention }) => mention.path))];
  // Without an answer the text stays text.
  const names = await services.request("files", { paths }).catch(() => []);
  const known = new Map(paths.map((path, index) => [path, names[index] ?? undefined]));
  // From the end, so that places before it in the same text stay where they are.
  for (const { mention, place } of found.toReversed()) {
    const name = known.get(mention.path);
    if (name !== undefined) wrap(place, name, mention);
  }
}

interface Found {
  readonly mention: FileMention;
  readonly place: Range;
}

const NO_PROSE = "a, code, pre, .code-block";

function codeMentions(root: HTMLElement): Found[] {
  return [...root.querySelectorAll("code")].flatMap((code) => {
    const mention = code.closest("a, pre, .code-block") ? undefined : mentionIn(code.textContent);
    if (!mention) return [];
    const place = new Range();
    place.selectNodeContents(code);
    return [{ mention, place }];
  });
}

function textMentions(root: HTMLElement): Found[] {
  const found: Found[] = [];
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode() && found.length < MOST) {
    const text = texts.currentNode as Text;
    if (text.parentElement?.closest(NO_PROSE)) continue;
    for (const { mention, at, length } of mentionsIn(text.data)) {
      const place = new Range();
      place.setStart(text, at);
      place.setEnd(text, at + length);
      found.push({ mention, place });
    }
  }
  return found;
}

function wrap(place: Range, name: string, { lines }: FileMention): void {
  const where = !lines ? "" : lines[0] === lines[1] ? `, line ${lines[0]}` : `, lines ${lines[0]} to ${lines[1]}`;
  const link = element("a", { class: "file", href: "#", title: `Open ${name}${where}` });
  link.dataset["file"] = name;
  if (lines) link.dataset["lines"] = lines.join("-");
  link.append(place.extractContents());
  place.insertNode(link);
}
