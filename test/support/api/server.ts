import { EventEmitter, once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createCore } from "./core";
import { type Dialect, type DialectName, dialects } from "./dialects";
import { ApiError, invalid, notFound } from "./errors";
import { preflightHeaders } from "./headers";
import { writeError, writeReply, type Writing } from "./writer";

export interface SimulatedApiOptions {
  /** The port on 127.0.0.1; a free one when left out. */
  readonly port?: number;
  /** The only key that is accepted. Left out: any credential, or none, will do. */
  readonly key?: string;
  /** The endpoint that is simulated; Anthropic's own when left out. */
  readonly dialect?: DialectName;
  /** How fast answers come that no directive hurries or slows; 200 when left out, `Infinity` for at once. */
  readonly tokensPerSecond?: number;
}

/** A request as it came. */
export interface RecordedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; the text when it was not JSON; undefined when there was none. */
  readonly body: unknown;
  /** True when the client went away before it had the whole answer. */
  readonly aborted: boolean;
  /** Resolves when the answer is finished, cut, or given up by the client. */
  readonly settled: Promise<void>;
}

export interface SimulatedApi {
  /** The base URL, without a slash at the end. */
  readonly url: string;
  /** All requests whose body has arrived, oldest first, preflights included. */
  readonly requests: readonly RecordedRequest[];
  /** Has these bytes sent in the place of the next answers to messages that are valid. */
  answerNext(...wires: readonly string[]): void;
  /** Lets the answers to all requests so far go on that wait, or are still to wait, at a `[[gate]]`. */
  release(): void;
  close(): Promise<void>;
}

/**
 * Starts a server on this machine that answers as the Messages API does, as strict as it is documented. What the
 * simulated model says, and how badly the network behaves, is scripted by `directives` in the newest message.
 */
export async function startSimulatedApi(options: SimulatedApiOptions = {}): Promise<SimulatedApi> {
  const core = createCore();
  const dialect: Dialect = dialects[options.dialect ?? "anthropic"];
  const requests: RecordedRequest[] = [];
  let gate = createGate();
  let count = 0;
  const wires: string[] = [];

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const id = `req_sim${String(++count).padStart(8, "0")}`;
    const { method = "GET", headers } = request;
    const { pathname: path, searchParams: query } = new URL(request.url ?? "/", "http://127.0.0.1");
    const leaving = new AbortController();
    const settled = new Promise<void>((resolve) => response.once("close", resolve));
    const writing: Writing = {
      errorBody: (error) => dialect.errorBody(error, id, path),
      headers: dialect.headers(id, count, headers.origin),
      tokensPerSecond: options.tokensPerSecond ?? 200,
      released: gate.opened,
      signal: leaving.signal,
    };

    const text = await readBody(request, maxBytes(path));
    const body = parseLeniently(text);
    const record = { method, path, query, headers, body, aborted: false, settled };
    requests.push(record);
    let cutting = false;
    response.on("close", () => {
      record.aborted = !response.writableFinished && !cutting;
      leaving.abort();
    });
    try {
      if (method === "OPTIONS") {
        response.writeHead(204, preflightHeaders(headers)).end();
        return;
      }
      if (text === null) throw new ApiError(413, "request_too_large", "Request exceeds the maximum size");
      if (typeof body === "string") throw invalid("The request body is not valid JSON");
      if (!path.startsWith(`${dialect.base}/`)) throw notFound("Not Found");
      const asked = { method, path: path.slice(dialect.base.length), query, headers, body };
      const reply = dialect.answer(asked, core, options.key);
      const wire = reply.kind === "message" ? wires.shift() : undefined;
      if (wire !== undefined) {
        response.writeHead(200, { ...writing.headers, "content-type": "text/event-stream; charset=utf-8" }).end(wire);
        return;
      }
      cutting = reply.kind === "message" && reply.interruption?.kind === "cut";
      await writeReply(response, reply, writing);
    } catch (error) {
      if (leaving.signal.aborted) return; // nobody is listening any more
      if (!(error instanceof ApiError)) throw error;
      writeError(response, error, writing);
    }
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (request.errored) return; // the client went away while it was sending
      console.error("The simulated API failed:", error);
      response.destroy();
    });
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}${dialect.base}`,
    requests,
    answerNext: (...next) => void wires.push(...next),
    release() {
      gate.open();
      gate = createGate();
      core.release();
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

const megabyte = 1024 * 1024;

/** The largest body: 32 MB, 256 MB for batches (Messages API, response headers and sizes). */
function maxBytes(path: string): number {
  return path.startsWith("/v1/messages/batches") ? 256 * megabyte : 32 * megabyte;
}

/** The text of the body, or null when it is too large; then the rest is read and thrown away. */
async function readBody(request: IncomingMessage, max: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= max) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size > max ? null : Buffer.concat(chunks).toString("utf8");
}

/** Parsed JSON, or the text that is none. */
function parseLeniently(text: string | null): unknown {
  if (text === null || text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function createGate(): { readonly opened: Promise<void>; open(): void } {
  const events = new EventEmitter();
  return { opened: once(events, "open").then(() => undefined), open: () => void events.emit("open") };
}
