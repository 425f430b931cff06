/** The results of a large batch: 100,000 of them, about 200 MB, are downloaded, put in order and listed. How memory grows. */
import { createServer } from "node:http";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { capabilitiesOf } from "../../src/api/capabilities";
import { MessagesClient } from "../../src/api/client";
import { presets } from "../../src/api/endpoint";
import { BatchStore, RESULTS } from "../../src/chat/batch/batchStore";
import { MOST, prepareDraft } from "../../src/chat/batch/draft";
import { downloadResults, orderResults, resultRows } from "../../src/chat/batch/results";
import { nodeDisk } from "../support/nodeDisk";
import type { Report } from "./bench";

const COUNT = 100_000;
const MB = 1024 * 1024;

export async function bench(report: Report): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "bench-batches-"));
  // In a thread of its own: its memory is not the client's.
  const server = new Worker(__filename);
  const [port] = (await once(server, "message")) as [number];
  try {
    const store = new BatchStore(nodeDisk(root));
    const params = { model: "claude-haiku-4-5", max_tokens: 1000, messages: [{ role: "user", content: "Hi" }] };
    const { signal } = new AbortController();
    const { first = "" } = await prepareDraft(
      (async function* () {
        for (let id = 0; id < COUNT; id++) yield { where: "", customId: `id-${id}`, params };
      })(),
      {
        store,
        name: "bench",
        endpoint: { id: "anthropic", baseUrl: "" },
        way: "batch",
        most: MOST,
        capabilities: (model) => capabilitiesOf(model),
        wireRequest: (custom_id, request) => JSON.stringify({ custom_id, params: request }),
        onProgress: () => {},
        signal,
      },
    );

    const [preset] = presets;
    if (!preset) throw new Error("no preset");
    const baseUrl = `http://127.0.0.1:${port}`;
    const { batches } = new MessagesClient({ ...preset, baseUrl, auth: "none" }, undefined, fetch);
    if (!batches) throw new Error("no batches");
    globalThis.gc?.();
    const used = () => {
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const before = used();
    const resident = process.memoryUsage().rss;
    let peak = before;
    let peakResident = resident;
    const look = () => {
      peak = Math.max(peak, used());
      peakResident = Math.max(peakResident, process.memoryUsage().rss);
    };
    const timer = setInterval(look, 5);
    const started = performance.now();
    const common = { disk: store.disk, folder: first, onProgress: look, signal };
    await downloadResults({
      ...common,
      results: (it) => batches.results("b", it),
      expected: COUNT,
      wait: async () => {},
    });
    const downloaded = performance.now();
    const { counts } = await orderResults({
      ...common,
      endpointName: "bench",
      without: "missing",
      prices: (model) => capabilitiesOf(model).prices,
      tier: "batch",
    });
    const ordered = performance.now();
    const rows = await resultRows(store.disk, first);
    look();
    clearInterval(timer);
    if (rows.count !== COUNT || counts["succeeded"] !== COUNT) throw new Error("results are missing");
    report("results_size", (await store.disk.size(`${first}/${RESULTS}`)) / MB, "MB");
    report("peak_growth_of_heap_and_buffers", (peak - before) / MB, "MB");
    report("peak_growth_of_resident_memory", (peakResident - resident) / MB, "MB");
    report("download_ms", downloaded - started, "ms");
    report("order_ms", ordered - downloaded, "ms");
  } finally {
    await server.terminate();
    await rm(root, { recursive: true });
  }
}

/** Sends the results, the last one first. */
function serve(): void {
  const text = "All work and no play. ".repeat(80);
  const result = (number: number) =>
    JSON.stringify({
      custom_id: `id-${number}`,
      result: {
        type: "succeeded",
        message: {
          id: `msg_${number}`,
          type: "message",
          role: "assistant",
          model: "claude-haiku-4-5",
          content: [{ type: "text", text: `${number} ${text}` }],
          stop_reason: "end_turn",
          usage: { input_tokens: 10, output_tokens: 400, service_tier: "batch" },
        },
      },
    });
  const server = createServer((_, response) => {
    let number = COUNT;
    const more = () => {
      while (number > 0) {
        if (!response.write(`${result(--number)}\n`)) return void response.once("drain", more);
      }
      response.end();
    };
    more();
  }).listen(0, "127.0.0.1", () => parentPort?.postMessage((server.address() as AddressInfo).port));
}

if (!isMainThread) serve();
