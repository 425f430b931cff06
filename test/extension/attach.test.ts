import assert from "node:assert/strict";
import { commands, TabInputCustom, Uri, window, workspace } from "vscode";
import { attachGiven, attachUris } from "../../src/host/attach";
import { openAttachment } from "../../src/host/pageActions";
import { parsePageMessage } from "../../src/host/pageMessages";
import { fixture, testChat } from "./support";

describe("what the page is given", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const names = (chat: ReturnType<typeof testChat>["chat"]) =>
    chat.conversation.draft.map(({ type, name }) => [type, name]);

  it("is told from its bytes and put beside the message", async () => {
    const { chat } = testChat();
    const png = await workspace.fs.readFile(fixture("images/chart.png"));
    await attachGiven(chat, [
      { name: "image.dat", data: png },
      { name: "notes.md", data: bytes("# Notes") },
      { name: "utf16.txt", data: new Uint8Array([0xff, 0xfe, 0x68, 0, 0x69, 0]) },
    ]);
    assert.deepEqual(names(chat), [
      ["image", "image.dat"],
      ["code", "notes.md"],
      ["code", "utf16.txt"],
    ]);
    const [, , utf16] = chat.conversation.draft;
    assert.equal(utf16?.type === "code" && utf16.text, "hi");
  });

  it("is refused by name when it is empty, binary or a damaged image", async () => {
    const { chat } = testChat();
    const refused = (name: string, data: Uint8Array) => attachGiven(chat, [{ name, data }]);
    await assert.rejects(refused("empty.txt", bytes("")), /“empty.txt” is empty/);
    await assert.rejects(refused("tool.txt", new Uint8Array([1, 0, 2, 0, 0, 3])), /“tool.txt” is not a text file/);
    await assert.rejects(refused("cut.png", bytes("PNG")), /“cut.png” is not an image/);
    await assert.rejects(refused("long.log", bytes("x".repeat(1_200_000))), /“long.log” has 1.2 million characters/);
    assert.deepEqual(names(chat), []);
  });

  it("is read when it is in the workspace, and not when it is elsewhere", async () => {
    const { chat } = testChat();
    const uri = (path: string) => fixture(path).toString();
    await attachUris(chat, [uri("src/cart.ts"), uri("images/chart.png"), uri("src")]);
    assert.deepEqual(names(chat), [
      ["code", "src/cart.ts"],
      ["image", "images/chart.png"],
      ["code", "src/"],
    ]);
    const climbing = `${uri("src")}/../../../outside.txt`;
    for (const outside of [Uri.file("/etc/hostname").toString(), climbing, "https://example.com/a.png"]) {
      await assert.rejects(attachUris(chat, [outside]), /is not in the workspace/);
    }
    assert.equal(names(chat).length, 3);
  });

  it("can be opened, although it is no file of the workspace", async () => {
    const { chat, folder } = testChat();
    const png = await workspace.fs.readFile(fixture("images/chart.png"));
    const pdf = { name: "pasted.pdf", data: bytes("%PDF-1.4") };
    await attachGiven(chat, [{ name: "pasted.png", data: png }, pdf]);
    const [image, document] = chat.conversation.draft;
    assert.ok(image?.type === "image" && document);
    await openAttachment(chat, Uri.file(folder), image.id);
    const { input } = window.tabGroups.activeTabGroup.activeTab ?? {};
    assert.ok(input instanceof TabInputCustom && input.uri.path.endsWith(image.sha256));
    await commands.executeCommand("workbench.action.closeAllEditors");
    await assert.rejects(openAttachment(chat, Uri.file(folder), document.id), /“pasted.pdf” is not in the workspace/);
  });

  it("is part of the protocol in small pieces only", () => {
    const file = { name: "a", data: new Uint8Array(1) };
    assert.ok(parsePageMessage({ type: "attachFiles", files: [file] }));
    assert.equal(parsePageMessage({ type: "attachFiles", files: [{ name: "a", data: "text" }] }), undefined);
    assert.equal(parsePageMessage({ type: "attachFiles", files: Array.from({ length: 101 }, () => file) }), undefined);
    const huge = { name: "a", data: new Uint8Array(51 * 1024 * 1024) };
    assert.equal(parsePageMessage({ type: "attachFiles", files: [huge] }), undefined);
  });
});
