import type { Dialect } from "./dialects";
import { errorBody, invalid, notFound } from "./errors";
import { askCore, bodyOf, json, mapEvents, openAiModel, requireKey, retell, without } from "./dialect-kit";
import type { Json } from "./schema";
import type { Step, StreamEvent } from "./sse";

/** Answers for all local models: old enough for prefill and manual thinking. */
const standIn = "claude-haiku-4-5";

/** What local servers read; they pass over all other fields. */
const knownFields = new Set(["messages", "max_tokens", "system", "stream", "stop_sequences", "tools"]);

/** The request as the core takes it: no fields that local servers do not know, no thinking that was never signed. */
function plainRequest(body: Json): Json {
  const known = Object.fromEntries(Object.entries(body).filter(([name]) => knownFields.has(name)));
  const plain = JSON.parse(
    JSON.stringify(known, (key, value: unknown) => (key === "cache_control" ? undefined : value)),
  );
  const { thinking } = body;
  const thinks =
    typeof thinking === "object" && thinking !== null && "type" in thinking && thinking.type !== "disabled";
  const room = Number(body["max_tokens"]) > 1024;
  return {
    ...(plain as Json),
    model: standIn,
    messages: ((plain as Json)["messages"] as Json[]).map((message) => withoutThinking(message)),
    ...(thinks && room && { thinking: { type: "enabled", budget_tokens: 1024 } }),
  };
}

function withoutThinking(message: Json): Json {
  const { content } = message;
  if (!Array.isArray(content)) return message;
  return { ...message, content: (content as Json[]).filter(({ type }) => type !== "thinking") };
}

/** Ollama: no signatures, no pings, no null fields, a tool's input in one piece. */
export const ollama: Dialect = {
  base: "",
  answer(request, core) {
    switch (`${request.method} ${request.path}`) {
      case "GET /v1/models":
        return json({ object: "list", data: ollamaModels.map((id) => openAiModel(id, "library")) });
      case "GET /api/tags":
        return json({ models: ollamaModels.map((name) => ({ name, model: name, size: 5_000_000_000 })) });
      case "POST /v1/messages": {
        const body = bodyOf(request);
        const model = String(body["model"]);
        if (!ollamaModels.includes(model)) throw notFound(`model '${model}' not found`);
        if (!(Number(body["max_tokens"]) > 0)) throw invalid("max_tokens is required and must be positive");
        if (JSON.stringify(body).includes('"type":"document"')) throw invalid("document blocks are not supported");
        return retell(askCore(core, "/v1/messages", plainRequest(body)), {
          body: (message) => ollamaMessage(message, model),
          steps: (steps) => ollamaSteps(steps, model),
        });
      }
      default:
        throw notFound("404 page not found");
    }
  },
  errorBody,
  headers: () => ({}),
};

const ollamaModels = ["qwen3:8b", "llama3.2-vision:11b", "gpt-oss:20b"];

function ollamaMessage(message: Json, model: string): Json {
  const { id, type, role, content, stop_reason: reason, usage } = message;
  return {
    id,
    type,
    role,
    model,
    content: (content as Json[]).map((block) => without(block, "signature", "citations", "caller")),
    ...(reason !== null && { stop_reason: reason === "stop_sequence" ? "end_turn" : reason }),
    usage: counts(usage as Json),
  };
}

function counts(usage: Json) {
  return { input_tokens: usage["input_tokens"], output_tokens: usage["output_tokens"] };
}

function* ollamaSteps(steps: Iterable<Step>, model: string): Generator<Step> {
  let input = { json: "", tokens: 0 };
  for (const step of steps) {
    const event = step.event && ollamaEvent(step.event, model);
    const delta = (event?.["delta"] ?? {}) as { partial_json?: string };
    if (delta.partial_json !== undefined) {
      input = { json: input.json + delta.partial_json, tokens: input.tokens + step.tokens };
      continue;
    }
    if (event?.type === "content_block_stop" && input.json !== "") {
      const whole = { type: "input_json_delta", partial_json: input.json };
      yield { event: { type: "content_block_delta", index: event["index"], delta: whole }, tokens: input.tokens };
      input = { json: "", tokens: 0 };
    }
    if (event) yield { event, tokens: step.tokens };
  }
}

function ollamaEvent(event: StreamEvent, model: string): StreamEvent | null {
  switch (event.type) {
    case "ping":
      return null;
    case "message_start":
      return { ...event, message: ollamaMessage(event["message"] as Json, model) };
    case "content_block_start":
      return { ...event, content_block: without(event["content_block"] as Json, "signature", "caller") };
    case "content_block_delta":
      return (event["delta"] as Json)["type"] === "signature_delta" ? null : event;
    case "message_delta": {
      const reason = (event["delta"] as Json)["stop_reason"];
      const delta = { stop_reason: reason === "stop_sequence" ? "end_turn" : reason };
      return { type: event.type, delta, usage: counts(event["usage"] as Json) };
    }
    default:
      return event;
  }
}

/** llama.cpp: all blocks are stopped at the end, a stop word is an end of turn, signatures are empty. */
export const llamacpp: Dialect = {
  base: "",
  answer(request, core, key) {
    requireKey(request, key);
    switch (`${request.method} ${request.path}`) {
      case "GET /v1/models": {
        const id = "gemma-3-12b-it-Q4_K_M.gguf";
        return json({ object: "list", data: [openAiModel(id, "llamacpp")], models: [{ name: id, model: id }] });
      }
      case "POST /v1/messages/count_tokens": {
        const asked = without(plainRequest(bodyOf(request)), "max_tokens", "stream", "stop_sequences");
        return askCore(core, "/v1/messages/count_tokens", asked);
      }
      case "POST /v1/messages": {
        const body = { max_tokens: 4096, ...bodyOf(request) };
        return retell(askCore(core, "/v1/messages", plainRequest(body)), {
          body: (message) => llamaMessage(message, body),
          steps: (steps) => stoppedLast(mapEvents(steps, (event) => llamaEvent(event, body))),
        });
      }
      default:
        throw notFound("File Not Found");
    }
  },
  errorBody: (error) => ({
    error: { code: error.status, message: error.message, type: error.type },
  }),
  headers: () => ({ server: "llama.cpp" }),
};

function llamaMessage(message: Json, { model }: Json): Json {
  const reason = message["stop_reason"];
  return {
    ...message,
    model,
    content: (message["content"] as Json[]).map(unsigned),
    stop_reason: reason === "stop_sequence" ? "end_turn" : reason,
    usage: counts(message["usage"] as Json),
  };
}

function unsigned(block: Json): Json {
  return "signature" in block ? { ...block, signature: "" } : block;
}

function llamaEvent(event: StreamEvent, body: Json): StreamEvent | null {
  switch (event.type) {
    case "ping":
      return null;
    case "message_start":
      return { ...event, message: llamaMessage(event["message"] as Json, body) };
    case "content_block_start":
      return { ...event, content_block: without(event["content_block"] as Json, "input", "caller") };
    case "content_block_delta": {
      const delta = event["delta"] as Json;
      return delta["type"] === "signature_delta" ? { ...event, delta: { ...delta, signature: "" } } : event;
    }
    case "message_delta": {
      const delta = event["delta"] as Json;
      const reason = delta["stop_reason"];
      return {
        type: event.type,
        delta: { ...delta, stop_reason: reason === "stop_sequence" ? "end_turn" : reason },
        usage: { output_tokens: (event["usage"] as Json)["output_tokens"] },
      };
    }
    default:
      return event;
  }
}

/** All `content_block_stop` events just before the end of the message. */
function* stoppedLast(steps: Iterable<Step>): Generator<Step> {
  const stops: Step[] = [];
  for (const step of steps) {
    if (step.event?.type === "content_block_stop") {
      stops.push(step);
      continue;
    }
    if (step.event?.type === "message_delta") yield* stops;
    yield step;
  }
}
