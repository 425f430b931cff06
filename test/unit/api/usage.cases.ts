/** Wire cases E: usage and stop reasons. */
import { event, events } from "./harness";
import { messageDelta, messageStop, start, text, type WireCase } from "./wire";

const body = text(0, "one");

/** A message with this usage at its start and in its deltas. */
const used = (first: unknown, ...later: readonly unknown[]) =>
  events(start({ usage: first }), ...body, ...later.map((usage) => ({ ...messageDelta(), usage })), messageStop);

const stopped = (reason: unknown, more = {}) =>
  events(start(), ...body, messageDelta(reason)).replace(
    '"stop_sequence":null}',
    `"stop_sequence":null,${JSON.stringify(more).slice(1)}`.replace(",}", "}"),
  ) + event(messageStop);

const split = { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 300 };

export const usageCases: readonly WireCase[] = [
  {
    name: "E1 no usage at the start",
    wire: used(undefined, { output_tokens: 9 }),
    message: { usage: { output_tokens: 9 } },
  },
  {
    name: "E1 no usage in the delta",
    wire: used({ input_tokens: 5 }, undefined),
    message: { usage: { input_tokens: 5 } },
  },
  { name: "E1 no usage at all", wire: used(undefined, undefined), message: { usage: {} } },
  { name: "E2 usage null", wire: used(null, null), message: { usage: {} } },
  {
    name: "E2 null fields, strings, floats, negative numbers, nonsense",
    wire: used(
      { input_tokens: "12", output_tokens: 1, cache_read_input_tokens: null, cache_creation_input_tokens: -5 },
      { input_tokens: null, output_tokens: 7.5, server_tool_use: { web_search_requests: "x" } },
    ),
    message: { usage: { input_tokens: 12, output_tokens: 7.5, server_tool_use: {} } },
  },
  {
    name: "E3 the last sum counts",
    wire: used({ input_tokens: 5 }, { output_tokens: 3 }, { output_tokens: 8 }, { output_tokens: 20 }),
    message: { usage: { input_tokens: 5, output_tokens: 20 } },
  },
  {
    name: "E4 a later input of 0 is a fault",
    wire: used({ input_tokens: 500 }, { input_tokens: 0, output_tokens: 3 }),
    message: { usage: { input_tokens: 500, output_tokens: 3 } },
  },
  {
    name: "E4 a later input that is not 0 counts",
    wire: used({ input_tokens: 500 }, { input_tokens: 20, output_tokens: 3 }),
    message: { usage: { input_tokens: 20, output_tokens: 3 } },
  },
  {
    name: "E5 OpenAI's names",
    wire: used(
      {},
      { prompt_tokens: 100, completion_tokens: 7, total_tokens: 107, prompt_tokens_details: { cached_tokens: 60 } },
    ),
    message: {
      usage: {
        input_tokens: 40,
        cache_read_input_tokens: 60,
        output_tokens: 7,
        prompt_tokens: 100,
        completion_tokens: 7,
        total_tokens: 107,
        prompt_tokens_details: { cached_tokens: 60 },
      },
    },
  },
  {
    name: "E7 the split of the cache write comes at the start only",
    wire: used(
      { input_tokens: 5, cache_creation_input_tokens: 400, cache_creation: split },
      { cache_creation_input_tokens: 800, output_tokens: 1 },
    ),
    message: {
      usage: { input_tokens: 5, cache_creation_input_tokens: 800, cache_creation: split, output_tokens: 1 },
    },
  },
  ...[
    "end_turn",
    "max_tokens",
    "stop_sequence",
    "tool_use",
    "pause_turn",
    "refusal",
    "model_context_window_exceeded",
    "compaction",
    "content_filter",
    "some_future_reason",
  ].map((reason) => ({
    name: `E8 ${reason}`,
    wire: stopped(reason),
    content: "one",
    message: { stop_reason: reason },
  })),
  ...[
    ["stop", "end_turn"],
    ["length", "max_tokens"],
    ["tool_calls", "tool_use"],
    ["", null],
    [null, null],
  ].map(([reason, meant]) => ({
    name: `E8 ${JSON.stringify(reason)} means ${meant}`,
    wire: stopped(reason),
    content: "one",
    message: { stop_reason: meant },
  })),
  {
    name: "E9 a refusal before any content",
    wire: events(
      start(),
      { type: "message_delta", delta: { stop_reason: "refusal", stop_details: null }, usage: {} },
      messageStop,
    ),
    content: [],
    message: { stop_reason: "refusal" },
  },
  {
    name: "E9 a refusal after partial text, with details",
    wire: stopped("refusal", { stop_details: { type: "refusal", category: "cyber", explanation: "No." } }),
    content: "one",
    message: { stop_reason: "refusal", stop_details: { type: "refusal", category: "cyber", explanation: "No." } },
  },
  { name: "E10 the context window is full", wire: stopped("model_context_window_exceeded"), content: "one" },
  {
    name: "E11 OpenRouter's cost",
    wire: used({}, { input_tokens: 1, output_tokens: 2, cost: 0.0123, is_byok: false }),
    message: { usage: { input_tokens: 1, output_tokens: 2, cost: 0.0123, is_byok: false } },
  },
];
