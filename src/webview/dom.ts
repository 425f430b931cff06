import * as icons from "./icons";

export const MAC = navigator.platform.startsWith("Mac");

/**
 * Makes an element with attributes and children. Texts become text nodes: nothing here ever reads HTML.
 * Attribute values are the page's own; a text from outside goes into `title`, `aria-label`, `alt` or `href` only.
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Facts for an element of the class `dotted`, which puts dots between those that share a line. */
export function dotted(facts: readonly string[]): (Node | string)[] {
  return facts.filter(Boolean).flatMap((fact) => [element("span", {}, fact), " "]);
}

/** A button with a word on it. */
export function textButton(label: string, press: () => void, className = "button"): HTMLButtonElement {
  const button = element("button", { type: "button", class: className }, label);
  button.addEventListener("click", press);
  return button;
}

/** A button that shows an icon; its name is its tooltip as well. */
export function iconButton(label: string, shape: icons.Icon, press: () => void): HTMLButtonElement {
  const button = element("button", { type: "button", class: "icon-button", "aria-label": label, title: label });
  button.append(icon(shape));
  button.addEventListener("click", press);
  return button;
}

/** Shows for a moment that a press of the button was done, in the place of its icon. */
export function confirmPress(button: HTMLButtonElement): void {
  const before = button.firstElementChild;
  if (!before || button.classList.contains("done")) return;
  const done = icon(icons.check);
  button.classList.add("done");
  before.replaceWith(done);
  setTimeout(() => {
    done.replaceWith(before);
    button.classList.remove("done");
  }, 1500);
}

/** Puts text in the place of a part of a box as typing does: Undo takes it back, and the box tells that it changed. */
export function replaceText(input: HTMLTextAreaElement, text: string, start: number, end: number): void {
  input.focus();
  input.setSelectionRange(start, end);
  document.execCommand(text === "" ? "delete" : "insertText", false, text);
}

/** True while an input method is composing text: its Enter and Escape are not meant for the page. */
export function isComposing(event: KeyboardEvent): boolean {
  // Some engines have ended the composition already when the key that ended it arrives; its code is then 229.
  return event.isComposing || event.keyCode === 229;
}

/** Ctrl+F, and Cmd+F on a Mac, where Ctrl+F moves the cursor. The code is that of the letter F on whatever keyboard. */
export function isFindKey({ keyCode, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): boolean {
  const [wanted, other] = MAC ? [metaKey, ctrlKey] : [ctrlKey, metaKey];
  return keyCode === 70 && wanted && !other && !shiftKey && !altKey;
}

const SVG = "http://www.w3.org/2000/svg";

/** A decorative picture in the colour of the text around it. `shape` is one of icons.ts. */
export function icon(shape: icons.Icon): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" })) {
    svg.setAttribute(name, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", shape);
  svg.append(path);
  return svg;
}
