import { showControls } from "../shared/directionControls";
import type { ToolView } from "../shared/views";
import type { BlockElement } from "./block-view";
import { element, icon } from "./dom";
import * as icons from "./icons";
import type { Services } from "./services";
import { durationText } from "./text";
import type { ToolInside } from "./tool-inside";

const ENDS: ReadonlySet<ToolView["state"]> = new Set(["done", "failed", "denied", "cancelled"]);

/** A call of a tool: one line that opens. */
export function toolView(services: Services, first: ToolView): BlockElement {
  const mark = element("span", { class: "tool-mark" });
  const name = element("span", { class: "tool-name" }, showControls(first.name));
  const about = element("bdi", { class: "tool-about" });
  const fact = element("span", { class: "tool-fact" });
  const summary = element("summary", {}, icon(icons.chevron), mark, name, about, fact);
  const root = element("details", { class: "tool" }, summary);

  let shown = first;
  let input = first.input;
  let inside: ToolInside | undefined;
  let ticking: ReturnType<typeof setInterval> | undefined;
  /** It was opened because the user is asked, and is folded when that is over. */
  let openedToAsk = false;

  function showFact(): void {
    fact.textContent = factOf(shown);
    fact.title = titleOf(shown);
  }

  /** What is inside is made when it is opened first. */
  function showInside(): void {
    if (inside) return inside.show(shown, input, root.open);
    if (!root.open) return;
    services.withPart(import("./tool-inside"), ({ toolInside }) => {
      if (!inside) {
        inside = toolInside(services);
        root.append(...inside.elements);
      }
      inside.show(shown, input, root.open);
    });
  }

  function stand(tool: ToolView): void {
    const before = shown.state;
    shown = tool;
    input = tool.input;
    root.dataset["state"] = tool.state;
    mark.replaceChildren(markOf(tool.state));
    about.textContent = showControls(tool.description);
    clearInterval(ticking);
    if (tool.state === "running") ticking = setInterval(showFact, 1000);
    showFact();
    const asks = tool.state === "asking" || tool.state === "waiting";
    if (asks && !root.open) openedToAsk = root.open = true;
    if (!asks && openedToAsk) openedToAsk = root.open = false;
    if (before !== tool.state) tell(tool);
    showInside();
  }

  function tell({ state, name: called }: ToolView): void {
    if (state === "waiting") services.announce(`${showControls(called)} waits for your approval.`);
    else if (state === "asking") services.announce(`${showControls(called)} waits for your answer.`);
    else if (state === "failed" || state === "denied") services.announce(`${showControls(called)}: ${WORDS[state]}.`);
  }

  root.addEventListener("toggle", showInside);
  stand(first);
  return {
    element: root,
    show(block) {
      if (block.type !== "tool" || block.call !== first.call) return false;
      stand(block);
      return true;
    },
    append(text) {
      if (ENDS.has(shown.state)) return text === "";
      input += text;
      return true;
    },
    update() {
      if (shown.state !== "arriving") return;
      showFact();
      if (root.open) inside?.setInput(input);
    },
    finish: () => undefined,
  };

  function factOf({ state, startedAt, milliseconds }: ToolView): string {
    if (state === "arriving") return input === "" ? WORDS.arriving : `${WORDS.arriving} · ${input.length} characters`;
    if (state === "running" && startedAt !== undefined) return durationText(Date.now() - startedAt);
    if (state === "done") return milliseconds === undefined ? "" : durationText(milliseconds);
    return WORDS[state];
  }
}

const WORDS: Readonly<Record<ToolView["state"], string>> = {
  arriving: "Arriving",
  queued: "Waits its turn",
  waiting: "Your approval?",
  asking: "Your answer?",
  running: "Running",
  done: "Done",
  failed: "Failed",
  denied: "Not allowed",
  cancelled: "Cancelled",
};

const ALLOWED = {
  rule: "Allowed by a rule in your settings",
  conversation: "Allowed by you for this chat",
  once: "Allowed by you",
};

function titleOf({ state, source, allowedBy, milliseconds }: ToolView): string {
  return [
    WORDS[state],
    source === "" ? "" : `Source: ${showControls(source)}`,
    allowedBy ? ALLOWED[allowedBy] : "",
    milliseconds === undefined ? "" : `It took ${durationText(milliseconds)}`,
  ]
    .filter(Boolean)
    .join("\n");
}

function markOf(state: ToolView["state"]): Element {
  switch (state) {
    case "done":
      return icon(icons.check);
    case "failed":
      return icon(icons.error);
    case "denied":
    case "cancelled":
      return icon(icons.close);
    case "waiting":
    case "asking":
      return icon(icons.warning);
    default:
      return element("span", { class: "tool-running" });
  }
}
