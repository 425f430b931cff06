import { showControls } from "../shared/directionControls";
import type { BlockView, EndView, MessageView } from "../shared/views";
import { blockView, type BlockElement } from "./block-view";
import { element } from "./dom";
import { actionBar, endingBox, failureBox, messageActions, noteLine } from "./message-footer";
import { offer } from "./place";
import type { Services } from "./services";

/**
 * One message in the log. Its text is there from the start, for screen readers and selections; what it looks like is drawn
 * when it comes near the viewport, so that a long conversation costs what is seen of it.
 */
export interface MessageElement {
  readonly element: HTMLElement;
  /** Where its blocks are. */
  readonly content: HTMLElement;
  /** A drawing of its blocks that is not in the page, for its text. It is made in pieces: between two it may wait. */
  preview(): Generator<undefined, HTMLElement>;
  /** Its blocks are drawn. */
  readonly drawn: boolean;
  draw(): void;
  /** Keeps a place as high as it will be, about, in a column of `width` pixels. */
  reserve(width: number): void;
  /** Shows the message. `live`: it changed just now, so a screen reader is told. */
  show(message: MessageView, live: boolean): void;
  /** False when there is a block missing before it. */
  showBlock(index: number, block: BlockView): boolean;
  /** False when there is no such block or it is not one that grows. */
  append(index: number, text: string): boolean;
  /** No more blocks or text will come. */
  end(ending: EndView): void;
  /** Draws what was appended. */
  update(): void;
}

export function messageView(services: Services, first: MessageView): MessageElement {
  const { id, role } = first;
  const content = element("div", { class: "content" });
  const footer = element("footer", { class: "footer" });
  const name = role === "user" ? "You" : "Claude";
  const article = element("article", { class: `message undrawn ${role}`, "aria-label": name, tabindex: "-1" }, content);
  article.dataset["id"] = id;
  const actions = messageActions(services, id, role, edit);
  offer(article, actions, { sidenoteRole: role });
  const blocks: BlockElement[] = [];
  /** How it stands; once drawn, its blocks are those of the beginning. */
  let shown: MessageView = first;
  let state: MessageView["state"] | undefined;
  let drawn = false;

  function draw(): void {
    if (drawn) return;
    drawn = true;
    article.classList.remove("undrawn");
    content.replaceChildren();
    article.append(footer);
    for (const [index, block] of shown.blocks.entries()) showBlock(index, block);
    finish(false);
    showFooter();
  }

  function showBlock(index: number, block: BlockView): boolean {
    draw();
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
    if (state === "streaming") draw();
    if (drawn) {
      finish(live && ended);
      showFooter();
    }
    if (!live) return;
    if (role === "user" || state === "stopped") services.hush();
    if (message.failure) services.announce(`${message.failure.message} ${message.failure.advice}`);
    else if (state === "stopped") services.announce("Stopped.");
    else if (ended && (message.refused || message.cut)) services.announce(message.notes?.at(-1) ?? "");
    else if (ended) services.withReader((reader) => reader.read("Answer complete."));
  }

  function finish(spoken: boolean): void {
    if (state === "streaming") return;
    for (const block of blocks) block.finish(spoken);
    // With more than one block of thinking nobody knows which took how much.
    const thoughts = blocks.filter(({ setTokens }) => setTokens);
    if (thoughts.length === 1) thoughts[0]?.setTokens?.(shown.usage?.thinking);
  }

  function showFooter(): void {
    const { notes = [], cut, refused } = shown;
    // The last note says how it ended.
    const early = refused ? "Declined" : cut ? "Cut Off" : undefined;
    footer.replaceChildren(...(early ? notes.slice(0, -1) : notes).map(noteLine));
    if (early) {
      const goOn = cut && "continue" in actions ? actions.continue : undefined;
      footer.append(endingBox(early, notes.at(-1) ?? "", goOn));
    }
    if (shown.failure) footer.append(failureBox(services, id, shown.failure));
    if (state === "streaming") return;
    footer.append(actionBar(services, shown, actions));
  }

  /** Puts a box in the place of the words; attachments stay as they are. */
  function edit(): void {
    services.withPart(import("./edit-box"), ({ editBox }) => {
      if (article.classList.contains("editing")) return;
      draw();
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
    });
  }

  return {
    element: article,
    content,
    *preview() {
      const quiet = { ...services, ...QUIET };
      const root = element("div");
      for (const block of shown.blocks) root.append(yield* drawInPieces(quiet, block, role));
      return root;
    },
    get drawn() {
      return drawn;
    },
    draw,
    reserve: (width) => article.style.setProperty("--height", `${estimatedHeight(shown, width)}px`),
    show(message, live) {
      if (!drawn) {
        content.textContent = sourceText(message);
        stand(message, live);
        return;
      }
      for (const extra of blocks.splice(message.blocks.length)) extra.element.remove();
      for (const [index, block] of message.blocks.entries()) showBlock(index, block);
      stand(message, live);
    },
    showBlock,
    append(index, text) {
      draw();
      return blocks[index]?.append(text) ?? false;
    },
    end: (ending) => stand({ ...shown, ...ending }, true),
    update() {
      for (const block of blocks) block.update();
    },
  };
}

/** A drawing that nobody sees asks for nothing and tells nothing. */
const QUIET: Omit<Services, "post"> = {
  announce: () => undefined,
  hush: () => undefined,
  highlighting: { watch: () => undefined, grown: () => undefined, languageName: () => undefined },
  withPart: () => undefined,
  withReader: () => undefined,
  request: () => new Promise(() => undefined),
};

/** Characters that are drawn at once. */
const PIECE = 4000;

function* drawInPieces(
  services: Services,
  block: BlockView,
  role: MessageView["role"],
): Generator<undefined, HTMLElement> {
  const grows = block.type === "thinking" || (block.type === "text" && role === "assistant");
  const view = blockView(services, grows ? { ...block, text: block.text.slice(0, PIECE) } : block, role);
  const text = grows ? block.text : "";
  for (let at = PIECE; at < text.length; at += PIECE) {
    view.update();
    yield undefined;
    view.append(text.slice(at, at + PIECE));
  }
  view.finish(false);
  return view.element;
}

/** Draws a small answer that nobody sees: the browser has then compiled what draws one before somebody waits for it. */
export function warmUp(services: Services): void {
  const text = "# a\n\n**b** `c`\n\n- [d](http://e)\n\n```\n";
  const view = blockView({ ...services, ...QUIET }, { type: "text", text }, "assistant");
  for (const more of ["f", "\n```\n", "\ng"]) {
    view.update();
    view.append(more);
  }
  view.finish(false);
}

/** What a message says, as it was written: it stands for the message until that is drawn. */
function sourceText({ blocks }: MessageView): string {
  return showControls(blocks.map(sourceOf).filter(Boolean).join("\n\n"));
}

function sourceOf(block: BlockView): string {
  switch (block.type) {
    case "text":
      return block.text;
    case "attachment":
      return block.attachment.name;
    case "tool":
      return block.name;
    case "other":
      return block.label;
    case "thinking":
      return ""; // folded
  }
}

/** Pixels a line of text is high and a character is wide, and what else a message takes, about. */
const LINE = 20;
const CHARACTER = 6.6;
const FRAME = 44;

/** About how high a message will be, in pixels, in a column of `width` pixels: its place until it is drawn. */
function estimatedHeight({ blocks }: MessageView, width: number): number {
  const perLine = Math.max(10, width / CHARACTER);
  let lines = 0;
  for (const block of blocks) {
    if (block.type !== "text") lines += 1.5;
    else for (const line of block.text.split("\n")) lines += Math.max(0.5, Math.ceil(line.length / perLine));
  }
  return Math.round(FRAME + lines * LINE);
}
