import { fromBase64, toBase64 } from "./base64";
import {
  apply,
  attachmentsOf,
  emptyConversation,
  pathTo,
  type Conversation,
  type Fact,
  type Turn,
} from "./conversation";
import { isConversationId, readJournals, type Disk } from "./disk";
import { journalWriter, readJournal, type JournalWriter } from "./journal";
import type { ConversationFile } from "./transfer";

/** A conversation and its folder. */
export interface StoredConversation {
  readonly conversation: Conversation;
  /** Written by a later version of Sidenote: it can be read but not continued. */
  readonly readOnly: boolean;
  /** Changes the conversation and stores the fact. */
  record(fact: Fact): void;
  /** Stores the bytes of an attachment under their SHA-256 (lower-case hexadecimal); in memory while the disk refuses. */
  saveAttachment(sha256: string, bytes: Uint8Array): Promise<void>;
  /** Rejects when the file is gone. */
  readAttachment(sha256: string): Promise<Uint8Array>;
}

/**
 * Conversations on disk: `<id>/<writer>.jsonl` for each window that wrote, and `<id>/attachments/<sha256>` beside.
 * An empty conversation has no folder.
 */
export class ConversationStore {
  readonly #disk: Disk;
  readonly #onFailure: (error: unknown) => void;
  /** The name of this window's file in each conversation. */
  readonly #writer = crypto.randomUUID();
  /** One for each conversation that this window wrote to: what they could not write yet waits in them. */
  readonly #journals = new Map<string, JournalWriter>();
  /** Attachments that could not be written, by file. */
  readonly #unsaved = new Map<string, Uint8Array>();
  /** One disk, one message: not one for each conversation. */
  #failing = false;

  /** @param onFailure called once for each time that the disk begins to refuse; nothing is lost meanwhile */
  constructor(disk: Disk, onFailure: (error: unknown) => void) {
    this.#disk = disk;
    this.#onFailure = onFailure;
  }

  /** @param id of one that was never written to, to go on with it */
  create(id: string = crypto.randomUUID()): StoredConversation {
    return this.#join(emptyConversation(id), false);
  }

  /**
   * Undefined when there is no such conversation, or when it was deleted. Damaged lines are passed over, the files stay as
   * they are. Rejects when the files cannot be read.
   */
  async open(id: string): Promise<StoredConversation | undefined> {
    if (!isConversationId(id)) return undefined;
    const journals = await this.#read(id);
    if (journals.length === 0) return undefined;
    const { facts, newer } = readJournal(journals);
    const conversation = emptyConversation(id);
    for (const fact of facts) apply(conversation, fact);
    return conversation.deleted ? undefined : this.#join(conversation, newer);
  }

  /** All of a conversation, to be added again somewhere. */
  async pack(id: string): Promise<ConversationFile> {
    const journals = await this.#read(id);
    const attachments: Record<string, string> = {};
    for (const name of await this.#disk.list(`${id}/attachments`)) {
      attachments[name] = toBase64(await this.#disk.read(`${id}/attachments/${name}`));
    }
    return { format: "sidenote-conversation", version: 1, journals, attachments };
  }

  /** Stores a packed conversation as a new one and returns its id. */
  async unpack({ journals, attachments }: Pick<ConversationFile, "journals" | "attachments">): Promise<string> {
    const id = crypto.randomUUID();
    for (const [sha256, data] of Object.entries(attachments)) {
      await this.#disk.write(`${id}/attachments/${sha256}`, fromBase64(data));
    }
    const encoder = new TextEncoder();
    for (const [index, text] of journals.entries()) {
      await this.#disk.write(`${id}/imported-${index + 1}.jsonl`, encoder.encode(text));
    }
    this.record(id, { type: "copied" });
    await this.#journals.get(id)?.flush();
    return id;
  }

  /** Stores a fact about a conversation that is not open. */
  record(id: string, fact: Fact): void {
    this.#journal(id).write(fact);
  }

  /** Resolves when everything recorded so far has been written, or could not be. */
  async flush(): Promise<void> {
    await Promise.all([...this.#journals.values()].map((journal) => journal.flush()));
  }

  #join(conversation: Conversation, readOnly: boolean): StoredConversation {
    const { id } = conversation;
    return {
      conversation,
      readOnly,
      record: (fact) => {
        apply(conversation, fact);
        this.record(id, fact);
      },
      saveAttachment: (sha256, bytes) => this.#save(`${id}/attachments/${sha256}`, bytes),
      readAttachment: async (sha256) => {
        const file = `${id}/attachments/${sha256}`;
        return this.#unsaved.get(file) ?? this.#disk.read(file);
      },
    };
  }

  /** The texts of its journals, and of what could not be written yet. */
  async #read(id: string): Promise<readonly string[]> {
    const journal = this.#journals.get(id);
    await journal?.flush();
    const waiting = journal?.waiting() ?? ""; // before the files: what is written meanwhile is in both, and counts once
    const decoder = new TextDecoder();
    const files = (await readJournals(this.#disk, id)).map((bytes) => decoder.decode(bytes));
    return waiting === "" ? files : [...files, waiting];
  }

  #journal(id: string): JournalWriter {
    const known = this.#journals.get(id);
    if (known) return known;
    const journal = journalWriter({
      append: async (text) => {
        await this.#disk.append(`${id}/${this.#writer}.jsonl`, text);
        for (const [file, bytes] of this.#unsaved) await this.#save(file, bytes);
        if (this.#unsaved.size === 0) this.#failing = false;
      },
      onFailure: (error) => this.#refused(error),
    });
    this.#journals.set(id, journal);
    return journal;
  }

  /** What cannot be written is kept in memory, and tried again when a journal could be written. */
  async #save(file: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.#disk.write(file, bytes);
      this.#unsaved.delete(file);
    } catch (error) {
      this.#unsaved.set(file, bytes);
      this.#refused(error);
    }
  }

  #refused(error: unknown): void {
    if (!this.#failing) this.#onFailure(error);
    this.#failing = true;
  }
}

/** Copies the turns up to `last`, and what belongs to them, into an empty conversation. */
export async function copyPath(source: StoredConversation, last: string, copy: StoredConversation): Promise<void> {
  const { model, workspace, profile, parameters } = source.conversation;
  if (model !== undefined) copy.record({ type: "model", model });
  if (profile) copy.record({ type: "profile", profile });
  if (Object.keys(parameters).length > 0) copy.record({ type: "parameters", set: parameters });
  if (workspace) copy.record({ type: "workspace", workspace });
  for (const turn of pathTo(source.conversation, last)) {
    for (const sha256 of filesOf(turn)) {
      const bytes = await source.readAttachment(sha256).catch(() => undefined); // the request says it is gone
      if (bytes) await copy.saveAttachment(sha256, bytes);
    }
    if (turn.role !== "assistant") {
      copy.record({ type: "turn", turn });
      continue;
    }
    const { outcome, usage, cost, container, thinkingSeconds, content, ...answer } = turn;
    copy.record({ type: "turn", turn: { ...answer, content: [] } });
    if (!outcome) continue;
    const end = {
      ...(usage && { usage }),
      ...(cost && { cost }),
      ...(container && { container }),
      ...(thinkingSeconds && { thinkingSeconds }),
    };
    copy.record({ type: "answered", turn: turn.id, content, outcome, ...end });
  }
  copy.record({ type: "copied" });
}

/** The names of the files that belong to a turn. */
function filesOf(turn: Turn): string[] {
  const whole = turn.role === "results" ? turn.results.flatMap((result) => result.whole?.sha256 ?? []) : [];
  return [...attachmentsOf(turn).flatMap((it) => (it.type === "code" ? [] : [it.sha256])), ...whole];
}
