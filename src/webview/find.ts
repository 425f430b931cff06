import { element, iconButton, isComposing } from "./dom";
import * as icons from "./icons";
import { findPattern, type FindOptions, type Pattern } from "./find-pattern";
import { createSearch, type Match } from "./find-search";
import { firstBelow } from "./lazy-drawing";
import type { MessageElement } from "./message-view";

/** What finding needs of the page. */
export interface FindParts {
  /** The box goes into its corner. */
  readonly conversation: HTMLElement;
  readonly log: HTMLElement;
  readonly messages: () => readonly MessageElement[];
  reveal(rect: () => DOMRect): void;
  announce(sentence: string): void;
}

export interface Find {
  /**
   * Opens the box; when it is open, its text is selected.
   * @param from what gets the focus back
   * @param selected text of the page: it is looked for
   * @param typed before the box was there
   */
  open(from: Element | null, selected: string, typed: string): void;
}

/** Milliseconds without a new result before a screen reader is told the count. */
const PAUSE = 600;

/** Finds text in the conversation, also where it is not drawn or folded. Looks and works as the box of VS Code's editor. */
export function createFind(parts: FindParts): Find {
  const { conversation, log, messages } = parts;
  const input = element("input", { type: "text", "aria-label": "Find in conversation", placeholder: "Find" });
  const matchCase = toggle("Match Case (Alt+C)", icons.caseSensitive);
  const wholeWord = toggle("Match Whole Word (Alt+W)", icons.wholeWord);
  const regex = toggle("Use Regular Expression (Alt+R)", icons.regex);
  const count = element("span", { class: "find-count" });
  const previous = iconButton("Previous Match (Shift+Enter)", icons.up, () => step(-1));
  const next = iconButton("Next Match (Enter)", icons.down, () => step(1));
  const problem = element("p", { class: "find-problem", id: "find-problem", hidden: "" });
  const field = element("div", { class: "find-field" }, input, matchCase, wholeWord, regex);
  const buttons = element(
    "div",
    { class: "find-buttons" },
    count,
    previous,
    next,
    iconButton("Close (Escape)", icons.close, close),
  );
  const bar = element(
    "div",
    { class: "find", role: "search", "aria-label": "Find", hidden: "" },
    field,
    buttons,
    problem,
  );
  conversation.append(bar);
  new ResizeObserver(() => log.style.setProperty("--find-height", `${bar.offsetHeight}px`)).observe(bar);

  const all = new Highlight();
  const one = new Highlight();
  one.priority = 1;
  const search = createSearch(messages, show);
  let current: Match | undefined;
  /** The first match that comes is gone to. */
  let seeking = false;
  let before: Element | null = null;
  let telling: ReturnType<typeof setTimeout> | undefined;

  /** Whatever changes what is shown makes its message be searched again: text that streams, colours, what is drawn. */
  const observer = new MutationObserver((records) => {
    const changed = new Set(records.map(({ target }) => articleOf(target)));
    for (const message of messages()) if (changed.has(message.element)) search.changed(message);
    if (changed.has(null)) search.start(pattern(), 0);
  });

  function articleOf(node: Node): Element | null {
    return (node instanceof Element ? node : node.parentElement)?.closest("article") ?? null;
  }

  function toggle(label: string, shape: icons.Icon): HTMLButtonElement {
    const button = iconButton(label, shape, () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      query();
    });
    button.setAttribute("aria-pressed", "false");
    return button;
  }

  function options(): FindOptions {
    const isOn = (button: HTMLElement) => button.getAttribute("aria-pressed") === "true";
    return { matchCase: isOn(matchCase), wholeWord: isOn(wholeWord), regex: isOn(regex) };
  }

  function pattern(): Pattern | undefined {
    problem.hidden = true;
    input.setAttribute("aria-invalid", "false");
    if (input.value === "") return undefined;
    try {
      return findPattern(input.value, options());
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error);
      problem.hidden = false;
      input.setAttribute("aria-invalid", "true");
      parts.announce(problem.textContent);
      return undefined;
    }
  }

  function query(): void {
    const list = messages();
    const at = current ? list.indexOf(current.message) : firstBelow(list, log.getBoundingClientRect().top);
    current = undefined;
    seeking = true;
    search.start(pattern(), Math.max(0, at));
  }

  /** Shows what is known by now. */
  function show(): void {
    if (bar.hidden) return;
    if (current && search.done && search.placeOf(current) < 0) current = undefined;
    if (seeking) seek();
    const place = current ? search.placeOf(current) : -1;
    const { total, done } = search;
    const none = input.value === "" || !problem.hidden;
    count.textContent = none
      ? ""
      : total === 0
        ? done
          ? "No results"
          : "…"
        : `${place < 0 ? "?" : place + 1} of ${total}`;
    bar.classList.toggle("nothing", !none && done && total === 0);
    previous.disabled = next.disabled = total === 0;
    mark();
    clearTimeout(telling);
    if (done && !none) telling = setTimeout(() => parts.announce(count.textContent ?? ""), PAUSE);
  }

  function mark(): void {
    all.clear();
    const list = messages();
    const seen = firstBelow(list, log.getBoundingClientRect().top);
    for (const range of search.ranges(current ? list.indexOf(current.message) : seen)) all.add(range);
    one.clear();
    const range = current && search.range(current);
    if (range) one.add(range);
  }

  /** Goes to the first match at or after the message where the search began. */
  function seek(): void {
    const list = messages();
    const from = firstBelow(list, log.getBoundingClientRect().top);
    for (let n = 0; n < list.length; n++) {
      const message = list[(from + n) % list.length];
      if (!message) return;
      if (search.placeOf({ message, index: 0 }) >= 0) {
        go({ message, index: 0 });
        return;
      }
    }
    if (search.done) seeking = false;
  }

  function go(match: Match): void {
    seeking = false;
    current = match;
    if (!match.message.drawn) {
      match.message.draw();
      search.changed(match.message);
    }
    parts.reveal(() => rectOf(match));
  }

  function rectOf(match: Match): DOMRect {
    const found = search.range(match);
    if (!found) return match.message.element.getBoundingClientRect();
    for (let parent = found.startContainer.parentElement?.closest("details:not([open])"); parent;) {
      parent.setAttribute("open", "");
      parent = parent.parentElement?.closest("details:not([open])");
    }
    const range = document.createRange();
    range.setStart(found.startContainer, found.startOffset);
    range.setEnd(found.endContainer, found.endOffset);
    return range.getBoundingClientRect();
  }

  function step(by: 1 | -1): void {
    const { total } = search;
    if (total === 0) return;
    const place = current ? search.placeOf(current) : by < 0 ? 0 : -1;
    const match = search.at((place + by + total) % total);
    if (!match) return;
    go(match);
    show();
    clearTimeout(telling);
    parts.announce(`${count.textContent ?? ""}: ${search.line(match).slice(0, 200)}`);
  }

  function close(): void {
    bar.hidden = true;
    observer.disconnect();
    search.stop();
    all.clear();
    one.clear();
    CSS.highlights.delete("find");
    CSS.highlights.delete("find-current");
    clearTimeout(telling);
    // From where one was in the conversation one goes on at the match, as in an editor.
    const inLog = !before?.isConnected || log.contains(before);
    const target = inLog ? (current?.message.element ?? before ?? log) : before;
    if (target instanceof HTMLElement) (target.isConnected ? target : log).focus({ preventScroll: true });
  }

  /** True when the key was meant for finding. */
  function pressed(event: KeyboardEvent): boolean {
    if (bar.hidden || isComposing(event)) return false;
    const inBar = bar.contains(document.activeElement);
    const again = event.key === "F3" || ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "g");
    if (again || (event.key === "Enter" && document.activeElement === input)) step(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape" && inBar) close();
    else if (event.altKey && inBar && event.code === "KeyC") matchCase.click();
    else if (event.altKey && inBar && event.code === "KeyW") wholeWord.click();
    else if (event.altKey && inBar && event.code === "KeyR") regex.click();
    else return false;
    return true;
  }

  input.addEventListener("input", query);
  input.setAttribute("aria-describedby", problem.id);
  // Before the page's own keys: Escape here does not stop an answer.
  document.addEventListener(
    "keydown",
    (event) => {
      if (!pressed(event)) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );

  return {
    open(from, selected, typed) {
      if (bar.hidden) {
        before = from;
        bar.hidden = false;
        current = undefined;
        CSS.highlights.set("find", all);
        CSS.highlights.set("find-current", one);
        observer.observe(log, { childList: true, characterData: true, subtree: true });
      }
      if (typed) input.value = typed;
      else if (selected && !selected.includes("\n") && selected.length < 200) input.value = selected;
      input.focus();
      if (!typed) input.select();
      query();
    },
  };
}
