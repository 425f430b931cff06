import type { IncomingHttpHeaders } from "node:http";
import { createPromptCache } from "./cache";
import { ApiError, invalid, notFound } from "./errors";
import { createFailures } from "./failures";
import { authenticate, checkBrowser, readHeaders } from "./headers";
import { describeModel, listModels } from "./models";
import { sha256 } from "./prefix";
import { type Directives, directivesOf, newestMessage, writeReply } from "./reply";
import type { Json } from "./schema";
import { type Step, streamSteps } from "./sse";
import { type Purpose, validateRequest } from "./validate-request";

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
  /** Answers one request, or throws the `ApiError` that is the answer. */
  answer(request: ApiRequest): Reply;
}

/** The API itself, without sockets: checks a request, remembers caches and scripted failures, writes the answer. */
export function createCore(key: string | undefined): Core {
  const cache = createPromptCache();
  const failures = createFailures();
  let answers = 0;

  const messages = (request: ApiRequest): Reply => {
    const valid = validated(request, "messages");
    const directives = directivesOf(newestMessage(valid));
    const page = failures.next(directives, sha256(JSON.stringify(valid.body.messages)));
    if (page) return page;

    const usage = cache.use(valid.body, valid.model, valid.parts, Date.now());
    const message = writeReply(valid, directives, usage, "standard", ++answers);
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

  return {
    answer(request) {
      const { method, path, query, headers } = request;
      checkBrowser(headers);
      authenticate(headers, key);
      const [, model] = /^\/v1\/models\/([^/]+)$/.exec(path) ?? [];
      switch (`${method} ${model === undefined ? path : "/v1/models/*"}`) {
        case "POST /v1/messages":
          return messages(request);
        case "POST /v1/messages/count_tokens":
          return json({ input_tokens: validated(request, "count_tokens").inputTokens });
        case "GET /v1/models":
          readHeaders(headers);
          return json(listModels(query));
        case "GET /v1/models/*":
          readHeaders(headers);
          return json(describeModel(decodeURIComponent(model ?? "")));
        default:
          throw paths.has(path)
            ? new ApiError(405, "invalid_request_error", "Method Not Allowed")
            : notFound("Not Found");
      }
    },
  };
}

const paths = new Set(["/v1/messages", "/v1/messages/count_tokens", "/v1/models"]);

function validated({ headers, body }: ApiRequest, purpose: Purpose) {
  const dialogue = readHeaders(headers);
  if (!headers["content-type"]?.startsWith("application/json")) {
    throw invalid("content-type: must be application/json");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw invalid("body: Input should be a valid dictionary");
  }
  return validateRequest(body as Json, dialogue, purpose);
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
