/**
 * The results of a large batch, 100,000 of them, about 200 MB, are downloaded, put in order, shown as a table and saved, in a real
 * window. How the memory of its extension host grows.
 */
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createServer as createSocketServer, type AddressInfo, type Socket } from "node:net";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { capabilitiesOf } from "../../src/api/capabilities";
import { BatchStore, RESULTS } from "../../src/chat/batch/batchStore";
import { MOST, prepareDraft } from "../../src/chat/batch/draft";
import { nodeDisk } from "../support/nodeDisk";
import { openWindow, type VSCodeWindow } from "../support/vscode/window";
import type { Report } from "./bench";

const COUNT = 100_000;
const MB = 1024 * 1024;

/** In bytes of resident memory. */
interface Memory {
  readonly before: number;
  readonly peak: number;
}

export async function bench(report: Report): Promise<void> {
  const results = await listening(serveResults());
  const sockets = createSocketServer();
  sockets.listen(0, "127.0.0.1");
  await once(sockets, "listening");
  process.env["SIDENOTE_MEMORY_PORT"] = String((sockets.address() as AddressInfo).port);
  const host = nextHost(sockets);
  let window: VSCodeWindow | undefined;
  try {
    const baseUrl = `http://127.0.0.1:${(results.address() as AddressInfo).port}`;
    window = await openWindow(
      {
        "sidenote.model": "bench/claude-haiku-4-5",
        "sidenote.endpoints": { bench: { name: "Bench", baseUrl, auth: "none", dialect: "anthropic" } },
        "files.simpleDialog.enable": true,
      },
      { extensions: [resolve("test/support/memoryExtension")] },
    );
    const batches = join(window.userData, "User", "globalStorage", "sidenote.sidenote", "batches");
    mkdirSync(batches, { recursive: true });
    const folder = await endedBatch(batches, baseUrl);
    const measure = await host;
    await window.command("Sidenote: Open Chat");
    await window.chat.getByRole("textbox", { name: "Message" }).waitFor();
    const { page } = window;
    const batch = page.getByRole("treeitem", { name: /bench, ended/ });
    await batch.waitFor();
    await measure();
    let [begun, highest] = [Infinity, 0];
    const during = async (what: string, item: string, work: () => Promise<void>) => {
      await batch.click({ button: "right" });
      await measure();
      const started = performance.now();
      await window?.chooseFromMenu(item);
      await work();
      const { before, peak } = await measure();
      [begun, highest] = [Math.min(begun, before), Math.max(highest, peak)];
      report(`${what}_peak_growth`, (peak - before) / MB, "MB");
      report(`${what}_ms`, performance.now() - started, "ms");
    };

    const frames = page.locator('iframe.webview[src*="extensionId=sidenote.sidenote"]');
    const table = frames.last().contentFrame().locator("#active-frame").contentFrame();
    await during("results", "Open Results of Batch", () =>
      table.getByText("id-7", { exact: true }).waitFor({ timeout: 300_000 }),
    );
    report("results_size", (await stat(join(batches, folder, RESULTS))).size / MB, "MB");
    await during("failed_only", "Open Results of Batch", async () => {
      await table.getByText("id-7", { exact: true }).waitFor();
      await table.getByRole("checkbox", { name: "Failed only" }).check();
      await table.getByText("id-7", { exact: true }).waitFor({ state: "hidden" });
    });
    for (const form of ["JSONL", "Markdown"]) {
      await during(form.toLowerCase(), "Save Results of Batch", async () => {
        await page.getByRole("option", { name: form }).click();
        await page.locator(".quick-input-widget").getByRole("button", { name: "OK" }).click();
        await page.getByText("was saved").waitFor({ timeout: 300_000 });
      });
    }
    report("peak_growth_of_all", (highest - begun) / MB, "MB");
  } finally {
    await window?.close();
    results.close();
    sockets.close();
  }
}

/** A batch on disk whose results are at the server. Returns its folder. */
async function endedBatch(root: string, baseUrl: string): Promise<string> {
  const store = new BatchStore(nodeDisk(root));
  const params = { model: "claude-haiku-4-5", max_tokens: 1000, messages: [{ role: "user", content: "Hi" }] };
  const { first = "" } = await prepareDraft(
    (async function* () {
      for (let id = 0; id < COUNT; id++) yield { where: "", customId: `id-${id}`, params };
    })(),
    {
      store,
      name: "bench",
      endpoint: { id: "bench", baseUrl },
      way: "batch",
      most: MOST,
      capabilities: (model) => capabilitiesOf(model),
      wireRequest: (custom_id, request) => JSON.stringify({ custom_id, params: request }),
      files: { imageSize: () => undefined, pageCount: () => undefined },
      onProgress: () => {},
      signal: new AbortController().signal,
    },
  );
  await store.update(first, () => ({ state: "ended", remoteId: "b", announced: true }));
  return first;
}

/** Resolves to what asks the extension host for its memory since it was asked last. */
async function nextHost(sockets: ReturnType<typeof createSocketServer>): Promise<() => Promise<Memory>> {
  const [socket] = (await once(sockets, "connection")) as [Socket];
  const lines = createInterface({ input: socket });
  return async () => {
    socket.write("\n");
    const [line] = (await once(lines, "line")) as [string];
    return JSON.parse(line) as Memory;
  };
}

async function listening(server: Server): Promise<Server> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** Sends the results, the last one first. */
function serveResults(): Server {
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
  return createServer(({ url }, response) => {
    if (url?.endsWith("/results") !== true) return void response.writeHead(404).end("{}");
    let number = COUNT;
    const more = () => {
      while (number > 0) {
        if (!response.write(`${result(--number)}\n`)) return void response.once("drain", more);
      }
      response.end();
    };
    more();
  });
}
