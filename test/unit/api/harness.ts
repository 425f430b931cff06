/** Runs the client against bytes, with fake time, and checks what must hold after every run. Needs nothing of Node. */
import { type ClientOptions, MessagesClient } from "../../../src/api/client";
import { type Endpoint, presets } from "../../../src/api/endpoint";
import { ApiFailure } from "../../../src/api/failure";
import type { Clock } from "../../../src/api/retry";
import type { MessageEvent, MessageStream } from "../../../src/api/stream";
import type { Fetch } from "../../../src/api/transport";
import type { Message, MessageRequest } from "../../../src/api/types";

export const key = "sk-ant-test-0123456789abcdef";

export const request: MessageRequest = {
  model: "claude-opus-5-5",
  max_tokens: 100,
  messages: [{ role: "user", content: "Hello" }],
};

export function preset(id: string): Endpoint {
  const found = presets.find((endpoint) => endpoint.id === id);
  if (!found) throw new Error(`no preset ${id}`);
  return found;
}

// ---- Bytes

export type Json = Readonly<Record<string, unknown>>;

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

export function bytesOf(wire: string | Bytes): Bytes {
  return typeof wire === "string" ? encoder.encode(wire) : wire;
}

export function concat(...parts: readonly (string | Bytes)[]): Bytes {
  const arrays = parts.map(bytesOf);
  const whole = new Uint8Array(arrays.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of arrays) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** One event as api.anthropic.com sends it. */
export function event(data: Json): string {
  return `event: ${data["type"] as string}\ndata: ${JSON.stringify(data)}\n\n`;
}

export function events(...list: readonly Json[]): string {
  return list.map((data) => event(data)).join("");
}

/** A random generator with a seed (mulberry32), 0 to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.trunc(state + 0x6d2b79f5);
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function chunksOfSize(bytes: Bytes, size: number): Bytes[] {
  const chunks: Bytes[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size));
  return chunks;
}

export function randomChunks(bytes: Bytes, random: () => number, longest = 80): Bytes[] {
  const chunks: Bytes[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + Math.floor(random() * longest);
    chunks.push(bytes.slice(at, end));
    at = end;
  }
  return chunks;
}

/** The ways to cut a stream: fixed sizes, at random, and, where each byte matters, once at every byte. */
export function* chunkings(bytes: Bytes, everyByte = false): Iterable<Bytes[]> {
  yield [bytes];
  if (bytes.length > 100_000) {
    yield chunksOfSize(bytes, 16_384);
    return;
  }
  for (const size of [1, 2, 3, 7, 1024, 16_384]) yield chunksOfSize(bytes, size);
  for (let seed = 1; seed <= (everyByte ? 50 : 10); seed++) yield randomChunks(bytes, randomFrom(seed));
  if (everyByte) {
    for (let at = 1; at < bytes.length; at++) yield [bytes.slice(0, at), bytes.slice(at)];
  }
}

// ---- Time

export interface FakeClock extends Clock {
  /** Runs what is due within so many milliseconds. */
  advance(milliseconds: number): void;
  /** Milliseconds of the timers that wait. */
  pending(): number[];
}

export function fakeClock(random: () => number = () => 0): FakeClock {
  let now = Date.UTC(2026, 10, 21, 12);
  const timers = new Map<number, { at: number; callback: () => void; milliseconds: number }>();
  let next = 1;
  return {
    now: () => now,
    random,
    setTimeout(callback, milliseconds) {
      timers.set(next, { at: now + milliseconds, callback, milliseconds });
      return next++;
    },
    clearTimeout: (id) => void timers.delete(id as number),
    advance(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.at <= end).toSorted(([, a], [, b]) => a.at - b.at)[0];
        if (!due) break;
        timers.delete(due[0]);
        now = Math.max(now, due[1].at);
        due[1].callback();
      }
      now = end;
    },
    pending: () => [...timers.values()].map((timer) => timer.milliseconds),
  };
}

/** Waits until everything that could happen without time has happened. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

// ---- Fetch

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly chunks?: readonly Bytes[];
  /** What ends the body: nothing, an error of the connection, or silence for ever. */
  readonly ends?: "close" | "error" | "stall";
}

export interface FakeFetch {
  readonly fetch: Fetch;
  readonly requests: { url: string; headers: Record<string, string>; body: string; redirect: unknown }[];
  /** Bodies that were neither read to the end nor cancelled. */
  open(): number;
}

/** Answers each request with the next reply, the last one again and again; an Error is thrown. */
export function fakeFetch(...replies: readonly (Reply | Error)[]): FakeFetch {
  const requests: FakeFetch["requests"] = [];
  let open = 0;
  return {
    requests,
    open: () => open,
    fetch: (url, init) => {
      const reply = replies[Math.min(requests.length, replies.length - 1)] ?? {};
      requests.push({
        url,
        headers: init.headers as Record<string, string>,
        body: (init.body ?? "") as string,
        redirect: init.redirect,
      });
      if (reply instanceof Error) return Promise.reject(reply);
      const chunks = reply.chunks ?? [];
      let at = 0;
      open++;
      const body = new ReadableStream<Bytes>(
        {
          pull(controller) {
            const chunk = chunks[at++];
            if (chunk) controller.enqueue(chunk);
            else if (reply.ends === "stall") return new Promise(() => {});
            else {
              open--;
              if (reply.ends === "error") controller.error(new TypeError("terminated"));
              else controller.close();
            }
          },
          cancel() {
            open--;
          },
        },
        { highWaterMark: 0 },
      );
      return Promise.resolve(
        new Response(body, {
          status: reply.status ?? 200,
          headers: { "content-type": "text/event-stream; charset=utf-8", ...reply.headers },
        }),
      );
    },
  };
}

// ---- Runs

export interface Outcome {
  /** With neighbouring deltas merged, so that chunking cannot matter. */
  readonly events: readonly MessageEvent[];
  readonly message: Message;
  readonly failure: ApiFailure | undefined;
  readonly requests: number;
}

export interface RunOptions extends Omit<ClientOptions, "clock"> {
  readonly clock?: FakeClock;
  /** Given, it is the caller's to abort. */
  readonly watched?: WatchedSignal;
  readonly endpoint?: Endpoint;
  readonly request?: MessageRequest;
  readonly onEvent?: (event: MessageEvent, stream: MessageStream) => void;
}

/** One streamed request from beginning to end. Waits for retries pass at once. Throws when an invariant is broken. */
export async function run(network: FakeFetch | Fetch, options: RunOptions = {}): Promise<Outcome> {
  const clock = options.clock ?? fakeClock();
  const mock = typeof network === "function" ? undefined : network;
  const client = new MessagesClient(
    options.endpoint ?? preset("anthropic"),
    key,
    typeof network === "function" ? network : network.fetch,
    { ...options, clock },
  );
  const { signal, listeners } = options.watched ?? watchedSignal();
  const stream = client.stream(options.request ?? request, signal);
  const seen: MessageEvent[] = [];
  let failure: ApiFailure | undefined;
  try {
    for await (const item of stream) {
      seen.push(item);
      options.onEvent?.(item, stream);
      if (item.type === "retry") queueMicrotask(() => queueMicrotask(() => clock.advance(item.until - clock.now())));
    }
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    failure = error;
  }
  const broken = [
    ...(listeners() === 0 ? [] : [`${listeners()} listeners left on the signal`]),
    ...(clock.pending().length === 0 ? [] : [`timers left: ${clock.pending().join(", ")}`]),
    ...((mock?.open() ?? 0) === 0 ? [] : ["a body was left open"]),
    ...(failure && textOf(failure).includes(key) ? ["the key is in the failure"] : []),
  ];
  if (broken.length > 0) throw new Error(broken.join("; "));
  return { events: merge(seen), message: stream.message, failure, requests: mock?.requests.length ?? 0 };
}

/** All that can be read of a thrown object. */
export function textOf(error: Error): string {
  const own = Object.getOwnPropertyNames(error).map((name) => String((error as never)[name]));
  return [...own, String(error), JSON.stringify(error)].join("\n");
}

export interface WatchedSignal {
  readonly signal: AbortSignal;
  readonly abort: () => void;
  readonly listeners: () => number;
}

/** A signal that counts its listeners. */
export function watchedSignal(): WatchedSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  Object.assign(signal, {
    addEventListener(type: "abort", listener: () => void, options?: AddEventListenerOptions) {
      listeners.add(listener);
      add(type, listener, options);
      if (options?.once === true) add(type, () => listeners.delete(listener), { once: true });
    },
    removeEventListener(type: "abort", listener: () => void) {
      listeners.delete(listener);
      remove(type, listener);
    },
  });
  return { signal, abort: () => controller.abort(), listeners: () => listeners.size };
}

function merge(list: readonly MessageEvent[]): MessageEvent[] {
  const merged: MessageEvent[] = [];
  for (const item of list) {
    const last = merged.at(-1);
    if (item.type === "text" && last?.type === "text" && last.index === item.index) {
      merged[merged.length - 1] = { ...last, text: last.text + item.text };
    } else if (item.type === "thinking" && last?.type === "thinking" && last.index === item.index) {
      const estimate = (last.estimatedTokens ?? 0) + (item.estimatedTokens ?? 0);
      merged[merged.length - 1] = {
        ...last,
        text: last.text + item.text,
        ...(estimate > 0 && { estimatedTokens: estimate }),
      };
    } else if (item.type === "toolInput" && last?.type === "toolInput" && last.index === item.index) {
      merged[merged.length - 1] = { ...last, json: last.json + item.json };
    } else merged.push(item);
  }
  return merged;
}
