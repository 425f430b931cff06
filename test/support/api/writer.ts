import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Interruption, MessageReply, Reply } from "./core";
import { ApiError } from "./errors";
import { encodeStep, type Step } from "./sse";

/** Everything besides the reply that writing it needs. */
export interface Writing {
  /** The body of an answer that is an error. */
  readonly errorBody: (error: ApiError) => unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** Tokens a second of answers that do not choose their own speed; `Infinity` for at once. */
  readonly tokensPerSecond: number;
  /** Resolves when the test lets the answer go on. */
  readonly released: Promise<void>;
  /** Aborted when the client has gone or the server closes. */
  readonly signal: AbortSignal;
}

/** Writes a reply to its end, or as far as its interruption or the client let it come. */
export async function writeReply(response: ServerResponse, reply: Reply, writing: Writing): Promise<void> {
  switch (reply.kind) {
    case "json":
      return writeWhole(response, reply.status, "application/json", JSON.stringify(reply.body), writing);
    case "text":
      return writeWhole(response, reply.status, reply.type, reply.text, writing);
    case "message": {
      const { interruption, content, status } = reply;
      if (interruption?.at === 0 && !(await interrupt(response, interruption, writing))) return;
      const streamed = "steps" in content;
      response.writeHead(status, {
        ...writing.headers,
        "content-type": streamed ? "text/event-stream; charset=utf-8" : "application/json",
        ...(streamed && { "cache-control": "no-cache" }),
      });
      if (streamed) await writeStream(response, content.steps, reply, writing);
      else await writeBody(response, JSON.stringify(content.body), reply, writing);
    }
  }
}

export function writeError(response: ServerResponse, error: ApiError, { errorBody, headers }: Writing): void {
  response.writeHead(error.status, { ...headers, ...error.headers, "content-type": "application/json" });
  response.end(JSON.stringify(errorBody(error)));
}

function writeWhole(response: ServerResponse, status: number, type: string, text: string, { headers }: Writing): void {
  response.writeHead(status, { ...headers, "content-type": type });
  response.end(text);
}

async function writeBody(
  response: ServerResponse,
  text: string,
  { interruption }: MessageReply,
  writing: Writing,
): Promise<void> {
  const part = Math.floor(text.length * (interruption?.at ?? 0));
  if (interruption && part > 0) {
    response.write(text.slice(0, part));
    if (!(await interrupt(response, interruption, writing))) return;
  }
  response.end(text.slice(part));
}

/** Bytes that are gathered before they are handed to the socket, when time does not press. */
const bufferSize = 16 * 1024;

async function writeStream(
  response: ServerResponse,
  steps: Iterable<Step>,
  reply: MessageReply,
  writing: Writing,
): Promise<void> {
  const rate = reply.tokensPerSecond ?? writing.tokensPerSecond;
  let interruption = reply.interruption?.at === 0 ? null : reply.interruption;
  const stopAfter = reply.tokens * (interruption?.at ?? 0);
  let buffer = "";
  let tokens = 0;
  let started = performance.now();

  const flush = async () => {
    const full = buffer !== "" && !response.write(buffer);
    buffer = "";
    if (full) await once(response, "drain", { signal: writing.signal });
  };
  for (const step of steps) {
    const atEnd = step.event?.type === "message_delta";
    if (interruption && (tokens + step.tokens > stopAfter || atEnd)) {
      await flush();
      if (!(await interrupt(response, interruption, writing))) return;
      interruption = null;
      started = performance.now() - (tokens / rate) * 1000; // the wait is not made up for
    }
    tokens += step.tokens;
    const early = (tokens / rate) * 1000 - (performance.now() - started);
    if (early > 1) {
      await flush();
      await sleep(early, undefined, { signal: writing.signal });
    }
    buffer += encodeStep(step);
    if (buffer.length > bufferSize) await flush();
  }
  response.end(buffer);
}

/** Carries out an interruption; whether the answer goes on after it. */
async function interrupt(response: ServerResponse, { kind }: Interruption, writing: Writing): Promise<boolean> {
  switch (kind) {
    case "gate":
      await Promise.race([writing.released, gone(writing.signal)]);
      return !writing.signal.aborted;
    case "stall":
      await gone(writing.signal);
      return false;
    case "cut":
      // What was written still reaches the client; the end of the body does not.
      response.socket?.destroySoon();
      return false;
    case "overloaded":
      overload(response, writing);
      return false;
  }
}

async function gone(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}

/** As an event when a stream has begun, as a status when nothing has, else as a broken body. */
function overload(response: ServerResponse, writing: Writing): void {
  const error = new ApiError(529, "overloaded_error", "Overloaded");
  if (!response.headersSent) return writeError(response, error, writing);
  if (response.getHeader("content-type") === "application/json") response.socket?.destroySoon();
  else response.end(encodeStep({ event: { type: "error", ...(writing.errorBody(error) as object) }, tokens: 0 }));
}
