import type { IncomingHttpHeaders } from "node:http";
import { createBatches } from "./batches";
import { createPromptCache } from "./cache";
import { ApiError, invalid, notFound } from "./errors";
import { createFailures } from "./failures";
import { authenticate, checkBrowser, readHeaders } from "./headers";
import { describeModel, listModels } from "./models";
import { sha256 } from "./prefix";
import { type Directives, directivesOf, newestMessage, type ReplyMessage, writeReply } from "./reply";
import type { Json } from "./schema";
import { describeFile, fileContent } from "./server-tools";
import { type Step, streamSteps } from "./sse";
import { type Purpose, validateRequest, type ValidRequest } from "./validate-request";

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The parsed body; undefined when there was none. */
  readonly body: unknown;
}

/** Where an answer does not simply go on to its end; `at` is the part of it that comes before. */
export interface Interruption {
  readonly kind: "gate" | "stall" | "cut" | "overloaded";
  readonly at: number;
}

export type Reply =
  | { readonly kind: "json"; readonly status: number; readonly body: unknown }
  | { readonly kind: "text"; readonly status: number; readonly type: string; readonly text: string }
  | MessageReply;

/** A message, which comes in time and perhaps not to its end. */
export interface MessageReply {
  readonly kind: "message";
  readonly status: number;
  /** The steps of a stream, or the whole body. */
  readonly content: { readonly steps: Iterable<Step> } | { readonly body: unknown };
  /** How many tokens the steps have in all. */
  readonly tokens: number;
  /** Null: as fast as the server was told to be. */
  readonly tokensPerSecond: number | null;
  readonly interruption: Interruption | null;
}

export interface Core {
  /** Answers one request, or throws the `ApiError` that is the answer. Without a key no credential is asked for. */
  answer(request: ApiRequest, key: string | undefined): Reply;
  /** Lets batches end that wait at a gate. */
  release(): void;
}

type Handler = (request: ApiRequest, id: string) => Reply;

/** The API itself, without sockets: checks a request, remembers caches, batches and scripted failures, answers. */
export function createCore(): Core {
  const cache = createPromptCache();
  const failures = createFailures();
  let answers = 0;

  const write = (valid: ValidRequest, tier: "standard" | "batch"): ReplyMessage => {
    const usage = cache.use(valid.body, valid.model, valid.parts, Date.now());
    return writeReply(valid, directivesOf(newestMessage(valid)), usage, tier, ++answers);
  };

  const messages = (request: ApiRequest): Reply => {
    const valid = validated(request, "messages");
    const directives = directivesOf(newestMessage(valid));
    const page = failures.next(directives, sha256(JSON.stringify(valid.body.messages)));
    if (page) return page;

    const message = write(valid, "standard");
    const countThinking = valid.dialogue.betas.includes("thinking-token-count-2026-05-13");
    return {
      kind: "message",
      status: 200,
      content: valid.body.stream ? { steps: streamSteps(message, valid.model, countThinking) } : { body: message },
      tokens: message.usage.output_tokens,
      tokensPerSecond: directives.has("slow") ? 20 : directives.has("fast") ? 5000 : null,
      interruption: interruptionOf(directives),
    };
  };

  const batches = createBatches((params, dialogue) => write(validateRequest(params, dialogue, "batch"), "batch"));

  const routes: readonly (readonly [method: string, path: RegExp, handler: Handler])[] = [
    ["POST", /^\/v1\/messages$/, messages],
    ["GET", /^\/v1\/files\/([^/]+)$/, (_, id) => json(describeFile(id))],
    [
      "GET",
      /^\/v1\/files\/([^/]+)\/content$/,
      (_, id) => ({ kind: "text", status: 200, type: "text/csv", text: fileContent(id) }),
    ],
    [
      "POST",
      /^\/v1\/messages\/count_tokens$/,
      (request) => json({ input_tokens: validated(request, "count_tokens").inputTokens }),
    ],
    ["GET", /^\/v1\/models$/, ({ query }) => json(listModels(query))],
    ["GET", /^\/v1\/models\/([^/]+)$/, (_, id) => json(describeModel(id))],
    [
      "POST",
      /^\/v1\/messages\/batches$/,
      (request) =>
        json(batches.create(jsonBody(request), readHeaders(request.headers), `http://${request.headers.host ?? ""}`)),
    ],
    ["GET", /^\/v1\/messages\/batches$/, ({ query }) => json(batches.list(query))],
    ["GET", /^\/v1\/messages\/batches\/([^/]+)$/, (_, id) => json(batches.retrieve(id))],
    ["DELETE", /^\/v1\/messages\/batches\/([^/]+)$/, (_, id) => json(batches.remove(id))],
    ["POST", /^\/v1\/messages\/batches\/([^/]+)\/cancel$/, (_, id) => json(batches.cancel(id))],
    [
      "GET",
      /^\/v1\/messages\/batches\/([^/]+)\/results$/,
      (_, id) => ({ kind: "text", status: 200, type: "application/x-jsonl", text: batches.results(id) }),
    ],
  ];

  return {
    answer(request, key) {
      checkBrowser(request.headers);
      authenticate(request.headers, key);
      const known = routes.filter(([, path]) => path.test(request.path));
      if (known.length === 0) throw notFound("Not Found");
      const route = known.find(([method]) => method === request.method);
      if (!route) throw new ApiError(405, "invalid_request_error", "Method Not Allowed");
      readHeaders(request.headers);
      const [, path, handler] = route;
      return handler(request, decodeURIComponent(path.exec(request.path)?.[1] ?? ""));
    },
    release: () => batches.release(),
  };
}

function validated(request: ApiRequest, purpose: Purpose): ValidRequest {
  return validateRequest(jsonBody(request), readHeaders(request.headers), purpose);
}

function jsonBody({ headers, body }: ApiRequest): Json {
  if (!headers["content-type"]?.startsWith("application/json")) {
    throw invalid("content-type: must be application/json");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw invalid("body: Input should be a valid dictionary");
  }
  return body as Json;
}

function json(body: unknown): Reply {
  return { kind: "json", status: 200, body };
}

function interruptionOf(directives: Directives): Interruption | null {
  for (const kind of ["gate", "stall", "cut", "overloaded"] as const) {
    const given = directives.get(kind);
    if (given) return { kind, at: Number(given["at"] ?? 0.5) };
  }
  return null;
}
