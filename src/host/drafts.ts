import type { Memento } from "vscode";
import type { DraftView } from "../shared/views";

/** Where the window remembers what stands in the message box of each conversation. */
const DRAFTS_KEY = "drafts";

/** Where earlier versions remembered the one text of their message box. */
const OLD_KEY = "draft";

/** The window reads all of its memory when it starts: what was typed last is kept. */
const MOST_DRAFTS = 100;

const NOTHING: DraftView = { text: "" };

/** What stands in the message box of each conversation of this window. It outlives the page and the window. */
export class Drafts {
  readonly #memory: Memento;
  /** By conversation; the one that changed last is the last. */
  readonly #drafts: Map<string, DraftView>;

  constructor(memory: Memento) {
    this.#memory = memory;
    this.#drafts = new Map(Object.entries(memory.get<Record<string, DraftView>>(DRAFTS_KEY, {})));
  }

  of(conversation: string): DraftView {
    return this.#drafts.get(conversation) ?? NOTHING;
  }

  /** False when that is what was kept already. */
  keep(conversation: string, { text, aside }: DraftView): boolean {
    const kept = this.of(conversation);
    if (text === kept.text && aside === kept.aside) return false;
    this.#drafts.delete(conversation);
    if (text !== "" || aside !== undefined) {
      this.#drafts.set(conversation, { text, ...(aside !== undefined && { aside }) });
    }
    const last = [...this.#drafts].slice(-MOST_DRAFTS);
    void this.#memory.update(DRAFTS_KEY, Object.fromEntries(last));
    return true;
  }

  /** Takes what an earlier version has kept. */
  adoptOld(conversation: string): void {
    const text = this.#memory.get<string>(OLD_KEY);
    if (text === undefined) return;
    void this.#memory.update(OLD_KEY, undefined);
    if (this.of(conversation) === NOTHING) this.keep(conversation, { text });
  }
}
