import type { CapabilityOverride } from "./capabilities";
import type { DialectName } from "./dialect";

/** How the key travels. `{ header }` names a header that carries the bare key. */
export type AuthStyle = "bearer" | "x-api-key" | "none" | { readonly header: string };

export type ApiVersion = "2023-06-01" | "2026-10-21";

/** A server that speaks the Messages API. */
export interface Endpoint {
  readonly id: string;
  /** As shown to the user. */
  readonly name: string;
  /** Without /v1; a query is kept. */
  readonly baseUrl: string;
  readonly auth: AuthStyle;
  /** The server may be set up without a key: one is sent only when there is one. */
  readonly keyOptional?: boolean;
  /** The anthropic-version header. */
  readonly version: ApiVersion;
  /** The values of the anthropic-beta header. */
  readonly betas: readonly string[];
  /** More headers. They replace the client's own of the same name, but never add a second credential. */
  readonly headers: Readonly<Record<string, string>>;
  readonly dialect: DialectName;
  /** Corrections to what its models are thought to accept, from the user. */
  readonly limits?: CapabilityOverride;
}

const plain = { version: "2023-06-01", betas: [], headers: {} } as const;

/**
 * 2023-06-01 everywhere: all gateways and local servers know it. Anthropic takes the key as `x-api-key` and as Bearer;
 * only the former is known to pass its CORS preflight, so one setting serves desktop and web.
 */
export const presets: readonly Endpoint[] = [
  {
    ...plain,
    id: "anthropic",
    name: "Anthropic",
    baseUrl: "https://api.anthropic.com",
    auth: "x-api-key",
    dialect: "anthropic",
  },
  {
    ...plain,
    id: "aimlapi",
    name: "AI/ML API",
    baseUrl: "https://api.aimlapi.com",
    auth: "bearer",
    dialect: "aimlapi",
  },
  {
    ...plain,
    id: "apimart",
    name: "APIMart",
    baseUrl: "https://api.apimart.ai",
    auth: "x-api-key",
    dialect: "apimart",
  },
  {
    ...plain,
    id: "openrouter",
    name: "OpenRouter",
    baseUrl: "https://openrouter.ai/api",
    auth: "bearer",
    dialect: "openrouter",
  },
  {
    ...plain,
    keyOptional: true,
    id: "litellm",
    name: "LiteLLM",
    baseUrl: "http://localhost:4000",
    auth: "bearer",
    dialect: "gateway",
  },
  { ...plain, id: "ollama", name: "Ollama", baseUrl: "http://localhost:11434", auth: "none", dialect: "ollama" },
  {
    ...plain,
    keyOptional: true,
    id: "lmstudio",
    name: "LM Studio",
    baseUrl: "http://localhost:1234",
    auth: "bearer",
    dialect: "local",
  },
  {
    ...plain,
    keyOptional: true,
    id: "llamacpp",
    name: "llama.cpp",
    baseUrl: "http://localhost:8080",
    auth: "bearer",
    dialect: "local",
  },
  {
    ...plain,
    keyOptional: true,
    id: "vllm",
    name: "vLLM",
    baseUrl: "http://localhost:8000",
    auth: "bearer",
    dialect: "local",
  },
];

/**
 * Reads a base URL as people paste it: an ending of /, /v1 or /v1/messages is taken off. https only, or http to this
 * machine, so that a key never travels in the clear.
 *
 * @returns the normalised URL, or one sentence for the user that says what is wrong
 */
export function parseBaseUrl(text: string): { url: string } | { problem: string } {
  const trimmed = text.trim();
  if (!/^https?:\/\//i.test(trimmed) || !URL.canParse(trimmed)) {
    return { problem: "The base URL must be a full address such as https://gateway.example." };
  }
  const url = new URL(trimmed);
  if (url.username !== "" || url.password !== "") {
    return { problem: "The base URL must not contain a user name or password; set the key with Set API Key instead." };
  }
  if (url.protocol === "http:" && !isThisMachine(url.hostname)) {
    return { problem: `http to ${url.hostname} would send the key unencrypted; use https.` };
  }
  url.hash = "";
  url.pathname = url.pathname
    .replace(/\/+$/, "")
    .replace(/\/v1(\/messages)?$/, "")
    .replace(/\/+$/, "");
  return { url: url.search === "" ? url.href.replace(/\/$/, "") : url.href };
}

function isThisMachine(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/**
 * What is wrong with a pasted key, as one sentence for the user, or undefined. Without this check fetch would refuse the
 * header with an exception that contains the key.
 */
export function checkCredential(key: string): string | undefined {
  if (key === "") return "The key is empty.";
  if (/[\r\n]/.test(key)) return "The key contains a line break; copy it again without one.";
  if (/\s/.test(key)) return "The key contains a space; copy it again without one.";
  if (!/^[!-~]+$/.test(key)) return "The key contains a character that no key has; copy it again.";
  return undefined;
}

/** The absolute URL of an API path such as "/v1/messages". */
export function urlOf(endpoint: Endpoint, path: string, query: Readonly<Record<string, string>> = {}): string {
  const url = new URL(endpoint.baseUrl);
  url.pathname = url.pathname.replace(/\/+$/, "") + path;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/**
 * The headers of a request, names in lower case, with exactly one credential: some gateways answer 401 to two.
 *
 * @param extra headers of the caller, such as the one that lets a browser call Anthropic directly
 * @param betas values of anthropic-beta that the request needs beside the endpoint's own
 */
export function headersOf(
  endpoint: Endpoint,
  credential: string | undefined,
  extra: Readonly<Record<string, string>>,
  betas: readonly string[] = [],
): Record<string, string> {
  const auth = credential === undefined ? undefined : authHeader(endpoint.auth, credential);
  const headers: Record<string, string> = {
    accept: "application/json, text/event-stream",
    "content-type": "application/json",
    "anthropic-version": endpoint.version,
  };
  const allBetas = new Set([...endpoint.betas, ...betas]);
  if (allBetas.size > 0) headers["anthropic-beta"] = [...allBetas].join(",");
  let credentials = auth ? 1 : 0;
  for (const [name, value] of Object.entries({ ...endpoint.headers, ...extra })) {
    const lower = name.toLowerCase();
    if (lower === auth?.name || (credentialHeaders.has(lower) && credentials++ > 0)) continue;
    headers[lower] = value;
  }
  if (auth) headers[auth.name] = auth.value;
  return headers;
}

const credentialHeaders = new Set(["authorization", "x-api-key", "api-key"]);

function authHeader(auth: AuthStyle, credential: string): { name: string; value: string } | undefined {
  if (auth === "none") return undefined;
  if (auth === "bearer") return { name: "authorization", value: `Bearer ${credential}` };
  return { name: auth === "x-api-key" ? auth : auth.header.toLowerCase(), value: credential };
}
