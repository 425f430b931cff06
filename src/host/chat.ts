import { EventEmitter, type Disposable, type LogOutputChannel, type Memento } from "vscode";
import type { RequestPreview } from "../api/client";
import type { MessageRequest } from "../api/types";
import { pathTo, type Conversation, type Fact, type UserTurn } from "../chat/conversation";
import { copyPath, type ConversationStore, type StoredConversation } from "../chat/conversationStore";
import type { Change } from "../shared/protocol";
import type { AttachmentView, ChatView, DraftView, StatusView } from "../shared/views";
import { prepareRequest, type AnswerParts } from "./answer";
import { Answers, type Answer, type AnswersListener } from "./answers";
import type { Budget } from "./budget";
import { askAside } from "./askAside";
import { AttachmentSources, contentOf, type AttachmentSource } from "./attachmentSources";
import { Choices } from "./choices";
import { Drafts } from "./drafts";
import { fitImages, type DrawImage } from "./fitImages";
import { contextWindow, setupView } from "./modelView";
import { attachmentProblem, saveBytes, type NewAttachment } from "./newAttachment";
import { attachmentView, changesFor, messageView, shownTurns, totalsView } from "./present";
import { clearedForNow } from "./redaction";
import { chatFont } from "./settings";
import { findTarget, type Directory, type Target } from "./target";
import type { Toolbox } from "./tools/toolbox";
import type { TypedAnswer } from "./tools/tool";
import { ask, continueAnswer, edit, refuseField, retry, showSibling, type Question, type Shown } from "./turns";
import { UserProblem } from "./userProblem";
import { showWarningMessage } from "./notifications";

/** Where this window remembers which conversation it shows. */
const CONVERSATION_KEY = "conversation";

/** When that was. VS Code writes no memory that is as it was, although another window of the folder may have written since. */
const REMEMBERED_KEY = "remembered";

/** So many earlier messages can be recalled. */
const MOST_RECALLED = 200;

/** What a chat is made of. */
export interface ChatParts {
  readonly store: ConversationStore;
  readonly directory: Directory;
  /** The window's own memory. */
  readonly memory: Memento;
  readonly log: LogOutputChannel;
  readonly toolbox: Toolbox;
  /** Scales and converts images. */
  readonly drawImage: DrawImage;
  /** Says whether a message may be sent, and whether its answer may go on. */
  readonly spending: Pick<Budget, "allow" | "question">;
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
  readonly #changed = new EventEmitter<readonly Change[]>();
  readonly #replaced = new EventEmitter<void>();
  readonly #busyChanged = new EventEmitter<boolean>();
  readonly #draftChanged = new EventEmitter<void>();
  readonly #titleChanged = new EventEmitter<void>();
  readonly #question = new EventEmitter<{ readonly conversation: Conversation; readonly question: string }>();
  readonly #answered = new EventEmitter<{ readonly conversation: Conversation; readonly turn: string }>();

  /** Changes of the view, as they happen. */
  readonly onChange = this.#changed.event;
  /** Another conversation is shown now: take `view()` anew. */
  readonly onReplace = this.#replaced.event;
  /** True when an answer begins, false when it is over. */
  readonly onBusy = this.#busyChanged.event;
  /** The text in the message box has changed. */
  readonly onDraft = this.#draftChanged.event;
  /** The title of the conversation that is shown has changed. */
  readonly onTitle = this.#titleChanged.event;
  /** An answer of this window waits for the user, in a conversation that is shown or not. */
  readonly onQuestion = this.#question.event;
  /** An answer of this window is over and recorded, in a conversation that is shown or not. */
  readonly onAnswered = this.#answered.event;

  /** What goes with the next message beside the conversation. */
  readonly choices: Choices;

  #opening: Promise<void> | undefined;
  #stored: StoredConversation;
  readonly #parts: AnswerParts;
  readonly #answers: Answers;
  readonly #drawImage: DrawImage;
  readonly #shown: Shown;
  #wasBusy = false;
  /** In memory only: no request is ever stored. */
  #sent: RequestPreview | undefined;
  #setup: ChatView["setup"] = null;
  readonly #drafts: Drafts;
  readonly #sources: AttachmentSources;
  /** What was asked in this window since it was opened, the newest first. */
  #asked: readonly string[] = [];
  #toSend: ChatView["toSend"] = null;

  constructor(parts: ChatParts) {
    this.#store = parts.store;
    this.#directory = parts.directory;
    this.#memory = parts.memory;
    this.#log = parts.log;
    this.#stored = parts.store.create();
    this.#drafts = new Drafts(parts.memory);
    this.#sources = new AttachmentSources(parts.memory);
    const listener: AnswersListener = {
      onRequest: (request) => (this.#sent = request),
      onFact: (fact, stored) => this.#record(fact, stored),
      onChange: (changes, stored) => {
        if (stored === this.#stored) this.#emit(...changes);
      },
      onStatus: (stored) => {
        if (stored !== this.#stored) return;
        this.#tellBusy();
        this.#emit({ type: "view", view: { status: this.#status } });
      },
      onQuestion: (question, { conversation }) => this.#question.fire({ conversation, question }),
      overBudget: () => parts.spending.question(),
    };
    this.#parts = { toolbox: parts.toolbox, drawImage: parts.drawImage, log: parts.log };
    this.#drawImage = parts.drawImage;
    this.#answers = new Answers(listener, this.#parts);
    this.#shown = {
      stored: () => this.#stored,
      opened: () => this.opened(),
      model: () => this.choices.model,
      record: (fact) => this.#record(fact),
      showLeaf: (turn) => {
        this.#stored.record({ type: "leaf", turn });
        this.#replaced.fire();
      },
      refuseWhenBusy: () => this.#refuseWhenBusy(),
      refuseWhenReadOnly: () => this.#refuseWhenReadOnly(),
      targetToAsk: async (reference) => {
        const target = await this.#target(reference);
        await parts.spending.allow();
        return target;
      },
      start: (wanted) => this.#answers.start(this.#stored, wanted),
      remember: () => this.#remember(),
      refresh: () => this.refresh(),
    };
    this.choices = new Choices(this.#shown, parts);
  }

  /** Resolves once the conversation that this window showed last is open. Reads the disk on the first call only. */
  opened(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<void> {
    const id = this.#memory.get<string>(CONVERSATION_KEY);
    try {
      const stored = id === undefined ? undefined : await this.#openOrNew(id);
      if (stored) {
        this.#stored = stored;
        this.#titleChanged.fire();
      }
    } catch (error) {
      this.#log.error("The last conversation could not be read", error instanceof Error ? error.message : "");
      void showWarningMessage("The last conversation could not be read. It is still on disk; a new one is open.");
    }
    this.#drafts.adoptOld(this.id);
    this.#draftChanged.fire();
    await this.refresh();
  }

  /** The conversation; also a new chat of which nothing but a draft is stored. */
  async #openOrNew(id: string): Promise<StoredConversation | undefined> {
    return (await this.#store.open(id)) ?? (id === this.#drafts.newChat ? this.#store.create(id) : undefined);
  }

  view(): ChatView {
    return {
      conversation: this.id,
      messages: shownTurns(this.#conversation).map((turn) => messageView(this.#conversation, turn, this.#running)),
      status: this.#status,
      setup: this.#setup,
      totals: totalsView(this.#conversation, contextWindow(this.choices.model, this.#directory.models)),
      attachments: this.#attachmentViews(),
      toSend: this.#toSend,
      font: chatFont(),
      ...this.choices.views(),
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

  /** Looks again at the key and the model, after a setting or a secret has changed. */
  async refresh(): Promise<void> {
    this.#setup = await setupView(this.choices.model, this.#directory.keys, this.#log);
    this.#emit({
      type: "view",
      view: {
        setup: this.#setup,
        font: chatFont(),
        totals: totalsView(this.#conversation, contextWindow(this.choices.model, this.#directory.models)),
        ...this.choices.views(),
      },
    });
  }

  /** Asks the endpoint what its models take, if that is not known yet, and shows what comes of it. */
  async learnModel(): Promise<void> {
    const found = this.choices.endpoint;
    if ("problem" in found) return;
    await this.#directory.models.list(found.endpoint).catch(() => undefined); // then the table has to do
    await this.refresh();
  }

  /**
   * Puts the question into the conversation and starts the answer; resolves once the question is recorded.
   * @throws UserProblem when nothing was recorded: busy, no key, an attachment that cannot be sent.
   */
  async ask(question: Question): Promise<void> {
    await this.opened();
    const attachments = await this.#fitted(question.attachments, question.model);
    await ask(this.#shown, { ...question, attachments });
    this.#asked = [question.text, ...this.#asked].slice(0, MOST_RECALLED);
  }

  /** What the user has asked, the newest first: in this conversation, then elsewhere since the window was opened. */
  get asked(): readonly string[] {
    const here = [...this.#conversation.turns.values()].flatMap((turn) => (turn.role === "user" ? [turn.text] : []));
    const all = new Set([...here.toReversed(), ...this.#asked].filter((text) => text.trim() !== ""));
    return [...all].slice(0, MOST_RECALLED);
  }

  /**
   * Asks again for an answer, whether it failed or not; the old one stays beside it.
   * @param model `<endpoint>/<model id>` for this answer; the question's or the conversation's when left out
   */
  retry(answer: string, model?: string): Promise<void> {
    return retry(this.#shown, answer, model);
  }

  /** Retries without the request field that the endpoint refused, and remembers that for the model. */
  async sendWithout(answer: string): Promise<void> {
    await refuseField(this.#shown, answer, this.#directory.preferences);
    await retry(this.#shown, answer);
  }

  /** Sends another version of a question, with the same attachments; the old one and what followed stay beside it. */
  edit(question: string, text: string): Promise<void> {
    return edit(this.#shown, question, text);
  }

  /** Asks the model to go on where a cut answer ended. */
  continue(answer: string): Promise<void> {
    return continueAnswer(this.#shown, answer);
  }

  /** Shows the version of a message that is `step` places beside it, with what followed it last. */
  showSibling(message: string, step: number): void {
    showSibling(this.#shown, message, step);
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

  /**
   * Asks in a conversation of its own that is not shown. It is in the history like any other, so nothing is hidden and its cost
   * counts.
   *
   * @returns the text of the answer; undefined when it was stopped
   * @throws UserProblem when the question cannot be asked, and for a failure
   */
  async askAside(question: Question, signal: AbortSignal): Promise<string | undefined> {
    await this.opened();
    const target = await this.#shown.targetToAsk(this.choices.model);
    const stored = this.#store.create();
    const record = (fact: Fact) => this.#record(fact, stored);
    return askAside(question, target, { stored, record, answers: this.#answers }, signal);
  }

  /** Consents to the long wait that the status tells of. */
  consent(): void {
    this.#running?.consent?.();
  }

  /** Gives what the user typed as the result of a call. */
  answerCall(call: string, answer: TypedAnswer): void {
    this.#running?.answerCall(call, answer);
  }

  /** Stops the running answer; what came is kept. */
  stop(): void {
    this.#running?.stop();
  }

  /** What stands in the message box, as the page told last. */
  get draft(): DraftView {
    return this.#drafts.of(this.id);
  }

  /** Keeps what stands in the message box of a conversation, shown or not. */
  keepDraft(draft: DraftView, conversation = this.id): void {
    if (!this.#drafts.keep(conversation, draft) || conversation !== this.id) return;
    this.#remember();
    this.#draftChanged.fire();
  }

  /** What was sent leaves the message box of its conversation; what had been put aside for it comes back. */
  draftSent(text: string, conversation: string): void {
    const { text: kept, aside = "" } = this.#drafts.of(conversation);
    if (kept === text) this.keepDraft({ text: aside }, conversation);
  }

  /** There is something to send. */
  get hasDraft(): boolean {
    return this.draft.text.trim() !== "" || this.#conversation.draft.length > 0;
  }

  /** Tells the page what sending the draft would take. */
  showToSend(toSend: ChatView["toSend"]): void {
    if (toSend === this.#toSend) return;
    this.#toSend = toSend;
    this.#emit({ type: "view", view: { toSend } });
  }

  /** Why the draft would be refused, in one sentence; undefined when it would not. */
  draftProblem({ capabilities }: Target): string | undefined {
    return attachmentProblem(pathTo(this.#conversation), this.#conversation.draft, capabilities);
  }

  /** The request that would send the draft to the model. */
  async draftRequest(target: Target): Promise<MessageRequest> {
    const { draft } = this.#conversation;
    const turn: UserTurn = {
      role: "user",
      id: "",
      parent: null,
      text: this.draft.text,
      attachments: await clearedForNow(draft),
    };
    const path = [...pathTo(this.#conversation), turn];
    return (await prepareRequest(this.#stored, path, target, this.#parts)).request;
  }

  /** What would be sent now; with nothing to send, what was sent last in this window. Without secrets. */
  async preview(): Promise<{ readonly request: RequestPreview; readonly sent: boolean }> {
    await this.opened();
    if (!this.hasDraft) {
      if (!this.#sent) throw new UserProblem("Type a message first: nothing was sent in this window yet.");
      return { request: this.#sent, sent: true };
    }
    const target = await this.#target(this.choices.model);
    return { request: target.client.preview(await this.draftRequest(target)), sent: false };
  }

  /**
   * Shows an empty conversation, or the one in which something stands that was not sent yet. The old one stays on disk, and a
   * running answer goes on there.
   */
  async newChat(): Promise<void> {
    await this.opened();
    const { newChat } = this.#drafts;
    const kept = newChat === this.id ? this.#stored : newChat && (await this.#openOrNew(newChat));
    const unsent =
      kept &&
      kept.conversation.turns.size === 0 &&
      (kept.conversation.draft.length > 0 || this.#drafts.of(kept.conversation.id).text !== "");
    await this.#replace(unsent ? kept : this.#store.create());
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

  /** Puts attachments beside the next message. */
  async attach(added: readonly NewAttachment[]): Promise<void> {
    await this.opened();
    const stored = this.#stored;
    const fitted = await this.#fitted(added);
    await saveBytes(fitted, stored);
    this.#sources.keep(fitted);
    const attachments = [...stored.conversation.draft, ...fitted.map((it) => it.attachment)];
    this.#record({ type: "draft", attachments }, stored);
    this.#shown.remember();
  }

  /** Images in the size in which the model sees them. */
  #fitted(added: readonly NewAttachment[], model = this.choices.model): Promise<NewAttachment[]> {
    return fitImages(added, this.choices.capabilities(model).images, this.#drawImage);
  }

  /** Where an attachment that waits to be sent can be taken again. */
  sourceOf(attachment: string): AttachmentSource | undefined {
    return this.#sources.of(attachment);
  }

  /** Puts an attachment in the place of one that waits to be sent; false when both have the same content. */
  async replaceAttachment(id: string, added: NewAttachment): Promise<boolean> {
    const stored = this.#stored;
    const [fitted] = await this.#fitted([added]);
    const old = stored.conversation.draft.find((it) => it.id === id);
    if (!fitted || !old) return false;
    await saveBytes([fitted], stored);
    const attachment = { ...fitted.attachment, id };
    this.#sources.keep([{ ...fitted, attachment }]);
    const attachments = stored.conversation.draft.map((it) => (it.id === id ? attachment : it));
    this.#record({ type: "draft", attachments }, stored);
    return contentOf(attachment) !== contentOf(old);
  }

  #attachmentViews(): AttachmentView[] {
    return this.#conversation.draft.map((it) => ({
      ...attachmentView(it),
      ...(this.#sources.of(it.id) && { refreshable: true as const }),
    }));
  }

  removeAttachment(id: string): void {
    const attachments = this.#conversation.draft.filter((it) => it.id !== id);
    this.#record({ type: "draft", attachments });
  }

  /** The bytes of an image attachment. Rejects when the file is gone. */
  async readAttachment(sha256: string): Promise<Uint8Array> {
    return this.#stored.readAttachment(sha256);
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
    this.#titleChanged.dispose();
    this.#question.dispose();
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

  async #target(reference: string): Promise<Target> {
    this.#refuseWhenReadOnly();
    try {
      return await findTarget(reference, this.#directory);
    } catch (error) {
      await this.refresh(); // without a key the page shows how to set one
      throw error;
    }
  }

  #refuseWhenReadOnly(): void {
    if (!this.#stored.readOnly) return;
    throw new UserProblem("This conversation was written by a newer Sidenote. It can be read here, but not continued.");
  }

  #refuseWhenBusy(): void {
    if (this.busy)
      throw new UserProblem("Claude is still answering. Stop the answer or wait; your text stays in the box.");
  }

  async #replace(stored: StoredConversation): Promise<void> {
    this.#stored = stored;
    this.#tellBusy();
    const empty = stored.conversation.turns.size === 0 && this.id !== this.#drafts.newChat;
    await this.#memory.update(CONVERSATION_KEY, empty ? undefined : this.id);
    await this.refresh();
    this.#replaced.fire();
    this.#draftChanged.fire();
  }

  /** The window opens this conversation again, and a new chat goes on with it as long as nothing was sent. */
  #remember(): void {
    const isNew = this.#conversation.turns.size === 0;
    if (isNew || this.#drafts.newChat === this.id) this.#drafts.newChat = isNew ? this.id : undefined;
    void this.#memory.update(CONVERSATION_KEY, this.id);
    void this.#memory.update(REMEMBERED_KEY, Date.now());
  }

  #tellBusy(): void {
    if (this.busy === this.#wasBusy) return;
    this.#wasBusy = this.busy;
    this.#busyChanged.fire(this.busy);
  }

  /** The one way in which a conversation changes: memory, journal, page if it is shown. */
  #record(fact: Fact, stored: StoredConversation = this.#stored): void {
    const { title } = stored.conversation;
    stored.record(fact);
    if (fact.type === "answered") this.#answered.fire({ conversation: stored.conversation, turn: fact.turn });
    if (stored !== this.#stored) return;
    if (this.#conversation.title !== title) this.#titleChanged.fire();
    const changes = changesFor(this.#conversation, fact, this.#running);
    if (fact.type === "answered")
      changes.push({
        type: "view",
        view: { totals: totalsView(this.#conversation, contextWindow(this.choices.model, this.#directory.models)) },
      });
    if (fact.type === "draft") changes.push({ type: "view", view: { attachments: this.#attachmentViews() } });
    if (changes.length > 0) this.#emit(...changes);
  }

  #emit(...changes: readonly Change[]): void {
    this.#changed.fire(changes);
  }
}
