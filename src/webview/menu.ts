import { element, icon } from "./dom";
import * as icons from "./icons";
import type { MenuItem } from "./menu-button";

/** Opens a menu at its button. The browser closes a popover at a click elsewhere and at Escape, and gives the focus back. */
export function openMenu(opener: HTMLElement, items: readonly MenuItem[]): void {
  const entries = items.map(({ label, press, checked }) => {
    const role = checked === undefined ? "menuitem" : "menuitemcheckbox";
    const entry = element("button", { type: "button", role, tabindex: "-1" }, label);
    if (checked !== undefined) entry.setAttribute("aria-checked", String(checked));
    if (checked) entry.append(icon(icons.check));
    entry.addEventListener("click", () => {
      menu.hidePopover();
      press();
    });
    return entry;
  });
  const label = opener.getAttribute("aria-label") ?? "";
  const menu = element("div", { class: "menu", role: "menu", "aria-label": label, popover: "auto" }, ...entries);
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") event.stopPropagation(); // it closes the menu and does not stop an answer
    if (event.key === "Tab") menu.hidePopover(); // and goes on from the button
    const at = entries.findIndex((entry) => entry === document.activeElement);
    const to = { ArrowDown: (at + 1) % entries.length, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    entries.at(to)?.focus();
  });
  // One item is marked at a time: the focus goes with the pointer.
  menu.addEventListener("pointermove", ({ target }) => {
    const entry = entries.find((it) => it === target);
    if (entry !== document.activeElement) entry?.focus({ preventScroll: true });
  });
  menu.addEventListener("toggle", (event) => {
    if (!("newState" in event) || event.newState !== "closed") return;
    opener.setAttribute("aria-expanded", "false");
    removeEventListener("resize", place);
    menu.remove();
  });

  function place(): void {
    const { left, top, bottom } = opener.getBoundingClientRect();
    const { width, height } = menu.getBoundingClientRect();
    const below = bottom + height <= innerHeight;
    menu.style.setProperty("left", `${Math.max(0, Math.min(left, innerWidth - width - 8))}px`);
    menu.style.setProperty("top", `${below ? bottom : Math.max(0, top - height)}px`);
  }

  opener.after(menu);
  opener.setAttribute("aria-expanded", "true");
  menu.showPopover();
  place();
  addEventListener("resize", place);
  entries[0]?.focus();
}
