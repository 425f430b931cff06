/** What an answer costs; the usage itself is in the tables of wire cases E. */
import assert from "node:assert/strict";
import { costOf } from "../../../src/api/price";
import { capabilitiesOf } from "../../../src/api/capabilities";
import type { StopReason, Usage } from "../../../src/api/types";

const split = { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 300 };

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
