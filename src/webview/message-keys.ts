import type { MenuAction } from "../shared/protocol";

/** What a letter does with the message that has the focus. */
const LETTERS: Readonly<Record<string, MenuAction>> = { c: "copy", e: "edit", r: "regenerate" };

/** What Tab stops at in a message. */
const STOPS = "a[href], button:enabled, summary, input, textarea, select, [tabindex]";

/**
 * Moves the focus over the messages with the arrow keys, Home and End. A message that is taller than the view is scrolled through
 * before the focus goes on. A letter does something with a message only when the focus came to it by these keys: a click that
 * selects text must not make a key press cost money. Screen readers keep letters to themselves while they read.
 *
 * Tab goes through what is in the message that has the focus, then in the last one, then on to the message box: never through a
 * whole conversation.
 */
export function createMessageKeys(
  log: HTMLElement,
  messages: () => readonly HTMLElement[],
  act: (message: HTMLElement, action: MenuAction) => boolean,
): (event: KeyboardEvent) => void {
  let active: HTMLElement | undefined;
  log.addEventListener("focusin", ({ target }) => {
    if (target !== active) active = undefined;
  });
  log.addEventListener("pointerdown", () => (active = undefined));

  function focus(message: HTMLElement | undefined, event: KeyboardEvent): void {
    if (!message) return;
    event.preventDefault();
    active = message;
    message.focus({ preventScroll: true });
    message.scrollIntoView({ block: "nearest" });
  }

  /** Whether more of the message can be seen in this direction. */
  function goesOn(message: HTMLElement, step: number): boolean {
    const inner = message.getBoundingClientRect();
    const outer = log.getBoundingClientRect();
    return step > 0 ? inner.bottom > outer.bottom + 1 : inner.top < outer.top - 1;
  }

  /** Puts the focus where the browser's own step leads to what comes next here. */
  function tab(event: KeyboardEvent, target: HTMLElement): void {
    const last = messages().at(-1);
    const message = target.closest<HTMLElement>("article");
    if (!message) {
      if (target === log && !event.shiftKey) last?.focus({ preventScroll: true });
      return;
    }
    const stops = [...message.querySelectorAll<HTMLElement>(STOPS)].filter(
      (it) => it.tabIndex >= 0 && it.checkVisibility(),
    );
    const side = event.shiftKey ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING;
    if (stops.some((it) => target.compareDocumentPosition(it) & side)) return;
    if (!event.shiftKey) {
      if (message !== last) last?.focus({ preventScroll: true });
    } else {
      event.preventDefault();
      log.focus({ preventScroll: true });
    }
  }

  return (event) => {
    const { target, key } = event;
    if (key === "Tab" && target instanceof HTMLElement) return tab(event, target);
    const all = messages();
    const at = all.findIndex((it) => it === target);
    if ((target !== log && at < 0) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const message = all[at];
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (step !== undefined) {
      if (message && goesOn(message, step)) return;
      focus(message ? all[at + step] : all.at(-1), event);
    } else if (key === "Home" || key === "End") {
      focus(key === "Home" ? all[0] : all.at(-1), event);
    } else if (message && message === active) {
      const action = LETTERS[key];
      if (action && act(message, action)) event.preventDefault();
    }
  };
}
