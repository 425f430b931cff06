import { asCount, asText, isObject, type JsonObject } from "./json";
import type { ModelInfo, Prices } from "./types";

/**
 * The models in a reply to GET /v1/models: Anthropic's list old and new, OpenAI's, OpenRouter's, AI/ML API's, Ollama's
 * `models`, a bare array, or one of them wrapped as `{code, data}`. Undefined if it is none of these.
 */
export function readModels(reply: unknown): ModelInfo[] | undefined {
  const list = Array.isArray(reply) ? reply : isObject(reply) ? (reply["data"] ?? reply["models"]) : undefined;
  if (isObject(list)) return readModels(list);
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((entry) => (typeof entry === "string" ? [{ id: entry, displayName: entry }] : readModel(entry)));
}

function readModel(entry: unknown): ModelInfo[] {
  if (!isObject(entry)) return [];
  const id = asText(entry["id"]) || asText(entry["name"]);
  if (id === "") return [];
  const info = object(entry["info"]); // AI/ML API
  const provider = object(entry["top_provider"]); // OpenRouter
  const contextWindow = firstCount(
    entry["max_input_tokens"],
    entry["context_length"],
    info["contextLength"],
    entry["max_model_len"],
  );
  const maxTokens = firstCount(entry["max_tokens"], provider["max_completion_tokens"], info["outputMax"]);
  const prices = readPrices(object(entry["pricing"]));
  const capabilities = entry["capabilities"];
  const lifecycle = lifecycles.find((value) => value === entry["lifecycle"]);
  return [
    {
      id,
      displayName: asText(entry["display_name"]) || asText(info["name"]) || asText(entry["name"]) || id,
      ...(contextWindow !== undefined && { contextWindow }),
      ...(maxTokens !== undefined && { maxTokens }),
      ...(lifecycle && { lifecycle }),
      ...(asText(entry["deprecated_at"]) !== "" && { deprecatedAt: asText(entry["deprecated_at"]) }),
      ...(asText(entry["retires_at"]) !== "" && { retiresAt: asText(entry["retires_at"]) }),
      ...(isObject(capabilities) && { capabilities }),
      ...(prices && { prices }),
    },
  ];
}

const lifecycles = ["active", "deprecated", "retired"] as const;

/** OpenRouter's prices: US dollars per token, as strings. */
function readPrices(pricing: JsonObject): Prices | undefined {
  const perMillion = (name: string) => {
    const price = asCount(pricing[name]);
    return price === undefined ? undefined : Number((price * 1e6).toPrecision(12));
  };
  const input = perMillion("prompt");
  const output = perMillion("completion");
  if (input === undefined || output === undefined) return undefined;
  const cacheWrite5m = perMillion("input_cache_write") ?? input;
  return {
    input,
    output,
    cacheRead: perMillion("input_cache_read") ?? input,
    cacheWrite5m,
    cacheWrite1h: perMillion("input_cache_write_1h") ?? cacheWrite5m,
  };
}

function object(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function firstCount(...values: unknown[]): number | undefined {
  return values.map(asCount).find((value) => value !== undefined && value > 0);
}
