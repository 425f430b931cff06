import type { Memento } from "vscode";

/** Where an attachment was taken from. URIs as text. */
export type AttachmentSource =
  /** All of a file. */
  | { readonly kind: "file"; readonly uri: string }
  /** A part of a text file, by its 1-based, inclusive lines. */
  | { readonly kind: "lines"; readonly uri: string; readonly lines: readonly [first: number, last: number] }
  /** Of the workspace, or of one file. */
  | { readonly kind: "problems"; readonly uri?: string }
  | { readonly kind: "changes"; readonly staged: boolean; readonly file?: string }
  | { readonly kind: "folder"; readonly uri: string }
  /** `index` from 0. */
  | { readonly kind: "cell"; readonly uri: string; readonly index: number }
  | { readonly kind: "terminal" };

/** Where the window remembers them. */
const SOURCES_KEY = "attachmentSources";

/** The window reads all of its memory when it starts; attachments that wait to be sent are few. */
const MOST_SOURCES = 200;

/**
 * Where the attachments that wait to be sent were taken from, by their ids. It stays in the window's memory: a conversation is
 * exported and imported, and should neither tell nor choose the places of files.
 */
export class AttachmentSources {
  readonly #memory: Memento;
  readonly #sources: Map<string, AttachmentSource>;

  constructor(memory: Memento) {
    this.#memory = memory;
    this.#sources = new Map(Object.entries(memory.get<Record<string, AttachmentSource>>(SOURCES_KEY, {})));
  }

  of(attachment: string): AttachmentSource | undefined {
    return this.#sources.get(attachment);
  }

  keep(added: readonly { readonly attachment: { readonly id: string }; readonly source?: AttachmentSource }[]): void {
    for (const { attachment, source } of added) {
      this.#sources.delete(attachment.id);
      if (source) this.#sources.set(attachment.id, source);
    }
    void this.#memory.update(SOURCES_KEY, Object.fromEntries([...this.#sources].slice(-MOST_SOURCES)));
  }
}
