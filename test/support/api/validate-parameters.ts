import { invalid } from "./errors";
import type { Dialogue } from "./headers";
import type { Model } from "./models";
import type { MessagesRequest, Thinking } from "./schema";
import type { Purpose } from "./validate-request";

/** Rules of the top-level fields that depend on the model, on the version or on each other. */
export function checkParameters(request: MessagesRequest, model: Model, dialogue: Dialogue, purpose: Purpose): void {
  if (purpose !== "count_tokens") checkMaxTokens(request, model, dialogue, purpose);
  checkThinking(request, model, dialogue);
  checkEffort(request, model, dialogue);
  checkSampling(request, model);

  if (request.stop_sequences?.some((sequence) => sequence.trim() === "")) {
    throw invalid("stop_sequences: each stop sequence must contain non-whitespace");
  }
  if (request.speed === "fast" && !model.fast) throw invalid(`speed: 'fast' is not supported for ${model.id}`);
  if (typeof request.inference_geo === "string" && model.generation < 4.6) {
    throw invalid(`inference_geo: not supported for ${model.id}`);
  }
  if (dialogue.betas.includes("context-1m-2025-08-07") && !hasMillionTokens(model)) {
    throw invalid(`anthropic-beta: context-1m-2025-08-07 is not available for ${model.id}`);
  }
}

function hasMillionTokens(model: Model): boolean {
  return model.generation >= 4.6 || (model.line === "sonnet" && model.generation === 4.5);
}

function checkMaxTokens(request: MessagesRequest, model: Model, { betas }: Dialogue, purpose: Purpose): void {
  const { max_tokens: maxTokens, thinking, tool_choice: choice } = request;
  if (
    thinking?.type === "enabled" &&
    thinking.budget_tokens >= maxTokens &&
    !betas.includes("interleaved-thinking-2025-05-14")
  ) {
    throw invalid("`max_tokens` must be greater than `thinking.budget_tokens`.");
  }
  if (maxTokens > model.maxOutput) {
    throw invalid(
      `max_tokens: ${maxTokens} > ${model.maxOutput}, which is the maximum allowed number of output tokens for ${model.id}`,
    );
  }
  if (maxTokens > 0) return;
  // Zero only warms the cache.
  const conflict = request.stream
    ? "stream"
    : thinking?.type === "enabled"
      ? "thinking"
      : request.output_config?.format
        ? "output_config.format"
        : choice?.type === "any" || choice?.type === "tool"
          ? "tool_choice"
          : purpose === "batch"
            ? "batches"
            : null;
  if (conflict) throw invalid(`max_tokens: 0 cannot be combined with ${conflict}`);
}

function checkThinking(request: MessagesRequest, model: Model, { betas }: Dialogue): void {
  const { thinking, tool_choice: choice } = request;
  if (!thinking) return;
  if (!model.thinking.includes(thinking.type)) {
    throw invalid(
      thinking.type === "adaptive"
        ? "adaptive thinking is not supported on this model"
        : `"thinking.type.${thinking.type}" is not supported for this model.`,
    );
  }
  if (displayOf(thinking) === "updates" && !betas.includes("thinking-display-updates-2026-08-18")) {
    throw invalid(`thinking.${thinking.type}.display: Input should be 'summarized', 'omitted'`);
  }
  if (thinking.block_binding && !betas.includes("thinking-binding-controls-2026-08-01")) {
    throw invalid(`thinking.${thinking.type}.block_binding: Extra inputs are not permitted`);
  }
  if (thinking.type !== "enabled") return;
  if (choice?.type === "any" || choice?.type === "tool") {
    throw invalid("Thinking may not be enabled when tool_choice forces tool use.");
  }
}

function displayOf(thinking: Thinking): string | undefined {
  return thinking.type === "disabled" ? undefined : thinking.display;
}

function checkEffort(request: MessagesRequest, model: Model, { betas }: Dialogue): void {
  const { effort, format, task_budget: budget } = request.output_config ?? {};
  if (budget && !betas.includes("task-budgets-2026-03-13")) {
    throw invalid("output_config.task_budget: Extra inputs are not permitted");
  }
  if (effort && !model.efforts.includes(effort)) {
    throw invalid(
      model.efforts.length === 0
        ? "output_config.effort: This model does not support the effort parameter."
        : `output_config.effort: This model does not support effort level '${effort}'. Supported levels: ${model.efforts.join(", ")}.`,
    );
  }
  const quiet = request.thinking?.type === "disabled" || request.thinking?.type === "between_tools";
  if (quiet && model.cappedEffort && (effort === "xhigh" || effort === "max")) {
    throw invalid(`output_config.effort: '${effort}' needs thinking; with thinking off the highest is 'high'`);
  }
  if (format) checkSchemaSubset(format.schema, "output_config.format.schema");
}

/** The part of JSON Schema that constrained decoding knows (Messages API, structured outputs). */
export function checkSchemaSubset(schema: unknown, path: string): void {
  if (typeof schema !== "object" || schema === null) return;
  if (Array.isArray(schema)) {
    for (const [index, entry] of schema.entries()) checkSchemaSubset(entry, `${path}.${index}`);
    return;
  }
  const keys = new Set(Object.keys(schema));
  if ("type" in schema && schema.type === "object") {
    if (!("additionalProperties" in schema) || schema.additionalProperties !== false) {
      throw invalid(`${path}: For 'object' type, 'additionalProperties' must be explicitly set to false`);
    }
  }
  for (const name of ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]) {
    if (keys.has(name)) throw invalid(`${path}: For 'number' type, property '${name}' is not supported`);
  }
  for (const name of ["minLength", "maxLength"]) {
    if (keys.has(name)) throw invalid(`${path}: For 'string' type, property '${name}' is not supported`);
  }
  if ("$ref" in schema && schema.$ref === "#") throw invalid(`${path}: recursive schemas are not supported`);
  for (const [name, entry] of Object.entries(schema)) {
    if (name === "properties" || name === "$defs") {
      for (const [key, inner] of Object.entries(entry as object)) checkSchemaSubset(inner, `${path}.${name}.${key}`);
    } else if (name !== "enum" && name !== "const" && name !== "default") {
      checkSchemaSubset(entry, `${path}.${name}`);
    }
  }
}

function checkSampling(request: MessagesRequest, model: Model): void {
  const { temperature, top_p: topP, top_k: topK } = request;
  if (model.generation >= 4.7) {
    if (temperature !== undefined && temperature !== 1) {
      throw invalid("temperature: only the default (1) is supported for this model");
    }
    if (topP !== undefined && topP < 0.99)
      throw invalid("top_p: only values of 0.99 and more are supported for this model");
    if (topK !== undefined) throw invalid("top_k: not supported for this model");
    return;
  }
  if (temperature !== undefined && topP !== undefined) {
    throw invalid("`temperature` and `top_p` cannot both be specified for this model. Please use only one.");
  }
  if (request.thinking?.type !== "enabled" && request.thinking?.type !== "adaptive") return;
  if (temperature !== undefined && temperature !== 1) {
    throw invalid("`temperature` may only be set to 1 when thinking is enabled.");
  }
  if (topK !== undefined) throw invalid("`top_k` must be unset when thinking is enabled.");
  if (topP !== undefined && topP < 0.95) {
    throw invalid("`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.");
  }
}
