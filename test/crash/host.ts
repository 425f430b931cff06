// The main file of an extension that the crash test installs: it joins the parts of Sidenote as `activate` does, on the real
// disk of a real extension host, and works with them until it is killed.
import { connect } from "node:net";
import { window, type ExtensionContext } from "vscode";
import type { Fact } from "../../src/chat/conversation";
import { ConversationList } from "../../src/chat/conversationList";
import { ConversationStore } from "../../src/chat/conversationStore";
import { wordsOf } from "../../src/chat/summary";
import { Chat } from "../../src/host/chat";
import { Keys } from "../../src/host/keys";
import { ModelPreferences } from "../../src/host/modelPreferences";
import { Models } from "../../src/host/models";
import { AskedApprovals } from "../../src/host/tools/approvals";
import { storageDisk } from "../../src/host/storageDisk";
import { randomFrom } from "../unit/api/harness";
import { asJson, listen, tell, type Activity, type Recovered, type ToDriver, type ToHost } from "./protocol";

export function activate(context: ExtensionContext): void {
  const socket = connect(Number(process.env["SIDENOTE_CRASH_PORT"]), "127.0.0.1");
  const say = (message: ToDriver) => tell(socket, message);
  const fail = (error: unknown) => say({ type: "failed", message: error instanceof Error ? `${error.stack}` : "" });

  class ReportingStore extends ConversationStore {
    override record(id: string, fact: Fact): void {
      say({ type: "fact", id, fact });
      super.record(id, fact);
    }
  }
  const disk = storageDisk(context.globalStorageUri, "conversations");
  const keys = new Keys(context.secrets);
  const chat = new Chat({
    store: new ReportingStore(disk, fail),
    directory: { keys, models: new Models(keys), preferences: new ModelPreferences(context.globalState) },
    memory: context.workspaceState,
    log: window.createOutputChannel("Crash test", { log: true }),
    drawImage: async () => undefined,
    toolbox: { sources: [], own: { tools: () => [] }, approvals: new AskedApprovals() },
    spending: { allow: async () => undefined, question: async () => undefined },
  });
  const list = new ConversationList(disk, fail);

  async function recover(ids: readonly string[]): Promise<Recovered> {
    const store = new ConversationStore(disk, fail);
    const conversations: Record<string, string | null> = {};
    for (const id of ids) {
      const stored = await store.open(id);
      conversations[id] = stored ? asJson(stored.conversation) : null;
    }
    await list.load();
    await list.refresh();
    const withoutCaches = new ConversationList(
      {
        ...disk,
        read: (file) => (file.endsWith(".jsonl") ? disk.read(file) : Promise.reject(new Error("no cache"))),
        write: async () => undefined,
      },
      fail,
    );
    await withoutCaches.refresh();
    const found: string[] = [];
    for (const { id, title } of list.summaries().filter((summary) => ids.includes(summary.id))) {
      if ((await list.search(wordsOf(title), new AbortController().signal)).has(id)) found.push(id);
    }
    return { conversations, list: list.summaries(), listWithoutCaches: withoutCaches.summaries(), found };
  }

  listen(socket, (line) => {
    const message = line as ToHost;
    if (message.type === "recover") {
      recover(message.ids).then((recovered) => say({ type: "recovered", recovered }), fail);
      return;
    }
    say({ type: "working" });
    work(chat, list, message.activity, randomFrom(message.seed)).catch(fail);
  });
  say({ type: "hello", pid: process.pid });
}

/** Never resolves. */
async function work(chat: Chat, list: ConversationList, activity: Activity, random: () => number): Promise<never> {
  const below = (count: number) => Math.floor(random() * count);
  const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const anyMessage = (role: "user" | "assistant") => {
    const messages = chat.view().messages.filter((message) => message.role === role);
    return messages[below(messages.length)]?.id ?? "";
  };
  const anyConversation = () => list.summaries()[below(Math.min(8, list.summaries().length))]?.id;
  const ask = async () => {
    const size = random() < 0.3 ? "[[long kb=8]]" : "";
    await chat.ask({ text: `Question ${below(1e9)} ${random() < 0.3 ? "[[thinking]]" : ""} ${size}`, attachments: [] });
  };
  const stop = async () => {
    while (chat.busy) {
      chat.stop();
      await wait(1);
    }
  };

  await chat.opened();
  for (;;) {
    const id = anyConversation();
    if (id === undefined || random() < 0.2) await chat.newChat();
    else if (id !== chat.id && random() < 0.5) await chat.show(id);
    if (chat.view().messages.length === 0) await ask();
    await wait(below(200));
    if (activity === "streaming") {
      await wait(below(2000));
      await stop();
      await ask();
      continue;
    }
    await stop();
    if (activity === "editing") {
      if (random() < 0.5) await chat.edit(anyMessage("user"), `Edited ${below(1e9)}`);
      else await chat.retry(anyMessage("assistant"));
      await wait(below(400));
      await stop();
      chat.showSibling(anyMessage("assistant"), -1);
    } else if (activity === "deleting") {
      if (random() < 0.6) chat.deleteBranch(anyMessage(random() < 0.5 ? "user" : "assistant"));
      else {
        const deleted = anyConversation() ?? chat.id;
        await chat.change(deleted, { type: "deleted", deleted: true });
        if (random() < 0.5) await chat.change(deleted, { type: "deleted", deleted: false });
        await list.refresh(deleted);
      }
    } else {
      const changed = anyConversation() ?? chat.id;
      await chat.change(changed, { type: "pinned", pinned: random() < 0.3 });
      await chat.change(changed, { type: "title", title: `Name ${below(1e9)}` });
      await list.refresh();
      await list.search(wordsOf("name question"), new AbortController().signal);
    }
  }
}
