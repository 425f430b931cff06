import { asCount, isObject, type JsonObject } from "./json";
import type { Usage } from "./types";

/**
 * The usage so far with a newer report merged in. Reports are cumulative, so a field that is set replaces the older one
 * (Messages API, streaming). Deviation: an input of 0 after a larger one is a known gateway fault and is ignored.
 */
export function mergeUsage(usage: Usage, report: unknown): Usage {
  if (!isObject(report)) return usage;
  const news = Object.fromEntries(
    Object.entries({ ...clean(fromOpenAi(report)) }).filter(([, value]) => value !== null && value !== undefined),
  ) as Usage;
  if (news.input_tokens === 0 && (usage.input_tokens ?? 0) > 0) delete news.input_tokens;
  return { ...usage, ...news };
}

/** Keeps every field, but a count only as a number: some gateways send strings, floats or negative numbers. */
function clean(report: JsonObject): JsonObject {
  const entries = Object.entries(report).map(([name, value]): [string, unknown] => {
    if (/_(tokens|requests)$|^cost$/.test(name)) return [name, asCount(value)];
    if (Array.isArray(value)) return [name, value.map((item: unknown) => (isObject(item) ? clean(item) : item))];
    return [name, isObject(value) ? clean(value) : value];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Translates OpenAI's names. Its prompt_tokens include what was read from the cache, Anthropic's input_tokens do not. */
function fromOpenAi(report: JsonObject): JsonObject {
  const prompt = asCount(report["prompt_tokens"]);
  const completion = asCount(report["completion_tokens"]);
  if (prompt === undefined && completion === undefined) return report;
  const details = report["prompt_tokens_details"];
  const cached = isObject(details) ? asCount(details["cached_tokens"]) : undefined;
  return {
    ...(prompt !== undefined && { input_tokens: Math.max(0, prompt - (cached ?? 0)) }),
    ...(cached !== undefined && { cache_read_input_tokens: cached }),
    ...(completion !== undefined && { output_tokens: completion }),
    ...report,
  };
}
