import type { Change, HostMessage } from "../shared/protocol";
import type { ChatView, MessageView } from "../shared/views";
import { inPieces } from "./pieces";

/** Updates are joined for a frame of 60 a second, in milliseconds. */
const FRAME = 16;

/**
 * What a page is told of the chat: snapshots, and numbered updates between them, of which one is posted a frame. A snapshot holds
 * the end of the conversation; what comes before follows in pieces.
 */
export class Updates {
  readonly #post: (message: HostMessage) => void;
  #number = 0;
  #waiting: Change[] = [];
  /** Pieces of the conversation that the page does not have yet, the last first. */
  #earlier: MessageView[][] = [];
  #timer: unknown;
  #lastPost = 0;

  constructor(post: (message: HostMessage) => void) {
    this.#post = post;
  }

  /** Posts all that the page shows, in the place of what it has. */
  snapshot(view: ChatView): void {
    const [messages = [], ...earlier] = inPieces(view.messages);
    const count = view.messages.length - messages.length;
    this.#waiting = []; // the snapshot and its pieces hold them
    this.#earlier = earlier;
    this.#post({ type: "snapshot", number: this.#number, view: { ...view, messages }, earlier: count });
    if (earlier.length > 0) this.#flushSoon();
  }

  /** Posts changes, joined with others of the same frame. */
  add(changes: readonly Change[]): void {
    for (const change of changes) {
      const last = this.#waiting.at(-1);
      if (
        change.type === "append" &&
        last?.type === "append" &&
        last.message === change.message &&
        last.index === change.index
      ) {
        this.#waiting[this.#waiting.length - 1] = { ...last, text: last.text + change.text };
      } else {
        this.#waiting.push(change);
      }
    }
    this.#flushSoon();
  }

  /** Posts what waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // One piece a frame; but messages and their order are changed only when all are there.
    const all = this.#waiting.some(({ type }) => type === "message" || type === "path");
    const pieces = this.#earlier.splice(0, all ? this.#earlier.length : 1);
    const changes = [...pieces.map((messages): Change => ({ type: "earlier", messages })), ...this.#waiting];
    if (changes.length === 0) return;
    this.#lastPost = performance.now();
    this.#post({ type: "update", number: ++this.#number, changes });
    this.#waiting = [];
    if (this.#earlier.length > 0) this.#flushSoon();
  }

  /** There is no page any more that waits for anything. */
  forget(): void {
    this.#waiting = [];
    this.#earlier = [];
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => this.flush(), Math.max(0, this.#lastPost + FRAME - performance.now()));
  }
}
