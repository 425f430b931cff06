import type { Core, Reply } from "./core";
import type { BatchObject } from "./batches";
import type { Dialect } from "./dialects";
import { ApiError, errorBody, invalid, notFound } from "./errors";
import { findModel, listedModels } from "./models";
import { askCore, bodyOf, json, mapEvents, openAiModel, requireBearer, requireKey, retell } from "./dialect-kit";
import type { Json } from "./schema";
import type { Step } from "./sse";

/** AI/ML API: Bearer only, 201, tools also as OpenAI has them, its own error shape and batch endpoints. */
export const aimlapi: Dialect = {
  base: "",
  answer(request, core, key) {
    const { method, path, query } = request;
    if (method === "GET" && path === "/v1/models") return json({ data: aimlModels });
    requireBearer(request, key);
    const [, canceled] = /^\/v1\/batches\/cancel\/([^/]+)$/.exec(path) ?? [];
    switch (`${method} ${canceled === undefined ? path : "/v1/batches/cancel/*"}`) {
      case "POST /v1/messages":
      case "POST /messages": {
        const body = fromOpenAiTools(bodyOf(request));
        const model = String(body["model"]);
        const asked = { max_tokens: 1024, ...body, model: model.replace(/^anthropic\//, "") };
        return retell(answerAs(model, askCore(core, "/v1/messages", asked)), { status: 201, steps: billed });
      }
      case "POST /v1/batches":
        return json(ownBatch(askCore(core, "/v1/messages/batches", bodyOf(request))));
      case "POST /v1/batches/cancel/*":
        return json(ownBatch(askCore(core, `/v1/messages/batches/msg${canceled ?? ""}/cancel`, {})));
      case "GET /v1/batches":
        return pollBatch(core, query.get("batch_id") ?? "");
      default:
        throw notFound(`Cannot ${method} ${path}`);
    }
  },
  errorBody: (error, requestId, path) => ({
    requestId,
    statusCode: error.status,
    timestamp: "2026-11-21T12:00:00.000Z",
    path,
    message:
      error.status === 401
        ? "Unauthorized"
        : error.status === 403
          ? "You have run out of credits."
          : `${error.status} ${JSON.stringify(errorBody(error, requestId))}`,
  }),
  headers: (requestId) => ({
    "x-inference-id": requestId,
    "x-aimlapi-usd-spent": "0.0013",
    "x-aimlapi-credits-used": "2600",
  }),
};

/** The same model stands in the list once for each way to call it. */
const aimlModels = listedModels.flatMap((model) =>
  ["chat-completion", "responses"].map((type) => ({
    id: model.alias ?? model.id,
    type,
    info: {
      name: model.displayName,
      developer: "Anthropic",
      contextLength: model.contextWindow,
      outputMax: model.maxOutput,
    },
    aliases: [`anthropic/${model.id}`],
    tags: [],
  })),
);

/** The last chunk is no event: what the answer cost. */
function* billed(steps: Iterable<Step>): Generator<Step> {
  yield* steps;
  yield {
    raw: `data: ${JSON.stringify({ meta: { usage: { credits_used: 2600, usd_spent: 0.0013 } } })}\n\n`,
    tokens: 0,
  };
}

/** Tools and `tool_choice` of OpenAI in the shape of the Messages API. */
function fromOpenAiTools(body: Json): Json {
  const { tools, tool_choice: choice, ...rest } = body as { tools?: Json[]; tool_choice?: unknown };
  return {
    ...rest,
    ...(tools && {
      tools: tools.map((tool) => {
        if (tool["type"] !== "function") return tool;
        const { name, description, parameters } = tool["function"] as Json;
        return { name, description, input_schema: parameters };
      }),
    }),
    ...(choice !== undefined && { tool_choice: fromOpenAiChoice(choice) }),
  };
}

function fromOpenAiChoice(choice: unknown): unknown {
  if (choice === "auto" || choice === "none") return { type: choice };
  if (choice === "required") return { type: "any" };
  if (typeof choice !== "object" || choice === null || !("function" in choice)) return choice;
  return { type: "tool", name: (choice.function as { name: string }).name };
}

/** A batch of the core as it is called here: its id does not begin with `msg`, and no address leads to its results. */
function ownBatch(reply: Reply): BatchObject {
  const batch = (reply.kind === "json" ? reply.body : null) as BatchObject;
  return { ...batch, id: batch.id.replace(/^msg/, ""), results_url: null };
}

/** While it runs a status, in the end the lines of results, cancelled the batch itself. */
function pollBatch(core: Core, id: string): Reply {
  const headers = { "anthropic-version": "2023-06-01" };
  const get = (path: string) =>
    core.answer({ method: "GET", path, query: new URLSearchParams(), headers, body: undefined }, undefined);
  const batch = ownBatch(get(`/v1/messages/batches/msg${id}`));
  if (batch.cancel_initiated_at !== null) return json({ ...batch, status: "cancelled" });
  if (batch.processing_status !== "ended") return json({ id, status: "generating" });
  return get(`/v1/messages/batches/msg${id}/results`);
}

/** APIMart: whole answers come wrapped, refusals for lack of money too; the id of a model switches thinking on. */
export const apimart: Dialect = {
  base: "",
  answer(request, core, key) {
    requireKey(request, key);
    switch (`${request.method} ${request.path}`) {
      case "GET /v1/models": {
        const ids = listedModels.flatMap(({ id }) => [id, `${id}-thinking`]);
        return json({ object: "list", data: ids.map((id) => openAiModel(id, "anthropic")) });
      }
      case "POST /v1/messages":
        return wrapped(core, bodyOf(request));
      default:
        throw notFound("Not Found");
    }
  },
  errorBody: (error) => ({ code: error.status, message: error.message }),
  headers: () => ({}),
};

function wrapped(core: Core, body: Json): Reply {
  const model = String(body["model"]);
  if (Array.isArray(body["stop_sequences"]) && body["stop_sequences"].length > 4) {
    throw invalid("stop_sequences: at most 4");
  }
  const asked = model.endsWith("-thinking") ? thinkingOn(body, model.slice(0, -"-thinking".length)) : body;
  try {
    return retell(answerAs(model, askCore(core, "/v1/messages", asked)), {
      body: (message) => ({ code: 200, data: message }),
    });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    return json({ code: 403, message: "Insufficient balance" });
  }
}

function thinkingOn(body: Json, id: string): Json {
  if ("thinking" in body) throw invalid("thinking: chosen by the model id already");
  const adaptive = findModel(id)?.thinking.includes("adaptive") ?? false;
  const thinking = adaptive ? { type: "adaptive", display: "summarized" } : { type: "enabled", budget_tokens: 1024 };
  return { ...body, model: id, thinking };
}

/** OpenRouter: ids with a vendor, comments while one waits, `[DONE]` at the end, and what the answer cost. */
export const openrouter: Dialect = {
  base: "/api",
  answer(request, core, key) {
    const { method, path } = request;
    if (method === "GET" && path === "/v1/models") {
      return json({ data: openRouterModels, total_count: openRouterModels.length, links: { next: null } });
    }
    requireBearer(request, key);
    if (method !== "POST" || path !== "/v1/messages") throw notFound("Not Found");
    const body = bodyOf(request);
    for (const field of ["models", "provider", "plugins", "route", "session_id", "user"]) delete body[field];
    const id = String(body["model"]);
    // anthropic/claude-opus-5.5:beta → claude-opus-5-5
    const model = id
      .replace(/^~?anthropic\//, "")
      .replace(/:\w+$/, "")
      .replaceAll(".", "-");
    if (!id.replace("~", "").startsWith("anthropic/")) throw invalid(`${id} is not a valid model ID`);
    return retell(answerAs(id, askCore(core, "/v1/messages", { ...body, model })), {
      body: (message) => ({ ...message, usage: priced(message["usage"] as Json), provider: "Anthropic" }),
      steps: routed,
    });
  },
  errorBody: (error) => ({
    type: "error",
    error: { type: error.type, message: error.message, error_type: error.type.replace(/_error$/, "") },
    request_id: null,
  }),
  headers: () => ({}),
};

const openRouterModels = listedModels.map((model) => ({
  id: `anthropic/${(model.alias ?? model.id).replace(/(\d)-(\d)/, "$1.$2")}`,
  name: `Anthropic: ${model.displayName}`,
  context_length: model.contextWindow,
  architecture: { input_modalities: ["text", "image", "file"], output_modalities: ["text"] },
  pricing: {
    prompt: "0.000004",
    completion: "0.00002",
    input_cache_read: "0.0000002",
    input_cache_write: "0.000005",
    input_cache_write_1h: "0.000008",
  },
  supported_parameters: ["max_tokens", "tools", "tool_choice", "stop"],
  top_provider: { context_length: model.contextWindow, max_completion_tokens: model.maxOutput },
}));

/** USD at the prices of the list. */
function priced(usage: Json): Json {
  const cost = (Number(usage["input_tokens"]) * 4 + Number(usage["output_tokens"]) * 20) / 1e6;
  return { ...usage, cost, cost_details: { upstream_inference_cost: cost }, is_byok: false };
}

const processing: Step = { raw: ": OPENROUTER PROCESSING\n\n", tokens: 0 };

function* routed(steps: Iterable<Step>): Generator<Step> {
  yield processing;
  let count = 0;
  const events = mapEvents(steps, (event) =>
    event.type === "message_delta" ? { ...event, usage: priced(event["usage"] as Json) } : event,
  );
  for (const step of events) {
    if (++count % 10 === 0) yield processing;
    yield step;
  }
  yield { raw: "data: [DONE]\n\n", tokens: 0 };
}

/** The answer under the name that was asked for. */
function answerAs(model: string, reply: Reply): Reply {
  return retell(reply, {
    body: (message) => ({ ...message, model }),
    steps: (steps) =>
      mapEvents(steps, (event) =>
        event.type === "message_start" ? { ...event, message: { ...(event["message"] as Json), model } } : event,
      ),
  });
}
