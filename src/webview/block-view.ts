import { showControls } from "../shared/directionControls";
import type { BlockView, MessageView } from "../shared/views";
import { attachmentView } from "./attachments";
import { sourceList } from "./citations";
import { element, icon } from "./dom";
import * as icons from "./icons";
import { markdownView } from "./markdown-view";
import type { Reading } from "./reading";
import type { Services } from "./services";
import { thoughtText } from "./text";
import { toolView } from "./tool-view";

type ThinkingBlock = Extract<BlockView, { type: "thinking" }>;

/** One content block of a message. */
export interface BlockElement {
  readonly element: HTMLElement;
  /** Shows the block instead of what is there; false when that takes another element. */
  show(block: BlockView): boolean;
  /** False when the block is not one that grows. */
  append(text: string): boolean;
  /** Draws what was appended. */
  update(): void;
  /** No more text will come. `spoken`: a screen reader is told what it has not been told yet. */
  finish(spoken: boolean): void;
  /** Tells how many tokens it took, for a block that can tell it. */
  readonly setTokens?: (tokens: number | undefined) => void;
}

export function blockView(services: Services, block: BlockView, role: MessageView["role"]): BlockElement {
  switch (block.type) {
    case "text":
      return role === "user" ? plainText(block.text) : replyText(services, block);
    case "thinking":
      return thinking(services, block);
    case "attachment": {
      const { attachment } = block;
      const made = attachmentView(services, attachment);
      return fixed(made, (other) => other.type === "attachment" && other.attachment.id === attachment.id);
    }
    case "tool":
      return toolView(services, block);
    case "other": {
      const { label, detail } = block;
      const made = otherBlock(label, detail);
      return fixed(made, (other) => other.type === "other" && other.label === label && other.detail === detail);
    }
  }
}

/** A block that is shown as it is, as long as it is the same. */
function fixed(made: HTMLElement, same: (block: BlockView) => boolean): BlockElement {
  return { element: made, show: same, append: () => false, update: () => undefined, finish: () => undefined };
}

/** What the user wrote, as it was written. */
function plainText(text: string): BlockElement {
  const made = element("div", { class: "text", dir: "auto" }, showControls(text));
  return fixed(made, (other) => other.type === "text" && other.text === text);
}

function replyText(services: Services, first: Extract<BlockView, { type: "text" }>): BlockElement {
  const text = growing(services, "text", first.text, true);
  const root = element("div", {}, text.element);
  let sources: HTMLElement | undefined;

  function showSources(block: BlockView): void {
    if (block.type !== "text" || !block.citations) return;
    const list = sourceList(block.citations);
    list.open = sources?.hasAttribute("open") ?? false;
    if (sources) sources.replaceWith(list);
    else root.append(list);
    sources = list;
  }

  showSources(first);
  return {
    ...text,
    element: root,
    show(block) {
      if (!text.show(block)) return false;
      showSources(block);
      return true;
    },
  };
}

/** The model's thinking, folded: it is there for who wants to see it. Some models do not show theirs. */
function thinking(services: Services, start: ThinkingBlock): BlockElement {
  const text = growing(services, "thinking", start.text, false);
  const label = element("span", {}, "Thinking");
  const root = element("div", { class: "thinking" }, label);
  const began = Date.now();
  let folded = false;
  let over = false;
  let { seconds } = start;
  let tokens: number | undefined;

  function fold(any: boolean): void {
    if (folded || !any) return;
    folded = true;
    root.replaceChildren(element("details", {}, element("summary", {}, icon(icons.chevron), label), text.element));
  }

  function name(): void {
    if (over) label.textContent = thoughtText(seconds, tokens);
  }

  fold(start.text !== "");
  return {
    element: root,
    show(block) {
      if (!text.show(block)) return false;
      if (block.type === "thinking") seconds ??= block.seconds;
      fold(block.type === "thinking" && block.text !== "");
      name();
      return true;
    },
    append(more) {
      fold(more !== "");
      return text.append(more);
    },
    update: () => text.update(),
    finish(spoken) {
      text.finish(spoken);
      // Whoever saw it begin and end knows how long it took before the host says it.
      if (!over && spoken && start.text === "") seconds ??= (Date.now() - began) / 1000;
      over = true;
      name();
    },
    setTokens(count) {
      tokens = count;
      name();
    },
  };
}

/** Markdown that may grow. `reads`: it is read out meanwhile. */
function growing(services: Services, type: "text" | "thinking", start: string, reads: boolean): BlockElement {
  const view = markdownView(services);
  let reading: Reading | undefined;
  let text = start;
  let drawn = false;
  let finished = false;
  view.append(start);

  function read(how: (reading: Reading) => void): void {
    if (reads) services.withReader((reader) => how((reading ??= reader.follow(view.element))));
  }

  function append(more: string): boolean {
    if (finished) return more === "";
    if (more) drawn = false;
    text += more;
    view.append(more);
    return true;
  }

  return {
    element: view.element,
    show: (block) => block.type === type && block.text.startsWith(text) && append(block.text.slice(text.length)),
    append,
    update() {
      if (drawn || finished) return;
      drawn = true;
      view.update();
      read((it) => it.grown());
    },
    finish(spoken) {
      if (finished) return;
      finished = true;
      view.finish();
      if (reading || spoken) read((it) => it.end(spoken));
    },
  };
}

/** A block that the page only names; its details can be unfolded. */
function otherBlock(label: string, detail: string): HTMLElement {
  const name = element("span", {}, showControls(label));
  if (!detail) return element("p", { class: "other" }, name);
  const summary = element("summary", {}, icon(icons.chevron), name);
  return element("details", { class: "other" }, summary, element("pre", { tabindex: "0" }, showControls(detail)));
}
