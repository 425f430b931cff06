import type { StatusView } from "../shared/protocol";
import { element, icon, textButton } from "./dom";
import type { Services } from "./services";
import { secondsUntil, showControls, waitText } from "./text";

/** The message itself shows thinking and text as they come. */
const WORDS = { waiting: "Waiting for Claude", thinking: "", streaming: "", tools: "" };

/** The line below the last message while an answer is under way. */
export function statusLine(services: Services): { readonly element: HTMLElement; show(status: StatusView): void } {
  const dots = element("span", { class: "dots" }, element("i"), element("i"), element("i"));
  const text = element("span");
  const root = element("div", { class: "status", hidden: "" });
  let ticking: ReturnType<typeof setInterval> | undefined;
  let kind: StatusView["kind"] = "idle";

  const wait = textButton("Wait", () => services.post({ type: "wait" }));
  const goOn = textButton("Go On", () => services.post({ type: "goOn" }));
  const stop = textButton("Stop Here", () => services.post({ type: "stop" }), "button quiet");

  function countDown({ until, askFirst }: Extract<StatusView, { kind: "retrying" }>): void {
    const left = waitText(secondsUntil(until, Date.now()));
    text.textContent = askFirst ? `Wait ${left} and try again?` : `Trying again in ${left}`;
  }

  return {
    element: root,
    show(status) {
      clearInterval(ticking);
      const changed = status.kind !== kind;
      kind = status.kind;
      root.hidden = status.kind === "idle";
      if (status.kind === "idle") return;
      if (status.kind === "retrying") {
        const reason = showControls(status.reason);
        root.replaceChildren(icon("warning"), element("span", {}, reason), text, ...(status.askFirst ? [wait] : []));
        countDown(status);
        ticking = setInterval(countDown, 1000, status);
        services.announce(`${reason} ${text.textContent}.`);
      } else if (status.kind === "goOn") {
        text.textContent = showControls(status.question);
        root.replaceChildren(icon("warning"), text, goOn, stop);
        if (changed) services.announce(text.textContent);
      } else {
        root.replaceChildren(dots, text);
        text.textContent = WORDS[status.kind];
        if (changed && status.kind === "thinking") services.announce("Thinking.");
      }
    },
  };
}
