import { commands, type Disposable, type WebviewView, type WebviewViewProvider } from "vscode";
import type { MenuAction } from "../shared/protocol";
import { ChatPage, type PageParts } from "./chatPage";

/** The pages that show the chat of this window. */
export class ChatPages implements WebviewViewProvider, Disposable {
  static readonly viewId = "sidenote.chat";

  /** The page in the side bar, or where the user has moved the view. */
  readonly #inView: ChatPage;

  constructor(parts: PageParts) {
    this.#inView = new ChatPage(parts);
  }

  resolveWebviewView(view: WebviewView): void {
    this.#inView.load(view);
    view.onDidChangeVisibility(() => this.#inView.visibilityChanged());
    view.onDidDispose(() => this.#inView.unload(view));
  }

  /** Shows the chat with the cursor in the message box. */
  async focus(): Promise<void> {
    await commands.executeCommand(`${ChatPages.viewId}.focus`);
    this.#inView.post({ type: "focus" });
  }

  /** Shows the chat with the panel of its parameters. */
  async editParameters(): Promise<void> {
    await commands.executeCommand(`${ChatPages.viewId}.focus`);
    this.#inView.post({ type: "editParameters" });
  }

  /** Shows the chat with the box that finds text in it. */
  async find(): Promise<void> {
    await commands.executeCommand(`${ChatPages.viewId}.focus`);
    this.#inView.post({ type: "find" });
  }

  /** Text for the message box, used only when the box is empty, and a sentence above it. */
  async suggest(text: string, notice?: string): Promise<void> {
    this.#inView.post({ type: "draft", text });
    if (notice !== undefined) this.#inView.post({ type: "notice", text: notice });
    await this.focus();
  }

  /** Tells the page what was chosen in its context menu. */
  act(page: string, action: MenuAction): void {
    this.#inView.post({ type: "act", page, action });
  }

  dispose(): void {
    this.#inView.dispose();
  }
}
