import { showControls } from "../shared/directionControls";
import { element, isComposing } from "./dom";

/** Something that can be chosen for the message box. */
export interface Suggestion {
  readonly label: string;
  readonly detail: string;
  /** A word on where it comes from. */
  readonly mark?: string;
  choose(): void;
}

export interface Suggestions {
  readonly element: HTMLElement;
  /** Shows these instead; none closes the list. */
  show(items: readonly Suggestion[]): void;
  /** True when the key was meant for the list. */
  press(event: KeyboardEvent): boolean;
}

/**
 * A list above a text box whose focus stays in the box (WAI-ARIA, "Editable combobox with list autocomplete"): arrows move,
 * Enter and Tab choose, Escape closes.
 */
export function createSuggestions(input: HTMLTextAreaElement, name: string): Suggestions {
  const list = element("ul", {
    class: "suggestions",
    role: "listbox",
    id: "suggestions",
    "aria-label": name,
    hidden: "",
  });
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  let shown: readonly Suggestion[] = [];
  let selected = 0;

  function select(index: number): void {
    selected = index;
    for (const [at, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(at === index));
    const option = list.children[index];
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function choose(index: number): void {
    const chosen = shown[index];
    show([]);
    chosen?.choose();
  }

  function show(items: readonly Suggestion[]): void {
    shown = items;
    list.hidden = items.length === 0;
    list.replaceChildren(...items.map(({ label, detail, mark }, index) => optionOf(label, detail, mark, index)));
    select(0);
  }

  function optionOf(label: string, detail: string, mark: string | undefined, index: number): HTMLElement {
    const made = element(
      "li",
      { role: "option", id: `suggestion-${index}` },
      element("bdi", { class: "suggestion-name" }, showControls(label)),
      element("bdi", { class: "suggestion-detail" }, showControls(detail)),
      ...(mark ? [element("span", { class: "suggestion-mark" }, showControls(mark))] : []),
    );
    made.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the box
    made.addEventListener("click", () => choose(index));
    return made;
  }

  return {
    element: list,
    show,
    press(event) {
      if (shown.length === 0 || isComposing(event) || event.shiftKey) return false;
      const step = { ArrowDown: 1, ArrowUp: shown.length - 1 }[event.key];
      if (step !== undefined) select((selected + step) % shown.length);
      else if (event.key === "Enter" || event.key === "Tab") choose(selected);
      else if (event.key === "Escape") show([]);
      else return false;
      event.preventDefault();
      event.stopPropagation(); // Escape closes the list and does not stop an answer
      return true;
    },
  };
}

/**
 * Those whose text has the letters of what was typed in this order; first those that begin with it, then those that have it as
 * it is. Case does not matter.
 */
export function matching<T>(items: readonly T[], typed: string, textOf: (item: T) => string): T[] {
  const wanted = typed.toLowerCase();
  const rank = (item: T) => {
    const text = textOf(item).toLowerCase();
    if (text.startsWith(wanted)) return 0;
    if (text.includes(wanted)) return 1;
    let at = 0;
    for (const letter of wanted) {
      at = text.indexOf(letter, at) + 1;
      if (at === 0) return 3;
    }
    return 2;
  };
  return items
    .map((item) => ({ item, rank: rank(item) }))
    .filter((it) => it.rank < 3)
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
