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

/** Where batches live. */
export interface BatchDialect {
  readonly retrieve: (id: string) => { readonly path: string; readonly query?: Readonly<Record<string, string>> };
  readonly cancel: (id: string) => string;
  /** Undefined: `retrieve` gives the results once there are any. */
  readonly results: ((id: string) => string) | undefined;
  /** Whether batches can be listed and deleted. */
  readonly manage: boolean;
}

const anthropicBatches: BatchDialect = {
  retrieve: (id) => ({ path: `/v1/messages/batches/${id}` }),
  cancel: (id) => `/v1/messages/batches/${id}/cancel`,
  results: (id) => `/v1/messages/batches/${id}/results`,
  manage: true,
};

const gateway: Dialect = { limits: {}, countsTokens: true, modelsQuery: {}, batches: anthropicBatches };

/** Servers of open models that translate the Messages API: thinking without signature, no caching, no PDF. */
const local: Dialect = {
  limits: { caching: "none", pdfPages: 0, systemMessages: false, effort: [] },
  countsTokens: true,
  modelsQuery: {},
  batches: undefined,
};

export const dialects: Readonly<Record<DialectName, Dialect>> = {
  anthropic: {
    limits: { caching: "automatic", images: { base64Length: 10_000_000 } },
    countsTokens: true,
    modelsQuery: { limit: "1000" },
    batches: anthropicBatches,
  },
  gateway,
  aimlapi: {
    ...gateway,
    modelsQuery: { include: "pricing,capabilities" },
    batches: {
      retrieve: (id) => ({ path: "/v1/batches", query: { batch_id: id } }),
      cancel: (id) => `/v1/batches/cancel/${id}`,
      results: undefined,
      manage: false,
    },
    body: (body) =>
      isObject(body["tool_choice"]) ? { ...body, tool_choice: openAiToolChoice(body["tool_choice"]) } : body,
  },
  apimart: { ...gateway, limits: { maxStopSequences: 4 }, batches: undefined },
  openrouter: { ...gateway, countsTokens: false, batches: undefined },
  ollama: { ...local, limits: { ...local.limits, forcedTools: "refused" }, countsTokens: false },
  local,
};

/** AI/ML API takes OpenAI's tool choices. */
function openAiToolChoice(choice: JsonObject): unknown {
  if (choice["type"] === "any") return "required";
  if (choice["type"] === "tool") return { type: "function", function: { name: choice["name"] } };
  return choice["type"];
}
