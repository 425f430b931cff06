/** Wire cases E: usage, cost, stop reasons. */
import assert from "node:assert/strict";
import { costOf } from "../../../src/api/price";
import { capabilitiesOf } from "../../../src/api/capabilities";
import type { StopReason, Usage } from "../../../src/api/types";
import { wireCases } from "./cases";
import { event, events } from "./harness";
import { messageDelta, messageStop, start, text } from "./wire";

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

describe("Wire cases E: usage and stop reasons", () => {
  wireCases("usual", [
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
  ]);
});

describe("Cost", () => {
  const costWith = (usage: Usage, model = "claude-opus-5-5", reason: StopReason = "end_turn") =>
    costOf({ usage, stop_reason: reason, content: [] }, capabilitiesOf(model).prices);
  const usd = (usage: Usage, model?: string) => Number(costWith(usage, model)?.usd.toFixed(9));
  const million = 1_000_000;

  it("is unknown without usage or prices, never NaN", () => {
    assert.equal(costWith({}), undefined);
    assert.equal(costWith({ input_tokens: 5 }), undefined);
    assert.equal(costWith({ input_tokens: null, output_tokens: 5 }), undefined);
    assert.equal(costWith({ input_tokens: 5, output_tokens: 5 }, "llama-4"), undefined);
  });

  it("multiplies tokens by prices", () => {
    assert.equal(usd({ input_tokens: million, output_tokens: 0 }), 4);
    assert.equal(usd({ input_tokens: 0, output_tokens: million }), 20);
    assert.equal(usd({ input_tokens: 0, output_tokens: 0, cache_read_input_tokens: million }), 0.2);
  });

  it("E7 splits cache writes by lifetime, in the ratio of the start", () => {
    const write = { input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: million };
    assert.equal(usd(write), 5);
    assert.equal(usd({ ...write, cache_creation: split }), 5 * 0.25 + 8 * 0.75);
  });

  it("E6 counts iterations instead of the sums", () => {
    const iteration = { type: "message", input_tokens: million, output_tokens: 0 };
    const compaction = { type: "compaction", input_tokens: million, output_tokens: million };
    assert.equal(usd({ input_tokens: million, output_tokens: 0, iterations: [compaction, iteration] }), 4 + 20 + 4);
    const other = { ...iteration, type: "fallback_message", model: "claude-opus-4-8" };
    assert.equal(usd({ input_tokens: million, output_tokens: 0, iterations: [iteration, other] }), 4 + 5);
  });

  it("raises all prices of Haiku 5.5 for a prompt above 100,000 tokens", () => {
    const haiku = (input: number, read: number) =>
      usd({ input_tokens: input, cache_read_input_tokens: read, output_tokens: million }, "claude-haiku-5-5");
    assert.equal(haiku(50_000, 50_000), 0.005 + 0.0005 + 0.5);
    assert.equal(haiku(50_000, 50_001), Number((0.025 + 0.05 * 0.050001 + 2.5).toFixed(9)));
  });

  it("knows fast mode, US inference, batches and web searches", () => {
    const base = { input_tokens: million, output_tokens: 0 };
    assert.equal(usd({ ...base, speed: "fast" }), 8);
    assert.equal(usd({ ...base, cache_read_input_tokens: million, speed: "fast" }), 8.4);
    assert.equal(usd({ ...base, inference_geo: "us" }), 4.4);
    assert.equal(usd({ ...base, service_tier: "batch" }), 2);
    assert.equal(usd({ ...base, server_tool_use: { web_search_requests: 3 } }), 4.03);
  });

  it("E11 takes what the gateway charged", () => {
    assert.deepEqual(costWith({ input_tokens: 5, output_tokens: 5, cost: 0.5 }), { usd: 0.5, estimate: false });
  });

  it("a refusal without output is free", () => {
    assert.deepEqual(costWith({ input_tokens: 5, output_tokens: 5 }, "claude-opus-5-5", "refusal"), {
      usd: 0,
      estimate: true,
    });
  });
});
