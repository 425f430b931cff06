import { showControls } from "../shared/directionControls";
import { confirmPress, element, iconButton, textButton } from "./dom";
import * as icons from "./icons";
import type { CodeGroup, GrowingCode } from "./highlighting";
import { codeLabel } from "./markdown-nodes";
import type { Services } from "./services";

/** A block of code with a header. */
export interface CodeView {
  readonly element: HTMLElement;
  /** Shows this text after the first `kept` characters; when it only grew, only that is drawn. `open`: more may come. */
  setText(text: string, open: boolean, kept?: number): void;
}

const LINES_A_GROUP = 32;

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

  const groups: CodeGroup[] = [];
  const progress: GrowingCode = {
    element: root,
    language,
    groups,
    growing: true,
    known: true,
    next: 0,
    span: 1,
    waiting: [],
    more: false,
  };
  let shown = "";

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
        group = { element: element("div", { class: "lines" }), text: "", lines: 0, runs: [], drawn: 0 };
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

  services.highlighting.watch(progress);
  return {
    element: root,
    setText(rest, open, kept = 0) {
      progress.growing = open;
      progress.more = true;
      let added = rest.slice(shown.length - kept);
      if (!rest.startsWith(shown.slice(kept))) {
        added = shown.slice(0, kept) + rest;
        groups.length = 0;
        code.replaceChildren();
        shown = "";
        Object.assign(progress, { next: 0, span: 1, waiting: [] });
      }
      addText(added);
      shown += added;
      if (!open) showLength();
      services.highlighting.grown(progress);
    },
  };
}

/** Text after the runs, until they are drawn again. */
function appendPlain(group: CodeGroup, text: string): void {
  const last = group.element.lastChild;
  if (last instanceof Text && group.element.childNodes.length > group.drawn) last.appendData(text);
  else group.element.append(text);
}
