import assert from "node:assert/strict";
import { capabilitiesOf } from "../../../src/api/capabilities";
import { promptCost } from "../../../src/chat/promptCost";

describe("what a prompt costs", () => {
  const sonnet = capabilitiesOf("claude-sonnet-5-5"); // $2 in, $0.10 from the cache
  const near = (usd: number | undefined, wanted: number) => assert.ok(Math.abs((usd ?? NaN) - wanted) < 1e-9, `${usd}`);

  it("is that of its tokens, written to the cache or read from it", () => {
    near(promptCost(100_000, 0, "off", sonnet), 0.2);
    near(promptCost(100_000, 0, "5m", sonnet), 0.25);
    near(promptCost(100_000, 0, "1h", sonnet), 0.4);
    near(promptCost(100_000, 90_000, "5m", sonnet), 0.009 + 0.025);
    near(promptCost(100_000, 90_000, "off", sonnet), 0.2);
  });

  it("knows that short prompts and some endpoints are not cached, and that some prices depend on the length", () => {
    near(promptCost(100, 0, "5m", sonnet), 0.0002);
    near(promptCost(100_000, 0, "5m", { ...sonnet, caching: "none" }), 0.2);
    near(promptCost(200_000, 0, "off", capabilitiesOf("claude-haiku-5-5")), 0.1);
  });

  it("is not known where prices are not", () => {
    assert.equal(promptCost(100, 0, "off", capabilitiesOf("llama-4")), undefined);
  });
});
