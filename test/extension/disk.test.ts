import assert from "node:assert/strict";
import { startSimulatedApi, type SimulatedApi } from "../support/api/server";
import { readImage } from "../../src/host/images";
import { fixture, idle, setUserSettings, testChat, type TestChat } from "./support";

describe("a bad disk", () => {
  let api: SimulatedApi;

  before(async () => {
    api = await startSimulatedApi({ tokensPerSecond: Infinity });
    await setUserSettings({
      endpoints: { simulated: { name: "Simulated", baseUrl: api.url, auth: "none" } },
      model: "simulated/claude-sonnet-5-5",
    });
  });

  after(async () => {
    await setUserSettings({ endpoints: undefined, model: undefined });
    await api.close();
  });

  async function ask(parts: TestChat, text: string): Promise<void> {
    await parts.chat.ask({ text, attachments: [] });
    await idle(parts.chat);
  }

  const told = (parts: TestChat) =>
    parts
      .log()
      .split("\n")
      .filter((line) => line.startsWith("Not stored"));

  /** Messages with their text, as a page shows them. */
  const shown = (parts: TestChat) =>
    parts.chat.view().messages.map(({ role, state, blocks }) => ({ role, state, blocks }));

  async function inNewWindow(parts: TestChat): Promise<TestChat> {
    const other = parts.reopen();
    await other.chat.opened();
    return other;
  }

  it("that is full stops no chat, and nothing is lost or doubled when there is room again", async () => {
    let full = false;
    const parts = testChat(undefined, (disk) => ({
      ...disk,
      async append(file, text) {
        if (!full) return disk.append(file, text);
        await disk.append(file, text.slice(0, Math.floor(text.length * 0.7))); // what there was room for
        throw new Error("ENOSPC: no space left on device, write");
      },
    }));
    await ask(parts, "Before");
    await parts.chat.flush();
    full = true;
    await ask(parts, "One");
    await ask(parts, "Two");
    await parts.chat.edit(parts.chat.view().messages.at(-2)?.id ?? "", "Three");
    await idle(parts.chat);
    const before = shown(parts);
    assert.equal(before.length, 6);
    assert.equal(told(parts).length, 1);
    await parts.chat.show(parts.chat.id); // reads what is on disk, and what is not
    assert.deepEqual(shown(parts), before);

    full = false;
    await parts.chat.flush();
    const other = await inNewWindow(parts);
    assert.deepEqual(shown(other), before);
    assert.deepEqual([...other.chat.conversation.turns.keys()], [...parts.chat.conversation.turns.keys()]);
    assert.equal(told(parts).length, 1);
  });

  it("that is read-only stops no chat, and an image is sent and stored later", async () => {
    let readOnly = true;
    const refuse = () => Promise.reject(new Error("EROFS: read-only file system"));
    const parts = testChat(undefined, (disk) => ({
      ...disk,
      append: (file, text) => (readOnly ? refuse() : disk.append(file, text)),
      write: (file, bytes) => (readOnly ? refuse() : disk.write(file, bytes)),
    }));
    const image = await readImage(fixture("images/chart.png"));
    await parts.chat.ask({ text: "What is this?", attachments: [image] });
    await idle(parts.chat);
    assert.match(JSON.stringify(api.requests.at(-1)?.body), /"media_type":"image\/png"/);
    assert.equal(told(parts).length, 1);

    readOnly = false;
    await ask(parts, "And now?");
    await parts.chat.flush();
    const other = await inNewWindow(parts);
    assert.deepEqual(shown(other), shown(parts));
    assert.ok(image.attachment.type === "image" && image.bytes);
    const bytes = await other.chat.readAttachment(image.attachment.sha256);
    assert.deepEqual([...bytes], [...image.bytes]);
  });

  it("that is slow keeps nobody waiting, and stores everything in order", async () => {
    let letGo = () => {};
    const stuck = new Promise<void>((resolve) => (letGo = resolve));
    const parts = testChat(undefined, (disk) => ({
      ...disk,
      async append(file, text) {
        await stuck;
        await disk.append(file, text);
      },
    }));
    await ask(parts, "One");
    await ask(parts, "Two");
    const { id } = parts.chat;
    const before = shown(parts);
    await parts.chat.newChat();
    await ask(parts, "Elsewhere");
    assert.equal(before.length, 4);
    letGo();
    await parts.chat.flush();
    const other = await inNewWindow(parts);
    assert.deepEqual(shown(other), shown(parts));
    await other.chat.show(id);
    assert.deepEqual(shown(other), before);
    assert.deepEqual(told(parts), []);
  });

  it("that cannot be read keeps nobody from a new chat", async () => {
    let unreadable = false;
    const parts = testChat(undefined, (disk) => ({
      ...disk,
      read: async (file) => (unreadable ? Promise.reject(new Error("EIO: i/o error, read")) : disk.read(file)),
    }));
    const { chat } = parts;
    await ask(parts, "Before");
    const before = chat.id;
    await chat.newChat();
    await chat.messageBox.attach([await readImage(fixture("images/chart.png"))]);
    const waiting = chat.id;
    await chat.show(before);
    unreadable = true;
    await chat.newChat();
    assert.ok(![before, waiting].includes(chat.id));
    assert.match(parts.log(), /EIO/);
  });
});
