import type { Capabilities } from "../../api/capabilities";
import { asText, isObject, isTooDeep, type JsonObject } from "../../api/json";
import { base64Of, blocksOf, type FileFacts } from "../inputTokens";

/** `custom_id` of the Messages API. */
const CUSTOM_ID = /^[a-zA-Z0-9_-]{1,64}$/;

/** Not allowed in the params of a batch (Messages API, batches). */
const notInBatches = ["stream", "speed", "fallbacks", "thread", "billing_policy", "fallback_credit_token"];

export function customIdProblem(id: unknown): string | undefined {
  if (typeof id !== "string" || id === "") return "There is no custom_id.";
  if (CUSTOM_ID.test(id)) return undefined;
  return `The custom_id “${id.slice(0, 80)}” is not 1 to 64 letters, digits, “_” and “-”.`;
}

/**
 * What the API or the model would refuse in the params of a request, one sentence each; none when nothing is known to be wrong.
 *
 * @param capabilities of a model by its id
 */
export function requestProblems(
  params: unknown,
  capabilities: (model: string) => Capabilities,
  imageSize: FileFacts["imageSize"],
): string[] {
  if (!isObject(params)) return ["“params” is not an object."];
  if (isTooDeep(params)) return ["“params” is nested too deeply."];
  const { model, max_tokens: maxTokens, messages } = params;
  const problems = notInBatches
    .filter((field) => field in params)
    .map((field) => `“${field}” is not allowed in a batch.`);
  if (!Array.isArray(messages) || messages.length === 0) problems.push("There are no messages.");
  else if (!isObject(messages[0]) || messages[0]["role"] !== "user")
    problems.push("The first message must be the user’s.");
  if (!Number.isInteger(maxTokens) || Number(maxTokens) < 1) problems.push("“max_tokens” must be 1 or more.");
  if (typeof model !== "string" || model === "") return [...problems, "There is no model."];
  const able = capabilities(model);
  const refused = [
    ...samplingProblems(params, able),
    ...thinkingProblems(params, able),
    ...messageProblems(Array.isArray(messages) ? messages : [], able, imageSize),
  ];
  if (able.maxOutput !== undefined && Number(maxTokens) > able.maxOutput) {
    refused.push(`“max_tokens” is ${Number(maxTokens)}; ${model} allows ${able.maxOutput}`);
  }
  const { stop_sequences: stops } = params;
  if (able.maxStopSequences !== undefined && Array.isArray(stops) && stops.length > able.maxStopSequences) {
    refused.push(`${model} takes ${able.maxStopSequences} stop sequences`);
  }
  return [...problems, ...refused.map((what) => `${what.replace("%", model)}.`)];
}

/** % stands for the model. */
function samplingProblems(params: JsonObject, { sampling }: Capabilities): string[] {
  if (sampling === "accepted") return [];
  const harmless: Readonly<Record<string, (value: unknown) => boolean>> = {
    temperature: (value) => sampling === "defaultOnly" && value === 1,
    top_p: (value) => sampling === "defaultOnly" && Number(value) >= 0.99,
    top_k: () => false,
  };
  const refused = Object.entries(harmless).filter(([name, allows]) => name in params && !allows(params[name]));
  return refused.map(([name]) => `% does not take “${name}”`);
}

function thinkingProblems(params: JsonObject, able: Capabilities): string[] {
  const thinking = isObject(params["thinking"]) ? params["thinking"] : undefined;
  const effort = isObject(params["output_config"]) ? params["output_config"]["effort"] : undefined;
  const choice = isObject(params["tool_choice"]) ? params["tool_choice"]["type"] : undefined;
  const forced = choice === "any" || choice === "tool";
  const manual = thinking?.["type"] === "enabled";
  const problems: string[] = [];
  if (thinking && !able.thinking.kinds.some((kind) => kind === thinking["type"])) {
    problems.push(`% does not take thinking “${asText(thinking["type"])}”`);
  }
  if (manual && !(Number(thinking["budget_tokens"]) >= 1024)) problems.push("“budget_tokens” must be 1024 or more");
  if (effort !== undefined && !able.effort.some((level) => level === effort)) {
    problems.push(`% does not take effort “${asText(effort)}”`);
  }
  if (forced && (able.forcedTools === "refused" || (able.forcedTools === "withoutManualThinking" && manual))) {
    problems.push(`% does not take tool_choice “${choice}”${manual ? " with thinking" : ""}`);
  }
  return problems;
}

function messageProblems(
  messages: readonly unknown[],
  able: Capabilities,
  imageSize: FileFacts["imageSize"],
): string[] {
  const problems: string[] = [];
  const last = messages.at(-1);
  if (able.prefill === false && isObject(last) && last["role"] === "assistant") {
    problems.push("% does not take the beginning of an answer; the last message must be the user’s");
  }
  if (!able.systemMessages && messages.some((message) => isObject(message) && message["role"] === "system")) {
    problems.push("% does not take system messages among the others; use “system”");
  }
  const images = blocksOf(messages, "image");
  if (images.length === 0) return problems;
  if (!able.images) return [...problems, "% takes no images"];
  const { maxCount, base64Length, maxEdge, many } = able.images;
  if (images.length > maxCount) problems.push(`% takes at most ${maxCount} images`);
  const data = images.map(base64Of).filter((text) => text !== undefined);
  if (data.some(({ length }) => length > base64Length)) {
    problems.push(`An image is larger than ${base64Length} characters of base64`);
  }
  const edges = data.map((text) => {
    const { width, height } = imageSize(text) ?? { width: 0, height: 0 };
    return Math.max(width, height);
  });
  const most = images.length > many.count ? many.maxEdge : maxEdge;
  const longest = Math.max(0, ...edges);
  if (longest > most) {
    const where = images.length > many.count ? ` with more than ${many.count} images` : "";
    problems.push(`An image has ${longest} pixels on a side; at most ${most} are allowed${where}`);
  }
  return problems;
}
