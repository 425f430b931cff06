import * as v from "valibot";
import { Disposable, Uri, type LogOutputChannel, type Webview } from "vscode";
import { findAttachment, sourceOf } from "../chat/conversation";
import type { GivenFile } from "../shared/given";
import type { CodeUse, HostMessage, PageMessage, RequestName, Requests } from "../shared/protocol";
import type { DraftView } from "../shared/views";
import type { Chat } from "./chat";
import type { Code } from "./useCode";
import type { ImageToDraw } from "./fitImages";
import { findFiles } from "./fileLinks";
import type { Mentions } from "./mentions";
import { pageHtml } from "./pageHtml";
import { parsePageMessage, requestParams } from "./pageMessages";
import { listPrompts } from "./prompts";
import { findSymbols } from "./symbolLinks";
import type { ApprovalAnswer } from "./tools/approvals";
import { refreshAttachment } from "./refresh";
import { Updates } from "./updates";
import { UserProblem } from "./userProblem";

/** Milliseconds in which a page has to draw an image, from its opening on. */
const DRAWING = 30_000;

/** What the page asks for that is not about the chat's own state. */
export interface PageActions {
  /** To a question about the call of a tool. */
  answerQuestion(id: string, answer: ApprovalAnswer): unknown;
  setKey(): unknown;
  saveFile(file: string): unknown;
  selectModel(): unknown;
  selectProfile(): unknown;
  selectTools(): unknown;
  showLog(): unknown;
  retryWithModel(answer: string): unknown;
  deleteBranch(message: string): unknown;
  attach(): unknown;
  attachFiles(files: readonly GivenFile[]): unknown;
  attachUris(uris: readonly string[]): unknown;
  openAttachment(id: string): unknown;
  copy(text: string): unknown;
  copyChat(): unknown;
  useCode(how: CodeUse, code: Code): unknown;
  openLink(href: string): unknown;
  openFile(path: string, lines?: readonly [first: number, last: number]): unknown;
  openSymbol(name: string): unknown;
  usePrompt(id: string): unknown;
  mention(id: string): unknown;
}

/** What all pages share. */
export interface PageParts {
  readonly extension: Uri;
  readonly chat: Chat;
  readonly actions: PageActions;
  /** What "@" offers. */
  readonly mentions: Mentions;
  readonly log: LogOutputChannel;
}

/** Where VS Code shows a page: a view or an editor tab. */
export interface Surface {
  readonly webview: Webview;
  readonly visible: boolean;
}

/**
 * A page that shows the chat, and its end of the channel. It is a projection that VS Code throws away whenever it is hidden:
 * on `ready` it gets a snapshot, then numbered updates. Nothing is posted while nothing is shown.
 */
export class ChatPage implements Disposable {
  readonly #parts: PageParts;
  readonly #chat: Chat;
  readonly #actions: PageActions;
  readonly #log: LogOutputChannel;
  readonly #subscriptions: Disposable;

  #surface: Surface | undefined;
  /** The page has asked for its first snapshot and has not been hidden since. */
  #ready = false;
  readonly #updates = new Updates((message) => this.#post(message));
  /** Images that the page is drawing, by id. */
  readonly #drawing = new Map<string, (drawn: Uint8Array | undefined) => void>();
  /** What stands in the message box of this page, as far as is known, and of which conversation that is. */
  #draft: { readonly conversation: string; readonly draft: DraftView } | undefined;
  /** Sent as soon as there is a page. */
  #forPage: HostMessage[] = [];

  constructor(parts: PageParts) {
    this.#parts = parts;
    this.#chat = parts.chat;
    this.#actions = parts.actions;
    this.#log = parts.log;
    this.#subscriptions = Disposable.from(
      this.#chat.onChange((changes) => {
        if (this.#ready) this.#updates.add(changes);
      }),
      this.#chat.onReplace(() => {
        this.#postSnapshot();
        this.#showDraft();
      }),
      this.#chat.messageBox.onChange(() => this.#showDraft()),
    );
  }

  /** Loads the page into a surface, in the place of the one before. */
  load(surface: Surface): void {
    this.#forgetPage();
    this.#surface = surface;
    const { extension } = this.#parts;
    surface.webview.options = {
      enableScripts: true,
      localResourceRoots: [Uri.joinPath(extension, "dist", "webview"), Uri.joinPath(extension, "media")],
    };
    surface.webview.onDidReceiveMessage((message: unknown) => void this.#receive(message));
    surface.webview.html = pageHtml(surface.webview, extension);
  }

  /** Tells that the surface was shown or hidden. */
  visibilityChanged(): void {
    // The document is thrown away when hidden; the next one says `ready` again.
    if (!this.visible) this.#forgetPage();
  }

  /** Tells that a surface is gone. */
  unload(surface: Surface): void {
    if (this.#surface !== surface) return;
    this.#surface = undefined;
    this.#forgetPage();
  }

  get visible(): boolean {
    return this.#surface?.visible === true;
  }

  /** Posts a message now, or as soon as there is a page that listens. */
  post(message: HostMessage): void {
    if (this.#ready) {
      this.#updates.flush(); // in order: what happened before the message is shown before it
      this.#post(message);
    } else if (message.type !== "reply" && message.type !== "refusal") {
      this.#forPage.push(message);
    }
  }

  /** Rejects with a UserProblem when the page does not do it in time. */
  drawImage({ bytes, ...wanted }: ImageToDraw): Promise<Uint8Array | undefined> {
    const id = crypto.randomUUID();
    return new Promise<Uint8Array | undefined>((resolve, reject) => {
      const late = () => reject(new UserProblem("An image could not be scaled down in time. Try again."));
      const timer = setTimeout(late, DRAWING);
      this.#drawing.set(id, (drawn) => {
        clearTimeout(timer);
        resolve(drawn);
      });
      // A copy: VS Code sends the whole buffer behind a typed array, and knows no Node Buffer.
      this.post({ type: "drawImage", id, ...wanted, data: new Uint8Array(bytes) });
    }).finally(() => this.#drawing.delete(id));
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#forgetPage();
  }

  #forgetPage(): void {
    this.#ready = false;
    this.#updates.forget();
  }

  async #receive(value: unknown): Promise<void> {
    const message = parsePageMessage(value);
    if (!message) {
      this.#log.warn("The page sent something that is not part of the protocol; it was ignored.");
      return;
    }
    try {
      await this.#handle(message);
    } catch (error) {
      this.post({ type: "notice", text: this.#sentenceOf(error) });
    }
  }

  /** What the user reads of an error; the log has what only a developer can mend. */
  #sentenceOf(error: unknown): string {
    if (error instanceof UserProblem) return error.message;
    this.#log.error(error instanceof Error ? error : String(error));
    return "Something went wrong in Sidenote; the log says what.";
  }

  #handle(message: PageMessage): unknown {
    switch (message.type) {
      case "ready":
        return this.#welcome();
      case "resync":
        return this.#postSnapshot();
      case "stop":
        return this.#chat.stop();
      case "wait":
      case "goOn":
        return this.#chat.consent();
      case "approve":
        return this.#actions.answerQuestion(message.id, { choice: message.choice });
      case "deny":
        return this.#actions.answerQuestion(message.id, { choice: "deny", reason: message.reason });
      case "decidePart":
        return this.#actions.answerQuestion(message.id, { choice: message.choice, part: message.part });
      case "answerCall":
        return this.#chat.answerCall(message.call, { ...message, images: message.images.map(({ data }) => data) });
      case "saveFile":
        return this.#actions.saveFile(message.file);
      case "retry":
        return message.chooseModel ? this.#actions.retryWithModel(message.message) : this.#chat.retry(message.message);
      case "continue":
        return this.#chat.continue(message.message);
      case "sibling":
        return this.#chat.showSibling(message.message, message.step);
      case "deleteBranch":
        return this.#actions.deleteBranch(message.message);
      case "copyConversation":
        return this.#chat.copyConversation(message.message);
      case "sendWithout":
        return this.#chat.sendWithout(message.message);
      case "draft":
        this.#draft = message;
        return this.#chat.messageBox.keep(message.draft, message.conversation);
      case "setKey":
      case "selectModel":
      case "selectProfile":
      case "selectTools":
      case "showLog":
      case "attach":
      case "copyChat":
        return this.#actions[message.type]();
      case "parametersOpened":
        return this.#chat.choices.learnModel();
      case "attachFiles":
        return this.#actions.attachFiles(message.files);
      case "attachUris":
        return this.#actions.attachUris(message.uris);
      case "imageDrawn":
        return this.#drawing.get(message.id)?.(message.data);
      case "removeAttachment":
        return this.#chat.messageBox.removeAttachment(message.id);
      case "usePrompt":
        return this.#actions.usePrompt(message.id);
      case "mention":
        return this.#actions.mention(message.id);
      case "refreshAttachment":
        return this.#refreshAttachment(message.id);
      case "openAttachment":
        return this.#actions.openAttachment(message.id);
      case "copy":
        return this.#actions.copy(message.text);
      case "copyMessage":
        return this.#actions.copy(sourceOf(this.#chat.conversation, message.message) ?? "");
      case "useCode": {
        const { how, message: id, language, text } = message;
        const source = sourceOf(this.#chat.conversation, id) ?? "";
        return this.#actions.useCode(how, { language, text, source });
      }
      case "openLink":
        return this.#actions.openLink(message.href);
      case "openFile":
        return this.#actions.openFile(message.path, message.lines);
      case "openSymbol":
        return this.#actions.openSymbol(message.name);
      case "request":
        return this.#reply(message.id, message.name, message.params);
    }
  }

  async #refreshAttachment(id: string): Promise<void> {
    const text = await refreshAttachment(this.#chat, id);
    if (text !== undefined) this.post({ type: "notice", text });
  }

  /** A page has been loaded and listens. */
  async #welcome(): Promise<void> {
    await this.#chat.opened();
    this.#ready = this.visible;
    if (!this.#ready) return;
    this.#postSnapshot();
    this.#draft = undefined;
    this.#showDraft();
    for (const message of this.#forPage.splice(0)) this.#post(message);
  }

  /** Every request gets a reply or a refusal with a sentence for the user. */
  async #reply(id: number, name: RequestName, params: unknown): Promise<void> {
    try {
      this.post({ type: "reply", id, result: await this.#answer(name, params) });
    } catch (error) {
      this.post({ type: "refusal", id, message: this.#sentenceOf(error) });
    }
  }

  async #answer(name: RequestName, params: unknown): Promise<Requests[RequestName]["result"]> {
    switch (name) {
      case "send": {
        const { text } = v.parse(requestParams.send, params);
        const { id: conversation } = this.#chat;
        await this.#chat.ask({ text, attachments: [] });
        this.#chat.messageBox.sent(text, conversation);
        return null;
      }
      case "edit": {
        const { message, text } = v.parse(requestParams.edit, params);
        await this.#chat.edit(message, text);
        return null;
      }
      case "image": {
        const { id } = v.parse(requestParams.image, params);
        const attachment = findAttachment(this.#chat.conversation, id);
        if (attachment?.type !== "image") throw new UserProblem("There is no such image.");
        // A copy: VS Code sends the whole buffer behind a typed array, and knows no Node Buffer.
        const data = new Uint8Array(await this.#chat.readAttachment(attachment.sha256));
        return { mediaType: attachment.mediaType, data };
      }
      case "asked":
        v.parse(requestParams.asked, params);
        return this.#chat.messageBox.asked;
      case "prompts":
        v.parse(requestParams.prompts, params);
        return listPrompts();
      case "mentions":
        return this.#parts.mentions.search(v.parse(requestParams.mentions, params).typed);
      case "files":
        return findFiles(v.parse(requestParams.files, params).paths);
      case "symbols":
        return findSymbols(v.parse(requestParams.symbols, params).names);
      case "setParameter": {
        const { name: parameter, value } = v.parse(requestParams.setParameter, params);
        await this.#chat.choices.setParameter(parameter, value);
        return null;
      }
    }
  }

  /** Tells what was typed in another page; never what came from this one, which may have been typed further. */
  #showDraft(): void {
    const { id: conversation } = this.#chat;
    const { draft } = this.#chat.messageBox;
    const { draft: known } = this.#draft?.conversation === conversation ? this.#draft : {};
    if (draft.text === known?.text && draft.aside === known.aside) return;
    this.#draft = { conversation, draft };
    if (this.#ready) this.post({ type: "draft", conversation, draft });
  }

  #postSnapshot(): void {
    if (this.#ready) this.#updates.snapshot(this.#chat.view());
  }

  #post(message: HostMessage): void {
    void this.#surface?.webview.postMessage(message);
  }
}
