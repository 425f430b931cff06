import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capabilitiesOf } from "../../../../src/api/capabilities";
import { MessagesClient } from "../../../../src/api/client";
import { ARRIVED, BatchStore, RESULTS } from "../../../../src/chat/batch/batchStore";
import { MOST, prepareDraft, type Candidate } from "../../../../src/chat/batch/draft";
import { failedRequests, requestOf } from "../../../../src/chat/batch/requests";
import { downloadResults, orderResults, resultRows, type ResultRow } from "../../../../src/chat/batch/results";
import { nodeDisk } from "../../../support/nodeDisk";
import { bytesOf, type FakeFetch, fakeFetch, preset, randomFrom, type Reply } from "../../api/harness";

describe("the results of a batch", () => {
  let root: string;
  let store: BatchStore;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "batch-"));
    store = new BatchStore(nodeDisk(root));
  });
  afterEach(() => rm(root, { recursive: true }));

  const params = { model: "claude-haiku-4-5", max_tokens: 10, messages: [{ role: "user", content: "Hi" }] };

  /** A draft with these ids; returns its folder. */
  async function requests(ids: readonly string[]): Promise<string> {
    const { first } = await prepareDraft(
      (async function* () {
        for (const customId of ids) yield { where: customId, customId, params };
      })(),
      {
        store,
        name: "test",
        endpoint: { id: "anthropic", baseUrl: "https://api.anthropic.com" },
        way: "batch",
        most: MOST,
        capabilities: (model) => capabilitiesOf(model),
        wireRequest: (custom_id, request) => JSON.stringify({ custom_id, params: request }),
        files: { imageSize: () => undefined, pageCount: () => undefined },
        onProgress: () => {},
        signal: new AbortController().signal,
      },
    );
    assert.ok(first);
    return first;
  }

  const message = (text: string) => ({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-haiku-4-5",
    content: [{ type: "text", text }],
    stop_reason: "end_turn",
    usage: { input_tokens: 1_000_000, output_tokens: 2 },
  });
  const succeeded = (id: string, text = `${id} says\nhello ü\u2028`) =>
    JSON.stringify({ custom_id: id, result: { type: "succeeded", message: message(text) } });

  function download(folder: string, network: FakeFetch, expected: number | undefined) {
    const { batches } = new MessagesClient(preset("anthropic"), "sk-ant-key", network.fetch, { maxRetries: 0 });
    assert.ok(batches);
    return downloadResults({
      disk: store.disk,
      folder,
      results: (signal) => batches.results("b", signal),
      expected,
      onProgress: () => {},
      wait: async () => {},
      signal: new AbortController().signal,
    });
  }

  const order = (folder: string, without: "missing" | "canceled" = "missing") =>
    orderResults({
      disk: store.disk,
      folder,
      endpointName: "Anthropic",
      model: null,
      without,
      prices: (model) => capabilitiesOf(model).prices,
      tier: "batch",
      onProgress: () => {},
      signal: new AbortController().signal,
    });

  async function rows(folder: string): Promise<ResultRow[]> {
    const index = await resultRows(store.disk, folder);
    return index.lines(Array.from({ length: index.count }, (_, number) => number));
  }

  it("has every result once after a stream was cut 100 times at random bytes", async function () {
    const seed = Math.floor(Math.random() * 1e9);
    console.log(`      seed ${seed}`);
    const random = randomFrom(seed);
    const ids = Array.from({ length: 200 }, (_, number) => `id-${number}`);
    const folder = await requests(ids);
    const shuffled = ids.toSorted(() => random() - 0.5);
    const whole = bytesOf(shuffled.map((id) => `${succeeded(id)}\n`).join(""));
    let cuts = 0;
    // Each cut comes somewhere behind the last one, now with an error, now without, as a proxy would.
    const at = Array.from({ length: 100 }, () => Math.floor(random() * whole.length)).toSorted((a, b) => a - b);
    for (const place of at) {
      const reply: Reply = { chunks: [whole.slice(0, place)], ends: random() < 0.5 ? "error" : "close" };
      // The window is closed after each: what is on disk is all that is left, and its last line may be torn.
      await download(folder, fakeFetch(reply), ids.length).catch((error: unknown) => assert.ok(error instanceof Error));
      cuts++;
      const part = join(root, folder, ARRIVED);
      const bytes = await readFile(part).catch(() => undefined);
      if (bytes && bytes.length > 0 && random() < 0.5) {
        await writeFile(part, bytes.subarray(0, Math.max(0, bytes.length - Math.floor(random() * 50))));
      }
    }
    await download(folder, fakeFetch({ chunks: [whole] }), ids.length);
    assert.equal(cuts, 100);
    const { counts } = await order(folder);
    assert.deepEqual(counts, { succeeded: 200 });
    const lines = (await readFile(join(root, folder, RESULTS), "utf8")).split("\n").slice(0, -1);
    assert.deepEqual(
      lines,
      ids.map((id) => succeeded(id)),
    );
  });

  it("goes on in the same download when the stream is cut", async () => {
    const folder = await requests(["a", "b", "c"]);
    const network = fakeFetch(
      { chunks: [bytesOf(`${succeeded("c")}\n{"custom_id":"a","res`)] },
      { chunks: [bytesOf(`${succeeded("c")}\n${succeeded("a")}\n`)], ends: "error" },
      { chunks: [bytesOf(`${succeeded("b")}\n`)] },
    );
    assert.deepEqual(await download(folder, network, 3), { unreadable: 0 });
    assert.equal(network.requests.length, 3);
  });

  it("stands in the order of the requests, with what failed and what is missing", async () => {
    const folder = await requests(["a", "b", "c", "d"]);
    const errored = {
      custom_id: "b",
      result: {
        type: "errored",
        error: { type: "error", error: { type: "invalid_request_error", message: "no\nway" } },
      },
    };
    const lines = [
      JSON.stringify({ custom_id: "../../evil", result: { type: "expired" } }),
      "<html>",
      JSON.stringify(errored),
      succeeded("a"),
      succeeded("a", "again"),
      JSON.stringify({ custom_id: "d", result: { type: "expired" } }),
    ];
    const reply = { chunks: [bytesOf(lines.join("\n"))] };
    const { unreadable } = await download(folder, fakeFetch(reply), 4);
    assert.equal(unreadable, 1);
    const { counts, cost, usage } = await order(folder);
    assert.deepEqual(counts, { succeeded: 1, errored: 1, missing: 1, expired: 2 });
    assert.ok(cost && Math.abs(cost.usd - 0.500_005) < 1e-9, "half of a dollar for a million tokens");
    assert.deepEqual(usage, [
      {
        model: "claude-haiku-4-5",
        answers: 1,
        input: 1_000_000,
        cacheRead: null,
        cacheWrite: null,
        output: 2,
        cost,
        unpriced: 0,
      },
    ]);
    assert.deepEqual(
      (await rows(folder)).map(({ customId, status, firstLine }) => [customId, status, firstLine]),
      [
        ["a", "succeeded", "a says"],
        ["b", "errored", "Anthropic refused the request: no"],
        ["c", "missing", ""],
        ["d", "expired", ""],
        ["../../evil", "expired", ""],
      ],
    );
    const record = await store.read(folder);
    assert.ok(record);
    const again: Candidate[] = [];
    for await (const candidate of failedRequests(store, record)) again.push(candidate);
    assert.deepEqual(
      again,
      ["b", "c", "d"].map((id) => ({ where: id, customId: id, params })),
    );
    const all = await rows(folder);
    assert.deepEqual(await Promise.all(all.map((row, number) => requestOf(store, record, row, number))), [
      params,
      params,
      params,
      params,
      undefined,
    ]);
  });

  it("counts a request of a cancelled batch without results as cancelled", async () => {
    const folder = await requests(["a", "b"]);
    assert.deepEqual((await order(folder, "canceled")).counts, { canceled: 2 });
  });

  it("reads a batch that was made elsewhere, in the server's order", async () => {
    const { id } = await store.create({
      name: "foreign",
      endpoint: "anthropic",
      baseUrl: "https://api.anthropic.com",
      model: null,
      requests: 2,
      bytes: 0,
      way: "batch",
      state: "ended",
    });
    await download(id, fakeFetch({ chunks: [bytesOf(`${succeeded("y")}\n${succeeded("x")}`)] }), undefined);
    await order(id);
    assert.deepEqual(
      (await rows(id)).map(({ customId }) => customId),
      ["y", "x"],
    );
  });

  it("is not tried again when the server refuses, and keeps what came", async () => {
    const folder = await requests(["a", "b"]);
    await download(folder, fakeFetch({ chunks: [bytesOf(`${succeeded("a")}\n`)], ends: "error" }), 2).catch(() => {});
    const refused = fakeFetch({ status: 401, chunks: [bytesOf("{}")] });
    await assert.rejects(download(folder, refused, 2), { kind: "auth" });
    assert.equal(refused.requests.length, 1);
    assert.equal(await readFile(join(root, folder, ARRIVED), "utf8"), `${succeeded("a")}\n`);
  });
});
