import { fileContent, fileInfo, type FileInfo } from "./files";
import { type Batches, batchesOf } from "./batches";
import { betasOf } from "./client-tools";
import { callForJson, pages } from "./call";
import { type Dialect, dialects } from "./dialect";
import { type Endpoint, headersOf, urlOf } from "./endpoint";
import { aborted, ApiFailure } from "./failure";
import { asCount, isObject, type JsonObject } from "./json";
import { readModels } from "./models";
import { networkFailure } from "./network-failure";
import { type Clock, systemClock } from "./retry";
import { serialise } from "./serialise";
import { type MessageStream, messageStream } from "./stream";
import { estimateTokens } from "./tokens";
import { type Connection, failureContext, type Fetch, type Timeouts } from "./transport";
import type { Message, MessageRequest, ModelInfo } from "./types";

export interface ClientOptions {
  /** Added to every request. The web build sends anthropic-dangerous-direct-browser-access: true. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The same, for values that must not appear in failures. */
  readonly secretHeaders?: Readonly<Record<string, string>>;
  readonly timeouts?: Partial<Timeouts>;
  /** 2 if not given, as in the official SDKs: three attempts. */
  readonly maxRetries?: number;
  readonly clock?: Clock;
}

/** A POST as it would go over the wire. */
export interface RequestPreview {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface TokenCount {
  readonly tokens: number;
  /** False if the endpoint cannot count and this is an estimate. */
  readonly exact: boolean;
}

/** Ten minutes for the headers as in the official SDKs; local servers send neither headers nor pings while they read. */
const defaultTimeouts: Timeouts = { headers: 600_000, firstEvent: 300_000, idle: 120_000 };

/**
 * A client for one endpoint and key. Methods throw ApiFailure and nothing else.
 *
 * `fetch` is called with a string URL and a plain header object; pass a function that looks up the global fetch at call
 * time, so that VS Code's proxy support applies.
 */
export class MessagesClient {
  /** Undefined if the endpoint has no batches. */
  readonly batches: Batches | undefined;
  readonly #connection: Connection;
  readonly #dialect: Dialect;
  #countsTokens: boolean;

  constructor(endpoint: Endpoint, credential: string | undefined, fetch: Fetch, options: ClientOptions = {}) {
    this.#connection = {
      endpoint,
      credential,
      fetch,
      headers: options.headers ?? {},
      secretHeaders: options.secretHeaders ?? {},
      timeouts: { ...defaultTimeouts, ...options.timeouts },
      maxRetries: options.maxRetries ?? 2,
      clock: options.clock ?? systemClock,
    };
    this.#dialect = dialects[endpoint.dialect];
    this.#countsTokens = this.#dialect.countsTokens;
    this.batches = batchesOf(this.#connection);
  }

  /** POST /v1/messages as a stream. Nothing is sent before the first event is asked for. */
  stream(request: MessageRequest, signal: AbortSignal): MessageStream {
    return this.#message(request, true, signal);
  }

  /** POST /v1/messages in one piece, for short answers: servers refuse long ones without streaming. */
  async send(request: MessageRequest, signal: AbortSignal): Promise<Message> {
    const stream = this.#message(request, false, signal);
    for await (const event of stream) if (event.type === "end") break;
    return stream.message;
  }

  /**
   * Input tokens of a request, by POST /v1/messages/count_tokens. Where that does not exist, an estimate; this client then
   * does not ask again.
   */
  async countTokens(request: MessageRequest, signal: AbortSignal): Promise<TokenCount> {
    const counted = Object.fromEntries(Object.entries(request).filter(([field]) => countedFields.has(field)));
    if (!this.#countsTokens) return { tokens: estimateTokens(counted), exact: false };
    try {
      const call = {
        method: "POST",
        path: "/v1/messages/count_tokens",
        body: this.#body(counted),
        betas: betasOf(request),
      } as const;
      const reply = await callForJson(this.#connection, call, signal);
      const tokens = isObject(reply) ? asCount(reply["input_tokens"]) : undefined;
      if (tokens === undefined) throw this.#unexpected("a token count");
      return { tokens, exact: true };
    } catch (error) {
      if (!(error instanceof ApiFailure) || !isMissingRoute(error)) throw error;
      this.#countsTokens = false;
      return { tokens: estimateTokens(counted), exact: false };
    }
  }

  /** GET /v1/models, all pages, in the server's order, each id once. */
  async models(signal: AbortSignal): Promise<ModelInfo[]> {
    const found = new Map<string, ModelInfo>();
    for await (const page of pages(this.#connection, "/v1/models", this.#dialect.modelsQuery, signal)) {
      const models = readModels(page);
      if (!models) throw this.#unexpected("a list of models");
      for (const model of models) if (!found.has(model.id)) found.set(model.id, model);
    }
    return [...found.values()];
  }

  /** GET /v1/files/{id}. */
  fileInfo(id: string, signal: AbortSignal): Promise<FileInfo> {
    return fileInfo(this.#connection, id, signal);
  }

  /** The bytes of a file that a tool at the server made. */
  fileContent(id: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return fileContent(this.#connection, id, signal);
  }

  /**
   * Whether the server answers at all: the HTTP status of a GET of the base URL, whatever it is. No credential goes with it,
   * so that a failure is one of the address, the network or the certificate.
   */
  async reach(signal: AbortSignal): Promise<number> {
    const { endpoint, fetch } = this.#connection;
    try {
      const response = await fetch(endpoint.baseUrl, { method: "GET", redirect: "manual", signal });
      await response.body?.cancel();
      return response.status;
    } catch (error) {
      if (signal.aborted) throw aborted();
      throw networkFailure(failureContext(this.#connection), endpoint.baseUrl, error);
    }
  }

  /** What `stream` sends, with placeholders such as $KEY where secrets stand. */
  preview(request: MessageRequest): RequestPreview {
    const { endpoint, credential, headers, secretHeaders } = this.#connection;
    const hidden = Object.fromEntries(Object.keys(secretHeaders).map((name) => [name, "$SECRET"]));
    return {
      url: urlOf(endpoint, "/v1/messages"),
      headers: headersOf(endpoint, credential && "$KEY", { ...headers, ...hidden }, betasOf(request)),
      body: this.#body({ ...request, stream: true }),
    };
  }

  #message(request: MessageRequest, stream: boolean, signal: AbortSignal): MessageStream {
    const body = this.#body({ ...request, ...(stream && { stream }) });
    return messageStream(this.#connection, { model: request.model, body, betas: betasOf(request) }, signal);
  }

  #body(body: JsonObject): string {
    return serialise(this.#dialect.body?.(body) ?? body);
  }

  #unexpected(wanted: string): ApiFailure {
    const message = `${this.#connection.endpoint.name} did not send ${wanted}.`;
    return new ApiFailure({ kind: "protocol", message });
  }
}

/** A 404 may also mean that the model does not exist, which is the user's to know. */
function isMissingRoute({ status, raw }: ApiFailure): boolean {
  return status === 405 || status === 501 || (status === 404 && !/model/i.test(raw));
}

/** What count_tokens accepts; it refuses every other field. */
const countedFields = new Set([
  "model",
  "messages",
  "system",
  "tools",
  "tool_choice",
  "thinking",
  "output_config",
  "cache_control",
]);
