import type { Change } from "../shared/protocol";
import type { MessageView, StatusView } from "../shared/views";
import { element } from "./dom";
import { messageView, type MessageElement } from "./message-view";
import type { Services } from "./services";
import type { StatusLine } from "./status-line";

export interface Transcript {
  readonly element: HTMLElement;
  /** All messages, oldest first. */
  readonly messages: readonly MessageElement[];
  message(id: string): MessageElement | undefined;
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
  let order: MessageElement[] = [];
  const grown = new Set<MessageElement>();
  const status = element("div", { class: "status", hidden: "" });
  let line: StatusLine | undefined;
  let going: StatusView = { kind: "idle" };
  const root = element("div", { class: "transcript" }, empty, status, end);
  /** Of the column of text, in pixels. */
  let width = 0;

  function show(message: MessageView, live: boolean): MessageElement {
    let view = shown.get(message.id);
    if (!view) {
      view = messageView(services, message);
      view.reserve(width);
      shown.set(message.id, view);
    }
    view.show(message, live);
    if (message.state === "streaming") grown.add(view);
    else grown.delete(view);
    return view;
  }

  /** Puts the messages in this order and drops the others. */
  function arrange(views: readonly MessageElement[]): void {
    const kept = new Set(views);
    for (const [id, view] of shown) {
      if (kept.has(view)) continue;
      view.element.remove();
      shown.delete(id);
      grown.delete(view);
    }
    let next: Element | null = root.querySelector("article");
    for (const view of views) {
      if (view.element === next) next = next.nextElementSibling;
      else root.insertBefore(view.element, next ?? status);
    }
    order = [...views];
    empty.hidden = views.length > 0;
  }

  function grow(id: string): MessageElement | undefined {
    const view = shown.get(id);
    if (view) grown.add(view);
    return view;
  }

  /** Measured once for many messages: each time may take a layout. */
  function measure(): void {
    width = root.clientWidth;
    root.style.setProperty("--width", String(width));
  }

  new ResizeObserver(() => {
    if (Math.abs(root.clientWidth - width) < width / 10) return;
    measure();
    for (const view of order) if (!view.drawn) view.reserve(width);
  }).observe(root);

  return {
    element: root,
    get messages() {
      return order;
    },
    message: (id) => shown.get(id),
    reset(messages) {
      measure();
      arrange(messages.map((message) => show(message, false)));
    },
    apply(change) {
      switch (change.type) {
        case "path": {
          const views = change.messages.flatMap((id) => shown.get(id) ?? []);
          if (views.length < change.messages.length) return false;
          arrange(views);
          return true;
        }
        case "earlier":
          measure();
          arrange([...change.messages.map((message) => show(message, false)), ...order]);
          return true;
        case "message": {
          const isNew = !shown.has(change.message.id);
          const view = show(change.message, true);
          if (isNew) arrange([...order, view]);
          return true;
        }
        case "block":
          return grow(change.message)?.showBlock(change.index, change.block) ?? false;
        case "append":
          line?.grew(change.text.length);
          return grow(change.message)?.append(change.index, change.text) ?? false;
        case "end": {
          const view = shown.get(change.message);
          view?.end(change);
          return view !== undefined;
        }
      }
    },
    update() {
      for (const view of grown) view.update();
      grown.clear();
    },
    setStatus(now) {
      // Between two rounds the last answer is not the end: what can be done with it is offered below what comes next.
      const between = now.kind === "tools" || now.kind === "goOn" || now.kind === "waiting" || now.kind === "retrying";
      root.classList.toggle("between", between);
      going = now;
      if (line || now.kind === "idle") return line?.show(now);
      services.withPart(import("./status-line"), ({ statusLine }) => {
        line ??= statusLine(services, status);
        line.show(going);
      });
    },
  };
}
