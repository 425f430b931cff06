import { iconButton } from "./dom";
import * as icons from "./icons";
import type { Services } from "./services";

export interface MenuItem {
  readonly label: string;
  readonly press: () => void;
  /** Of something that is on or off. */
  readonly checked?: boolean;
}

/** A button that opens a menu. The menu is made when it is opened, and goes away with it. */
export function menuButton(services: Services, label: string, items: () => readonly MenuItem[]): HTMLButtonElement {
  const button = iconButton(label, icons.more, () => {
    services.withPart(import("./menu"), ({ openMenu }) => openMenu(button, items()));
  });
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  return button;
}
