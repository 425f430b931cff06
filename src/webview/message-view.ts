import type { BlockView, FailureView, MessageView } from "../shared/protocol";
import { blockView, type BlockElement } from "./block-view";
import { confirmPress, element, icon, iconButton, textButton } from "./dom";
import type { Services } from "./services";
import { showControls } from "./text";

/** How a message stands, apart from its blocks. */
export type Standing = Pick<MessageView, "state" | "notes" | "failure">;

/** One message in the log. */
export interface MessageElement {
  readonly element: HTMLElement;
  /** Shows the message. `live`: it changed just now, so a screen reader is told. */
  show(message: MessageView, live: boolean): void;
  /** False when there is a block missing before it. */
  showBlock(index: number, block: BlockView): boolean;
  /** False when there is no such block or it is not one that grows. */
  append(index: number, text: string): boolean;
  /** No more blocks or text will come. */
  end(standing: Standing): void;
  /** Draws what was appended. */
  update(): void;
}

export function messageView(services: Services, { id, role, model }: MessageView): MessageElement {
  const content = element("div", { class: "content" });
  const footer = element("footer", { class: "footer" });
  const name = role === "user" ? "You" : "Claude";
  const article = element("article", { class: `message ${role}`, "aria-label": name }, content, footer);
  article.dataset["id"] = id;
  const blocks: BlockElement[] = [];
  let state: MessageView["state"] | undefined;

  function showBlock(index: number, block: BlockView): boolean {
    const old = blocks[index];
    if (old?.show(block)) return true;
    if (index > blocks.length) return false;
    const made = blockView(services, block, role);
    if (old) old.element.replaceWith(made.element);
    else content.append(made.element);
    blocks[index] = made;
    // Blocks come one after the other: the one before this is complete.
    blocks[index - 1]?.finish(state === "streaming");
    return true;
  }

  function stand(standing: Standing, live: boolean): void {
    const ended = state === "streaming" && standing.state !== "streaming";
    state = standing.state;
    article.setAttribute("aria-busy", String(state === "streaming"));
    if (state !== "streaming") for (const block of blocks) block.finish(live && ended);
    showFooter(standing);
    if (!live) return;
    if (standing.failure) services.announce(`${standing.failure.message} ${standing.failure.advice}`);
    else if (state === "stopped") services.announce("Stopped.");
    else if (ended) services.announce("Answer complete.");
  }

  function showFooter({ notes = [], failure }: Standing): void {
    footer.replaceChildren(...notes.map(noteLine));
    if (failure) footer.append(failureBox(services, id, failure));
    const stopped = state === "stopped";
    if (role === "user" || state === "streaming" || (blocks.length === 0 && !stopped)) return;
    const actions = element("div", { class: "actions" });
    if (stopped) actions.append(element("span", { class: "stopped" }, icon("stop"), "Stopped"));
    if (blocks.length > 0) actions.append(copyButton(services, id));
    if (model) actions.append(element("span", { class: "model" }, showControls(model)));
    footer.append(actions);
  }

  return {
    element: article,
    show(message, live) {
      for (const extra of blocks.splice(message.blocks.length)) extra.element.remove();
      for (const [index, block] of message.blocks.entries()) showBlock(index, block);
      stand(message, live);
    },
    showBlock,
    append: (index, text) => blocks[index]?.append(text) ?? false,
    end: (standing) => stand(standing, true),
    update() {
      for (const block of blocks) block.update();
    },
  };
}

function copyButton(services: Services, message: string): HTMLButtonElement {
  const copy = iconButton("Copy", "copy", () => {
    services.post({ type: "copyMessage", message });
    services.announce("Copied.");
    confirmPress(copy);
  });
  return copy;
}

function noteLine(note: string): HTMLElement {
  return element("p", { class: "note" }, icon("info"), element("span", {}, showControls(note)));
}

const ACTIONS = {
  setKey: { label: "Set API Key", type: "setKey" },
  selectModel: { label: "Select Model", type: "selectModel" },
  showLog: { label: "Show Log", type: "showLog" },
} as const;

function failureBox(services: Services, id: string, failure: FailureView): HTMLElement {
  const buttons = element("div", { class: "buttons" });
  const action = failure.action && ACTIONS[failure.action];
  if (failure.retryable) {
    buttons.append(textButton("Retry", () => services.post({ type: "retry", message: id })));
  }
  if (action) {
    buttons.append(
      textButton(
        action.label,
        () => services.post({ type: action.type }),
        `button ${failure.retryable ? "quiet" : ""}`,
      ),
    );
  }
  const text = element(
    "div",
    {},
    element("p", { class: "what" }, showControls(failure.message)),
    element("p", { class: "advice" }, showControls(failure.advice)),
    buttons,
  );
  return element("div", { class: "failure" }, icon("error"), text);
}
