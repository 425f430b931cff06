import type { IncomingHttpHeaders } from "node:http";
import { createPromptCache } from "./cache";
import type { Arguments } from "./directives";
import { ApiError, invalid, notFound } from "./errors";
import { authenticate, checkBrowser, readHeaders } from "./headers";
import { describeModel, listModels, type Model } from "./models";
import { sha256 } from "./prefix";
import { type Directives, directivesOf, newestMessage, type ReplyMessage, writeReply } from "./reply";
import type { Json } from "./schema";
import { type Purpose, validateRequest } from "./validate-request";

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The parsed body; undefined when there was none. */
  readonly body: unknown;
}

/** Where an answer does not simply go on to its end; `at` is the part of its tokens that come before. */
export interface Interruption {
  readonly kind: "gate" | "stall" | "cut" | "overloaded";
  readonly at: number;
}

/** How a message is told. */
export interface Telling {
  readonly stream: boolean;
  readonly model: Model;
  /** Null: as the server was told to. */
  readonly tokensPerSecond: number | null;
  readonly interruption: Interruption | null;
  /** Whether thinking deltas carry an estimate of their tokens. */
  readonly countThinking: boolean;
}

export type Reply =
  | { readonly kind: "json"; readonly status: number; readonly body: unknown }
  | { readonly kind: "html"; readonly status: number; readonly text: string }
  | { readonly kind: "message"; readonly message: ReplyMessage; readonly telling: Telling };

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
    return {
      kind: "message",
      message: writeReply(valid, directives, usage, "standard", ++answers),
      telling: {
        stream: valid.body.stream ?? false,
        model: valid.model,
        tokensPerSecond: directives.has("slow") ? 20 : directives.has("fast") ? 5000 : null,
        interruption: interruptionOf(directives),
        countThinking: valid.dialogue.betas.includes("thinking-token-count-2026-05-13"),
      },
    };
  };

  return {
    answer(request) {
      checkBrowser(request.headers);
      authenticate(request.headers, key);
      const { method, path, query } = request;
      const [, model] = /^\/v1\/models\/([^/]+)$/.exec(path) ?? [];
      switch (model === undefined ? path : "/v1/models/*") {
        case "/v1/messages":
          allow(method, "POST");
          return messages(request);
        case "/v1/messages/count_tokens":
          allow(method, "POST");
          return json({ input_tokens: validated(request, "count_tokens").inputTokens });
        case "/v1/models":
          allow(method, "GET");
          readHeaders(request.headers);
          return json(listModels(query));
        case "/v1/models/*":
          allow(method, "GET");
          readHeaders(request.headers);
          return json(describeModel(decodeURIComponent(model ?? "")));
        default:
          throw notFound("Not Found");
      }
    },
  };
}

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

function allow(method: string, allowed: string): void {
  if (method !== allowed) throw new ApiError(405, "invalid_request_error", "Method Not Allowed");
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

/** Failures that end after some tries: a request that is sent again until it is answered meets each of them. */
function createFailures() {
  const tries = new Map<string, number>();

  const fails = (name: string, given: Arguments, conversation: string, usually: number): boolean => {
    const id = `${name} ${conversation}`;
    const count = tries.get(id) ?? 0;
    if (count >= Number(given["times"] ?? usually)) {
      tries.delete(id); // asked anew, it fails anew
      return false;
    }
    tries.set(id, count + 1);
    return true;
  };

  return {
    /** Throws the failure that is due, or gives the page of a proxy. */
    next(directives: Directives, conversation: string): Reply | null {
      for (const [name, given] of directives) {
        const due = (usually: number) => fails(name, given, conversation, usually);
        switch (name) {
          case "401":
            if (due(Infinity)) throw new ApiError(401, "authentication_error", "invalid x-api-key");
            break;
          case "403":
            if (due(Infinity)) {
              throw new ApiError(403, "permission_error", "Your API key does not have permission to use this model");
            }
            break;
          case "429":
            if (given["spend-cap"] !== undefined) throw spendCap();
            if (due(1)) throw rateLimit(given["retry-after"] ?? "1");
            break;
          case "500":
            if (due(Infinity)) throw new ApiError(500, "api_error", "Internal server error");
            break;
          case "529":
            if (due(2)) throw new ApiError(529, "overloaded_error", "Overloaded");
            break;
          case "502":
            if (due(Infinity)) return { kind: "html", status: 502, text: badGateway };
            break;
          case "html":
            return { kind: "html", status: 200, text: captivePortal };
          default:
        }
      }
      return null;
    },
  };
}

function rateLimit(retryAfter: string): ApiError {
  return new ApiError(
    429,
    "rate_limit_error",
    "This request would exceed your organization's rate limit of 50 requests per minute.",
    undefined,
    { "retry-after": retryAfter },
  );
}

function spendCap(): ApiError {
  return new ApiError(429, "rate_limit_error", "You have reached your organization's spend limit.", {
    error_code: "enforced_spend_limit_reached",
  });
}

const badGateway = `<html>\r
<head><title>502 Bad Gateway</title></head>\r
<body>\r
<center><h1>502 Bad Gateway</h1></center>\r
<hr><center>nginx</center>\r
</body>\r
</html>\r
`;

const captivePortal = `<!doctype html>
<html lang="en">
<head><title>Sign in to the network</title></head>
<body><h1>Welcome</h1><form action="/login"><input name="room"><button>Go online</button></form></body>
</html>
`;
