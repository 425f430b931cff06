import type { CapabilityOverride } from "./capabilities";
import { isObject, type JsonObject } from "./json";

export type DialectName = "anthropic" | "gateway" | "aimlapi" | "apimart" | "openrouter" | "ollama" | "local";

/** How a family of servers differs from the Messages API. Data and small functions; the client knows no names. */
export interface Dialect {
  /** What it does not support, whatever the model. */
  readonly limits: CapabilityOverride;
  /** Whether POST /v1/messages/count_tokens exists. */
  readonly countsTokens: boolean;
  /** Query of GET /v1/models. */
  readonly modelsQuery: Readonly<Record<string, string>>;
  readonly batches: BatchDialect | undefined;
  /** Rewrites the body of a message request. */
  readonly body?: (body: JsonObject) => JsonObject;
}

/** Where batches live. Ids are escaped already. */
export interface BatchDialect {
  /** POST creates; if `manage`, GET lists and DELETE of a path below it deletes. */
  readonly base: string;
  readonly retrieve: (id: string) => Location;
  readonly cancel: (id: string) => string;
  readonly results: (id: string) => Location;
  readonly manage: boolean;
}

interface Location {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
}

const anthropicBatches: BatchDialect = {
  base: "/v1/messages/batches",
  retrieve: (id) => ({ path: `/v1/messages/batches/${id}` }),
  cancel: (id) => `/v1/messages/batches/${id}/cancel`,
  results: (id) => ({ path: `/v1/messages/batches/${id}/results` }),
  manage: true,
};

/** AI/ML API: one address tells the state and, at the end, the results. */
const aimlapiBatches: BatchDialect = {
  base: "/v1/batches",
  retrieve: (id) => ({ path: "/v1/batches", query: { batch_id: decodeURIComponent(id) } }),
  cancel: (id) => `/v1/batches/cancel/${id}`,
  results: (id) => ({ path: "/v1/batches", query: { batch_id: decodeURIComponent(id) } }),
  manage: false,
};

/** Only Anthropic itself is known to take system messages in the middle of a conversation. */
const gateway: Dialect = {
  limits: { systemMessages: false },
  countsTokens: true,
  modelsQuery: {},
  batches: anthropicBatches,
};

/** Servers of open models that translate the Messages API: thinking without signature, no caching, no PDF. */
const local: Dialect = {
  limits: {
    ...gateway.limits,
    caching: "none",
    pdfPages: 0,
    citations: false,
    effort: [],
    serverTools: {},
    clientTools: {},
  },
  countsTokens: true,
  modelsQuery: {},
  batches: undefined,
};

export const dialects: Readonly<Record<DialectName, Dialect>> = {
  anthropic: {
    limits: { caching: "automatic", images: { base64Length: 10_000_000 }, eagerToolInput: true },
    countsTokens: true,
    modelsQuery: { limit: "1000" },
    batches: anthropicBatches,
  },
  gateway,
  aimlapi: {
    ...gateway,
    modelsQuery: { include: "pricing,capabilities" },
    batches: aimlapiBatches,
    body: (body) =>
      isObject(body["tool_choice"]) ? { ...body, tool_choice: openAiToolChoice(body["tool_choice"]) } : body,
  },
  apimart: { ...gateway, limits: { ...gateway.limits, maxStopSequences: 4 }, batches: undefined },
  openrouter: { ...gateway, countsTokens: false, batches: undefined },
  ollama: {
    ...local,
    limits: { ...local.limits, forcedTools: "refused", serverTools: { web_search: "web_search_20250305" } },
    countsTokens: false,
  },
  local,
};

/** AI/ML API takes OpenAI's tool choices beside Anthropic's; that calls come one at a time only the latter can say. */
function openAiToolChoice(choice: JsonObject): unknown {
  if (choice["disable_parallel_tool_use"] === true) return choice;
  if (choice["type"] === "any") return "required";
  if (choice["type"] === "tool") return { type: "function", function: { name: choice["name"] } };
  return choice["type"];
}
