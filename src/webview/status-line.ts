import { showControls } from "../shared/directionControls";
import type { StatusView } from "../shared/views";
import { element, icon, textButton } from "./dom";
import * as icons from "./icons";
import type { Services } from "./services";
import { rateText, secondsUntil, waitText } from "./text";

export interface StatusLine {
  show(status: StatusView): void;
  /** More of the answer has come, in characters. */
  grew(characters: number): void;
}

/** A wait is not worth a number before this many seconds. */
const SHORT_WAIT = 3;

/** Fills the line below the last message while an answer is under way. Its numbers change once a second. */
export function statusLine(services: Services, root: HTMLElement): StatusLine {
  const dots = element("span", { class: "dots" }, element("i"), element("i"), element("i"));
  const text = element("span");
  let ticking: ReturnType<typeof setInterval> | undefined;
  let shown: StatusView = { kind: "idle" };
  /** When it grew first since it began to think or write, in milliseconds since 1970, and by how much in all. */
  let began = 0;
  let characters = 0;

  const wait = textButton("Wait", () => services.post({ type: "wait" }));
  const goOn = textButton("Go On", () => services.post({ type: "goOn" }));
  const stop = textButton("Stop Here", () => services.post({ type: "stop" }), "button quiet");
  const cancel = textButton("Cancel", () => services.post({ type: "stop" }), "button quiet");

  const words = (...parts: HTMLElement[]) => element("span", { class: "words" }, ...parts);
  /** Together on a line. */
  const choices = (...buttons: HTMLElement[]) => element("span", { class: "buttons" }, ...buttons);

  function tick(): void {
    text.textContent = textOf(shown);
  }

  function textOf(status: StatusView): string {
    switch (status.kind) {
      case "idle":
        return "";
      case "retrying": {
        const left = waitText(secondsUntil(status.until, Date.now()));
        return status.askFirst ? `Wait ${left} and try again?` : `Trying again in ${left}`;
      }
      case "streaming":
        return rateText(characters, Date.now() - began);
      case "tools":
        return ""; // their lines say more
      case "goOn":
        return showControls(status.question);
      default: {
        const seconds = Math.floor((Date.now() - status.since) / 1000);
        const time = seconds < SHORT_WAIT ? "" : waitText(seconds);
        // The message itself says that it is thinking.
        return status.kind === "thinking" ? time : ["Waiting for Claude", time].filter(Boolean).join(" · ");
      }
    }
  }

  return {
    show(status) {
      clearInterval(ticking);
      const changed = status.kind !== shown.kind;
      shown = status;
      root.hidden = status.kind === "idle";
      root.classList.toggle("streaming", status.kind === "streaming");
      if (changed) characters = 0;
      if (status.kind === "idle") return;
      tick();
      ticking = setInterval(tick, 1000);
      if (status.kind === "retrying") {
        const reason = showControls(status.reason);
        const buttons = status.askFirst ? choices(wait, cancel) : cancel;
        root.replaceChildren(icon(icons.warning), words(element("span", {}, reason), text, buttons));
        services.announce(`${reason} ${text.textContent}.`);
      } else if (status.kind === "goOn") {
        root.replaceChildren(icon(icons.warning), words(text, choices(goOn, stop)));
        if (changed) services.announce(text.textContent);
      } else {
        root.replaceChildren(dots, text);
        if (changed && status.kind === "thinking") services.announce("Thinking.");
      }
    },
    grew(more) {
      if (characters === 0) began = Date.now();
      characters += more;
    },
  };
}
