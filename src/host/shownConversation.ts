import { Disposable, EventEmitter, type LogOutputChannel, type Memento } from "vscode";
import type { Conversation, Fact } from "../chat/conversation";
import type { ConversationStore, StoredConversation } from "../chat/conversationStore";
import { showWarningMessage } from "./notifications";
import { UserProblem } from "./userProblem";

/** Where this window remembers which conversation it shows. */
const CONVERSATION_KEY = "conversation";

/** When that was. VS Code writes no memory that is as it was, although another window of the folder may have written since. */
const REMEMBERED_KEY = "remembered";

/** Where the window remembers the new chat in which something waits that was not sent yet. */
const NEW_CHAT_KEY = "newChat";

/** A fact and the conversation that it was recorded in. */
export interface Recorded {
  readonly fact: Fact;
  readonly stored: StoredConversation;
}

/**
 * The conversation that this window shows, and opens again after a restart. All facts are recorded here, also those of
 * conversations that are not shown, so that whoever follows a conversation hears of each.
 */
export class ShownConversation implements Disposable {
  readonly #store: ConversationStore;
  readonly #memory: Memento;
  readonly #log: LogOutputChannel;
  readonly #recorded = new EventEmitter<Recorded>();
  readonly #replaced = new EventEmitter<void>();
  readonly #titleChanged = new EventEmitter<void>();

  /** A fact was recorded, in the conversation that is shown or in another one. */
  readonly onRecord = this.#recorded.event;
  /** Take all of it anew: it is another conversation, or another path. */
  readonly onReplace = this.#replaced.event;
  readonly onTitle = this.#titleChanged.event;

  #opening: Promise<void> | undefined;
  #stored: StoredConversation;

  constructor(store: ConversationStore, memory: Memento, log: LogOutputChannel) {
    this.#store = store;
    this.#memory = memory;
    this.#log = log;
    this.#stored = store.create();
  }

  /** Another one after a wait, when another conversation was opened meanwhile. */
  get stored(): StoredConversation {
    return this.#stored;
  }

  get conversation(): Conversation {
    return this.#stored.conversation;
  }

  get id(): string {
    return this.conversation.id;
  }

  /** Resolves once the conversation that the window showed last is open. Reads the disk on the first call only. */
  opened(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<void> {
    const id = this.#memory.get<string>(CONVERSATION_KEY);
    try {
      const stored = id === undefined ? undefined : await this.#openOrNew(id);
      if (!stored) return;
      this.#stored = stored;
      this.#titleChanged.fire();
    } catch (error) {
      this.#log.error("The last conversation could not be read", error instanceof Error ? error.message : "");
      void showWarningMessage("The last conversation could not be read. It is still on disk; a new one is open.");
    }
  }

  /** The conversation; also a new chat of which nothing but a draft is stored. */
  async #openOrNew(id: string): Promise<StoredConversation | undefined> {
    return (await this.#store.open(id)) ?? (id === this.#newChat ? this.#store.create(id) : undefined);
  }

  /** The new chat in which something waited that was not sent, if it can be read. */
  async unsent(): Promise<StoredConversation | undefined> {
    const id = this.#newChat;
    if (id === undefined) return undefined;
    if (id === this.id) return this.#stored;
    try {
      return await this.#openOrNew(id);
    } catch (error) {
      this.#log.error("What waits to be sent could not be read", error instanceof Error ? error.message : "");
      return undefined;
    }
  }

  /** The one way in which a conversation changes. @param stored the one that is shown when left out */
  record(fact: Fact, stored = this.#stored): void {
    const { title } = stored.conversation;
    stored.record(fact);
    this.#recorded.fire({ fact, stored });
    if (stored === this.#stored && stored.conversation.title !== title) this.#titleChanged.fire();
  }

  /** Takes another conversation. Who shows it hears of that by `tellReplaced`, once all that belongs to it is known. */
  async replace(stored: StoredConversation): Promise<void> {
    this.#stored = stored;
    const empty = stored.conversation.turns.size === 0 && this.id !== this.#newChat;
    await this.#memory.update(CONVERSATION_KEY, empty ? undefined : this.id);
  }

  /** Has all who show the conversation take it anew. */
  tellReplaced(): void {
    this.#replaced.fire();
  }

  /**
   * The window opens the conversation again if it is the one that is shown, and a new chat goes on with it as long as nothing was
   * sent in it.
   */
  remember(stored = this.#stored): void {
    const { id, turns } = stored.conversation;
    const isNew = turns.size === 0;
    if (isNew || this.#newChat === id) this.#rememberNewChat(isNew ? id : undefined);
    if (stored !== this.#stored) return;
    void this.#memory.update(CONVERSATION_KEY, id);
    void this.#memory.update(REMEMBERED_KEY, Date.now());
  }

  /** @throws UserProblem when a newer Sidenote wrote the conversation */
  refuseWhenReadOnly(): void {
    if (!this.#stored.readOnly) return;
    throw new UserProblem("This conversation was written by a newer Sidenote. It can be read here, but not continued.");
  }

  dispose(): void {
    Disposable.from(this.#recorded, this.#replaced, this.#titleChanged).dispose();
  }

  get #newChat(): string | undefined {
    return this.#memory.get<string>(NEW_CHAT_KEY);
  }

  #rememberNewChat(id: string | undefined): void {
    if (id !== this.#newChat) void this.#memory.update(NEW_CHAT_KEY, id);
  }
}
