import { element } from "./dom";

/** So that no two footnotes of the page have the same id, whatever the messages call theirs. */
let ids = 0;

/**
 * Puts the footnotes of a complete text at its end, in the order in which they are referred to, with links there and back. A
 * reference without a definition is the text that was written; a definition without a reference stays, as one of the last.
 */
export function placeFootnotes(root: HTMLElement): void {
  const definitions = [...root.querySelectorAll<HTMLElement>(".footnote")];
  const byLabel = new Map(definitions.toReversed().map((it) => [labelOf(it), it]));
  const items = new Map<HTMLElement, Item>();
  for (const reference of root.querySelectorAll<HTMLElement>("sup[data-label]")) {
    const definition = byLabel.get(labelOf(reference));
    if (!definition) {
      reference.replaceWith(`[^${reference.textContent}]`);
      continue;
    }
    const item = items.get(definition) ?? newItem(items.size + 1);
    items.set(definition, item);
    refer(reference, item);
  }
  if (definitions.length === 0) return;
  for (const definition of definitions) if (!items.has(definition)) items.set(definition, newItem(items.size + 1));
  for (const [definition, item] of items) {
    item.element.append(...definition.childNodes);
    definition.remove();
    const last = item.element.lastElementChild;
    (last?.tagName === "P" ? last : item.element).append(...item.backs);
  }
  const list = element("ol", { class: "loose" }, ...[...items.values()].map((item) => item.element));
  root.append(element("section", { class: "footnotes", role: "doc-endnotes", "aria-label": "Footnotes" }, list));
}

interface Item {
  readonly number: number;
  readonly element: HTMLLIElement;
  /** Links to where it is referred to. */
  readonly backs: HTMLElement[];
}

/** GitHub takes labels for the same whatever their case. */
function labelOf({ dataset }: HTMLElement): string {
  return (dataset["label"] ?? "").toLowerCase();
}

function newItem(number: number): Item {
  return { number, element: element("li", { id: `note-${++ids}`, dir: "auto", tabindex: "-1" }), backs: [] };
}

/** Makes links of a reference to its footnote and back. */
function refer(reference: HTMLElement, { number, element: { id }, backs }: Item): void {
  const back = `${id}-${backs.length + 1}`;
  const attributes = { id: back, role: "doc-noteref", "aria-label": `Footnote ${number}`, href: `#${id}` };
  reference.replaceChildren(element("a", attributes, String(number)));
  const label = `Back to reference ${backs.length === 0 ? number : `${number}-${backs.length + 1}`}`;
  backs.push(element("a", { role: "doc-backlink", "aria-label": label, title: label, href: `#${back}` }, "↩"));
}

/** What a link within the page leads to: a footnote, or the place that refers to it. */
export function footnoteTarget(link: HTMLAnchorElement): HTMLElement | null {
  const address = link.getAttribute("href") ?? "";
  return address.startsWith("#note-") ? document.getElementById(address.slice(1)) : null;
}
