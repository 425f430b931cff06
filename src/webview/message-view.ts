import type { BlockView, MessageView } from "../shared/protocol";
import { blockView, type BlockElement } from "./block-view";
import { element } from "./dom";
import { editBox } from "./edit-box";
import { failureBox, messageActions, noteLine } from "./message-footer";
import type { Services } from "./services";

/** How an answer ended. */
export type Ending = Pick<MessageView, "state" | "notes" | "failure" | "usage">;

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
  end(ending: Ending): void;
  /** Draws what was appended. */
  update(): void;
}

export function messageView(services: Services, first: MessageView): MessageElement {
  const { id, role } = first;
  const content = element("div", { class: "content" });
  const footer = element("footer", { class: "footer" });
  const name = role === "user" ? "You" : "Claude";
  const article = element("article", { class: `message ${role}`, "aria-label": name }, content, footer);
  article.dataset["id"] = id;
  const blocks: BlockElement[] = [];
  /** How it stands; its blocks are those of the beginning. */
  let shown: MessageView = first;
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

  function stand(message: MessageView, live: boolean): void {
    const ended = state === "streaming" && message.state !== "streaming";
    shown = message;
    state = message.state;
    article.setAttribute("aria-busy", String(state === "streaming"));
    if (state !== "streaming") for (const block of blocks) block.finish(live && ended);
    showFooter();
    if (!live) return;
    if (message.failure) services.announce(`${message.failure.message} ${message.failure.advice}`);
    else if (state === "stopped") services.announce("Stopped.");
    else if (ended) services.announce("Answer complete.");
  }

  function showFooter(): void {
    footer.replaceChildren(...(shown.notes ?? []).map(noteLine));
    if (shown.failure) footer.append(failureBox(services, id, shown.failure));
    if (state === "streaming") return;
    const actions = messageActions(services, shown, { any: blocks.length > 0, edit });
    if (actions.hasChildNodes()) footer.append(actions);
  }

  /** Puts a box in the place of the words; attachments stay as they are. */
  function edit(): void {
    const text = shown.blocks.map((block) => (block.type === "text" ? block.text : "")).join("");
    const box = editBox(services, id, text, () => {
      box.remove();
      content.hidden = false;
      article.classList.remove("editing");
      footer.querySelector("button")?.focus();
    });
    article.classList.add("editing");
    content.hidden = !shown.blocks.some(({ type }) => type === "attachment");
    content.after(box);
    box.querySelector("textarea")?.focus();
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
    end: (ending) => stand({ ...shown, ...ending }, true),
    update() {
      for (const block of blocks) block.update();
    },
  };
}
