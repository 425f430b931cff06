import assert from "node:assert/strict";
import { EventEmitter, Uri, type Webview, type WebviewPanel, type WebviewView } from "vscode";
import type { PageActions } from "../../src/host/chatPage";
import { Mentions } from "../../src/host/mentions";
import { ChatPages } from "../../src/host/chatPages";
import type { HostMessage, PageMessage } from "../../src/shared/protocol";
import type { ChatView } from "../../src/shared/views";
import { fakeLog, idle, nextText, useSimulatedChat } from "./support";

/** A page that says what it is told to say and keeps what it hears. */
function fakePage() {
  const heard: HostMessage[] = [];
  const says = new EventEmitter<unknown>();
  const seen = new EventEmitter<void>();
  const gone = new EventEmitter<void>();
  let arrived: (() => void) | undefined;
  const webview: Webview = {
    options: {},
    html: "",
    cspSource: "https://source.example",
    asWebviewUri: (uri) => uri,
    onDidReceiveMessage: says.event,
    postMessage: async (message: HostMessage) => {
      heard.push(message);
      arrived?.();
      return true;
    },
  };
  let visible = true;
  const view: WebviewView = {
    viewType: ChatPages.viewId,
    webview,
    get visible() {
      return visible;
    },
    onDidChangeVisibility: seen.event,
    onDidDispose: gone.event,
    show: () => undefined,
  };
  const panel = {
    webview,
    active: false,
    get visible() {
      return visible;
    },
    title: "",
    onDidChangeViewState: seen.event,
    onDidDispose: gone.event,
    reveal: () => undefined,
    dispose: () => gone.fire(),
  };
  return {
    view,
    panel,
    webview,
    heard,
    say: (message: PageMessage | object) => says.fire(message),
    setVisible(now: boolean) {
      visible = now;
      seen.fire();
    },
    /** Resolves with the first message of a kind, also one that was heard before. */
    async hears<T extends HostMessage["type"]>(type: T): Promise<Extract<HostMessage, { type: T }>> {
      for (;;) {
        const found = heard.find((message) => message.type === type);
        if (found) return found as Extract<HostMessage, { type: T }>;
        await new Promise<void>((resolve) => (arrived = resolve));
      }
    },
  };
}

describe("the view", () => {
  const use = useSimulatedChat();
  let page: ReturnType<typeof fakePage>;
  let pages: ChatPages;
  let asked: string[];
  let log: string[];

  beforeEach(() => {
    asked = [];
    log = [];
    const actions = new Proxy({} as PageActions, { get: (_, name) => () => void asked.push(String(name)) });
    pages = new ChatPages({
      extension: Uri.file("/extension"),
      mentions: new Mentions(),
      chat: use.parts.chat,
      actions,
      log: fakeLog(log),
    });
    page = fakePage();
    pages.resolveWebviewView(page.view);
  });

  afterEach(() => pages.dispose());

  it("lets nothing into the page but its own scripts and styles", () => {
    const policy = /content="([^"]+)"/.exec(page.webview.html)?.[1] ?? "";
    const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1];
    assert.match(policy, /^default-src 'none'; /);
    assert.match(policy, /require-trusted-types-for 'script'; trusted-types 'none'$/);
    assert.doesNotMatch(policy, /unsafe|connect-src|https:(?!\/\/source\.example)/);
    const scripts = [...page.webview.html.matchAll(/<script type="module" nonce="([^"]+)" src=/g)];
    assert.deepEqual(
      scripts.map(([, value]) => value),
      [nonce],
    );
  });

  it("gives a snapshot when the page is ready, and numbered updates after it", async () => {
    page.say({ type: "ready" });
    const { number } = await page.hears("snapshot");
    await use.parts.chat.ask({ text: "Hello", attachments: [] });
    await idle(use.parts.chat);
    page.say({ type: "request", id: 7, name: "send", params: { text: "" } });
    await page.hears("reply"); // after all updates

    const numbers = page.heard.flatMap((message) => (message.type === "update" ? [message.number] : []));
    assert.ok(numbers.length > 0);
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => number + 1 + index),
    );
    page.say({ type: "resync" });
    const snapshots = page.heard.filter((message) => message.type === "snapshot");
    assert.equal(snapshots.length, 2);
    assert.deepEqual(snapshots[1]?.view.messages, use.parts.chat.view().messages);
    assert.equal(snapshots[1]?.number, numbers.at(-1));
  });

  it("says nothing to a hidden page, and all of it to the next one", async () => {
    page.say({ type: "ready" });
    await page.hears("snapshot");
    page.setVisible(false);
    const before = page.heard.length;
    await use.parts.chat.ask({ text: "Hello", attachments: [] });
    await idle(use.parts.chat);
    assert.equal(page.heard.length, before);

    page.setVisible(true);
    page.heard.length = 0;
    page.say({ type: "ready" });
    const { view }: { view: ChatView } = await page.hears("snapshot");
    assert.equal(view.messages.length, 2);
  });

  it("joins the deltas of a frame", async () => {
    page.say({ type: "ready" });
    await page.hears("snapshot");
    const first = nextText(use.parts.chat);
    await use.parts.chat.ask({ text: "[[long kb=20]] Hello", attachments: [] });
    await first;
    await idle(use.parts.chat);
    const appended = page.heard.flatMap((message) =>
      message.type === "update" ? message.changes.filter(({ type }) => type === "append") : [],
    );
    const updates = page.heard.filter(({ type }) => type === "update");
    assert.ok(appended.length <= updates.length, `${appended.length} pieces in ${updates.length} updates`);
  });

  it("refuses a send with a sentence, and takes no message that is not in the protocol", async () => {
    page.say({ type: "ready" });
    await page.hears("snapshot");
    page.say({ type: "request", id: 1, name: "image", params: { id: "none" } });
    assert.deepEqual(await page.hears("refusal"), { type: "refusal", id: 1, message: "There is no such image." });
    page.say({ type: "stop", extra: 1 });
    page.say({ type: "command", command: "workbench.action.terminal.new" });
    page.say({ type: "setKey" });
    assert.deepEqual(asked, ["setKey"]);
    assert.equal(log.filter((line) => line.includes("not part of the protocol")).length, 2);
  });

  it("says why it does not do what cannot be done now", async () => {
    page.say({ type: "ready" });
    await page.hears("snapshot");
    const { chat } = use.parts;
    await chat.ask({ text: "[[gate]] Hello", attachments: [] });
    page.say({ type: "sibling", message: chat.view().messages[0]?.id ?? "", step: 1 });
    assert.match((await page.hears("notice")).text, /still answering/);
    chat.stop();
    await idle(chat);
  });

  describe("with a tab beside it", () => {
    let tab: ReturnType<typeof fakePage>;

    beforeEach(async () => {
      tab = fakePage();
      await pages.deserializeWebviewPanel(tab.panel as unknown as WebviewPanel);
      for (const it of [page, tab]) {
        it.say({ type: "ready" });
        await it.hears("snapshot");
        await it.hears("draft");
        it.heard.length = 0;
      }
    });

    it("tells both of the same answer", async () => {
      await use.parts.chat.ask({ text: "Hello", attachments: [] });
      await idle(use.parts.chat);
      const ends = await Promise.all(
        [page, tab].map(async (it) => {
          it.say({ type: "request", id: 7, name: "send", params: { text: "" } });
          await it.hears("reply"); // after all updates
          return it.heard.flatMap((message) => (message.type === "update" ? message.changes : []));
        }),
      );
      assert.ok(ends[0]?.some(({ type }) => type === "end"));
      assert.deepEqual(
        ends.map((changes) => changes.filter(({ type }) => type === "end")),
        [ends[0], ends[0]].map((changes) => changes?.filter(({ type }) => type === "end")),
      );
    });

    it("passes what is typed to the other, and never back", async () => {
      const { id: conversation } = use.parts.chat;
      const typed = { type: "draft", conversation, draft: { text: "What if", aside: "Hm" } } as const;
      page.say(typed);
      assert.deepEqual(await tab.hears("draft"), typed);
      tab.say({ type: "draft", conversation, draft: { text: "" } });
      assert.deepEqual(await page.hears("draft"), { type: "draft", conversation, draft: { text: "" } });
      assert.equal(tab.heard.filter(({ type }) => type === "draft").length, 1);
      assert.equal(page.heard.filter(({ type }) => type === "draft").length, 1);
    });

    it("gives a page that comes later what was typed, also after the window was closed", async () => {
      tab.say({ type: "draft", conversation: use.parts.chat.id, draft: { text: "What if" } });
      page.setVisible(false);
      page.setVisible(true);
      page.heard.length = 0;
      page.say({ type: "ready" });
      assert.equal((await page.hears("draft")).draft.text, "What if");
      const { chat } = use.parts.reopen();
      await chat.opened();
      assert.equal(chat.messageBox.draft.text, "What if");
    });

    it("calls the tab as the conversation is called, with what would turn its letters around shown", async () => {
      assert.equal(tab.panel.title, "Sidenote");
      await use.parts.chat.ask({ text: "Why is \u202Ethe sky blue?", attachments: [] });
      assert.equal(tab.panel.title, "Why is [U+202E]the sky blue?");
      await idle(use.parts.chat);
      await use.parts.chat.newChat();
      assert.equal(tab.panel.title, "Sidenote");
    });

    it("puts the cursor where the user is: the active tab, the view, a tab that is seen", async () => {
      tab.panel.active = true;
      await pages.focus();
      assert.equal((await tab.hears("focus")).type, "focus");
      tab.panel.active = false;
      page.setVisible(false);
      tab.heard.length = 0;
      await pages.suggest("Explain this.", "Not now.");
      assert.equal((await tab.hears("suggestion")).text, "Explain this.");
      assert.equal((await tab.hears("notice")).text, "Not now.");
    });
  });
});
