import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Interruption, Reply, Telling } from "./core";
import { ApiError, errorBody } from "./errors";
import type { ReplyMessage } from "./reply";
import { encodeEvent, type StreamEvent, streamSteps } from "./sse";

/** Everything besides the reply that writing it needs. */
export interface Writing {
  readonly requestId: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Tokens a second of answers that do not choose their own speed; `Infinity` for at once. */
  readonly tokensPerSecond: number;
  /** Resolves when the test lets the answer go on. */
  readonly released: Promise<void>;
  /** Aborted when the client has gone or the server closes. */
  readonly signal: AbortSignal;
}

/** Writes a reply to its end, or as far as its interruption or the client let it come. */
export async function writeReplyTo(response: ServerResponse, reply: Reply, writing: Writing): Promise<void> {
  switch (reply.kind) {
    case "json":
      return writeWhole(response, reply.status, "application/json", JSON.stringify(reply.body), writing);
    case "html":
      return writeWhole(response, reply.status, "text/html; charset=utf-8", reply.text, writing);
    case "message": {
      const { message, telling } = reply;
      if (telling.interruption?.at === 0 && !(await interrupt(response, telling.interruption, writing))) return;
      if (telling.stream) await writeStream(response, message, telling, writing);
      else await writeAtOnce(response, message, telling, writing);
    }
  }
}

export function writeError(response: ServerResponse, error: ApiError, { requestId, headers }: Writing): void {
  response.writeHead(error.status, { ...headers, ...error.headers, "content-type": "application/json" });
  response.end(JSON.stringify(errorBody(error, requestId)));
}

function writeWhole(response: ServerResponse, status: number, type: string, text: string, { headers }: Writing): void {
  response.writeHead(status, { ...headers, "content-type": type });
  response.end(text);
}

async function writeAtOnce(
  response: ServerResponse,
  message: ReplyMessage,
  { interruption }: Telling,
  writing: Writing,
): Promise<void> {
  const text = JSON.stringify(message);
  response.writeHead(200, { ...writing.headers, "content-type": "application/json" });
  const half = interruption && interruption.at > 0 ? Math.floor(text.length * interruption.at) : 0;
  if (interruption && half > 0) {
    response.write(text.slice(0, half));
    if (!(await interrupt(response, interruption, writing))) return;
  }
  response.end(text.slice(half));
}

const bufferSize = 16 * 1024;

async function writeStream(
  response: ServerResponse,
  message: ReplyMessage,
  telling: Telling,
  writing: Writing,
): Promise<void> {
  response.writeHead(200, {
    ...writing.headers,
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
  });
  const rate = telling.tokensPerSecond ?? writing.tokensPerSecond;
  const { interruption } = telling;
  const stopAt = interruption ? Math.floor(message.usage.output_tokens * interruption.at) : -1;
  let interrupted = interruption === null || interruption.at === 0;
  let buffer = "";
  let count = 0;
  let tokens = 0;
  let started = performance.now();

  const flush = async () => {
    const full = buffer !== "" && !response.write(buffer);
    buffer = "";
    if (full) await once(response, "drain", { signal: writing.signal });
  };
  for (const { event, tokens: cost } of streamSteps(message, telling.model, telling.countThinking)) {
    if (!interrupted && interruption && (tokens + cost > stopAt || event.type === "message_delta")) {
      interrupted = true;
      await flush();
      if (!(await interrupt(response, interruption, writing))) return;
      started = performance.now() - (tokens / rate) * 1000; // the wait does not count as time to catch up with
    }
    tokens += cost;
    const early = (tokens / rate) * 1000 - (performance.now() - started);
    if (early > 1) {
      await flush();
      await sleep(early, undefined, { signal: writing.signal });
    }
    buffer += encodeEvent(event, (count++ * 7) % 12);
    if (buffer.length > bufferSize) await flush();
  }
  response.end(buffer);
}

/** Carries out an interruption; whether the answer goes on after it. */
async function interrupt(response: ServerResponse, { kind }: Interruption, writing: Writing): Promise<boolean> {
  const gone = new Promise<"gone">((resolve) => {
    if (writing.signal.aborted) resolve("gone");
    writing.signal.addEventListener("abort", () => resolve("gone"), { once: true });
  });
  switch (kind) {
    case "gate":
      return (await Promise.race([writing.released, gone])) !== "gone";
    case "stall":
      await gone;
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

function overload(response: ServerResponse, writing: Writing): void {
  const error = new ApiError(529, "overloaded_error", "Overloaded");
  if (!response.headersSent) {
    writeError(response, error, writing);
  } else if (response.getHeader("content-type") === "application/json") {
    response.socket?.destroySoon();
  } else {
    const event: StreamEvent = { ...errorBody(error, writing.requestId) };
    response.end(encodeEvent(event, 0));
  }
}
