import { checkCacheControl, totalTokens } from "./cache";
import { invalid } from "./errors";
import type { Dialogue } from "./headers";
import { type Attachments, readAttachments } from "./images";
import { type Model, usableModel } from "./models";
import { type Part, promptParts } from "./prefix";
import { type Json, type MessagesRequest, parseBody } from "./schema";
import { type Transformation, verifyThinking } from "./thinking";
import { checkMessages } from "./validate-messages";
import { checkParameters } from "./validate-parameters";
import { checkTools } from "./validate-tools";

/** A request that has passed every rule, with what was learned on the way. */
export interface ValidRequest {
  readonly body: MessagesRequest;
  readonly dialogue: Dialogue;
  readonly model: Model;
  readonly attachments: Attachments;
  readonly parts: readonly Part[];
  /** All input tokens, cached or not. */
  readonly inputTokens: number;
  readonly transformations: readonly Transformation[];
}

export type Purpose = "messages" | "count_tokens" | "batch";

/** Fields for counting, then those that only a request for an answer has (Messages API, request body). */
const countedFields = ["model", "messages", "system", "tools", "tool_choice", "thinking", "output_config"];
const cachedFields = ["cache_control", "speed"];
const answerFields = ["max_tokens", "stop_sequences", "metadata", "service_tier", "inference_geo", "container"];
const samplingFields = ["temperature", "top_p", "top_k"];

function allowedFields({ version, betas }: Dialogue, purpose: Purpose): Set<string> {
  const fields = new Set([...countedFields, ...cachedFields]);
  if (purpose !== "count_tokens") {
    for (const field of [...answerFields, "diagnostics"]) fields.add(field);
    if (version === "2023-06-01") for (const field of samplingFields) fields.add(field);
  }
  if (purpose === "messages") fields.add("stream");
  if (purpose === "batch") fields.delete("speed");
  if (betas.includes("context-management-2025-06-27")) fields.add("context_management");
  return fields;
}

/**
 * Checks a request body as the API does: first the shape of it, then the rules of model and version, then the
 * conversation. Throws an `ApiError` with the documented status and message for the first thing that is wrong.
 */
export function validateRequest(body: Json, dialogue: Dialogue, purpose: Purpose): ValidRequest {
  const allowed = allowedFields(dialogue, purpose);
  const extra = Object.keys(body).find((name) => !allowed.has(name));
  if (extra !== undefined) throw invalid(`${extra}: Extra inputs are not permitted`);

  const request = parseBody(body, purpose === "count_tokens");
  const model = usableModel(request.model);
  checkTools(request, model, dialogue);
  checkMessages(request, model, dialogue);
  checkParameters(request, model, dialogue, purpose);

  const attachments = readAttachments(request, model);
  const parts = promptParts(request, model, attachments);
  checkCacheControl(request, parts);
  const transformations = verifyThinking(request, model, parts);
  const inputTokens = totalTokens(parts);
  if (purpose !== "count_tokens") checkContext(inputTokens, request.max_tokens, model, dialogue);
  return { body: request, dialogue, model, attachments, parts, inputTokens, transformations };
}

function checkContext(inputTokens: number, maxTokens: number, model: Model, { betas }: Dialogue): void {
  const window = betas.includes("context-1m-2025-08-07") ? 1_000_000 : model.contextWindow;
  if (inputTokens > window) throw invalid(`prompt is too long: ${inputTokens} tokens > ${window} maximum`);
  // Newer models stop with model_context_window_exceeded instead.
  if (model.generation <= 4.5 && inputTokens + maxTokens > window) {
    throw invalid(
      `input length and max_tokens exceed context limit: ${inputTokens} + ${maxTokens} > ${window}, decrease input length or max_tokens and try again`,
    );
  }
}
