import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { commands, window, workspace, type QuickPick, type QuickPickItemButtonEvent } from "vscode";
import type { Summary } from "../../src/chat/summary";
import { historyItems, showHistory, type HistoryItem } from "../../src/host/history";
import { idle, useSimulatedChat } from "./support";

describe("history", () => {
  const use = useSimulatedChat();

  async function ask(text: string): Promise<string> {
    await use.parts.chat.newChat();
    await use.parts.chat.ask({ text, attachments: [] });
    await idle(use.parts.chat);
    await use.parts.chat.flush();
    return use.parts.chat.id;
  }

  it("shows what is on disk, below the days, with the workspace", async () => {
    await ask("One");
    await ask("Two");
    await using history = await open();
    assert.deepEqual(history.labels(), ["Today", "$(check) Two", "One"]);
    assert.match(history.item("One").description ?? "", new RegExp(` · ${workspace.name}$`));
  });

  it("shows the list of last time while it compares it with the disk", async () => {
    await ask("One");
    await use.parts.list.refresh();
    use.parts.list.refresh = () => new Promise(() => {}); // a slow disk
    await using history = await open();
    assert.equal(history.pick.busy, true);
    assert.deepEqual(history.labels(), ["Today", "$(check) One"]);
  });

  it("opens a conversation by keyboard", async () => {
    const one = await ask("One");
    await ask("Two");
    await using history = await open();
    history.pick.activeItems = [history.item("One")];
    await history.shown();
    await commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
    assert.equal(await history.closed, true);
    assert.equal(use.parts.chat.id, one);
    assert.equal(use.parts.chat.view().messages.length, 2);
  });

  it("finds words of the text, and shows where", async () => {
    await ask("One");
    await use.parts.chat.ask({ text: "Where is the\nNEEDLE in the haystack?", attachments: [] });
    await idle(use.parts.chat);
    await use.parts.chat.flush();
    await ask("Two");
    await using history = await open();
    history.pick.value = "needle hay";
    await until(() => history.labels().length === 1);
    assert.match(history.item("One").detail ?? "", /Where is the NEEDLE in the haystack\?/);
    history.pick.value = "nowhere to be found";
    await until(() => history.labels().length === 0);
    history.pick.value = "";
    await until(() => history.labels().length === 3);
  });

  it("pins on top, and renames", async () => {
    await ask("One");
    await ask("Two");
    await using history = await open();
    history.press("One", "Pin");
    await until(() => history.labels()[0] === "Pinned");
    assert.deepEqual(history.labels(), ["Pinned", "One", "Today", "$(check) Two"]);
    history.answers.input = "A better name";
    history.press("One", "Rename");
    await until(() => history.labels().includes("A better name"));
    history.press("A better name", "Unpin");
    await until(() => history.labels()[0] === "Today");
    const again = use.parts.reopen();
    await again.list.load();
    assert.deepEqual(
      again.list.summaries().map(({ title }) => title),
      ["Two", "A better name"],
    );
  });

  it("deletes, and brings back by Undo", async () => {
    const one = await ask("One");
    await ask("Two");
    await using history = await open();
    history.press("One", "Delete");
    await until(() => history.labels().length === 2);
    const again = use.parts.reopen();
    await again.list.load();
    assert.deepEqual(
      again.list.summaries().map(({ title }) => title),
      ["Two"],
    );
    await assert.rejects(again.chat.show(one), /not there any more/);
    await history.undo();
    await until(() => use.parts.list.summaries().length === 2);
    await again.chat.show(one);
    assert.equal(again.chat.view().messages.length, 2);
  });

  it("starts a new chat when the one that is shown is deleted, and shows it again after Undo", async () => {
    const id = await ask("One");
    await using history = await open();
    history.press("One", "Delete");
    await until(() => use.parts.chat.view().messages.length === 0);
    await history.undo();
    await until(() => use.parts.chat.id === id);
    assert.equal(use.parts.chat.view().messages.length, 2);
  });

  it("shows this workspace only, when wanted", async () => {
    await ask("Here");
    const elsewhere = { type: "workspace", workspace: { uri: "file:///elsewhere", name: "elsewhere" } };
    const there = await ask("There");
    writeFileSync(
      join(use.parts.folder, there, "other.jsonl"),
      `${JSON.stringify({ ...elsewhere, at: Date.now() })}\n`,
    );
    await using history = await open();
    assert.equal(history.labels().length, 3);
    history.toggle();
    assert.deepEqual(history.labels(), ["Today", "Here"]);
    history.toggle();
    assert.equal(history.labels().length, 3);
  });

  it("is whole after the index was damaged", async () => {
    await ask("One");
    await use.parts.list.refresh();
    writeFileSync(join(use.parts.folder, "index.json"), '{"version":1,"conv');
    await using history = await open();
    assert.deepEqual(history.labels(), ["Today", "$(check) One"]);
  });

  it("says that the folder cannot be read, and still shows what it knows", async () => {
    await ask("One");
    await use.parts.list.refresh();
    const { list } = use.parts;
    list.refresh = () => Promise.reject(new Error("EIO"));
    await using history = await open();
    await until(() => history.labels().length === 3);
    const [first, ...others] = history.labels();
    assert.match(first ?? "", /could not be read/);
    assert.deepEqual(others, ["Today", "$(check) One"]);
    assert.equal(history.pick.activeItems[0]?.conversation?.title, "One"); // what Enter opens
  });

  it("says that there is nothing yet", async () => {
    await using history = await open();
    assert.deepEqual(history.labels(), ["There are no conversations yet"]);
  });

  it("marks what is being answered, and draws no icons of a title", () => {
    const summary: Summary = {
      id: "1",
      title: "Why $(trash) and $(x",
      createdAt: 0,
      updatedAt: 0,
      pinned: false,
      workspace: null,
      deletedAt: null,
      turns: 1,
      readOnly: true,
      spending: [],
    };
    const view = { now: new Date(), shown: "", answering: () => true, found: undefined, limit: 1 };
    const [, item, more] = historyItems([summary, { ...summary, id: "2" }, { ...summary, id: "3" }], view);
    assert.equal(item?.label, "$(loading~spin) Why \\$(trash) and $(x");
    assert.deepEqual(item?.buttons, []); // nothing may be added to what a later version wrote
    assert.equal(more?.label, "$(ellipsis) Show more (2)");
  });

  /** The real list in the real window, with what a mouse would do done by the test. */
  async function open() {
    const { createQuickPick, showInputBox, showInformationMessage } = window;
    const answers = { input: "" };
    let answerMessage: ((choice: string) => void) | undefined;
    let pick: QuickPick<HistoryItem> | undefined;
    let button: ((event: QuickPickItemButtonEvent<HistoryItem>) => void) | undefined;
    let toggle: ((button: QuickPick<HistoryItem>["buttons"][number]) => void) | undefined;
    const shown: (() => void)[] = [];
    Object.assign(window, {
      createQuickPick: () => {
        const created = createQuickPick<HistoryItem>();
        const nothing = { dispose: () => {} };
        Object.defineProperty(created, "onDidTriggerItemButton", {
          value: (listener: typeof button) => ((button = listener), nothing),
        });
        Object.defineProperty(created, "onDidTriggerButton", {
          value: (listener: typeof toggle) => ((toggle = listener), nothing),
        });
        created.onDidChangeActive(() => shown.splice(0).forEach((resolve) => resolve()));
        pick = created;
        return created;
      },
      showInputBox: () => Promise.resolve(answers.input),
      showInformationMessage: () => new Promise((resolve) => (answerMessage = resolve)),
    });
    const closed = showHistory(use.parts.chat, use.parts.list, (error) => assert.fail(String(error)));
    await until(() => pick !== undefined && pick.items.length > 0 && !pick.items[0]?.label.includes("Reading"));
    const opened = pick;
    assert.ok(opened);
    const labels = () => opened.items.map(({ label }) => label);
    const item = (title: string) => {
      const found = opened.items.find(({ conversation }) => conversation?.title === title);
      assert.ok(found, `${title} is not among ${labels().join(", ")}`);
      return found;
    };
    return {
      pick: opened,
      answers,
      closed,
      labels,
      item,
      /** Resolves when VS Code has drawn the list. */
      shown: () => new Promise<void>((resolve) => shown.push(resolve)),
      press(title: string, tooltip: string) {
        const found = item(title).buttons?.find((it) => it.tooltip === tooltip);
        assert.ok(found, `${title} has no button ${tooltip}`);
        button?.({ item: item(title), button: found });
      },
      async undo() {
        await until(() => answerMessage !== undefined);
        answerMessage?.("Undo");
      },
      toggle() {
        const [first] = opened.buttons;
        assert.ok(first);
        toggle?.(first);
      },
      async [Symbol.asyncDispose]() {
        Object.assign(window, { createQuickPick, showInputBox, showInformationMessage });
        opened.hide();
        await closed;
      },
    };
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  }
});
