import { element, iconButton } from "./dom";

export interface MenuItem {
  readonly label: string;
  readonly press: () => void;
}

/** A button that opens a menu. The menu is made when it is opened, and goes away with it. */
export function menuButton(label: string, items: readonly MenuItem[]): HTMLButtonElement {
  const button = iconButton(label, "more", () => openMenu(button, items));
  button.setAttribute("aria-haspopup", "menu");
  return button;
}

/** The browser closes a popover at a click elsewhere and at Escape, and gives the focus back. */
function openMenu(opener: HTMLElement, items: readonly MenuItem[]): void {
  const entries = items.map(({ label, press }) => {
    const entry = element("button", { type: "button", role: "menuitem" }, label);
    entry.addEventListener("click", () => {
      menu.hidePopover();
      press();
    });
    return entry;
  });
  const menu = element("div", { class: "menu", role: "menu", popover: "auto" }, ...entries);
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") event.stopPropagation(); // it closes the menu and does not stop an answer
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = entries.findIndex((entry) => entry === document.activeElement);
    entries.at((at + step) % entries.length)?.focus();
  });
  menu.addEventListener("toggle", (event) => {
    if ("newState" in event && event.newState === "closed") menu.remove();
  });

  opener.after(menu);
  menu.showPopover();
  const { left, top, bottom } = opener.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = bottom + height <= innerHeight;
  menu.style.setProperty("left", `${Math.max(0, Math.min(left, innerWidth - width - 8))}px`);
  menu.style.setProperty("top", `${below ? bottom : Math.max(0, top - height)}px`);
  entries[0]?.focus();
}
