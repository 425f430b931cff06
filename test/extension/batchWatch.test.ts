import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Uri } from "vscode";
import { BatchStore, REQUESTS } from "../../src/chat/batch/batchStore";
import { isPaused, type BatchRecord } from "../../src/chat/batch/record";
import { summary } from "../../src/host/batches/batchesView";
import { BatchWatch } from "../../src/host/batches/watch";
import { connectBatches, deleteRemote, runHere } from "../../src/host/batches/work";
import { storageDisk } from "../../src/host/storageDisk";
import { fakeLog, useSimulatedChat } from "./support";

describe("batches in several windows", () => {
  const use = useSimulatedChat();
  let storage: Uri;
  let windows: BatchWatch[];
  let told: string[];

  beforeEach(() => {
    [windows, told] = [[], []];
    storage = Uri.file(mkdtempSync(join(tmpdir(), "sidenote-")));
  });
  afterEach(() => windows.forEach((watch) => watch.dispose()));

  function openWindow(name: string): BatchWatch {
    const store = new BatchStore(storageDisk(storage, "batches"));
    const watch = new BatchWatch(store, use.parts.keys, name, fakeLog([]));
    watch.onEnded((record) => told.push(`${name}: ${record.name} has ended`));
    windows.push(watch);
    return watch;
  }

  /** A batch that was sent. Returns how often the server was asked for it. */
  async function send(text: string): Promise<() => number> {
    const endpoint = { endpoint: "simulated", baseUrl: use.api.url };
    const { batches } = await connectBatches(use.parts.keys, endpoint);
    const params = { model: "claude-haiku-4-5", max_tokens: 10, messages: [{ role: "user" as const, content: text }] };
    const { signal } = new AbortController();
    const { id: remoteId } = await batches.create([{ customId: "a", params }], signal);
    const store = new BatchStore(storageDisk(storage, "batches"));
    const fields = { model: null, requests: 1, bytes: 0, way: "batch", state: "running" } as const;
    await store.create({ name: text, ...endpoint, ...fields, remoteId, sentAt: Date.now() });
    return () => use.api.requests.filter(({ method, path }) => method === "GET" && path.endsWith(remoteId)).length;
  }

  const shows = (watch: BatchWatch, state: BatchRecord["state"]) =>
    new Promise<void>((resolve) => watch.onChange((records) => records.every((it) => it.state === state) && resolve()));

  it("are asked for by one of them, which tells the end; the others see it", async () => {
    const looks = await send("Hi");
    const [one, two] = [openWindow("one"), openWindow("two")];
    const ended = [shows(one, "ended"), shows(two, "ended")];
    await Promise.all([one.refresh(), two.refresh()]);
    assert.equal(looks(), 1);
    for (let again = 0; again < 3; again++) await Promise.all([one.refresh(), two.refresh()]);
    assert.equal(looks(), 1, "nobody asks before it is time");
    await Promise.race(ended); // the simulated batch ends at the second look
    await Promise.all([one.refresh(), two.refresh()]);
    await Promise.all(ended);
    assert.equal(looks(), 2);
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /: Hi has ended$/);
  });

  it("are asked for by the next one as soon as the first is closed", async () => {
    const looks = await send("[[gate]]");
    const [first, next] = [openWindow("first"), openWindow("next")];
    await first.refresh();
    await next.refresh();
    assert.equal(looks(), 1);
    first.dispose();
    while (looks() < 2) await next.refresh();
    assert.deepEqual(told, []);
  });

  it("are told of after a restart when they ended meanwhile, once", async () => {
    const looks = await send("Hi");
    const before = openWindow("before");
    await before.refresh();
    before.dispose();
    const after = openWindow("after");
    const ended = shows(after, "ended");
    while (looks() < 2) await after.refresh();
    await ended;
    await openWindow("later").refresh();
    assert.deepEqual(told, ["after: Hi has ended"]);
    assert.equal(looks(), 2, "what has ended is not asked for");
  });

  it("can be deleted when their endpoint is there no more, and were deleted at the server already", async () => {
    await send("Hi");
    const store = new BatchStore(storageDisk(storage, "batches"));
    const [record] = await store.list();
    assert.ok(record);
    await deleteRemote(use.parts.keys, { ...record, remoteId: "msgbatch_unknown" });
    await deleteRemote(use.parts.keys, { ...record, endpoint: "gone" });
    await assert.rejects(deleteRemote(use.parts.keys, record), /must have ended/);
  });

  describe("that are sent one by one", () => {
    /** One request that waits at the server. */
    async function gated(): Promise<{ readonly store: BatchStore; readonly record: BatchRecord }> {
      const store = new BatchStore(storageDisk(storage, "batches"));
      const fields = { model: null, requests: 1, bytes: 0, way: "oneByOne", state: "draft" } as const;
      const record = await store.create({ name: "Tea", endpoint: "simulated", baseUrl: use.api.url, ...fields });
      const messages = [{ role: "user", content: "[[gate at=0]]" }];
      const request = { custom_id: "a", params: { model: "claude-haiku-4-5", max_tokens: 10, messages } };
      await store.disk.append(`${record.id}/${REQUESTS}`, `${JSON.stringify(request)}\n`);
      return { store, record };
    }
    const { signal } = new AbortController();
    const nothing = () => undefined;

    it("are left to the window that has gone on with them, as soon as that is seen", async () => {
      const { store, record } = await gated();
      const before = use.api.requests.length;
      const first = runHere(store, use.parts.keys, record.id, "first", nothing, signal);
      while (use.api.requests.length === before) await new Promise((resolve) => setTimeout(resolve, 20));
      const held = { window: "second", until: Date.now() + 60_000 };
      await store.update(record.id, () => ({ held })); // the first had been silent for too long
      await first;
      const now = await store.read(record.id);
      assert.deepEqual([now?.state, now?.held], ["running", held]);

      // And nobody takes it from there.
      await runHere(store, use.parts.keys, record.id, "third", nothing, signal);
      assert.deepEqual((await store.read(record.id))?.held, held);
      assert.equal(use.api.requests.length, before + 1);
    });

    it("say that they are in another window, and are paused as soon as that is silent", async () => {
      const { store, record } = await gated();
      const held = { window: "crashed", until: Date.now() + 2000 };
      const running = await store.update(record.id, () => ({ state: "running", held }));
      assert.ok(running);
      assert.match(summary(running, Date.now(), "next"), /^in progress in another window · /);
      assert.match(summary(running, Date.now(), "crashed"), /^in progress · /);
      const next = openWindow("next");
      const paused = new Promise<void>((resolve) =>
        next.onChange(([it]) => it && isPaused(it, Date.now()) && resolve()),
      );
      await next.refresh();
      await paused;
      assert.match(summary(running, Date.now(), "next"), /^paused · /);
    });
  });
});
