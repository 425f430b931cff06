import { FileType, Uri, workspace } from "vscode";
import { appendText } from "#env";
import { apply, attachmentsOf, emptyConversation, pathTo, type Conversation, type Fact } from "../chat/conversation";
import { journalWriter, readJournal } from "../chat/journal";

/** A conversation and its folder. */
export interface StoredConversation {
  readonly conversation: Conversation;
  /** Written by a later version of Sidenote: it can be read but not continued. */
  readonly readOnly: boolean;
  /** Changes the conversation and stores the fact. */
  record(fact: Fact): void;
  /** Stores the bytes of an attachment under their SHA-256 (lower-case hexadecimal). */
  saveAttachment(sha256: string, bytes: Uint8Array): Promise<void>;
  /** Rejects when the file is gone. */
  readAttachment(sha256: string): Promise<Uint8Array>;
  /** Resolves when everything recorded so far has been written. */
  flush(): Promise<void>;
}

/**
 * Conversations on disk: `conversations/<id>/<writer>.jsonl` for each window that wrote, and `attachments/<sha256>` beside.
 * An empty conversation has no folder.
 */
export class ConversationStore {
  readonly #root: Uri;
  readonly #onFailure: (error: unknown) => void;
  /** The name of this window's file in each conversation. */
  readonly #writer = crypto.randomUUID();

  constructor(storage: Uri, onFailure: (error: unknown) => void) {
    this.#root = Uri.joinPath(storage, "conversations");
    this.#onFailure = onFailure;
  }

  create(): StoredConversation {
    return this.#join(emptyConversation(crypto.randomUUID()), false);
  }

  /** Undefined when there is no such conversation. Damaged lines are passed over, the files stay as they are. */
  async open(id: string): Promise<StoredConversation | undefined> {
    const folder = Uri.joinPath(this.#root, id);
    let entries: [string, FileType][];
    try {
      entries = await workspace.fs.readDirectory(folder);
    } catch {
      return undefined;
    }
    const journals = entries.filter(([name, type]) => type === FileType.File && name.endsWith(".jsonl"));
    const decoder = new TextDecoder();
    const texts = await Promise.all(
      journals.map(async ([name]) => decoder.decode(await workspace.fs.readFile(Uri.joinPath(folder, name)))),
    );
    const { facts, newer } = readJournal(texts);
    const conversation = emptyConversation(id);
    for (const fact of facts) apply(conversation, fact);
    return this.#join(conversation, newer);
  }

  #join(conversation: Conversation, readOnly: boolean): StoredConversation {
    const folder = Uri.joinPath(this.#root, conversation.id);
    const attachments = Uri.joinPath(folder, "attachments");
    const journal = journalWriter({
      append: async (text) => {
        await workspace.fs.createDirectory(folder);
        await appendText(Uri.joinPath(folder, `${this.#writer}.jsonl`), text);
      },
      onFailure: this.#onFailure,
    });
    return {
      conversation,
      readOnly,
      record(fact) {
        apply(conversation, fact);
        journal.write(fact);
      },
      async saveAttachment(sha256, bytes) {
        await workspace.fs.createDirectory(attachments);
        await workspace.fs.writeFile(Uri.joinPath(attachments, sha256), bytes);
      },
      readAttachment: async (sha256) => workspace.fs.readFile(Uri.joinPath(attachments, sha256)),
      flush: () => journal.flush(),
    };
  }
}

/** Copies the turns up to `last`, and what belongs to them, into an empty conversation. */
export async function copyPath(source: StoredConversation, last: string, copy: StoredConversation): Promise<void> {
  const { model } = source.conversation;
  if (model !== undefined) copy.record({ type: "model", model });
  for (const turn of pathTo(source.conversation, last)) {
    for (const attachment of attachmentsOf(turn)) {
      if (attachment.type !== "image") continue;
      const bytes = await source.readAttachment(attachment.sha256).catch(() => undefined); // the request says it is gone
      if (bytes) await copy.saveAttachment(attachment.sha256, bytes);
    }
    if (turn.role === "user") {
      copy.record({ type: "turn", turn });
      continue;
    }
    const { outcome, usage, cost, content, ...answer } = turn;
    copy.record({ type: "turn", turn: { ...answer, content: [] } });
    if (!outcome) continue;
    const end = { ...(usage && { usage }), ...(cost && { cost }) };
    copy.record({ type: "answered", turn: turn.id, content, outcome, ...end });
  }
}
