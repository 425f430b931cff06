import {
  commands,
  Disposable,
  TabInputWebview,
  Uri,
  ViewColumn,
  window,
  type WebviewPanel,
  type WebviewPanelSerializer,
  type WebviewView,
  type WebviewViewProvider,
} from "vscode";
import { showControls } from "../shared/directionControls";
import type { MenuAction } from "../shared/protocol";
import { ChatPage, type PageParts } from "./chatPage";
import type { ImageToDraw } from "./fitImages";

/** An editor tab with the chat. */
interface Tab {
  readonly panel: WebviewPanel;
  readonly page: ChatPage;
}

/** The pages that show the chat of this window: one in the view, one in an editor tab. Both may be seen at once. */
export class ChatPages implements WebviewViewProvider, WebviewPanelSerializer, Disposable {
  static readonly viewId = "sidenote.chat";
  static readonly panelType = "sidenote.chatEditor";

  readonly #parts: PageParts;
  /** The page in the side bar, or where the user has moved the view. */
  readonly #inView: ChatPage;
  #tab: Tab | undefined;
  readonly #subscriptions: Disposable;

  constructor(parts: PageParts) {
    this.#parts = parts;
    this.#inView = new ChatPage(parts);
    this.#subscriptions = Disposable.from(
      parts.chat.onTitle(() => this.#showTitle()),
      parts.chat.onReplace(() => this.#showTitle()),
    );
  }

  resolveWebviewView(view: WebviewView): void {
    this.#inView.load(view);
    view.onDidChangeVisibility(() => this.#inView.visibilityChanged());
    view.onDidDispose(() => this.#inView.unload(view));
  }

  /** VS Code has kept a tab through a reload of the window. */
  async deserializeWebviewPanel(panel: WebviewPanel): Promise<void> {
    if (this.#tab) panel.dispose();
    else this.#adopt(panel);
  }

  /** Shows the chat in an editor tab, with the cursor in the message box. */
  async openInEditor(): Promise<void> {
    if (this.#tab) {
      this.#tab.panel.reveal();
    } else {
      // A tab from before a reload that was not shown yet: nothing but a click can show it.
      const kept = window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .filter(({ input }) => input instanceof TabInputWebview && input.viewType.endsWith(ChatPages.panelType));
      await window.tabGroups.close(kept);
      this.#adopt(window.createWebviewPanel(ChatPages.panelType, "Sidenote", ViewColumn.Active));
    }
    this.#tab?.page.post({ type: "focus" });
  }

  /** Somebody may look at the chat. */
  get visible(): boolean {
    return this.#inView.visible || this.#tab?.page.visible === true;
  }

  /** Shows the chat with the cursor in the message box. */
  async focus(): Promise<void> {
    (await this.#show()).post({ type: "focus" });
  }

  /** Shows the chat with the panel of its parameters. */
  async editParameters(): Promise<void> {
    (await this.#show()).post({ type: "editParameters" });
  }

  /** Shows the chat with the box that finds text in it. */
  async find(): Promise<void> {
    (await this.#show()).post({ type: "find" });
  }

  /** Has a page draw an image; where none is seen, the view is opened for it. */
  async drawImage(image: ImageToDraw): Promise<Uint8Array | undefined> {
    const seen = [this.#inView, this.#tab?.page].find((page) => page?.visible);
    return (seen ?? (await this.#show())).drawImage(image);
  }

  /** Text for the message box, used only when the box is empty, and a sentence above it. */
  async suggest(text: string, notice?: string): Promise<void> {
    const page = await this.#show();
    page.post({ type: "suggestion", text });
    if (notice !== undefined) page.post({ type: "notice", text: notice });
    page.post({ type: "focus" });
  }

  /** Tells the page what was chosen in its context menu. */
  act(page: string, action: MenuAction): void {
    for (const it of [this.#inView, this.#tab?.page]) if (it?.visible) it.post({ type: "act", page, action });
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#inView.dispose();
    this.#tab?.page.dispose();
  }

  /** Where the user looks at the chat already, first of all in the active tab; else the view. */
  async #show(): Promise<ChatPage> {
    const tab = this.#tab;
    if (tab && (tab.panel.active || (tab.panel.visible && !this.#inView.visible))) {
      tab.panel.reveal();
      return tab.page;
    }
    await commands.executeCommand(`${ChatPages.viewId}.focus`);
    return this.#inView;
  }

  #adopt(panel: WebviewPanel): void {
    const page = new ChatPage(this.#parts);
    this.#tab = { panel, page };
    const icon = (theme: string) => Uri.joinPath(this.#parts.extension, "media", `tab-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    panel.onDidChangeViewState(() => page.visibilityChanged());
    panel.onDidDispose(() => {
      page.dispose();
      if (this.#tab?.panel === panel) this.#tab = undefined;
    });
    this.#showTitle();
    page.load(panel);
  }

  #showTitle(): void {
    if (this.#tab) this.#tab.panel.title = showControls(this.#parts.chat.conversation.title) || "Sidenote";
  }
}
