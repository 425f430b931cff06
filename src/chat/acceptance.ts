import type { ParameterName, Parameters } from "./parameters";
import { citesDocuments, type Model } from "./request";
import { configFor, thinks } from "./thinking";

/** What a model makes of a parameter, in sentences for the user. `requestFor` goes by the same rules; a test holds the two together. */
export interface Acceptance {
  /** Why it is not sent at all. */
  readonly refusal?: string;
  /** What is sent instead, or what to know. */
  readonly hint?: string;
  /** Values that are not sent. */
  readonly unavailable?: readonly string[];
}

/** The request field of each parameter that an endpoint can refuse by name. */
const fields: { readonly [N in ParameterName]?: string } = {
  systemPrompt: "system",
  temperature: "temperature",
  topP: "top_p",
  topK: "top_k",
  stopSequences: "stop_sequences",
  thinking: "thinking",
  effort: "output_config",
  caching: "cache_control",
};

/** What becomes of a parameter with this model, whatever its value, beside the other parameters as they are. */
export function acceptanceOf(name: ParameterName, parameters: Parameters, model: Model): Acceptance {
  const field = fields[name];
  if (field !== undefined && model.refused.includes(field)) {
    return { refusal: `${model.id} refused it before. Select the model again to try anew.` };
  }
  const { id, capabilities } = model;
  const config = configFor(parameters.thinking, capabilities.thinking.kinds, parameters.maxTokens);
  const thinking = config !== undefined && thinks(config);
  switch (name) {
    case "maxTokens":
      return capabilities.maxOutput === undefined
        ? {}
        : { hint: `At most ${capabilities.maxOutput.toLocaleString("en")} for ${id}.` };
    case "temperature":
    case "topP":
    case "topK":
      if (capabilities.sampling === "refused") return { refusal: `${id} does not take it.` };
      if (capabilities.sampling === "defaultOnly") return { refusal: `${id} takes no other value than its own.` };
      if (thinking) return { refusal: "Not sent while thinking is on." };
      return name === "topP" && parameters.temperature !== undefined
        ? { refusal: "Not sent while a temperature is set: models take one of the two." }
        : {};
    case "stopSequences":
      return capabilities.maxStopSequences === undefined
        ? {}
        : { hint: `Only the first ${capabilities.maxStopSequences} are sent to ${id}.` };
    case "thinking":
      return thinkingAcceptance(model, parameters.maxTokens);
    case "effort":
      return effortAcceptance(model, config !== undefined && !thinking);
    case "caching":
      return capabilities.caching === "none" ? { refusal: "The endpoint knows no caching." } : {};
    case "citations":
      return citesDocuments(capabilities) ? {} : { refusal: `${id} gives no citations.` };
    case "prefill":
      if (capabilities.prefill === false) return { refusal: `${id} does not take it.` };
      if (thinking) return { refusal: "Not sent while thinking is on." };
      return capabilities.prefill === undefined ? { hint: `It is not known whether ${id} goes on from it.` } : {};
    case "systemPrompt":
    case "tools":
    case "parallelTools":
    case "toolChoice":
      return {};
  }
}

function thinkingAcceptance({ id, capabilities }: Model, maxTokens: number): Acceptance {
  const { kinds, default: without } = capabilities.thinking;
  if (kinds.length === 0) return { refusal: `${id} cannot be told whether to think.` };
  const unavailable = (["on", "off", "betweenTools"] as const).filter((value) => !configFor(value, kinds, maxTokens));
  return { unavailable, hint: `${id} ${without === "on" ? "thinks" : "does not think"} unless told otherwise.` };
}

function effortAcceptance({ id, capabilities }: Model, quiet: boolean): Acceptance {
  const { effort, defaultEffort, effortNeedsThinking } = capabilities;
  if (effort.length === 0) return { refusal: `${id} does not take it.` };
  const most = effortNeedsThinking && quiet ? " Above high only while it thinks." : "";
  const unavailable = (["low", "medium", "high", "xhigh", "max"] as const).filter((level) => !effort.includes(level));
  return { unavailable, hint: `Not set, ${id} works with ${defaultEffort}.${most}` };
}
