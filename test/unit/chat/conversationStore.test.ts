import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fact } from "../../../src/chat/conversation";
import { ConversationStore } from "../../../src/chat/conversationStore";
import { nodeDisk } from "../../support/nodeDisk";

const question: Fact = { type: "turn", turn: { role: "user", id: "q", parent: null, text: "Hi", attachments: [] } };

function fail(error: unknown): never {
  throw error;
}

describe("store of conversations", () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "store-"));
  });

  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  it("opens what it could not write yet, and writes it when the disk works again", async () => {
    let full = true;
    const failures: unknown[] = [];
    const disk = nodeDisk(root);
    const append = (file: string, text: string) =>
      full ? Promise.reject(new Error("ENOSPC")) : disk.append(file, text);
    const store = new ConversationStore({ ...disk, append }, (error) => failures.push(error));
    const stored = store.create();
    const { id } = stored.conversation;
    stored.record(question);
    const again = await store.open(id);
    assert.deepEqual(again?.conversation, stored.conversation);
    again?.record({ type: "title", title: "New" });
    store.record(id, { type: "pinned", pinned: true });
    await store.flush();
    assert.equal(failures.length, 1);

    full = false;
    await store.flush();
    const other = await new ConversationStore(disk, fail).open(id);
    assert.equal(other?.conversation.title, "New");
    assert.equal(other.conversation.pinned, true);
    assert.equal(other.conversation.turns.size, 1);
  });

  it("tells once that the disk refuses, however many conversations wait, and again after it worked", async () => {
    let full = true;
    const failures: unknown[] = [];
    const disk = nodeDisk(root);
    const append = (file: string, text: string) =>
      full ? Promise.reject(new Error("EROFS")) : disk.append(file, text);
    const store = new ConversationStore({ ...disk, append }, (error) => failures.push(error));
    const [one, two] = [store.create(), store.create()];
    for (const stored of [one, two]) stored.record(question);
    await store.flush();
    assert.equal(failures.length, 1);
    full = false;
    await store.flush();
    full = true;
    one.record({ type: "title", title: "A" });
    await store.flush();
    assert.equal(failures.length, 2);
    full = false;
    await store.flush();
  });

  it("packs what could not be written yet", async () => {
    let full = true;
    const disk = nodeDisk(root);
    const append = (file: string, text: string) =>
      full ? Promise.reject(new Error("ENOSPC")) : disk.append(file, text);
    const store = new ConversationStore({ ...disk, append }, () => undefined);
    const stored = store.create();
    stored.record(question);
    const other = new ConversationStore(disk, fail);
    const id = await other.unpack(await store.pack(stored.conversation.id));
    full = false;
    await store.flush();
    assert.equal((await other.open(id))?.conversation.turns.size, 1);
  });

  it("has one file for a window, however often it opens a conversation", async () => {
    const store = new ConversationStore(nodeDisk(root), fail);
    const { conversation } = store.create();
    store.record(conversation.id, question);
    (await store.open(conversation.id))?.record({ type: "title", title: "A" });
    (await store.open(conversation.id))?.record({ type: "title", title: "B" });
    await store.flush();
    assert.equal((await readdir(join(root, conversation.id))).length, 1);
    assert.equal((await store.open(conversation.id))?.conversation.title, "B");
  });

  it("makes no folder for an empty conversation, and opens none that is not there", async () => {
    const store = new ConversationStore(nodeDisk(root), fail);
    const { conversation } = store.create();
    await store.flush();
    assert.deepEqual(await readdir(root), []);
    assert.equal(await store.open(conversation.id), undefined);
  });

  it("opens nothing outside of its folder", async () => {
    const disk = nodeDisk(join(root, "conversations"));
    await nodeDisk(root).append("outside/window.jsonl", `${JSON.stringify({ ...question, at: 1 })}\n`);
    assert.equal(await new ConversationStore(disk, fail).open("../outside"), undefined);
  });

  it("rejects when a conversation is there but cannot be read", async () => {
    const disk = nodeDisk(root);
    const store = new ConversationStore(disk, fail);
    const { conversation } = store.create();
    store.record(conversation.id, question);
    await store.flush();
    const broken = new ConversationStore({ ...disk, read: () => Promise.reject(new Error("EIO")) }, fail);
    await assert.rejects(broken.open(conversation.id), /EIO/);
  });
});
