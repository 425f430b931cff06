import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fact } from "../../../src/chat/conversation";
import { ConversationList } from "../../../src/chat/conversationList";
import { ConversationStore, type StoredConversation } from "../../../src/chat/conversationStore";
import type { Disk } from "../../../src/chat/disk";
import { wordsOf } from "../../../src/chat/summary";
import { nodeDisk } from "../../support/nodeDisk";

const DAY = 24 * 60 * 60 * 1000;
const entry = {
  id: "00000000-0000-4000-8000-000000000000",
  title: "Not there",
  createdAt: 1,
  updatedAt: 1,
  pinned: false,
  workspace: null,
  deletedAt: null,
  turns: 1,
  readOnly: false,
  spending: [],
  size: 1,
};
const deleted: Fact = { type: "deleted", deleted: true };

describe("list of conversations", () => {
  let root: string;
  let store: ConversationStore;
  let problems: unknown[];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "list-"));
    problems = [];
    store = window();
  });

  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  function window(): ConversationStore {
    return new ConversationStore(nodeDisk(root), (error) => assert.fail(String(error)));
  }

  async function asked(...texts: readonly string[]): Promise<StoredConversation> {
    const stored = store.create();
    for (const text of texts) {
      const { leaf } = stored.conversation;
      stored.record({
        type: "turn",
        turn: { role: "user", id: crypto.randomUUID(), parent: leaf, text, attachments: [] },
      });
    }
    await store.flush();
    return stored;
  }

  /** A list as a new window reads it, and which journals it read. */
  async function listed(changes: Partial<Disk> = {}, now?: () => number) {
    const disk = nodeDisk(root);
    const read: string[] = [];
    const watched: Disk = {
      ...disk,
      read(file) {
        if (file.endsWith(".jsonl")) read.push(file.slice(0, file.indexOf("/")));
        return disk.read(file);
      },
      ...changes,
    };
    const list = new ConversationList(watched, (error) => problems.push(error), now);
    await list.load();
    return { list, read };
  }

  const titles = (list: ConversationList) => list.summaries().map(({ title }) => title);

  async function found(list: ConversationList, query: string): Promise<string[]> {
    const excerpts = await list.search(wordsOf(query), new AbortController().signal);
    return titles(list).filter((_, index) => excerpts.has(list.summaries()[index]?.id ?? ""));
  }

  it("is made from the folders, and from the index afterwards", async () => {
    await asked("First");
    await asked("Second");
    const first = await listed();
    assert.deepEqual(titles(first.list), []);
    assert.equal(await first.list.refresh(), 0);
    assert.deepEqual(titles(first.list).toSorted(), ["First", "Second"]);
    const second = await listed();
    assert.deepEqual(titles(second.list).toSorted(), ["First", "Second"]);
    await second.list.refresh();
    assert.deepEqual(second.read, []);
    assert.deepEqual(problems, []);
  });

  it("reads again only what has changed", async () => {
    const one = await asked("One");
    await asked("Two");
    await (await listed()).list.refresh();
    one.record({ type: "title", title: "New title" });
    await store.flush();
    const { list, read } = await listed();
    await list.refresh();
    assert.deepEqual(titles(list).toSorted(), ["New title", "Two"]);
    assert.deepEqual(read, [one.conversation.id]);
  });

  for (const [name, text] of Object.entries({
    empty: "",
    "no JSON": "{",
    "of another version": JSON.stringify({ version: 1, conversations: [entry] }),
    "of another shape": JSON.stringify({ version: 2, conversations: [{ ...entry, title: 1 }] }),
    "with a foreign id": JSON.stringify({ version: 2, conversations: [{ ...entry, id: "../../etc" }] }),
  })) {
    it(`is made anew when the index is ${name}`, async () => {
      await asked("Still here");
      await (await listed()).list.refresh();
      await writeFile(join(root, "index.json"), text);
      const { list } = await listed();
      assert.deepEqual(titles(list), []);
      await list.refresh();
      assert.deepEqual(titles(list), ["Still here"]);
      assert.deepEqual(titles((await listed()).list), ["Still here"]);
    });
  }

  it("rejects when the folder cannot be listed, and keeps what it knew", async () => {
    await asked("Still here");
    await (await listed()).list.refresh();
    const { list } = await listed({ list: () => Promise.reject(new Error("EIO")) });
    await assert.rejects(list.refresh(), /EIO/);
    assert.deepEqual(titles(list), ["Still here"]);
  });

  it("counts what cannot be read, and shows what was known of it", async () => {
    const stored = await asked("Known");
    await asked("Other");
    await (await listed()).list.refresh();
    stored.record({ type: "title", title: "Later" });
    await store.flush();
    const { id } = stored.conversation;
    const read = (file: string) =>
      file.startsWith(id) ? Promise.reject(new Error("EACCES")) : nodeDisk(root).read(file);
    const { list } = await listed({ read });
    assert.equal(await list.refresh(), 1);
    assert.deepEqual(titles(list).toSorted(), ["Known", "Other"]);
    assert.equal(problems.length, 1);
  });

  it("works without its caches when they cannot be written", async () => {
    await asked("Where is the needle?");
    const { list } = await listed({ write: () => Promise.reject(new Error("ENOSPC")) });
    assert.equal(await list.refresh(), 0);
    assert.deepEqual(await found(list, "needle"), ["Where is the needle?"]);
    assert.ok(problems.length > 0);
  });

  it("keeps what two windows write into the index", async () => {
    const one = await listed();
    const two = await listed();
    await asked("One");
    await one.list.refresh();
    await asked("Two");
    await two.list.refresh();
    const stored = await asked("Three");
    await one.list.refresh(stored.conversation.id);
    const { list, read } = await listed();
    assert.deepEqual(titles(list).toSorted(), ["One", "Three", "Two"]);
    assert.deepEqual(read, []);
  });

  it("passes over folders and files that are not ours", async () => {
    await asked("Ours");
    await writeFile(join(root, "notes.txt"), "");
    await nodeDisk(root).append("somebody/else.jsonl", "{}");
    const { list } = await listed();
    assert.equal(await list.refresh(), 0);
    assert.deepEqual(titles(list), ["Ours"]);
  });

  describe("search", () => {
    it("finds words in titles and in all turns", async () => {
      await asked("Sky", "Why is it blue?", "What about Mars?");
      await asked("Grass", "Why is it green?");
      const { list } = await listed();
      await list.refresh();
      assert.deepEqual(await found(list, "MARS"), ["Sky"]);
      assert.deepEqual(await found(list, "sky mars"), ["Sky"]);
      assert.deepEqual((await found(list, "why is")).toSorted(), ["Grass", "Sky"]);
      assert.deepEqual(await found(list, "grass mars"), []);
    });

    it("reads no journal when the texts are cached, and only those that are missing else", async () => {
      const one = await asked("One needle");
      await asked("Two needles");
      await (await listed()).list.refresh();
      const cached = await listed();
      assert.equal((await found(cached.list, "needle")).length, 2);
      assert.deepEqual(cached.read, []);
      for (const damage of ["", "nonsense", `${one.conversation.id}\t1\tstale\n`]) {
        await writeFile(join(root, "search", `${one.conversation.id.slice(0, 2)}.txt`), damage);
        const { list, read } = await listed();
        assert.equal((await found(list, "needle")).length, 2);
        assert.ok(read.includes(one.conversation.id), damage);
      }
    });

    it("reads and finds nothing once it was given up", async () => {
      await asked("Needle");
      await (await listed()).list.refresh();
      const read: string[] = [];
      const { list } = await listed({
        read: (file) => {
          read.push(file);
          return nodeDisk(root).read(file);
        },
      });
      assert.equal((await list.search(["needle"], AbortSignal.abort())).size, 0);
      assert.deepEqual(read, ["index.json"]);
    });
  });

  describe("deleting", () => {
    it("hides a conversation and its text at once, and Undo brings both back", async () => {
      const { id } = (await asked("Secret needle")).conversation;
      const { list } = await listed();
      await list.refresh();
      store.record(id, deleted);
      await store.flush();
      await list.refresh(id);
      assert.deepEqual(titles(list), []);
      assert.doesNotMatch(await readFile(join(root, "search", `${id.slice(0, 2)}.txt`), "utf8"), /needle/);
      assert.equal(await store.open(id), undefined);
      const later = await listed({}, () => Date.now() + 6 * DAY);
      await later.list.refresh();
      store.record(id, { type: "deleted", deleted: false });
      await store.flush();
      await list.refresh(id);
      assert.deepEqual(await found(list, "needle"), ["Secret needle"]);
    });

    it("removes the files after seven days", async () => {
      const { id } = (await asked("Old")).conversation;
      await asked("Other");
      store.record(id, deleted);
      await store.flush();
      await (await listed()).list.refresh();
      const { list } = await listed({}, () => Date.now() + 8 * DAY);
      await list.refresh();
      assert.equal((await readdir(root)).includes(id), false);
      assert.deepEqual(titles(list), ["Other"]);
      assert.doesNotMatch(await readFile(join(root, "index.json"), "utf8"), new RegExp(id));
    });

    it("removes nothing that another window has brought back", async () => {
      const { id } = (await asked("Old")).conversation;
      store.record(id, deleted);
      await store.flush();
      await (await listed()).list.refresh();
      const { list } = await listed({}, () => Date.now() + 8 * DAY);
      const other = window();
      other.record(id, { type: "deleted", deleted: false });
      await other.flush();
      await list.refresh();
      assert.deepEqual(titles(list), ["Old"]);
    });

    it("forgets folders that are gone", async () => {
      const { id } = (await asked("Gone")).conversation;
      await (await listed()).list.refresh();
      await rm(join(root, id), { recursive: true });
      const { list } = await listed();
      await list.refresh();
      assert.deepEqual(titles(list), []);
    });
  });
});
