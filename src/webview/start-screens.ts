import { showControls } from "../shared/directionControls";
import { MAC, element, icon, textButton } from "./dom";
import * as icons from "./icons";
import type { Services } from "./services";
import { KEYS } from "./text";

/** What one can do here, shown while the conversation is empty. */
export function startScreen(): HTMLElement {
  return element(
    "div",
    { class: "start" },
    element("h1", {}, "Ask Claude"),
    element(
      "ul",
      {},
      hint(icons.code, "Select code and press ", keys(KEYS.explainSelection), " to have it explained."),
      hint(icons.image, "Right-click an image in the Explorer to have it described."),
      hint(icons.comment, "Press ", keys(MAC ? KEYS.focusMac : KEYS.focus), " to come back here from anywhere."),
    ),
  );
}

function hint(shape: icons.Icon, ...text: (Node | string)[]): HTMLElement {
  return element("li", {}, icon(shape), element("span", {}, ...text));
}

/** "ctrl+shift+f1" as the keys that one sees on a keyboard. */
function keys(binding: string): HTMLElement {
  const names = binding
    .split("+")
    .map((key) => (MAC ? MAC_KEYS[key] : undefined) ?? key[0]?.toUpperCase() + key.slice(1));
  const parts = names.flatMap((name, index) => [index > 0 && !MAC ? "+" : "", element("kbd", {}, name)]);
  return element("span", { class: "keys" }, ...parts);
}

const MAC_KEYS: Readonly<Record<string, string>> = { cmd: "⌘", shift: "⇧", alt: "⌥", ctrl: "⌃" };

/** What someone without a key sees first, while there is no message box. */
export function setupScreen(services: Services): {
  readonly element: HTMLElement;
  readonly button: HTMLButtonElement;
  show(endpoint: string): void;
} {
  const text = element("p");
  const button = textButton("Set API Key", () => services.post({ type: "setKey" }));
  const root = element("div", { class: "setup", hidden: "" }, text, button);
  return {
    element: root,
    button,
    show(endpoint) {
      text.textContent = `To start, give Sidenote your API key for ${showControls(endpoint)}. VS Code keeps it in its secret storage.`;
    },
  };
}
