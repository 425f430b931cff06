import type { IncomingHttpHeaders } from "node:http";
import { ApiError, invalid } from "./errors";

export const versions = ["2023-06-01", "2026-10-21"] as const;
export type Version = (typeof versions)[number];

/** Values of `anthropic-beta` that the API knows (Messages API, beta values). */
const knownBetas = new Set([
  "interleaved-thinking-2025-05-14",
  "thinking-binding-controls-2026-08-01",
  "thinking-token-count-2026-05-13",
  "thinking-display-updates-2026-08-18",
  "context-management-2025-06-27",
  "compact-2026-01-12",
  "compact-2026-09-04",
  "mcp-client-2025-04-04",
  "mcp-client-2025-11-20",
  "mcp-client-2026-09-15",
  "context-1m-2025-08-07",
  "output-300k-2026-03-24",
  "fast-mode-2026-02-01",
  "task-budgets-2026-03-13",
  "advisor-tool-2026-03-01",
  "server-side-fallback-2026-06-01",
  "server-side-fallback-2026-07-01",
  "mid-conversation-tool-changes-2026-07-01",
  "mid-conversation-output-config-2026-07-01",
  "mid-conversation-system-clear-at-2026-08-21",
  "inline-tools-2026-09-15",
  "message-threads-2026-08-12",
  "model-context-window-exceeded-2025-08-26",
  "computer-use-2025-11-24",
  "computer-use-2025-01-24",
  "computer-use-2024-10-22",
  "code-execution-2025-05-22",
  "structured-outputs-2025-11-13",
  "output-128k-2025-02-19",
  "fine-grained-tool-streaming-2025-05-14",
  "prompt-caching-2024-07-31",
  "pdfs-2024-09-25",
  "token-counting-2024-11-01",
  "token-efficient-tools-2025-02-19",
  "extended-cache-ttl-2025-04-11",
  "message-batches-2024-09-24",
  "cache-diagnosis-2026-04-07",
  "files-api-2025-04-14",
  "skills-2025-10-02",
]);

/** What the headers of a request say about how to read its body. */
export interface Dialogue {
  readonly version: Version;
  readonly betas: readonly string[];
}

export function readHeaders(headers: IncomingHttpHeaders): Dialogue {
  const given = headers["anthropic-version"];
  if (given === undefined) throw invalid("anthropic-version: header is required");
  const version = versions.find((known) => known === given);
  if (!version) throw invalid(`anthropic-version: "${String(given)}" is not a valid version`);

  const betas = String(headers["anthropic-beta"] ?? "")
    .split(",")
    .map((beta) => beta.trim())
    .filter((beta) => beta !== "");
  const unknown = betas.find((beta) => !knownBetas.has(beta));
  if (unknown !== undefined) {
    throw invalid(`Unexpected value(s) \`${unknown}\` for the \`anthropic-beta\` header.`);
  }
  return { version, betas };
}

/**
 * With a key, exactly one credential that equals it. Without one the server is open to all.
 * A request with two credentials is refused, so that a client that leaks both is found out.
 */
export function authenticate(headers: IncomingHttpHeaders, key: string | undefined): void {
  if (key === undefined) return;
  const apiKey = headers["x-api-key"];
  const authorization = headers.authorization;
  if (apiKey !== undefined && authorization !== undefined) {
    throw unauthorized("Send either x-api-key or Authorization, not both");
  }
  if (apiKey === undefined && authorization === undefined) throw unauthorized("x-api-key header is required");
  if (apiKey !== undefined && apiKey !== key) throw unauthorized("invalid x-api-key");
  if (authorization !== undefined && authorization !== `Bearer ${key}`) throw unauthorized("Invalid bearer token");
}

/** A browser must say that it means to hold the key. */
export function checkBrowser(headers: IncomingHttpHeaders): void {
  if (headers.origin !== undefined && headers["anthropic-dangerous-direct-browser-access"] !== "true") {
    throw unauthorized("CORS requests must set 'anthropic-dangerous-direct-browser-access' header");
  }
}

function unauthorized(message: string): ApiError {
  return new ApiError(401, "authentication_error", message);
}

const allowedHeaders = [
  "content-type",
  "authorization",
  "x-api-key",
  "anthropic-version",
  "anthropic-beta",
  "anthropic-dangerous-direct-browser-access",
];

/** The answer to a preflight: nothing is granted to a page that does not announce the browser header. */
export function preflightHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const asked = headers["access-control-request-headers"]?.toLowerCase();
  if (!asked?.includes("anthropic-dangerous-direct-browser-access")) return {};
  return {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, POST, DELETE, OPTIONS",
    "access-control-allow-headers": allowedHeaders.join(", "),
    "access-control-max-age": "600",
  };
}

export const corsHeaders = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "request-id, retry-after",
};

/** The rate limit headers: made up, the same for everyone, and going down with each request. */
export function limitHeaders(requestCount: number, now: number): Record<string, string> {
  const reset = new Date(now + 60_000).toISOString();
  const limits = {
    requests: [4000, 4000 - (requestCount % 4000)],
    tokens: [2_400_000, 2_400_000 - (requestCount % 2000) * 1000],
    "input-tokens": [2_000_000, 2_000_000 - (requestCount % 2000) * 1000],
    "output-tokens": [400_000, 400_000 - (requestCount % 400) * 1000],
  };
  return Object.fromEntries(
    Object.entries(limits).flatMap(([name, [limit, remaining]]) => [
      [`anthropic-ratelimit-${name}-limit`, String(limit)],
      [`anthropic-ratelimit-${name}-remaining`, String(remaining)],
      [`anthropic-ratelimit-${name}-reset`, reset],
    ]),
  );
}
