import { showControls } from "../shared/directionControls";
import type { ParametersView } from "../shared/views";
import { iconButton } from "./dom";
import * as icons from "./icons";
import type { ParametersPanel } from "./parameters-panel";
import type { Services } from "./services";

export interface ParametersButton {
  readonly element: HTMLButtonElement;
  show(view: ParametersView): void;
  /** Opens the panel. */
  open(): void;
}

/**
 * The button that opens and closes the panel of the parameters. The panel is made when it is opened first.
 * @param place puts the panel into the page
 * @param closed the panel was closed and had the focus
 */
export function createParametersButton(
  services: Services,
  place: (panel: HTMLElement) => void,
  closed: () => void,
): ParametersButton {
  const button = iconButton("Parameters", icons.settings, () =>
    panel && !panel.element.hidden ? panel.close() : open(),
  );
  button.setAttribute("aria-expanded", "false");
  let panel: ParametersPanel | undefined;
  let shown: ParametersView | undefined;

  function open(): void {
    services.withPart(import("./parameters-panel"), ({ createParametersPanel }) => {
      if (!panel) {
        panel = createParametersPanel(services, button, closed);
        place(panel.element);
        if (shown) panel.show(shown);
      }
      panel.open();
    });
  }

  return {
    element: button,
    open,
    show(view) {
      shown = view;
      button.title = view.profile === null ? "Parameters" : `Parameters: ${showControls(view.profile)}`;
      panel?.show(view);
    },
  };
}
