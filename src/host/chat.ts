import { EventEmitter, window, type Disposable, type LogOutputChannel, type Memento } from "vscode";
import type { RequestPreview } from "../api/client";
import type { MessageRequest } from "../api/types";
import {
  attachmentsOf,
  newestLeaf,
  pathTo,
  siblingsOf,
  type Attachment,
  type Conversation,
  type Fact,
  type UserTurn,
} from "../chat/conversation";
import { copyPath, type ConversationStore, type StoredConversation } from "../chat/conversationStore";
import { imageProblem } from "../chat/images";
import type { Change, ChatView, StatusView } from "../shared/protocol";
import { prepareRequest } from "./answer";
import { Answers, type Answer, type AnswersListener } from "./answers";
import { findEndpoint } from "./endpoints";
import { attachmentView, changesFor, messageView, totalsView } from "./present";
import { DEFAULT_MODEL, setting } from "./settings";
import { findTarget, splitModel, type Directory, type Target } from "./target";
import { UserProblem } from "./userProblem";
import { currentWorkspace } from "./workspaceNames";

/** Where this window remembers which conversation it shows. */
const CONVERSATION_KEY = "conversation";

/** What a cut answer is continued with: newer models refuse to go on from a partial answer alone (Messages API, prefill). */
const CONTINUE = "Continue exactly where you stopped.";

/** A question: what was typed and what goes with it. */
export interface Question {
  readonly text: string;
  readonly attachments: readonly NewAttachment[];
  /** `<endpoint>/<model id>` when it is not the conversation's model that shall answer. */
  readonly model?: string | undefined;
}

/** An attachment and, for an image, its bytes. */
export interface NewAttachment {
  readonly attachment: Attachment;
  readonly bytes?: Uint8Array;
}

/** What a chat is made of. */
export interface ChatParts {
  readonly store: ConversationStore;
  readonly directory: Directory;
  /** The window's own memory. */
  readonly memory: Memento;
  readonly log: LogOutputChannel;
  /** Resolves when a message may be sent. Rejects with a UserProblem when the user does not want to spend more. */
  readonly allowSpending: () => Promise<void>;
}

/**
 * The chat of this window. It shows one conversation at a time and owns the truth; views show it. A running answer belongs to
 * its conversation: it goes on while nothing shows it, and while another conversation is shown.
 */
export class Chat implements Disposable {
  readonly #store: ConversationStore;
  readonly #directory: Directory;
  readonly #memory: Memento;
  readonly #log: LogOutputChannel;
  readonly #allowSpending: () => Promise<void>;
  readonly #changed = new EventEmitter<readonly Change[]>();
  readonly #replaced = new EventEmitter<void>();
  readonly #busyChanged = new EventEmitter<boolean>();
  readonly #draftChanged = new EventEmitter<void>();
  readonly #answered = new EventEmitter<{ readonly conversation: Conversation; readonly turn: string }>();

  /** Changes of the view, as they happen. */
  readonly onChange = this.#changed.event;
  /** Another conversation is shown now: take `view()` anew. */
  readonly onReplace = this.#replaced.event;
  /** True when an answer begins, false when it is over. */
  readonly onBusy = this.#busyChanged.event;
  /** The text in the message box has changed. */
  readonly onDraft = this.#draftChanged.event;
  /** An answer of this window is over and recorded, in a conversation that is shown or not. */
  readonly onAnswered = this.#answered.event;

  #opening: Promise<void> | undefined;
  #stored: StoredConversation;
  readonly #answers: Answers;
  #wasBusy = false;
  /** In memory only: no request is ever stored. */
  #sent: RequestPreview | undefined;
  #setup: ChatView["setup"] = null;
  #draftText = "";
  #draftTokens: ChatView["draftTokens"] = null;

  constructor(parts: ChatParts) {
    this.#store = parts.store;
    this.#directory = parts.directory;
    this.#memory = parts.memory;
    this.#log = parts.log;
    this.#allowSpending = parts.allowSpending;
    this.#stored = parts.store.create();
    const listener: AnswersListener = {
      onRequest: (request) => (this.#sent = request),
      onFact: (fact, stored) => this.#record(fact, stored),
      onStatus: (stored) => {
        if (stored !== this.#stored) return;
        this.#tellBusy();
        this.#emit({ type: "view", view: { status: this.#status } });
      },
    };
    this.#answers = new Answers(listener, parts.log);
  }

  /** Resolves once the conversation that this window showed last is open. Reads the disk on the first call only. */
  opened(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<void> {
    const id = this.#memory.get<string>(CONVERSATION_KEY);
    try {
      const stored = id === undefined ? undefined : await this.#store.open(id);
      if (stored) this.#stored = stored;
    } catch (error) {
      this.#log.error("The last conversation could not be read", error instanceof Error ? error.message : "");
      void window.showWarningMessage(
        "The last conversation could not be read. It is still on disk; a new one is open.",
      );
    }
    await this.refresh();
  }

  view(): ChatView {
    return {
      messages: pathTo(this.#conversation).map((turn) => messageView(this.#conversation, turn, this.#running?.turn)),
      status: this.#status,
      model: this.#modelView(),
      setup: this.#setup,
      totals: this.#totals(),
      attachments: this.#conversation.draft.map(attachmentView),
      draftTokens: this.#draftTokens,
    };
  }

  /** An answer streams into the conversation that is shown. */
  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** The conversation that is shown. */
  get id(): string {
    return this.#conversation.id;
  }

  /** What is shown. It changes through this chat only. */
  get conversation(): Conversation {
    return this.#conversation;
  }

  /** An answer streams into this conversation, shown or not. */
  isAnswering(id: string): boolean {
    return this.#answers.in(id) !== undefined;
  }

  /** The endpoint that answers the next message, or the sentence why there is none. */
  get endpoint(): ReturnType<typeof findEndpoint> {
    return findEndpoint(splitModel(this.#model).endpoint);
  }

  /** `<endpoint>/<model id>` that answers the next message. */
  get model(): string {
    return this.#model;
  }

  /** Looks again at the key and the model, after a setting or a secret has changed. */
  async refresh(): Promise<void> {
    this.#setup = await this.#missingKey();
    this.#emit({ type: "view", view: { setup: this.#setup, model: this.#modelView(), totals: this.#totals() } });
  }

  /**
   * Puts the question into the conversation and starts the answer; resolves once the question is recorded.
   * @throws UserProblem when nothing was recorded: busy, no key, an attachment that cannot be sent.
   */
  async ask(question: Question): Promise<void> {
    await this.opened();
    this.#refuseWhenBusy();
    const { draft } = this.#conversation;
    if (question.text.trim() === "" && question.attachments.length + draft.length === 0) return;
    await this.#askBelow(question, draft);
    if (draft.length > 0) this.#setDraft([]);
  }

  /** @param draft attachments that are stored already */
  async #askBelow({ text, attachments: added, model }: Question, draft: readonly Attachment[] = []): Promise<void> {
    const stored = this.#stored;
    const target = await this.#targetToAsk(model ?? this.#model);
    const attachments = [...draft, ...added.map((it) => it.attachment)];
    const images = [...pathTo(stored.conversation).flatMap((it) => attachmentsOf(it)), ...attachments].filter(
      (it) => it.type === "image",
    );
    const problem = imageProblem(images, target.capabilities.images);
    if (problem) throw new UserProblem(problem);
    await save(added, stored);
    this.#refuseWhenChanged(stored);

    const turn: UserTurn = {
      role: "user",
      id: crypto.randomUUID(),
      parent: this.#conversation.leaf,
      text,
      attachments,
      ...(model ? { model } : {}),
    };
    const workspace = currentWorkspace();
    if (workspace && this.#conversation.turns.size === 0) this.#record({ type: "workspace", workspace });
    this.#record({ type: "turn", turn });
    this.#remember();
    this.#answers.start(this.#stored, turn, target);
  }

  /**
   * Asks again for an answer, whether it failed or not; the old one stays beside it.
   * @param model `<endpoint>/<model id>` for this answer; the question's or the conversation's when left out
   */
  async retry(answer: string, model?: string): Promise<void> {
    this.#refuseWhenBusy();
    const parent = this.#conversation.turns.get(answer)?.parent;
    const question = parent ? this.#conversation.turns.get(parent) : undefined;
    if (question?.role !== "user") return;
    const stored = this.#stored;
    const target = await this.#targetToAsk(model ?? question.model ?? this.#model);
    this.#refuseWhenChanged(stored);
    this.#record({ type: "leaf", turn: question.id });
    this.#answers.start(this.#stored, question, target);
  }

  /** Sends another version of a question, with the same attachments; the old one and what followed stay beside it. */
  async edit(question: string, text: string): Promise<void> {
    this.#refuseWhenBusy();
    const old = this.#conversation.turns.get(question);
    if (old?.role !== "user") return;
    const stored = this.#stored;
    const target = await this.#targetToAsk(old.model ?? this.#model);
    this.#refuseWhenChanged(stored);
    const turn: UserTurn = { ...old, id: crypto.randomUUID(), text };
    this.#record({ type: "turn", turn });
    this.#answers.start(this.#stored, turn, target);
  }

  /** Asks the model to go on where a cut answer ended. */
  async continue(answer: string): Promise<void> {
    if (!this.#conversation.turns.has(answer)) return;
    this.#refuseWhenBusy();
    if (this.#conversation.leaf !== answer) this.#show(answer);
    await this.#askBelow({ text: CONTINUE, attachments: [] });
  }

  /** Shows the version of a message that is `step` places beside it, with what followed it last. */
  showSibling(message: string, step: number): void {
    this.#refuseWhenBusy();
    const turn = this.#conversation.turns.get(message);
    if (!turn) return;
    const siblings = siblingsOf(this.#conversation, turn);
    const sibling = siblings[siblings.indexOf(message) + step];
    if (sibling !== undefined) this.#show(newestLeaf(this.#conversation, sibling));
  }

  /** Deletes a message and all that follows it. */
  deleteBranch(message: string): void {
    this.#refuseWhenBusy();
    this.#stored.record({ type: "removed", turn: message });
    this.#replaced.fire();
  }

  /** Shows a new conversation with everything up to a message. */
  async copyConversation(message: string): Promise<void> {
    this.#refuseWhenBusy();
    const source = this.#stored;
    const copy = this.#store.create();
    await copyPath(source, message, copy);
    await this.#replace(copy);
  }

  /** Retries without the request field that the endpoint refused, and remembers that for the model. */
  async sendWithout(answer: string): Promise<void> {
    const turn = this.#conversation.turns.get(answer);
    if (turn?.role !== "assistant" || turn.outcome?.kind !== "failed") return;
    const { parameter } = turn.outcome.failure;
    if (parameter !== undefined) await this.#directory.preferences.refuse(`${turn.endpoint}/${turn.model}`, parameter);
    await this.retry(answer);
  }

  /** Consents to the long wait that the status tells of. */
  acceptWait(): void {
    this.#running?.acceptWait?.();
  }

  /** Stops the running answer; what came is kept. */
  stop(): void {
    this.#running?.stop();
  }

  /** What stands in the message box, as the page told last. */
  get draftText(): string {
    return this.#draftText;
  }

  set draftText(text: string) {
    if (text === this.#draftText) return;
    this.#draftText = text;
    this.#draftChanged.fire();
  }

  /** There is something to send. */
  get hasDraft(): boolean {
    return this.#draftText.trim() !== "" || this.#conversation.draft.length > 0;
  }

  /** Tells the page how many tokens the draft and all before it have. */
  showDraftTokens(tokens: ChatView["draftTokens"]): void {
    if (tokens === this.#draftTokens) return;
    this.#draftTokens = tokens;
    this.#emit({ type: "view", view: { draftTokens: tokens } });
  }

  /** The request that would send the draft to the model. */
  async draftRequest(target: Target): Promise<MessageRequest> {
    const { draft } = this.#conversation;
    const turn: UserTurn = { role: "user", id: "", parent: null, text: this.#draftText, attachments: draft };
    const path = [...pathTo(this.#conversation), turn];
    return (await prepareRequest(this.#stored, path, target, this.#log)).request;
  }

  /** What would be sent now; with nothing to send, what was sent last in this window. Without secrets. */
  async preview(): Promise<{ readonly request: RequestPreview; readonly sent: boolean }> {
    await this.opened();
    if (!this.hasDraft) {
      if (!this.#sent) throw new UserProblem("Type a message first: nothing was sent in this window yet.");
      return { request: this.#sent, sent: true };
    }
    const target = await this.#target(this.#model);
    return { request: target.client.preview(await this.draftRequest(target)), sent: false };
  }

  /** Shows an empty conversation; the old one stays on disk, and a running answer goes on there. */
  async newChat(): Promise<void> {
    await this.opened();
    await this.#replace(this.#store.create());
  }

  /**
   * Shows another conversation, or the same one with what another window has added. A running answer goes on in its own.
   * @throws UserProblem when there is no such conversation any more
   */
  async show(id: string): Promise<void> {
    await this.opened();
    const opened = this.#answers.in(id) ? undefined : await this.#store.open(id);
    const stored = this.#answers.in(id)?.stored ?? opened; // a question may have come meanwhile
    if (!stored) throw new UserProblem("This conversation is not there any more.");
    await this.#replace(stored);
  }

  /** Renames or pins a conversation, deletes it or brings it back; resolves when that is stored. It need not be shown. */
  async change(id: string, fact: Extract<Fact, { type: "title" | "pinned" | "deleted" }>): Promise<void> {
    await this.opened();
    const answer = this.#answers.in(id);
    if (fact.type === "deleted" && fact.deleted) {
      answer?.stop();
      await answer?.over; // else its first fact could come after the deletion, which would take that back
    }
    const stored = id === this.id ? this.#stored : answer?.stored;
    if (stored) this.#record(fact, stored);
    else this.#store.record(id, fact);
    if (stored === this.#stored && this.#conversation.deleted) await this.newChat();
    await this.#store.flush();
  }

  /** Chooses the model for this conversation. */
  async setModel(model: string): Promise<void> {
    await this.opened();
    await this.#directory.preferences.choose(model);
    this.#record({ type: "model", model });
    this.#remember();
    await this.refresh();
  }

  /** Puts attachments beside the next message. */
  async attach(added: readonly NewAttachment[]): Promise<void> {
    await this.opened();
    const stored = this.#stored;
    await save(added, stored);
    const attachments = [...stored.conversation.draft, ...added.map((it) => it.attachment)];
    this.#record({ type: "draft", attachments }, stored);
    this.#remember();
  }

  removeAttachment(id: string): void {
    this.#setDraft(this.#conversation.draft.filter((it) => it.id !== id));
  }

  /** An attachment of the conversation or of its draft. */
  findAttachment(id: string): Attachment | undefined {
    return [
      ...[...this.#conversation.turns.values()].flatMap((it) => attachmentsOf(it)),
      ...this.#conversation.draft,
    ].find((it) => it.id === id);
  }

  /** The bytes of an image attachment. Rejects when the file is gone. */
  async readAttachment(sha256: string): Promise<Uint8Array> {
    return this.#stored.readAttachment(sha256);
  }

  /** The source text of an answer, exactly as the model wrote it; undefined for anything else. */
  sourceOf(id: string): string | undefined {
    const turn = this.#conversation.turns.get(id);
    if (turn?.role === "user") return turn.text;
    return turn?.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("");
  }

  async flush(): Promise<void> {
    await this.#store.flush();
  }

  dispose(): void {
    this.#answers.dispose();
    this.#changed.dispose();
    this.#replaced.dispose();
    this.#busyChanged.dispose();
    this.#draftChanged.dispose();
    this.#answered.dispose();
  }

  get #conversation() {
    return this.#stored.conversation;
  }

  get #running(): Answer | undefined {
    return this.#answers.in(this.id);
  }

  get #status(): StatusView {
    return this.#running?.status ?? { kind: "idle" };
  }

  get #model(): string {
    return this.#conversation.model ?? setting("model") ?? DEFAULT_MODEL;
  }

  #modelView(): ChatView["model"] {
    const { endpoint, id } = splitModel(this.#model);
    const found = findEndpoint(endpoint);
    return { id: this.#model, label: id, endpoint: "endpoint" in found ? found.endpoint.name : endpoint };
  }

  #totals(): ChatView["totals"] {
    const { endpoint, id } = splitModel(this.#model);
    const found = findEndpoint(endpoint);
    const known = "endpoint" in found ? this.#directory.models.known(found.endpoint, id) : undefined;
    return totalsView(this.#conversation, known?.contextWindow);
  }

  async #missingKey(): Promise<ChatView["setup"]> {
    const found = this.endpoint;
    if ("problem" in found) return null; // said when something is sent
    try {
      return (await this.#directory.keys.has(found.endpoint)) ? null : { endpoint: found.endpoint.name };
    } catch (error) {
      this.#log.error("The key store did not answer", error instanceof Error ? error.message : "");
      return { endpoint: found.endpoint.name };
    }
  }

  async #target(reference: string): Promise<Target> {
    if (this.#stored.readOnly) {
      throw new UserProblem(
        "This conversation was written by a newer Sidenote. It can be read here, but not continued.",
      );
    }
    try {
      return await findTarget(reference, this.#directory);
    } catch (error) {
      await this.refresh(); // without a key the page shows how to set one
      throw error;
    }
  }

  async #targetToAsk(reference: string): Promise<Target> {
    const target = await this.#target(reference);
    await this.#allowSpending();
    return target;
  }

  #refuseWhenBusy(): void {
    if (this.busy)
      throw new UserProblem("Claude is still answering. Stop the answer or wait; your text stays in the box.");
  }

  /** After a wait: another question may have come meanwhile, or another conversation. */
  #refuseWhenChanged(stored: StoredConversation): void {
    if (stored !== this.#stored) throw new UserProblem("Another conversation was opened, so nothing was sent.");
    this.#refuseWhenBusy();
  }

  /** Shows the path to another leaf. */
  #show(leaf: string): void {
    this.#stored.record({ type: "leaf", turn: leaf });
    this.#replaced.fire();
  }

  async #replace(stored: StoredConversation): Promise<void> {
    this.#stored = stored;
    this.#tellBusy();
    await this.#memory.update(CONVERSATION_KEY, stored.conversation.turns.size === 0 ? undefined : this.id);
    await this.refresh();
    this.#replaced.fire();
  }

  #tellBusy(): void {
    if (this.busy === this.#wasBusy) return;
    this.#wasBusy = this.busy;
    this.#busyChanged.fire(this.busy);
  }

  #remember(): void {
    void this.#memory.update(CONVERSATION_KEY, this.id);
  }

  #setDraft(attachments: readonly Attachment[]): void {
    this.#record({ type: "draft", attachments });
  }

  /** The one way in which a conversation changes: memory, journal, page if it is shown. */
  #record(fact: Fact, stored: StoredConversation = this.#stored): void {
    stored.record(fact);
    if (fact.type === "answered") this.#answered.fire({ conversation: stored.conversation, turn: fact.turn });
    if (stored !== this.#stored) return;
    const changes = changesFor(this.#conversation, fact, this.#running?.turn);
    if (fact.type === "answered") changes.push({ type: "view", view: { totals: this.#totals() } });
    if (changes.length > 0) this.#emit(...changes);
  }

  #emit(...changes: readonly Change[]): void {
    this.#changed.fire(changes);
  }
}

async function save(added: readonly NewAttachment[], stored: StoredConversation): Promise<void> {
  for (const { attachment, bytes } of added) {
    if (attachment.type === "image" && bytes) await stored.saveAttachment(attachment.sha256, bytes);
  }
}
