import { showControls } from "../shared/directionControls";
import type { ResultView, ToolView } from "../shared/protocol";
import { imageThumbnail } from "./attachments";
import { answerForm } from "./answer-form";
import { approvalCard } from "./approval-card";
import type { BlockElement } from "./block-view";
import { codeView, type CodeView } from "./code-view";
import { element, icon, textButton } from "./dom";
import * as icons from "./icons";
import { isAllowedLink } from "./markdown-parser";
import type { Services } from "./services";
import { durationText } from "./text";

/** Longer texts are not drawn at first, in characters. */
const LONG_RESULT = 20_000;

const ENDS: ReadonlySet<ToolView["state"]> = new Set(["done", "failed", "denied", "cancelled"]);

/** A call of a tool: one line that opens. */
export function toolView(services: Services, first: ToolView): BlockElement {
  const mark = element("span", { class: "tool-mark" });
  const name = element("span", { class: "tool-name" }, showControls(first.name));
  const about = element("bdi", { class: "tool-about" });
  const fact = element("span", { class: "tool-fact" });
  const summary = element("summary", {}, icon(icons.chevron), mark, name, about, fact);
  const approvalView = approvalCard(services);
  const question = element("div", { class: "tool-question" });
  const inside = element("div", { class: "tool-inside" });
  const root = element("details", { class: "tool" }, summary, approvalView.element, question, inside);

  let shown = first;
  let input = first.input;
  let json: CodeView | undefined;
  let ticking: ReturnType<typeof setInterval> | undefined;
  /** It was opened because the user is asked, and is folded when that is over. */
  let openedToAsk = false;

  function showFact(): void {
    fact.textContent = factOf(shown);
    fact.title = titleOf(shown);
  }

  /** What is inside is drawn when it is opened. */
  function showInside(): void {
    if (!root.open) return;
    if (!json) {
      json = codeView(services, "json", () => []);
    }
    json.setText(input, shown.state === "arriving");
    inside.replaceChildren(json.element, ...shown.result.map((part) => resultPart(services, part)));
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
    approvalView.show(tool.approval);
    if (tool.state !== "asking") question.replaceChildren();
    else if (!question.hasChildNodes()) question.append(answerForm(services, tool)); // what is typed there stays
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
      if (root.open) json?.setText(input, true);
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

function resultPart(services: Services, part: ResultView): HTMLElement {
  switch (part.type) {
    case "text":
      return resultText(part.text);
    case "image":
      return element("figure", { class: "image" }, imageThumbnail(services, part.id, showControls(part.name)));
    case "link": {
      const title = showControls(part.title);
      if (!isAllowedLink(part.url)) return element("p", { class: "tool-link" }, title);
      return element("p", { class: "tool-link" }, element("a", { href: part.url, title: part.url }, title));
    }
    case "file": {
      const save = textButton("Save File…", () => services.post({ type: "saveFile", file: part.file }), "button quiet");
      return element("p", { class: "tool-file" }, icon(icons.file), element("span", {}, showControls(part.file)), save);
    }
  }
}

function resultText(text: string): HTMLElement {
  const pre = element("pre", { tabindex: "0", class: "tool-result" }, showControls(text.slice(0, LONG_RESULT)));
  if (text.length <= LONG_RESULT) return pre;
  const all = textButton(
    `Show All ${text.length.toLocaleString()} Characters`,
    () => root.replaceChildren(element("pre", { tabindex: "0", class: "tool-result" }, showControls(text))),
    "button quiet",
  );
  const root = element("div", {}, pre, all);
  return root;
}
