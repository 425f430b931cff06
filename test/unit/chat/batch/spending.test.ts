import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BatchStore } from "../../../../src/chat/batch/batchStore";
import { nodeDisk } from "../../../support/nodeDisk";

describe("what batches took", () => {
  let root: string;
  let store: BatchStore;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "batch-"));
    store = new BatchStore(nodeDisk(root));
  });
  afterEach(() => rm(root, { recursive: true }));

  const endedAt = new Date(2026, 10, 20, 12).getTime();
  const create = (fields: object) =>
    store.create({
      name: "b",
      endpoint: "anthropic",
      baseUrl: "https://api.anthropic.com",
      model: "claude-haiku-4-5",
      requests: 2,
      bytes: 10,
      way: "batch",
      state: "ended",
      endedAt,
      ...fields,
    });
  const cost = { usd: 0.5, estimate: true };
  const taken = { answers: 2, input: 10, cacheRead: null, cacheWrite: null, output: 20, cost, unpriced: 0 };
  const results = { counts: { succeeded: 2 }, unreadable: 0, cost };
  const usage = [{ model: "claude-haiku-4-5", ...taken }];

  it("counts at the day of their end, also when they are deleted, and by records of earlier versions", async () => {
    const { id } = await create({ results: { ...results, usage } });
    const spent = { day: "2026-11-20", endpoint: "anthropic", batch: true, ...usage[0] };
    assert.deepEqual(await store.spending(), { spending: [spent], unread: 0 });
    await store.remove(id);
    assert.deepEqual(await store.list(), []);
    assert.deepEqual(await store.spending(), { spending: [spent], unread: 0 });

    await nodeDisk(root).append("spent.jsonl", '{"day":');
    await create({ results });
    const { spending } = await store.spending();
    assert.deepEqual(spending, [{ ...spent, input: null, output: null }, spent]);
  });

  it("is not known before the results are read, and counts elsewhere for those made elsewhere", async () => {
    await create({});
    await create({ foreign: true, results: { ...results, usage } });
    await create({ state: "running" });
    assert.deepEqual(await store.spending(), { spending: [], unread: 1 });
  });

  it("counts at the normal price what was sent one by one", async () => {
    await create({ way: "oneByOne", results: { ...results, usage } });
    assert.equal((await store.spending()).spending[0]?.batch, false);
  });
});
