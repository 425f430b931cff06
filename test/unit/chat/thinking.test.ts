import assert from "node:assert/strict";
import { capabilitiesOf } from "../../../src/api/capabilities";
import { MessagesClient } from "../../../src/api/client";
import { presets } from "../../../src/api/endpoint";
import type { Effort } from "../../../src/api/types";
import { requestFor } from "../../../src/chat/request";
import type { Thinking } from "../../../src/chat/thinking";
import { modelTable } from "../../../src/api/model-table";
import { startSimulatedApi, type SimulatedApi } from "../../support/api/server";

const levels: readonly Thinking[] = ["default", "on", "off", "betweenTools"];
const efforts: readonly (Effort | undefined)[] = [undefined, "low", "medium", "high", "xhigh", "max"];

function build(id: string, thinking: Thinking, effort?: Effort, maxTokens = 4000) {
  const parameters = {
    maxTokens,
    caching: "off",
    thinking,
    temperature: 0.3,
    topK: 5,
    ...(effort && { effort }),
  } as const;
  const question = { role: "user", id: "q", parent: null, text: "Hello", attachments: [] } as const;
  const model = { endpoint: "anthropic", id, capabilities: capabilitiesOf(id), refused: [] };
  return requestFor([question], model, parameters, new Map());
}

describe("thinking and effort", () => {
  it("are not sent unless they are set", () => {
    const { request } = build("claude-sonnet-5-5", "default");
    assert.equal("thinking" in request || "output_config" in request, false);
  });

  it("go as the model takes them", () => {
    assert.deepEqual(build("claude-opus-4-8", "on", "max").request.thinking, {
      type: "adaptive",
      display: "summarized",
    });
    assert.deepEqual(build("claude-opus-4-8", "on", "max").request.output_config, { effort: "max" });
    assert.deepEqual(build("claude-sonnet-4-5", "on").request.thinking, {
      type: "enabled",
      budget_tokens: 2000,
      display: "summarized",
    });
    assert.deepEqual(build("claude-sonnet-5-5", "betweenTools").request.thinking, { type: "between_tools" });
  });

  it("are left out or lowered with a note where the model does not take them", () => {
    const always = build("claude-opus-5-5", "off", "low");
    assert.equal(always.request.thinking, undefined);
    assert.match(always.notes.join(), /Thinking "off" was not sent/);
    const quiet = build("claude-opus-5", "off", "max");
    assert.deepEqual(quiet.request.output_config, { effort: "high" });
    assert.match(quiet.notes.join(), /lowered to high/);
    assert.match(build("claude-haiku-4-5", "default", "low").notes.join(), /Effort "low" was not sent/);
    assert.match(build("claude-sonnet-4-5", "on", undefined, 1000).notes.join(), /Thinking "on" was not sent/);
  });

  it("take the place of sampling", () => {
    const { request, notes } = build("claude-sonnet-4-5", "on");
    assert.equal("temperature" in request || "top_k" in request, false);
    assert.match(notes.join(), /thinking is on/);
    assert.equal(build("claude-sonnet-4-5", "off").request.temperature, 0.3);
  });

  describe("in every combination", () => {
    let api: SimulatedApi;
    before(async () => (api = await startSimulatedApi({ tokensPerSecond: Infinity })));
    after(() => api.close());

    it("are accepted by every model of the strict API", async () => {
      const preset = presets.find(({ id }) => id === "anthropic");
      assert.ok(preset);
      const client = new MessagesClient({ ...preset, baseUrl: api.url }, undefined, (url, init) => fetch(url, init));
      const listed = new Set((await client.models(new AbortController().signal)).map(({ id }) => id));
      const known = [...modelTable.keys()].filter((id) => listed.has(id));
      assert.ok(known.length > 10);
      for (const id of known) {
        for (const thinking of levels) {
          for (const effort of efforts) {
            const { request } = build(id, thinking, effort);
            const { complete } = await client.send(request, new AbortController().signal);
            assert.ok(complete, `${id} ${thinking} ${effort}`);
          }
        }
      }
    });
  });
});
