/** The client against the official SDK: the same stream through both, the size and the load time of both. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Anthropic from "@anthropic-ai/sdk";
import { build } from "esbuild";
import { MessagesClient } from "../../src/api/client";
import { presets } from "../../src/api/endpoint";
import type { Report } from "./bench";

const MEGABYTE = 1 << 20;
const CHUNK = 16 * 1024;

const request = { model: "m", max_tokens: 1, messages: [{ role: "user" as const, content: "Hello" }] };

export async function bench(report: Report): Promise<void> {
  const stream = streamOf(50 * MEGABYTE);
  const rounds: { ours: number; sdk: number }[] = [];
  for (let round = 0; round < 4; round++) {
    rounds.push({ ours: await cpuSeconds(() => withOurs(stream)), sdk: await cpuSeconds(() => withSdk(stream)) });
  }
  const warm = rounds.slice(1); // the first compiles both
  report("throughput", median(warm.map(({ ours }) => stream.bytes / MEGABYTE / ours)), "MB/s of CPU time");
  report("throughput_vs_sdk", median(warm.map(({ ours, sdk }) => sdk / ours)), "ratio");
  report("delta_cost_last_vs_first", await costRatio(stream), "ratio");

  const folder = mkdtempSync(join(tmpdir(), "bench-client-"));
  try {
    const client = await bundle(resolve("src/api/client.ts"), join(folder, "client.js"));
    const official = await bundle("@anthropic-ai/sdk", join(folder, "sdk.js"));
    report("bundle_kb", client.bytes / 1024, "KB");
    report("sdk_bundle_kb", official.bytes / 1024, "KB");
    report("require_vs_sdk", loadRatio(client.path, official.path), "ratio");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Stream {
  readonly chunks: readonly Uint8Array<ArrayBuffer>[];
  readonly bytes: number;
}

/** One answer in deltas of a few words, as the API sends them, in chunks as a socket delivers them. */
function streamOf(size: number): Stream {
  const event = (data: { type: string }) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
  const delta = (text: string) =>
    event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } } as { type: string });
  const words = Array.from({ length: 200 }, (_, n) => delta(` word${n} and more`)).join("");
  const message = {
    id: "m",
    type: "message",
    role: "assistant",
    model: "m",
    content: [],
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  const text = [
    event({ type: "message_start", message } as { type: string }),
    event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } } as { type: string }),
    words.repeat(Math.ceil(size / words.length)),
    event({ type: "content_block_stop", index: 0 } as { type: string }),
    event({
      type: "message_delta",
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: 9 },
    } as { type: string }),
    event({ type: "message_stop" }),
  ].join("");
  const bytes = new TextEncoder().encode(text);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) chunks.push(bytes.subarray(at, at + CHUNK));
  return { chunks, bytes: bytes.length };
}

/** A fetch that answers with the stream and tells which chunk is asked for. */
function fetchOf({ chunks }: Stream, onChunk: (at: number) => void = () => {}): () => Promise<Response> {
  return () => {
    let at = 0;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        onChunk(at);
        const chunk = chunks[at++];
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
    });
    return Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
  };
}

async function withOurs(stream: Stream, onChunk?: (at: number) => void): Promise<void> {
  const [endpoint] = presets;
  if (!endpoint) throw new Error("no preset");
  const client = new MessagesClient(endpoint, "key", fetchOf(stream, onChunk));
  let length = 0;
  for await (const event of client.stream(request, new AbortController().signal)) {
    if (event.type === "text") length += event.text.length;
  }
  if (length === 0) throw new Error("no text");
}

async function withSdk(stream: Stream): Promise<void> {
  const sdk = new Anthropic({ apiKey: "key", maxRetries: 0, logLevel: "off", fetch: fetchOf(stream) });
  let length = 0;
  const answer = sdk.messages.stream(request);
  answer.on("text", (delta) => (length += delta.length));
  await answer.finalMessage();
  if (length === 0) throw new Error("no text");
}

/** CPU time, which other programs on the machine disturb less than the clock's. */
async function cpuSeconds(action: () => Promise<void>): Promise<number> {
  const start = cpu();
  await action();
  return (cpu() - start) / 1e6;
}

/** CPU time of the last tenth of an answer over that of its first tenth: 1 if a delta costs the same however long it is. */
async function costRatio(stream: Stream): Promise<number> {
  const tenth = Math.floor(stream.chunks.length / 10);
  const marks = new Map<number, number>();
  await withOurs(stream, (at) => {
    if (at % tenth === 0) marks.set(at / tenth, cpu());
  });
  const between = (from: number, to: number) => (marks.get(to) ?? 0) - (marks.get(from) ?? 0);
  return between(9, 10) / between(0, 1);
}

/** CPU time of this process in microseconds. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function bundle(entry: string, path: string): Promise<{ path: string; bytes: number }> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from ${JSON.stringify(entry)}`, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    mainFields: ["module", "main"],
    write: false,
  });
  const [file] = outputFiles;
  if (!file) throw new Error("nothing was built");
  writeFileSync(path, file.contents);
  return { path, bytes: file.contents.length };
}

/** Median time to load one file over that of the other, each in processes of its own, in turns. */
function loadRatio(one: string, other: string): number {
  const load = (path: string) => {
    const script = `const t = performance.now(); require(${JSON.stringify(path)}); console.log(performance.now() - t)`;
    return Number(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }));
  };
  const times: [number, number][] = Array.from({ length: 11 }, () => [load(one), load(other)]);
  return median(times.map(([time]) => time)) / median(times.map(([, time]) => time));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
