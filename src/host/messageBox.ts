import { Disposable, EventEmitter, type Memento } from "vscode";
import type { MessageRequest } from "../api/types";
import { pathTo, type Attachment, type UserTurn } from "../chat/conversation";
import type { StoredConversation } from "../chat/conversationStore";
import type { AttachmentView, ChatView, DraftView } from "../shared/views";
import { prepareRequest, type AnswerParts } from "./answer";
import { AttachmentSources, type AttachmentSource } from "./attachmentSources";
import type { Choices } from "./choices";
import { Drafts } from "./drafts";
import { fitImages } from "./fitImages";
import { attachmentProblem, saveBytes, type NewAttachment } from "./newAttachment";
import { attachmentView } from "./present";
import { clearedForNow } from "./redaction";
import type { ShownConversation } from "./shownConversation";
import type { Target } from "./target";

/** So many earlier messages can be recalled. */
const MOST_RECALLED = 200;

/** What waits to be sent in the conversation that is shown: what stands in the message box, and the attachments beside it. */
export class MessageBox implements Disposable {
  readonly #shown: ShownConversation;
  readonly #choices: Choices;
  readonly #parts: AnswerParts;
  readonly #drafts: Drafts;
  readonly #sources: AttachmentSources;
  /** What was asked in this window since it was opened, the newest first. */
  #asked: readonly string[] = [];
  #toSend: ChatView["toSend"] = null;
  readonly #changed = new EventEmitter<void>();
  readonly #viewChanged = new EventEmitter<Partial<ChatView>>();
  readonly #subscription: Disposable;

  /** The text or the attachments have changed. */
  readonly onChange = this.#changed.event;
  /** What the page shows of it has changed; the text is no part of that. */
  readonly onView = this.#viewChanged.event;

  constructor(shown: ShownConversation, choices: Choices, memory: Memento, parts: AnswerParts) {
    this.#shown = shown;
    this.#choices = choices;
    this.#parts = parts;
    this.#drafts = new Drafts(memory);
    this.#sources = new AttachmentSources(memory);
    this.#subscription = shown.onRecord(({ fact, stored }) => {
      if (fact.type !== "draft" || stored !== shown.stored) return;
      this.#viewChanged.fire({ attachments: this.#attachmentViews() });
      this.#changed.fire();
    });
  }

  /** The conversation is open: what an earlier version kept of its one message box goes to it. */
  adoptOld(): void {
    this.#drafts.adoptOld(this.#shown.id);
    this.#changed.fire();
  }

  /** What stands in the message box, as the page told last. */
  get draft(): DraftView {
    return this.#drafts.of(this.#shown.id);
  }

  /** There is nothing to send. */
  get isEmpty(): boolean {
    return this.draft.text.trim() === "" && this.#attachments.length === 0;
  }

  /** Something waits in a conversation, also where that is white space only. */
  holds({ conversation }: StoredConversation): boolean {
    return conversation.draft.length > 0 || this.#drafts.of(conversation.id).text !== "";
  }

  views(): Pick<ChatView, "attachments" | "toSend"> {
    return { attachments: this.#attachmentViews(), toSend: this.#toSend };
  }

  /** Keeps what stands in the message box of a conversation, shown or not. */
  keep(draft: DraftView, conversation = this.#shown.id): void {
    if (!this.#drafts.keep(conversation, draft) || conversation !== this.#shown.id) return;
    this.#shown.remember();
    this.#changed.fire();
  }

  /** What was sent leaves the message box of its conversation; what had been put aside for it comes back. */
  sent(text: string, conversation: string): void {
    const { text: kept, aside = "" } = this.#drafts.of(conversation);
    if (kept === text) this.keep({ text: aside }, conversation);
  }

  /** What the user has asked, the newest first: in this conversation, then elsewhere since the window was opened. */
  get asked(): readonly string[] {
    const turns = [...this.#shown.conversation.turns.values()];
    const here = turns.flatMap((turn) => (turn.role === "user" ? [turn.text] : []));
    const all = new Set([...here.toReversed(), ...this.#asked].filter((text) => text.trim() !== ""));
    return [...all].slice(0, MOST_RECALLED);
  }

  /** A message can be recalled from now on, also in other conversations. */
  recallLater(text: string): void {
    this.#asked = [text, ...this.#asked].slice(0, MOST_RECALLED);
  }

  /** Puts attachments beside the next message. */
  async attach(added: readonly NewAttachment[]): Promise<void> {
    await this.#shown.opened();
    this.#shown.refuseWhenReadOnly();
    const { stored } = this.#shown;
    const fitted = await this.fit(added);
    await saveBytes(fitted, stored);
    this.#sources.keep(fitted);
    const attachments = [...stored.conversation.draft, ...fitted.map((it) => it.attachment)];
    this.#shown.record({ type: "draft", attachments }, stored);
    this.#shown.remember(stored);
  }

  /** Images in the size in which the model sees them. @param model that of the conversation when left out */
  fit(added: readonly NewAttachment[], model = this.#choices.model): Promise<NewAttachment[]> {
    return fitImages(added, this.#choices.capabilities(model).images, this.#parts.drawImage);
  }

  /** Where an attachment can be taken again. */
  sourceOf(attachment: string): AttachmentSource | undefined {
    return this.#sources.of(attachment);
  }

  /** Puts an attachment in the place of another; false when both have the same content. */
  async replaceAttachment(id: string, added: NewAttachment): Promise<boolean> {
    this.#shown.refuseWhenReadOnly();
    const { stored } = this.#shown;
    const [fitted] = await this.fit([added]);
    const old = stored.conversation.draft.find((it) => it.id === id);
    if (!fitted || !old) return false;
    await saveBytes([fitted], stored);
    const attachment = { ...fitted.attachment, id };
    this.#sources.keep([{ ...fitted, attachment }]);
    const attachments = stored.conversation.draft.map((it) => (it.id === id ? attachment : it));
    this.#shown.record({ type: "draft", attachments }, stored);
    return contentOf(attachment) !== contentOf(old);
  }

  removeAttachment(id: string): void {
    this.#shown.refuseWhenReadOnly();
    const attachments = this.#attachments.filter((it) => it.id !== id);
    this.#shown.record({ type: "draft", attachments });
  }

  /** Tells the page what sending all of it would take. */
  showToSend(toSend: ChatView["toSend"]): void {
    if (toSend === this.#toSend) return;
    this.#toSend = toSend;
    this.#viewChanged.fire({ toSend });
  }

  /** Why it would be refused, in one sentence; undefined when it would not. */
  problem({ capabilities }: Target): string | undefined {
    return attachmentProblem(pathTo(this.#shown.conversation), this.#attachments, capabilities);
  }

  /** The request that would send it. */
  async request(target: Target): Promise<MessageRequest> {
    const { stored, conversation } = this.#shown;
    const turn: UserTurn = {
      role: "user",
      id: "",
      parent: null,
      text: this.draft.text,
      attachments: await clearedForNow(this.#attachments),
    };
    return (await prepareRequest(stored, [...pathTo(conversation), turn], target, this.#parts)).request;
  }

  dispose(): void {
    Disposable.from(this.#subscription, this.#changed, this.#viewChanged).dispose();
  }

  get #attachments(): readonly Attachment[] {
    return this.#shown.conversation.draft;
  }

  #attachmentViews(): AttachmentView[] {
    return this.#attachments.map((it) => ({
      ...attachmentView(it),
      ...(this.#sources.of(it.id) && { refreshable: true as const }),
    }));
  }
}

/** What two snapshots of one source are compared by. */
function contentOf(attachment: Attachment): string {
  return attachment.type === "code" ? attachment.text : attachment.sha256;
}
