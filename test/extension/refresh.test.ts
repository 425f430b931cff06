import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commands, Selection, Uri, window } from "vscode";
import type { CodeAttachment } from "../../src/chat/conversation";
import { refreshAttachment, refreshAttachments } from "../../src/host/refresh";
import { codeToAdd, readAttachment } from "../../src/host/selection";
import { folder } from "../../src/host/workspaceSources";
import { png } from "../support/badFiles";
import { fixture, idle, useSimulatedChat } from "./support";

describe("an attachment that waits to be sent", () => {
  const use = useSimulatedChat();
  const path = fixture("again").fsPath;
  const file = (name: string) => Uri.file(join(path, name));
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(path, name), content);
  const draft = () => use.parts.chat.conversation.draft;

  beforeEach(() => mkdirSync(path));
  afterEach(async () => {
    await commands.executeCommand("workbench.action.closeAllEditors");
    rmSync(path, { recursive: true });
  });

  it("is taken again from its file, in its place", async () => {
    const { chat } = use.parts;
    write("notes.md", "before");
    write("chart.png", png(10, 10));
    await chat.messageBox.attach([await readAttachment(file("notes.md")), await readAttachment(file("chart.png"))]);
    const [text, image] = draft();
    assert.ok(text && image);
    assert.equal(await refreshAttachment(chat, text.id), "“again/notes.md” has not changed.");
    write("chart.png", png(20, 10));
    assert.equal(await refreshAttachment(chat, image.id), "“again/chart.png” was taken again.");
    const [, again] = draft();
    assert.ok(again?.type === "image" && again.width === 20 && again.id === image.id);
    assert.equal((await chat.readAttachment(again.sha256)).length, png(20, 10).length);
    assert.deepEqual(
      chat.view().attachments.map(({ refreshable }) => refreshable),
      [true, true],
    );
  });

  it("stays as it is when its source is gone, which is said", async () => {
    const { chat } = use.parts;
    write("gone.png", png(10, 10));
    await chat.messageBox.attach([await readAttachment(file("gone.png"))]);
    const before = draft();
    rmSync(file("gone.png").fsPath);
    const problem = /“again\/gone.png” cannot be read.*What was taken before stays attached\./;
    await assert.rejects(refreshAttachment(chat, before[0]?.id ?? ""), problem);
    await assert.rejects(refreshAttachments(chat), problem);
    assert.deepEqual(draft(), before);
  });

  it("follows its lines to where they are now, and is found again in a new window", async () => {
    const { chat } = use.parts;
    write("code.ts", "first();\nfunction a() {\n  one();\n}\n");
    const editor = await window.showTextDocument(file("code.ts"));
    editor.selection = new Selection(1, 0, 4, 0);
    await chat.messageBox.attach(codeToAdd());
    await editor.edit((edit) =>
      edit.replace(new Selection(0, 0, 2, 8), "// new\n\nfirst();\nfunction a() {\n  one();\n  two();"),
    );
    await chat.flush();
    const { chat: reopened } = use.parts.reopen();
    await reopened.opened();
    await refreshAttachments(reopened);
    const [code] = reopened.conversation.draft as CodeAttachment[];
    assert.deepEqual(code?.lines, [4, 7]);
    assert.equal(code.text, "function a() {\n  one();\n  two();\n}");
    await editor.document.save();
  });

  it("may be a folder, as a tree without what is left out", async () => {
    const { chat } = use.parts;
    write(".gitignore", "*.log\n");
    write("a.ts", "a");
    write("b.log", "b");
    await chat.messageBox.attach([await folder(Uri.file(path))]);
    write("c.ts", "c");
    await refreshAttachments(chat);
    assert.deepEqual(
      draft().map((it) => it.type === "code" && [it.name, it.text]),
      [["again/", ".gitignore\na.ts\nc.ts"]],
    );
  });

  it("tells nobody from where it was taken", async () => {
    const { chat } = use.parts;
    write("notes.md", "text");
    await chat.messageBox.attach([await readAttachment(file("notes.md"))]);
    await chat.ask({ text: "Why?", attachments: [] });
    await idle(chat);
    await chat.flush();
    const stored = use.parts.stored();
    assert.ok(stored.includes("again/notes.md") && !stored.includes(path));
    await assert.rejects(refreshAttachments(chat), /Nothing is attached/);
  });
});
