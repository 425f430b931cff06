import { showControls } from "../shared/directionControls";
import { element } from "./dom";
import { highlight, languageName, type Run } from "./highlight";
import type { CodeGroup, GrowingCode } from "./highlighting";

export { languageName };

/** More characters than these are not looked at at once: nobody may wait for it. They stay plain. */
const MOST_AT_ONCE = 16_000;

/** Languages of most answers. */
const COMMON = ["typescript", "python", "bash", "rust", "cpp"];

/** A bit of each, and of what most code has. */
const USUAL = [
  "",
  'import { a } from "b"; // c\n',
  "export class D<T> extends E { f(g: number = 1): void { return `h ${i}`; } }\n",
  '@j\ndef k(l: int, m="n") -> str: # o\n  """p"""\n',
  '/* q */ let r = s!("t {}", 0x1f); async () => { await fetch(/u/); }\n',
];

/**
 * Highlights what nobody sees, when there is nothing else to do. A grammar is compiled when it is first used, and each of its patterns
 * as well: up to 20 ms in all, which no frame of an answer shall have.
 */
function warmUp([next, ...others]: readonly { code: string; language: string }[]): void {
  if (!next) return;
  requestIdleCallback(() => {
    highlight(next.code, next.language);
    warmUp(others);
  });
}

warmUp(COMMON.flatMap((language) => USUAL.map((code) => ({ code, language }))));

/**
 * Highlights some lines.
 * @param room how many runs may be drawn: less by those that were
 * @returns more can be done now
 */
export function highlightSome(code: GrowingCode, room: { runs: number }): boolean {
  if (code.waiting.length === 0) code.more = look(code);
  for (const group of code.waiting) {
    drawRuns(group, room);
    if (group.drawn < group.runs.length) return true;
  }
  code.waiting = [];
  return code.more;
}

/** Nothing will ever be left to do. */
export function isDone({ known, growing, next, groups, waiting }: GrowingCode): boolean {
  return !known || (!growing && next >= groups.length && waiting.length === 0);
}

/** Finds the runs of the next groups; true when there are more groups that can be looked at now. */
function look(code: GrowingCode): boolean {
  const { groups, growing, next, span } = code;
  const chosen = groups.slice(next, next + span);
  if (!code.known || chosen.length === 0) return false;
  const more = next + chosen.length < groups.length;
  const final = more || !growing;
  // A growing group is looked at again each time; several together are not, until the last is full.
  if (!final && span > 1) return false;
  const text = chosen.map((group) => group.text).join("");
  const result = text.length > MOST_AT_ONCE ? undefined : highlight(text, code.language);
  code.known = result !== undefined || text.length > MOST_AT_ONCE;
  if (result) {
    share(chosen, result.runs);
    code.waiting = chosen;
  }
  if (!final || !code.known) return false;
  if (!result || result.atRoot || (!more && !growing)) {
    code.next += chosen.length;
    code.span = 1;
  } else {
    code.span *= 2;
  }
  return more;
}

/** Gives each group its runs, cut where one ends and the next begins. */
function share(groups: readonly CodeGroup[], runs: readonly Run[]): void {
  let at = 0;
  let rest = runs[0];
  for (const group of groups) {
    const own: Run[] = [];
    for (let missing = group.text.length; missing > 0 && rest;) {
      const { text, kind }: Run = rest;
      own.push({ text: text.slice(0, missing), kind });
      rest = text.length > missing ? { text: text.slice(missing), kind } : runs[++at];
      missing -= text.length;
    }
    let same = 0;
    while (same < Math.min(group.drawn, own.length) && equal(group.runs[same], own[same])) same++;
    group.drawn = same;
    group.runs = own;
  }
}

/** Draws so many runs as there is room for, and what follows them as plain text. */
function drawRuns(group: CodeGroup, room: { runs: number }): void {
  const { element: box, runs, drawn } = group;
  const more = runs.slice(drawn, drawn + room.runs);
  while (box.childNodes.length > drawn) box.lastChild?.remove();
  for (const { text, kind } of more) {
    const shown = showControls(text);
    box.append(kind ? element("span", { class: `token-${kind}` }, shown) : document.createTextNode(shown));
  }
  room.runs -= more.length;
  group.drawn += more.length;
  const length = runs.slice(0, group.drawn).reduce((sum, { text }) => sum + text.length, 0);
  if (length < group.text.length) box.append(showControls(group.text.slice(length)));
}

function equal(a: Run | undefined, b: Run | undefined): boolean {
  return a !== undefined && b !== undefined && a.text === b.text && a.kind === b.kind;
}
