import { dialects } from "./dialect";
import type { Endpoint } from "./endpoint";
import { ApiFailure } from "./failure";
import { isObject, type JsonObject, parseJson } from "./json";
import { nextPage, readModels } from "./models";
import { replyFailure } from "./reply-failure";
import { type Clock, systemClock } from "./retry";
import { type MessageStream, messageStream } from "./stream";
import {
  type ApiRequest,
  type Connection,
  exchange,
  failureContext,
  type Fetch,
  retrying,
  type Timeouts,
} from "./transport";
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
  readonly #connection: Connection;

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

  /** Input tokens of a request, by POST /v1/messages/count_tokens. */
  async countTokens(request: MessageRequest, signal: AbortSignal): Promise<TokenCount> {
    const body = Object.fromEntries(Object.entries(request).filter(([field]) => countedFields.has(field)));
    const { value, text } = await this.#json(
      { method: "POST", path: "/v1/messages/count_tokens", body: this.#body(body) },
      signal,
    );
    const data = isObject(value) && isObject(value["data"]) ? value["data"] : value;
    const tokens = isObject(data) ? data["input_tokens"] : undefined;
    if (typeof tokens !== "number") throw this.#unexpected(text);
    return { tokens, exact: true };
  }

  /** GET /v1/models, all pages, in the server's order, each id once. */
  async models(signal: AbortSignal): Promise<ModelInfo[]> {
    const found = new Map<string, ModelInfo>();
    const seen = new Set<string>();
    let after: string | undefined;
    do {
      const query = { ...dialects[this.#connection.endpoint.dialect].modelsQuery, ...(after && { after_id: after }) };
      const { value, text } = await this.#json({ method: "GET", path: "/v1/models", query }, signal);
      const models = readModels(value);
      if (!models) throw this.#unexpected(text);
      for (const model of models) if (!found.has(model.id)) found.set(model.id, model);
      after = nextPage(value);
      if (after !== undefined && seen.has(after)) break; // a server that repeats itself
      if (after !== undefined) seen.add(after);
    } while (after !== undefined);
    return [...found.values()];
  }

  #message(request: MessageRequest, stream: boolean, signal: AbortSignal): MessageStream {
    const body = this.#body({ ...request, ...(stream && { stream }) });
    return messageStream(this.#connection, { model: request.model, body }, signal);
  }

  #body(body: JsonObject): string {
    const { endpoint } = this.#connection;
    return serialise(dialects[endpoint.dialect].body?.(body) ?? body);
  }

  async #json(request: ApiRequest, signal: AbortSignal): Promise<{ value: unknown; text: string }> {
    const connection = this.#connection;
    const decoder = new TextDecoder();
    const parts: string[] = [];
    async function* once(): AsyncGenerator<string, void, void> {
      parts.length = 0;
      for await (const bytes of exchange(connection, request, signal))
        parts.push(decoder.decode(bytes, { stream: true }));
      parts.push(decoder.decode());
      yield parts.join("");
    }
    for await (const item of retrying(
      connection,
      once,
      () => true,
      signal,
      () => false,
    )) {
      if (typeof item === "string") return { value: parseJson(item), text: item };
    }
    throw this.#unexpected("");
  }

  #unexpected(text: string): ApiFailure {
    const context = failureContext(this.#connection);
    const value = parseJson(text);
    if (isObject(value) && (value["error"] ?? value["code"]) !== undefined) return replyFailure(context, value);
    return new ApiFailure({
      kind: "protocol",
      message: `${context.name} sent something else than was asked for.`,
      raw: context.redact(text),
    });
  }
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

/** JSON with every string well-formed: the API refuses half of a surrogate pair. */
function serialise(body: JsonObject): string {
  return JSON.stringify(body, (_key, value: unknown) => (typeof value === "string" ? value.toWellFormed() : value));
}
