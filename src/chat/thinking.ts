import type { Capabilities } from "../api/capabilities";
import type { Effort, MessageRequest, ThinkingConfig } from "../api/types";

/** Whether the model shall think; "default" leaves it to the model. */
export type Thinking = "default" | "on" | "off" | "betweenTools";

/** The API's least budget of manual thinking, in tokens. */
const LEAST_BUDGET = 1024;

/**
 * The request with thinking and effort as far as the model takes them (Messages API, thinking and output_config). Thinking that
 * is asked for comes as a summary; newer models show none by default.
 *
 * @param notes gets a sentence for each setting that was left out or changed
 */
export function withThinking(
  request: MessageRequest,
  { thinking, effort }: { readonly thinking: Thinking; readonly effort: Effort | undefined },
  { thinking: accepted, effort: efforts, effortNeedsThinking }: Capabilities,
  notes: string[],
): MessageRequest {
  const config = configFor(thinking, accepted.kinds, request.max_tokens);
  if (thinking !== "default" && !config) {
    notes.push(`Thinking "${thinking}" was not sent: ${request.model} does not take it.`);
  }
  const level = effortFor(effort, efforts, effortNeedsThinking && config !== undefined && !thinks(config));
  if (effort !== undefined && level !== effort) {
    const instead = level === undefined ? "was not sent" : `was lowered to ${level}`;
    notes.push(`Effort "${effort}" ${instead}: ${request.model} does not take it${level ? " without thinking" : ""}.`);
  }
  const sampled = config && thinks(config) ? withoutSampling(request, notes) : request;
  return {
    ...sampled,
    ...(config && { thinking: config }),
    ...(level && { output_config: { ...request.output_config, effort: level } }),
  };
}

/** Undefined when nothing is to be sent, or the model does not take it. */
export function configFor(
  thinking: Thinking,
  kinds: readonly ThinkingConfig["type"][],
  maxTokens: number,
): ThinkingConfig | undefined {
  switch (thinking) {
    case "default":
      return undefined;
    case "on":
      if (kinds.includes("adaptive")) return { type: "adaptive", display: "summarized" };
      // Half of the answer's limit is for thinking; it must stay below the whole.
      return kinds.includes("enabled") && maxTokens > LEAST_BUDGET
        ? { type: "enabled", budget_tokens: Math.max(LEAST_BUDGET, Math.floor(maxTokens / 2)), display: "summarized" }
        : undefined;
    case "off":
      return kinds.includes("disabled") ? { type: "disabled" } : undefined;
    case "betweenTools":
      return kinds.includes("between_tools") ? { type: "between_tools" } : undefined;
  }
}

/** Some models take effort above "high" only while they think. */
function effortFor(effort: Effort | undefined, accepted: readonly Effort[], atMostHigh: boolean): Effort | undefined {
  if (effort === undefined || !accepted.includes(effort)) return undefined;
  return atMostHigh && (effort === "xhigh" || effort === "max") ? "high" : effort;
}

export function thinks({ type }: ThinkingConfig): boolean {
  return type === "adaptive" || type === "enabled";
}

/** While a model thinks it takes no sampling parameters but their defaults. */
function withoutSampling(request: MessageRequest, notes: string[]): MessageRequest {
  const { temperature, top_p, top_k, ...rest } = request;
  if (temperature === undefined && top_p === undefined && top_k === undefined) return request;
  notes.push("temperature, top-p and top-k were not sent: thinking is on.");
  return rest;
}
