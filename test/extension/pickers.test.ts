import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventEmitter, Uri, window, workspace } from "vscode";
import { exportChat } from "../../src/host/exportChat";
import { readImage } from "../../src/host/images";
import { selectModel } from "../../src/host/selectModel";
import { showMemory } from "../../src/host/tools/showMemory";
import { deferred, fixture, idle, useSimulatedChat } from "./support";

describe("lists and dialogs", () => {
  const use = useSimulatedChat();
  const { createQuickPick, showInformationMessage, showQuickPick, showSaveDialog, showWarningMessage } = window;
  const { getConfiguration } = workspace;

  afterEach(() => {
    Object.assign(window, {
      createQuickPick,
      showInformationMessage,
      showQuickPick,
      showSaveDialog,
      showWarningMessage,
    });
    Object.assign(workspace, { getConfiguration });
  });

  /** Resolves with how to press the button of an item, once a list is shown. */
  function nextList(): Promise<(item: object) => void> {
    const shown = deferred<(item: object) => void>();
    const pressed = new EventEmitter<{ item: object }>();
    const never = new EventEmitter<never>().event;
    const list = {
      onDidAccept: never,
      onDidChangeValue: never,
      onDidHide: never,
      onDidTriggerButton: never,
      onDidTriggerItemButton: pressed.event,
      value: "",
      show: () => shown.resolve((item) => pressed.fire({ item })),
      hide: () => undefined,
      dispose: () => undefined,
    };
    Object.assign(window, { createQuickPick: () => list });
    return shown.promise;
  }

  it("say when a model cannot be made the default", async () => {
    const { chat, directory } = use.parts;
    await chat.opened();
    const list = nextList();
    const selected = selectModel(chat, directory);
    const press = await list;
    Object.assign(workspace, {
      getConfiguration: (section: string) => ({
        ...getConfiguration(section),
        update: () => Promise.reject(new Error("settings.json has an error")),
      }),
    });
    press({ model: "simulated/claude-haiku-4-5" });
    await assert.rejects(selected, /your settings cannot be written/);
  });

  it("say when a file of the memory cannot be deleted", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sidenote-memory-"));
    await writeFile(join(folder, "note.md"), "Tea.");
    const list = nextList();
    const shown = showMemory(Uri.file(folder));
    const press = await list;
    Object.assign(window, { showWarningMessage: async () => "Delete" });
    press({ label: "/memories/gone.md", uri: Uri.file(join(folder, "gone.md")) });
    await assert.rejects(shown, /gone\.md/);
  });

  it("save a chat as markdown with its pictures beside it, and say when that cannot be done", async () => {
    const { chat, store } = use.parts;
    await chat.ask({ text: "What is this?", attachments: [await readImage(fixture("images/chart.png"))] });
    await idle(chat);
    const folder = mkdtempSync(join(tmpdir(), "sidenote-export-"));
    let target = join(folder, "chat.md");
    Object.assign(window, {
      showQuickPick: async ([first]: readonly unknown[]) => first,
      showSaveDialog: async () => Uri.file(target),
      showInformationMessage: async () => undefined,
    });
    await exportChat(chat, store);
    assert.match(await readFile(target, "utf8"), /chat-images\//);
    assert.equal((await readdir(join(folder, "chat-images"))).length, 1);
    target = join(target, "below-a-file.md");
    await assert.rejects(exportChat(chat, store), /could not be written/);
  });
});
