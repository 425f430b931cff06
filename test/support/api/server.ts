import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createCore } from "./core";
import { ApiError, invalid } from "./errors";
import { corsHeaders, limitHeaders, preflightHeaders } from "./headers";
import { writeError, writeReplyTo, type Writing } from "./writer";

export interface SimulatedApiOptions {
  /** The port on 127.0.0.1; a free one when left out. */
  readonly port?: number;
  /** The only key that is accepted. Left out: any credential, or none, will do. */
  readonly key?: string;
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
  /** Lets all answers go on that wait, or are still to wait, at a `[[gate]]`. */
  release(): void;
  close(): Promise<void>;
}

/**
 * Starts a server on this machine that answers as the Messages API does, as strict as it is documented. What the
 * simulated model says, and how badly the network behaves, is scripted by `directives` in the newest message.
 */
export async function startSimulatedApi(options: SimulatedApiOptions = {}): Promise<SimulatedApi> {
  const core = createCore(options.key);
  const requests: RecordedRequest[] = [];
  const gates = new Set<() => void>();
  let count = 0;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const id = ++count;
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const { method = "GET", headers } = request;
    const controller = new AbortController();
    const settled = new Promise<void>((resolve) => response.once("close", resolve));
    let open = () => {};
    const released = new Promise<void>((resolve) => (open = resolve));
    gates.add(open);
    const writing: Writing = {
      requestId: `req_sim${String(id).padStart(8, "0")}`,
      headers: {
        "request-id": `req_sim${String(id).padStart(8, "0")}`,
        "anthropic-organization-id": "00000000-0000-4000-8000-000000000000",
        ...(headers.origin !== undefined && corsHeaders),
      },
      tokensPerSecond: options.tokensPerSecond ?? 200,
      released,
      signal: controller.signal,
    };

    let cutByServer = false;
    const text = await readBody(request, maxBytes(url.pathname));
    const record = {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers,
      body: text === null ? undefined : parseLeniently(text),
      aborted: false,
      settled,
    };
    requests.push(record);
    response.on("close", () => {
      record.aborted = !response.writableFinished && !cutByServer;
      gates.delete(open);
      controller.abort();
    });

    try {
      if (method === "OPTIONS") {
        response.writeHead(204, preflightHeaders(headers)).end();
        return;
      }
      if (text === null) throw new ApiError(413, "request_too_large", "Request exceeds the maximum size");
      const body = text === "" ? undefined : parseStrictly(text);
      const reply = core.answer({ method, path: url.pathname, query: url.searchParams, headers, body });
      cutByServer = reply.kind === "message" && reply.telling.interruption?.kind === "cut";
      const limits = reply.kind === "message" ? limitHeaders(id, Date.now()) : {};
      await writeReplyTo(response, reply, { ...writing, headers: { ...writing.headers, ...limits } });
    } catch (error) {
      if (controller.signal.aborted) return; // nobody is listening any more
      if (!(error instanceof ApiError)) console.error(error);
      writeError(
        response,
        error instanceof ApiError
          ? error
          : new ApiError(500, "api_error", `The simulated API failed: ${String(error)}`),
        writing,
      );
    }
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    release() {
      for (const open of gates) open();
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

function parseStrictly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`The request body is not valid JSON: ${(error as Error).message}`);
  }
}

function parseLeniently(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
