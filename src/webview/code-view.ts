import { showControls } from "../shared/directionControls";
import { confirmPress, element, iconButton, textButton } from "./dom";
import * as icons from "./icons";
import type { Highlight, Run } from "./highlight";
import type { Highlightable } from "./highlighting";
import { codeLabel } from "./markdown-nodes";
import type { Services } from "./services";

/** A block of code with a header. */
export interface CodeView extends Highlightable {
  /** Shows this text after the first `kept` characters; when it only grew, only that is drawn. `open`: more may come. */
  setText(text: string, open: boolean, kept?: number): void;
}

/** Some lines in a box of their own: the layout of a finished box is kept while later lines arrive. */
interface Group {
  readonly element: HTMLElement;
  text: string;
  lines: number;
  /** The runs that are drawn, one child node each; plain text may follow them. */
  runs: readonly Run[];
}

const LINES_A_GROUP = 32;

/** More characters than these are not highlighted at once: nobody may wait for it. They stay plain. */
const MOST_AT_ONCE = 16_000;

/** Code with more lines says how many, and can be folded. */
const LONG = 24;

/** What the header's buttons may do with the code. */
export interface CodeControls {
  readonly element: HTMLElement;
  readonly text: () => string;
  readonly copy: () => void;
  readonly wrapped: () => boolean;
  /** Wraps long lines, or does not any more. */
  readonly wrap: () => void;
}

/** `tools` makes the buttons of the header that follow Copy. */
export function codeView(
  services: Services,
  language: string,
  tools: (code: CodeControls) => readonly HTMLElement[],
): CodeView {
  const code = element("code");
  // A scroll area has to be reachable by keyboard.
  const pre = element("pre", { tabindex: "0" }, code);
  const copyButton = iconButton("Copy code", icons.copy, copy);
  const title = element("span", { class: "code-title" }, codeLabel(language));
  const header = element("div", { class: "code-header" }, title, copyButton);
  const root = element("div", { class: "code-block" }, header, pre);
  root.dataset["language"] = codeLabel(language);
  header.append(
    ...tools({
      element: root,
      text: () => shown,
      copy,
      wrapped: () => root.classList.contains("wrap"),
      wrap: () => void root.classList.toggle("wrap"),
    }),
  );

  const groups: Group[] = [];
  let shown = "";
  let growing = true;
  /** All groups before this one are highlighted for good. */
  let next = 0;
  /** How many groups are highlighted at once, because something opened in the first goes on in the others. */
  let span = 1;
  let known = true;

  function copy(): void {
    services.post({ type: "copy", text: shown });
    services.announce("Copied.");
    confirmPress(copyButton);
  }

  /** Tells how long finished code is, and makes long code one that can be folded. */
  function showLength(): void {
    const lines = groups.reduce((sum, group) => sum + group.lines, 0) + (shown.endsWith("\n") ? 0 : 1);
    if (lines <= LONG || header.firstChild !== title) return;
    title.textContent = [codeLabel(language), `${lines} lines`].filter(Boolean).join(" · ");
    const setFolded = (folded: boolean) => {
      root.classList.toggle("collapsed", folded);
      fold.setAttribute("aria-expanded", String(!folded));
      if (folded) pre.after(unfold);
      else unfold.remove();
      fold.focus();
    };
    const fold = iconButton("Fold code", icons.chevron, () => setFolded(!root.classList.contains("collapsed")));
    fold.classList.add("fold");
    fold.setAttribute("aria-expanded", "true");
    const unfold = textButton(`Show all ${lines} lines`, () => setFolded(false), "unfold");
    title.before(fold);
  }

  function addText(text: string): void {
    for (let at = 0; at < text.length;) {
      let group = groups.at(-1);
      if (!group || group.lines === LINES_A_GROUP) {
        group = { element: element("div"), text: "", lines: 0, runs: [] };
        groups.push(group);
        code.append(group.element);
      }
      let end = at;
      while (end < text.length && group.lines < LINES_A_GROUP) {
        end = text.indexOf("\n", end) + 1 || text.length;
        if (text[end - 1] === "\n") group.lines++;
      }
      const piece = text.slice(at, end);
      group.text += piece;
      appendPlain(group, showControls(piece));
      at = end;
    }
  }

  function highlightSome(highlight: Highlight): boolean {
    const chosen = groups.slice(next, next + span);
    const last = chosen.at(-1);
    if (!known || !last) return false;
    const final = !growing || last.lines === LINES_A_GROUP;
    // A growing group is drawn again each time; several together are not, until the last is full.
    if (!final && span > 1) return false;
    const more = next + chosen.length < groups.length;
    if (chosen.reduce((sum, { text }) => sum + text.length, 0) > MOST_AT_ONCE) {
      if (!final) return false;
      next += chosen.length;
      span = 1;
      return more;
    }
    const result = highlight(chosen.map(({ text }) => text).join(""), language);
    known = result !== undefined;
    if (!result) return false;
    drawRuns(chosen, result.runs);
    if (!final) return false;
    if (result.atRoot || (!more && !growing)) {
      next += chosen.length;
      span = 1;
    } else {
      span *= 2;
    }
    return more;
  }

  const view: CodeView = {
    element: root,
    setText(rest, open, kept = 0) {
      growing = open;
      let added = rest.slice(shown.length - kept);
      if (!rest.startsWith(shown.slice(kept))) {
        added = shown.slice(0, kept) + rest;
        groups.length = 0;
        code.replaceChildren();
        shown = "";
        next = 0;
        span = 1;
      }
      addText(added);
      shown += added;
      if (!open) showLength();
      services.highlighting.grown(view);
    },
    highlightSome,
    get done() {
      return !known || (!growing && next >= groups.length);
    },
  };
  services.highlighting.watch(view);
  return view;
}

/** Text after the runs, until they are drawn again. */
function appendPlain(group: Group, text: string): void {
  const last = group.element.lastChild;
  if (last instanceof Text && group.element.childNodes.length > group.runs.length) last.appendData(text);
  else group.element.append(text);
}

/** Draws the runs of all these groups, cut where one group ends and the next begins. */
function drawRuns(groups: readonly Group[], runs: readonly Run[]): void {
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
    drawGroup(group, own);
  }
}

/** Keeps the nodes up to the first difference. */
function drawGroup(group: Group, runs: readonly Run[]): void {
  let same = 0;
  while (same < runs.length && equalRuns(group.runs[same], runs[same])) same++;
  while (group.element.childNodes.length > same) group.element.lastChild?.remove();
  for (const { text, kind } of runs.slice(same)) {
    const shown = showControls(text);
    group.element.append(kind ? element("span", { class: `token-${kind}` }, shown) : document.createTextNode(shown));
  }
  group.runs = runs;
}

function equalRuns(a: Run | undefined, b: Run | undefined): boolean {
  return a !== undefined && b !== undefined && a.text === b.text && a.kind === b.kind;
}
