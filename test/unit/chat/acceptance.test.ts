import assert from "node:assert/strict";
import { capabilitiesOf } from "../../../src/api/capabilities";
import { modelTable } from "../../../src/api/model-table";
import { acceptanceOf } from "../../../src/chat/acceptance";
import type { ParameterName, Parameters } from "../../../src/chat/parameters";
import { requestFor } from "../../../src/chat/request";

const base: Parameters = { maxTokens: 4000, caching: "off", thinking: "default" };
const question = { role: "user", id: "q", parent: null, text: "Hello", attachments: [] } as const;

/** A value of each, and where it stands in a request. */
const values = {
  temperature: { temperature: 0.5 },
  topP: { topP: 0.5 },
  topK: { topK: 5 },
  prefill: { prefill: "{" },
  effort: { effort: "low" },
} as const satisfies { [N in ParameterName]?: Partial<Parameters> };

describe("what a model takes", () => {
  it("is refused with a sentence exactly when the request leaves it out", () => {
    let refusals = 0;
    for (const id of [...modelTable.keys(), "llama-4", "claude-next-9"]) {
      const model = { endpoint: "e", id, capabilities: capabilitiesOf(id), refused: ["top_k"] };
      for (const others of [base, { ...base, thinking: "on" }, { ...base, temperature: 1 }] as const) {
        for (const [name, value] of Object.entries(values)) {
          const parameters = { ...others, ...value };
          const { notes } = requestFor([question], model, parameters, new Map());
          const { refusal, unavailable } = acceptanceOf(name as ParameterName, parameters, model);
          const label = { topP: "top-p", topK: "top-k|top_k" }[name] ?? name;
          const said = new RegExp(`(${label}).*(was|were) not sent`, "i").test(notes.join("\n"));
          const left = refusal !== undefined || (unavailable?.includes("low") ?? false);
          assert.equal(left, said, `${id} ${name} ${JSON.stringify(others)}: ${refusal} / ${notes.join(" ")}`);
          if (refusal !== undefined) refusals++;
        }
      }
    }
    assert.ok(refusals > 50);
  });

  it("names the choices that it does not take", () => {
    const of = (id: string, name: ParameterName) =>
      acceptanceOf(name, base, { endpoint: "e", id, capabilities: capabilitiesOf(id), refused: [] });
    assert.deepEqual(of("claude-opus-5-5", "thinking").unavailable, ["off", "betweenTools"]);
    assert.deepEqual(of("claude-opus-4-5", "effort").unavailable, ["xhigh", "max"]);
    assert.match(of("claude-3-haiku", "thinking").refusal ?? "", /cannot be told/);
  });
});
