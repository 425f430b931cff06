import type { Change, MessageView, StatusView } from "../shared/protocol";
import { element } from "./dom";
import { messageView, type MessageElement } from "./message-view";
import type { Services } from "./services";
import { statusLine } from "./status-line";

export interface Transcript {
  readonly element: HTMLElement;
  /** Shows exactly these messages; those that are there already stay as they are. */
  reset(messages: readonly MessageView[]): void;
  /** False when the change is about a message or block that is not there. */
  apply(change: Exclude<Change, { type: "view" }>): boolean;
  /** Draws what was appended since the last call. */
  update(): void;
  setStatus(status: StatusView): void;
}

/** The messages, oldest first, below them what is going on, then `end`. `empty` is shown while there are no messages. */
export function createTranscript(services: Services, empty: HTMLElement, end: HTMLElement): Transcript {
  const shown = new Map<string, MessageElement>();
  const grown = new Set<MessageElement>();
  const status = statusLine(services);
  const root = element("div", { class: "transcript" }, empty, status.element, end);

  function show(message: MessageView, live: boolean): void {
    let view = shown.get(message.id);
    if (!view) {
      view = messageView(services, message);
      shown.set(message.id, view);
      status.element.before(view.element);
    }
    view.show(message, live);
    if (message.state === "streaming") grown.add(view);
    else grown.delete(view);
    empty.hidden = true;
  }

  /** Puts the messages in this order and drops the others. */
  function arrange(ids: readonly string[]): boolean {
    const kept = new Set(ids);
    for (const [id, view] of shown) {
      if (kept.has(id)) continue;
      view.element.remove();
      shown.delete(id);
      grown.delete(view);
    }
    let next: Element | null = root.querySelector("article");
    for (const id of ids) {
      const view = shown.get(id);
      if (!view) return false;
      if (view.element === next) next = next.nextElementSibling;
      else root.insertBefore(view.element, next ?? status.element);
    }
    empty.hidden = ids.length > 0;
    return true;
  }

  return {
    element: root,
    reset(messages) {
      for (const message of messages) show(message, false);
      arrange(messages.map(({ id }) => id));
    },
    apply(change) {
      if (change.type === "path") return arrange(change.messages);
      if (change.type === "message") {
        show(change.message, true);
        return true;
      }
      const view = shown.get(change.message);
      if (!view) return false;
      if (change.type === "end") {
        view.end(change);
        return true;
      }
      grown.add(view);
      return change.type === "block"
        ? view.showBlock(change.index, change.block)
        : view.append(change.index, change.text);
    },
    update() {
      for (const view of grown) view.update();
      grown.clear();
    },
    setStatus: (now) => status.show(now),
  };
}
