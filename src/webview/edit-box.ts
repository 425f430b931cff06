import { showControls } from "../shared/directionControls";
import { element, isComposing, textButton } from "./dom";
import type { Services } from "./services";

/** A box to send another version of one's message. `close` puts the message back in its place. */
export function editBox(services: Services, message: string, text: string, close: () => void): HTMLElement {
  const input = element("textarea", { "aria-label": "Edit message", rows: "1", dir: "auto" });
  input.value = text;
  const problem = element("p", { class: "notice", hidden: "" });
  const send = textButton("Send Edited", () => void submit());
  const cancel = textButton("Cancel", close, "button quiet");
  const bar = element("div", { class: "bar" }, send, cancel);

  async function submit(): Promise<void> {
    if (send.disabled) return;
    send.disabled = true;
    try {
      await services.request("edit", { message, text: input.value });
      close(); // the host shows the new version in the place of this one
    } catch (error) {
      const sentence = showControls(error instanceof Error ? error.message : String(error));
      problem.textContent = sentence;
      problem.hidden = false;
      services.announce(sentence);
    } finally {
      send.disabled = false;
    }
  }

  input.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    if (event.key === "Escape") {
      event.stopPropagation(); // it ends the editing, not an answer
      close();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void submit();
    }
  });
  return element("div", { class: "edit box" }, problem, input, bar);
}
