import assert from "node:assert/strict";
import { capabilitiesOf, limitsOf, normaliseModelId } from "../../../src/api/capabilities";
import { clientToolDefinition } from "../../../src/api/client-tools";
import type { ModelInfo } from "../../../src/api/types";
import { preset } from "./harness";

const listed = (capabilities: ModelInfo["capabilities"], more: Partial<ModelInfo> = {}): ModelInfo => ({
  id: "m",
  displayName: "M",
  ...(capabilities && { capabilities }),
  ...more,
});

describe("normaliseModelId", () => {
  const same: [string, string][] = [
    ["claude-opus-4-5", "claude-opus-4-5"],
    ["claude-opus-4-5-20251101", "claude-opus-4-5"],
    ["claude-opus-4-5@20251101", "claude-opus-4-5"],
    ["anthropic.claude-opus-4-5-20251101-v1:0", "claude-opus-4-5"],
    ["us.anthropic.claude-opus-4-5-20251101-v1:0", "claude-opus-4-5"],
    ["anthropic/claude-opus-4.5", "claude-opus-4-5"],
    ["openrouter/anthropic/Claude-Opus-4.5:thinking", "claude-opus-4-5"],
    ["claude-opus-4-5-thinking", "claude-opus-4-5"],
    ["claude-opus-4-5-20251101-thinking", "claude-opus-4-5"],
    ["~anthropic/claude-opus-latest", "claude-opus"],
    ["claude-3-haiku-20240307", "claude-3-haiku"],
    ["llama4:8b", "llama4"],
    ["", ""],
  ];
  for (const [id, normal] of same) it(id, () => assert.equal(normaliseModelId(id), normal));
});

describe("capabilitiesOf", () => {
  const kinds = (id: string) => capabilitiesOf(id).thinking.kinds;

  it("knows the thinking of each generation", () => {
    assert.deepEqual(kinds("claude-fable-5-2"), ["adaptive"]);
    assert.deepEqual(kinds("claude-opus-5-5"), ["adaptive"]);
    assert.deepEqual(kinds("claude-sonnet-5-5"), ["adaptive", "between_tools"]);
    assert.deepEqual(kinds("claude-haiku-5-5"), ["adaptive", "disabled"]);
    assert.deepEqual(kinds("claude-opus-4-8"), ["adaptive", "disabled"]);
    assert.deepEqual(kinds("claude-sonnet-4-6"), ["adaptive", "enabled", "disabled"]);
    assert.deepEqual(kinds("claude-haiku-4-5"), ["enabled", "disabled"]);
    assert.deepEqual(kinds("claude-3-haiku-20240307"), []);
    assert.equal(capabilitiesOf("claude-opus-4-8").thinking.default, "off");
    assert.equal(capabilitiesOf("claude-opus-5").thinking.default, "on");
    assert.equal(capabilitiesOf("claude-opus-4-6").thinking.display, "summarized");
    assert.equal(capabilitiesOf("claude-opus-4-7").thinking.display, "omitted");
    assert.equal(capabilitiesOf("claude-opus-5").thinking.bound, false);
    assert.equal(capabilitiesOf("claude-haiku-5-5").thinking.bound, true);
  });

  it("knows what newer models refuse", () => {
    const rules = (id: string) => {
      const { sampling, prefill, forcedTools, systemMessages } = capabilitiesOf(id);
      return { sampling, prefill, forcedTools, systemMessages };
    };
    assert.deepEqual(rules("claude-sonnet-4-5"), {
      sampling: "accepted",
      prefill: true,
      forcedTools: "withoutManualThinking",
      systemMessages: false,
    });
    assert.deepEqual(rules("claude-sonnet-4-6"), {
      sampling: "accepted",
      prefill: false,
      forcedTools: "withoutManualThinking",
      systemMessages: false,
    });
    assert.deepEqual(rules("claude-opus-4-8"), {
      sampling: "defaultOnly",
      prefill: false,
      forcedTools: "accepted",
      systemMessages: true,
    });
    assert.deepEqual(rules("claude-sonnet-5-5"), {
      sampling: "defaultOnly",
      prefill: false,
      forcedTools: "refused",
      systemMessages: true,
    });
    assert.equal(rules("claude-haiku-5-5").forcedTools, "accepted");
    assert.equal(rules("claude-sonnet-5").systemMessages, false);
  });

  it("knows limits, effort and images", () => {
    const opus = capabilitiesOf("claude-opus-5-5");
    assert.deepEqual([opus.contextWindow, opus.maxOutput, opus.cacheMinimum], [1_000_000, 128_000, 512]);
    assert.deepEqual(opus.images?.tier, { longEdge: 2576, tokens: 4784 });
    assert.equal(opus.images.maxCount, 600);
    assert.equal(opus.pdfPages, 600);
    assert.equal(opus.defaultEffort, "medium");
    const sonnet = capabilitiesOf("claude-sonnet-4-5");
    assert.deepEqual(sonnet.effort, []);
    assert.deepEqual(sonnet.images?.tier, { longEdge: 1568, tokens: 1568 });
    assert.equal(sonnet.images.maxCount, 100);
    assert.deepEqual(capabilitiesOf("claude-opus-4-5").effort, ["low", "medium", "high"]);
  });

  it("believes the endpoint's list before the table", () => {
    const yes = { supported: true };
    const no = { supported: false };
    const told = capabilitiesOf(
      "claude-opus-5-5",
      listed(
        {
          thinking: { supported: true, types: { adaptive: yes, enabled: yes, disabled: no } },
          effort: { supported: true, low: yes, max: yes, high: no },
          image_input: no,
          pdf_input: no,
        },
        { contextWindow: 5000, maxTokens: 100 },
      ),
    );
    assert.deepEqual(told.thinking.kinds, ["adaptive", "enabled"]);
    assert.deepEqual(told.effort, ["low", "max"]);
    assert.equal(told.images, undefined);
    assert.equal(told.pdfPages, 0);
    assert.deepEqual([told.contextWindow, told.maxOutput], [5000, 100]);
    assert.deepEqual(capabilitiesOf("x", listed({ thinking: no, effort: no })).thinking.kinds, []);
    assert.deepEqual(capabilitiesOf("x", listed({ effort: no })).effort, []);
    const prices = { input: 1, output: 2, cacheRead: 1, cacheWrite5m: 1, cacheWrite1h: 1 };
    assert.deepEqual(capabilitiesOf("claude-opus-5-5", listed(undefined, { prices })).prices, prices);
  });

  it("an unknown model keeps what cannot hurt, a newer Claude what the newest accept", () => {
    const llama = capabilitiesOf("llama4:8b");
    assert.deepEqual([llama.sampling, llama.prefill, llama.forcedTools], ["accepted", undefined, "accepted"]);
    assert.equal(llama.prices, undefined);
    assert.equal(llama.contextWindow, undefined);
    const future = capabilitiesOf("claude-opus-7");
    assert.deepEqual([future.sampling, future.prefill, future.thinking.bound], ["defaultOnly", false, true]);
    assert.equal(future.prices, undefined);
    assert.equal(capabilitiesOf("constructor").sampling, "accepted");
  });

  it("a model that thinks by its id gets no thinking field", () => {
    assert.deepEqual(kinds("claude-opus-4-6-thinking"), []);
    assert.deepEqual(kinds("anthropic/claude-opus-4.6:thinking"), []);
    assert.deepEqual(capabilitiesOf("claude-opus-4-6-thinking").prices, capabilitiesOf("claude-opus-4-6").prices);
  });

  it("a model that thinks by its id takes what it takes while it thinks", () => {
    const { prefill, sampling, forcedTools, thinking } = capabilitiesOf("claude-haiku-4-5-thinking");
    assert.deepEqual([prefill, sampling, forcedTools, thinking.default], [false, "defaultOnly", "refused", "on"]);
    const qwen = capabilitiesOf("qwen/qwen3:thinking");
    assert.deepEqual([qwen.prefill, qwen.sampling, qwen.forcedTools], [false, "accepted", "accepted"]);
    assert.deepEqual(capabilitiesOf("claude-haiku-4-5").prefill, true);
  });

  it("knows which tools of the client a model knows", () => {
    const type = (model: string, name: string) => clientToolDefinition(name, capabilitiesOf(model))?.type;
    for (const model of ["claude-sonnet-5-5", "claude-opus-4-8", "claude-haiku-4-5"]) {
      assert.deepEqual(
        ["memory", "str_replace_based_edit_tool", "bash"].map((name) => type(model, name)),
        ["memory_20250818", "text_editor_20250728", "bash_20250124"],
      );
    }
    assert.equal(type("claude-opus-5-5", "computer"), "computer_toolset_20260801");
    assert.equal(type("claude-sonnet-4-6", "computer"), "computer_20251124");
    assert.equal(type("claude-sonnet-4-5", "computer"), "computer_20250124");
    assert.equal(type("claude-3-haiku", "bash"), undefined);
    assert.equal(type("llama4:8b", "bash"), undefined);
    assert.equal(type("claude-sonnet-5-5", "constructor"), undefined);
    const ollama = capabilitiesOf("claude-sonnet-5-5", undefined, limitsOf(preset("ollama")));
    assert.equal(clientToolDefinition("bash", ollama), undefined);
  });

  it("overrides win, the last one most", () => {
    const found = capabilitiesOf(
      "claude-opus-5-5",
      undefined,
      { prefill: true, maxOutput: 7 },
      {
        maxOutput: 9,
        thinking: { kinds: [] },
        images: { maxEdge: 100 },
      },
    );
    assert.deepEqual([found.prefill, found.maxOutput, found.thinking.kinds, found.thinking.bound], [true, 9, [], true]);
    assert.deepEqual([found.images?.maxEdge, found.images?.maxCount], [100, 600]);
    assert.equal(capabilitiesOf("x", undefined, { images: undefined }).images, undefined);
  });

  it("endpoints limit models", () => {
    const at = (id: string) => capabilitiesOf("claude-opus-4-6", undefined, limitsOf(preset(id)));
    assert.equal(at("anthropic").caching, "automatic");
    assert.equal(at("anthropic").images?.base64Length, 10_000_000);
    assert.equal(at("openrouter").caching, "explicit");
    assert.equal(at("openrouter").images?.base64Length, 5_000_000);
    assert.deepEqual([at("ollama").caching, at("ollama").pdfPages, at("ollama").forcedTools], ["none", 0, "refused"]);
    assert.equal(at("apimart").maxStopSequences, 4);
    assert.equal(at("anthropic").sampling, "accepted");
    const newer = { ...preset("anthropic"), version: "2026-10-21", limits: { prefill: true } } as const;
    const limits = capabilitiesOf("claude-opus-4-6", undefined, limitsOf(newer));
    assert.deepEqual([limits.sampling, limits.prefill], ["refused", true]);
  });
});
