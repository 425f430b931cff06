import * as v from "valibot";
import { workspace } from "vscode";
import type { Parameters } from "../chat/request";

export const DEFAULT_MAX_TOKENS = 16_000;
export const DEFAULT_MODEL = "anthropic/claude-sonnet-5-5";

/** A setting of the wrong type counts as not set: the settings editor has already marked it. */
const optional = <T>(schema: v.GenericSchema<unknown, T>) => v.fallback(v.optional(schema), undefined);

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const modelReference = v.pipe(v.string(), v.regex(/^[^/\s]+\/\S+$/));
const text = v.pipe(v.string(), v.nonEmpty());

const schemas = {
  model: optional(modelReference),
  systemPrompt: optional(text),
  maxTokens: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(1)), DEFAULT_MAX_TOKENS),
  temperature: optional(share),
  topP: optional(share),
  topK: optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  stopSequences: optional(v.array(v.pipe(v.string(), v.regex(/\S/)))),
  thinking: v.fallback(v.picklist(["default", "on", "off", "betweenTools"]), "default"),
  effort: optional(v.picklist(["low", "medium", "high", "xhigh", "max"])),
  caching: v.fallback(v.picklist(["off", "5m", "1h"]), "5m"),
  titles: v.fallback(v.picklist(["firstMessage", "model"]), "firstMessage"),
  monthlyBudget: optional(v.pipe(v.number(), v.minValue(0))),
  "explain.prompt": optional(text),
  "explain.model": optional(modelReference),
  "describe.prompt": optional(text),
  "describe.model": optional(modelReference),
} as const;

type Schemas = typeof schemas;

/** The setting `sidenote.<name>` as it is now; undefined when it is not set. */
export function setting<N extends keyof Schemas>(name: N): v.InferOutput<Schemas[N]> {
  return v.parse(schemas[name], workspace.getConfiguration("sidenote").get(name) ?? undefined);
}

/** The parameters of the API that the user set, read at the time of sending. */
export function readParameters(): Parameters {
  const systemPrompt = setting("systemPrompt");
  const temperature = setting("temperature");
  const topP = setting("topP");
  const topK = setting("topK");
  const stopSequences = setting("stopSequences");
  const effort = setting("effort");
  return {
    maxTokens: setting("maxTokens"),
    caching: setting("caching"),
    thinking: setting("thinking"),
    ...(systemPrompt === undefined ? {} : { systemPrompt }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
    ...(effort === undefined ? {} : { effort }),
    ...(stopSequences === undefined ? {} : { stopSequences }),
  };
}
