import { Disposable, EventEmitter, type Event, type LogOutputChannel, type Memento } from "vscode";
import type { RequestPreview } from "../api/client";
import type { Conversation, Fact } from "../chat/conversation";
import { copyPath, type ConversationStore, type StoredConversation } from "../chat/conversationStore";
import type { Change } from "../shared/protocol";
import type { ChatView, StatusView, TotalsView } from "../shared/views";
import { Answers, type Answer, type AnswersListener } from "./answers";
import { askAside, type QuestionAside } from "./askAside";
import type { Budget } from "./budget";
import { Choices } from "./choices";
import type { DrawImage } from "./fitImages";
import { MessageBox } from "./messageBox";
import { changesFor, messageView, shownTurns, totalsView } from "./present";
import { chatFont } from "./settings";
import { ShownConversation } from "./shownConversation";
import type { Directory } from "./target";
import type { Toolbox } from "./tools/toolbox";
import type { TypedAnswer } from "./tools/tool";
import {
  ask,
  continueAnswer,
  deleteBranch,
  edit,
  refuseField,
  refuseWhenBusy,
  retry,
  showSibling,
  type Asking,
  type Question,
} from "./turns";
import { UserProblem } from "./userProblem";

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
  readonly #wasOpened = new EventEmitter<void>();
  readonly #changed = new EventEmitter<readonly Change[]>();
  readonly #busyChanged = new EventEmitter<boolean>();
  readonly #question = new EventEmitter<{ readonly conversation: Conversation; readonly question: string }>();
  readonly #answered = new EventEmitter<{ readonly conversation: Conversation; readonly turn: string }>();

  /** The conversation that this window showed last is open; told once. */
  readonly onOpen = this.#wasOpened.event;
  /** Changes of the view, as they happen. */
  readonly onChange = this.#changed.event;
  /** Another conversation is shown now, or another path of it: take `view()` anew. */
  readonly onReplace: Event<void>;
  /** The title of the conversation that is shown has changed. */
  readonly onTitle: Event<void>;
  /** True when an answer begins, false when it is over. */
  readonly onBusy = this.#busyChanged.event;
  /** An answer of this window waits for the user, in a conversation that is shown or not. */
  readonly onQuestion = this.#question.event;
  /** An answer of this window is over and recorded, in a conversation that is shown or not. */
  readonly onAnswered = this.#answered.event;

  /** What goes with the next message beside the conversation. */
  readonly choices: Choices;
  /** What waits to be sent. */
  readonly messageBox: MessageBox;

  #opening: Promise<void> | undefined;
  readonly #shown: ShownConversation;
  readonly #answers: Answers;
  /** What the conversation that is shown is asked with. */
  readonly #asking: Asking;
  #wasBusy = false;
  /** In memory only: no request is ever stored. */
  #sent: RequestPreview | undefined;

  constructor(parts: ChatParts) {
    const { store, directory, memory, toolbox, drawImage, log, spending } = parts;
    this.#store = store;
    this.#directory = directory;
    const shown = new ShownConversation(store, memory, log);
    const answerParts = { toolbox, drawImage, log };
    const listener: AnswersListener = {
      onRequest: (request) => (this.#sent = request),
      onFact: (fact, stored) => shown.record(fact, stored),
      onChange: (changes, stored) => {
        if (stored === shown.stored) this.#emit(...changes);
      },
      onStatus: (stored) => {
        if (stored !== shown.stored) return;
        this.#tellBusy();
        this.#emit({ type: "view", view: { status: this.#status } });
      },
      onQuestion: (question, { conversation }) => this.#question.fire({ conversation, question }),
      overBudget: () => spending.question(),
    };
    this.#shown = shown;
    this.onReplace = shown.onReplace;
    this.onTitle = shown.onTitle;
    this.#answers = new Answers(listener, answerParts);
    this.choices = new Choices(shown, parts);
    this.messageBox = new MessageBox(shown, this.choices, memory, answerParts);
    this.#asking = { shown, choices: this.choices, answers: this.#answers, spending };
    shown.onRecord(({ fact, stored }) => this.#showFact(fact, stored));
    this.choices.onRefresh(() => {
      const view = { ...this.choices.views(), font: chatFont(), totals: this.#totals };
      this.#emit({ type: "view", view });
    });
    this.messageBox.onView((view) => this.#emit({ type: "view", view }));
  }

  /** Resolves once the conversation that this window showed last is open. Reads the disk on the first call only. */
  opened(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<void> {
    await this.#shown.opened();
    this.messageBox.adoptOld();
    await this.choices.refresh();
    this.#wasOpened.fire();
  }

  view(): ChatView {
    return {
      conversation: this.id,
      messages: shownTurns(this.conversation).map((turn) => messageView(this.conversation, turn, this.#running)),
      status: this.#status,
      totals: this.#totals,
      font: chatFont(),
      ...this.choices.views(),
      ...this.messageBox.views(),
    };
  }

  /** An answer streams into the conversation that is shown. */
  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** The conversation that is shown. */
  get id(): string {
    return this.#shown.id;
  }

  /** What is shown. It changes through this chat only. */
  get conversation(): Conversation {
    return this.#shown.conversation;
  }

  /** An answer streams into this conversation, shown or not. */
  isAnswering(id: string): boolean {
    return this.#answers.in(id) !== undefined;
  }

  /**
   * Puts the question into the conversation and starts the answer; resolves once the question is recorded.
   * @throws UserProblem when nothing was recorded: busy, no key, an attachment that cannot be sent.
   */
  async ask(question: Question): Promise<void> {
    await this.opened();
    const attachments = await this.messageBox.fit(question.attachments, question.model);
    await ask(this.#asking, { ...question, attachments });
    this.messageBox.recallLater(question.text);
  }

  /**
   * Asks again for an answer, whether it failed or not; the old one stays beside it.
   * @param model `<endpoint>/<model id>` for this answer; the question's or the conversation's when left out
   */
  retry(answer: string, model?: string): Promise<void> {
    return retry(this.#asking, answer, model);
  }

  /** Retries without the request field that the endpoint refused, and remembers that for the model. */
  async sendWithout(answer: string): Promise<void> {
    await refuseField(this.#asking, answer, this.#directory.preferences);
    await retry(this.#asking, answer);
  }

  /** Sends another version of a question, with the same attachments; the old one and what followed stay beside it. */
  edit(question: string, text: string): Promise<void> {
    return edit(this.#asking, question, text);
  }

  /** Asks the model to go on where a cut answer ended. */
  continue(answer: string): Promise<void> {
    return continueAnswer(this.#asking, answer);
  }

  /** Shows the version of a message that is `step` places beside it, with what followed it last. */
  showSibling(message: string, step: number): void {
    showSibling(this.#asking, message, step);
  }

  /** Deletes a message and all that follows it. */
  deleteBranch(message: string): void {
    deleteBranch(this.#asking, message);
  }

  /** Shows a new conversation with everything up to a message. */
  async copyConversation(message: string): Promise<void> {
    refuseWhenBusy(this.#asking);
    const source = this.#shown.stored;
    const copy = this.#store.create();
    await copyPath(source, message, copy);
    await this.#replace(copy);
  }

  /**
   * Asks in a conversation of its own that is not shown.
   *
   * @returns the text of the answer; undefined when it was stopped
   * @throws UserProblem when the question cannot be asked, and for a failure
   */
  async askAside(question: QuestionAside, signal: AbortSignal): Promise<string | undefined> {
    await this.opened();
    return askAside(this.#asking, this.#store.create(), question, signal);
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

  /** What would be sent now; with nothing to send, what was sent last in this window. Without secrets. */
  async preview(): Promise<{ readonly request: RequestPreview; readonly sent: boolean }> {
    await this.opened();
    if (this.messageBox.isEmpty) {
      if (!this.#sent) throw new UserProblem("Type a message first: nothing was sent in this window yet.");
      return { request: this.#sent, sent: true };
    }
    this.#shown.refuseWhenReadOnly();
    const target = await this.choices.target(this.choices.model);
    return { request: target.client.preview(await this.messageBox.request(target)), sent: false };
  }

  /**
   * Shows an empty conversation, or the one in which something waits that was not sent yet. The old one stays on disk, and a
   * running answer goes on there.
   */
  async newChat(): Promise<void> {
    await this.opened();
    const kept = await this.#shown.unsent();
    const goesOn = kept && kept.conversation.turns.size === 0 && this.messageBox.holds(kept);
    await this.#replace(goesOn ? kept : this.#store.create());
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
    const stored = id === this.id ? this.#shown.stored : answer?.stored;
    if (stored) this.#shown.record(fact, stored);
    else this.#store.record(id, fact);
    if (stored === this.#shown.stored && this.conversation.deleted) await this.newChat();
    await this.#store.flush();
  }

  /** The bytes of an image attachment. Rejects when the file is gone. */
  async readAttachment(sha256: string): Promise<Uint8Array> {
    return this.#shown.stored.readAttachment(sha256);
  }

  async flush(): Promise<void> {
    await this.#store.flush();
  }

  dispose(): void {
    Disposable.from(
      this.#answers,
      this.messageBox,
      this.choices,
      this.#shown,
      this.#wasOpened,
      this.#changed,
      this.#busyChanged,
      this.#question,
      this.#answered,
    ).dispose();
  }

  get #running(): Answer | undefined {
    return this.#answers.in(this.id);
  }

  get #status(): StatusView {
    return this.#running?.status ?? { kind: "idle" };
  }

  get #totals(): TotalsView {
    return totalsView(this.conversation, this.choices.capabilities(this.choices.model).contextWindow);
  }

  async #replace(stored: StoredConversation): Promise<void> {
    await this.#shown.replace(stored);
    this.#tellBusy();
    await this.choices.refresh();
    this.#shown.tellReplaced();
  }

  #tellBusy(): void {
    if (this.busy === this.#wasBusy) return;
    this.#wasBusy = this.busy;
    this.#busyChanged.fire(this.busy);
  }

  #showFact(fact: Fact, stored: StoredConversation): void {
    if (fact.type === "answered") this.#answered.fire({ conversation: stored.conversation, turn: fact.turn });
    if (stored !== this.#shown.stored) return;
    const changes = changesFor(this.conversation, fact, this.#running);
    if (fact.type === "answered") changes.push({ type: "view", view: { totals: this.#totals } });
    if (changes.length > 0) this.#emit(...changes);
  }

  #emit(...changes: readonly Change[]): void {
    this.#changed.fire(changes);
  }
}
