import type { JsonObject } from "./json";
import { isObject } from "./json";

export type DialectName = "anthropic" | "gateway" | "aimlapi" | "apimart" | "openrouter" | "ollama" | "local";

/** How a family of servers differs from the Messages API. Data and small functions; the client knows no names. */
export interface Dialect {
  /** Rewrites the body of a message request. */
  readonly body?: (body: JsonObject) => JsonObject;
  /** Query of GET /v1/models. */
  readonly modelsQuery: Readonly<Record<string, string>>;
}

const openAiModels = {};

export const dialects: Readonly<Record<DialectName, Dialect>> = {
  anthropic: { modelsQuery: { limit: "1000" } },
  gateway: { modelsQuery: openAiModels },
  aimlapi: {
    modelsQuery: { include: "pricing,capabilities" },
    body: (body) =>
      isObject(body["tool_choice"]) ? { ...body, tool_choice: openAiToolChoice(body["tool_choice"]) } : body,
  },
  apimart: { modelsQuery: openAiModels },
  openrouter: { modelsQuery: openAiModels },
  ollama: { modelsQuery: openAiModels },
  local: { modelsQuery: openAiModels },
};

/** AI/ML API takes OpenAI's tool choices. */
function openAiToolChoice(choice: JsonObject): unknown {
  switch (choice["type"]) {
    case "any":
      return "required";
    case "tool":
      return { type: "function", function: { name: choice["name"] } };
    default:
      return choice["type"];
  }
}
