import assert from "node:assert/strict";
import { EventEmitter, Uri, type Webview, type WebviewView } from "vscode";
import type { PageActions } from "../../src/host/chatPage";
import { Mentions } from "../../src/host/mentions";
import { ChatPages } from "../../src/host/chatPages";
import type { ChatView, HostMessage, PageMessage } from "../../src/shared/protocol";
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
  return {
    view,
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
    const scripts = [...page.webview.html.matchAll(/<script nonce="([^"]+)" src=/g)];
    assert.deepEqual(
      scripts.map(([, value]) => value),
      [nonce, nonce, nonce],
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
});
