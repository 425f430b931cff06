import assert from "node:assert/strict";
import { type Answer, errorOf, image, type Json, png, tool, useSimulatedApi, user } from "./harness";

const usageOf = ({ json }: Answer) => json["usage"] as Record<string, number> & { cache_creation: Json };

describe("the simulated API counts", () => {
  const { call, ask } = useSimulatedApi();
  const count = async (model: string, ...content: unknown[]) => {
    const answer = await call("/v1/messages/count_tokens", { body: { model, messages: [user(...content)] } });
    return Number(answer.json["input_tokens"]);
  };

  describe("tokens", () => {
    it("counts the same with and without answering", async () => {
      const body = {
        model: "claude-sonnet-5-5",
        messages: [user(image(png(1000, 1000)), { type: "text", text: "What is it?" })],
        system: "Be brief.",
        tools: [tool],
      };
      const counted = await call("/v1/messages/count_tokens", { body });
      assert.equal(counted.json["input_tokens"], usageOf(await ask(body))["input_tokens"]);
      assert.ok(Number(counted.json["input_tokens"]) > 1296 + 286);
    });

    it("counts only what it is documented to take", async () => {
      const body = { model: "claude-sonnet-5-5", messages: [user("hi")] };
      const refused = await call("/v1/messages/count_tokens", { body: { ...body, max_tokens: 5 } });
      assert.equal(errorOf(refused).message, "max_tokens: Extra inputs are not permitted");
      assert.equal((await call("/v1/messages/count_tokens", { body })).status, 200);
      const wrong = await call("/v1/messages/count_tokens", { body: { ...body, thinking: { type: "disabled" } } });
      assert.match(errorOf(wrong).message ?? "", /"thinking.type.disabled" is not supported/);
    });

    for (const [model, width, height, documented] of [
      ["claude-opus-4-5", 200, 200, 64],
      ["claude-opus-4-5", 1000, 1000, 1296],
      ["claude-opus-4-5", 1920, 1080, 1560],
      ["claude-opus-5-5", 1920, 1080, 2691],
      ["claude-opus-5-5", 2000, 1500, 3888],
      ["claude-opus-5-5", 3840, 2160, 4784],
    ] as const) {
      it(`sees ${width} × ${height} pixels with ${model} as documented`, async () => {
        const hi = { type: "text", text: "hi" };
        const tokens = (await count(model, image(png(width, height)), hi)) - (await count(model, hi));
        // What is shrunk is documented to be estimated within 2 %.
        assert.ok(Math.abs(tokens - documented) <= documented * 0.02, String(tokens));
      });
    }
  });

  describe("the prompt cache", () => {
    const system = [{ type: "text", text: "You are careful. ".repeat(300), cache_control: { type: "ephemeral" } }];

    it("writes once, then reads", async () => {
      const first = usageOf(await ask({ system, messages: [user("one")] }));
      assert.ok((first["cache_creation_input_tokens"] ?? 0) > 512);
      assert.equal(first.cache_creation["ephemeral_5m_input_tokens"], first["cache_creation_input_tokens"]);
      assert.equal(first["cache_read_input_tokens"], 0);
      const second = usageOf(await ask({ system, messages: [user("two")] }));
      assert.equal(second["cache_read_input_tokens"], first["cache_creation_input_tokens"]);
      assert.equal(second["cache_creation_input_tokens"], 0);
    });

    it("follows a conversation by its automatic breakpoint", async () => {
      const long = "A long question. ".repeat(300);
      const automatic = { cache_control: { type: "ephemeral", ttl: "1h" } };
      const first = usageOf(await ask({ ...automatic, messages: [user(long)] }));
      assert.ok(Number(first.cache_creation["ephemeral_1h_input_tokens"]) > 512);
      const messages = [user(long), { role: "assistant", content: "Yes." }, user("And?")];
      const second = usageOf(await ask({ ...automatic, messages }));
      assert.equal(second["cache_read_input_tokens"], first["cache_creation_input_tokens"]);
      assert.ok((second["cache_creation_input_tokens"] ?? 0) > 0);
    });

    it("takes no prefix that is too short, and forgets in time", async () => {
      const short = [{ type: "text", text: "Short.", cache_control: { type: "ephemeral" } }];
      assert.equal(usageOf(await ask({ system: short, messages: [user("x")] }))["cache_creation_input_tokens"], 0);
      const real = Date.now;
      try {
        const own = [{ ...system[0], text: "You are curious. ".repeat(300) }];
        const written = usageOf(await ask({ system: own, messages: [user("x")] }))["cache_creation_input_tokens"];
        Date.now = () => real() + 4 * 60_000;
        assert.equal(usageOf(await ask({ system: own, messages: [user("x")] }))["cache_read_input_tokens"], written);
        Date.now = () => real() + 10 * 60_000;
        assert.equal(usageOf(await ask({ system: own, messages: [user("x")] }))["cache_read_input_tokens"], 0);
      } finally {
        Date.now = real;
      }
    });
  });
});
