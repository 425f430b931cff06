import { showControls } from "../shared/directionControls";
import type { ResultView, ToolView } from "../shared/views";
import { answerForm } from "./answer-form";
import { approvalCard } from "./approval-card";
import { imageThumbnail } from "./attachments";
import { codeView } from "./code-view";
import { element, icon, textButton } from "./dom";
import * as icons from "./icons";
import { isAllowedLink } from "./links";
import type { Services } from "./services";

/** What a call shows when its line is opened. */
export interface ToolInside {
  readonly elements: readonly HTMLElement[];
  /** @param input as far as it has arrived, in JSON; drawn with the results only while the line is `open` */
  show(tool: ToolView, input: string, open: boolean): void;
  /** More of it has arrived. */
  setInput(input: string): void;
}

/** Longer texts are not drawn at first, in characters. */
const LONG_RESULT = 20_000;

/** What is asked about a call, what goes into it and what came out. */
export function toolInside(services: Services): ToolInside {
  const card = approvalCard(services);
  const question = element("div", { class: "tool-question" });
  const json = codeView(services, "json", () => []);
  const inside = element("div", { class: "tool-inside" });
  return {
    elements: [card.element, question, inside],
    show(tool, input, open) {
      card.show(tool.approval);
      if (tool.state !== "asking") question.replaceChildren();
      else if (!question.hasChildNodes()) question.append(answerForm(services, tool)); // what is typed there stays
      if (!open) return;
      json.setText(input, tool.state === "arriving");
      inside.replaceChildren(json.element, ...tool.result.map((part) => resultPart(services, part)));
    },
    setInput: (input) => json.setText(input, true),
  };
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
