import assert from "node:assert/strict";
import {
  type Answer,
  assistant,
  contentOf,
  errorOf,
  type Json,
  tool,
  toolResult,
  useSimulatedApi,
  user,
} from "./harness";

const messageOf = (answer: Answer) => assistant(...contentOf(answer));
const think = (model: string) => ({ model, thinking: { type: "adaptive", display: "summarized" } });
const withoutThinking = (blocks: readonly Json[]) => blocks.filter(({ type }) => type !== "thinking");

/** The conversation with the blocks of one message replaced. */
const replaced = (messages: readonly Json[], index: number, change: (blocks: Json[]) => unknown[]) =>
  messages.map((message, at) => (at === index ? assistant(...change(message["content"] as Json[])) : message));

/** Thinking blocks that come back: signed by the server, and bound to what was before them (section 3.6). */
describe("thinking blocks of the simulated API", () => {
  const { ask } = useSimulatedApi();

  /** Two questions with thinking and the two answers to them. */
  async function conversation(model: string, more: Json = {}): Promise<Json[]> {
    const first = user("One?");
    const one = messageOf(await ask({ ...think(model), ...more, messages: [first] }));
    const second = user("Two?");
    const two = messageOf(await ask({ ...think(model), ...more, messages: [first, one, second] }));
    return [first, one, second, two, user("Three?")];
  }

  it("come only when asked for, and empty when omitted", async () => {
    const types = async (body: Json) =>
      contentOf(await ask({ messages: [user("hi")], ...body })).map(({ type }) => type);
    assert.deepEqual(await types({}), ["text"]);
    assert.deepEqual(await types({ messages: [user("[[thinking]] hi")] }), ["thinking", "text"]);
    assert.deepEqual(await types({ messages: [user("[[thinking redacted]] hi")] }), ["redacted_thinking", "text"]);
    const off = { model: "claude-opus-5", thinking: { type: "disabled" }, messages: [user("[[thinking]] hi")] };
    assert.deepEqual(await types(off), ["text"]);
    const [omitted] = contentOf(await ask({ messages: [user("hi")], thinking: { type: "adaptive" } }));
    assert.equal(omitted?.thinking, "");
    const [shown] = contentOf(await ask({ messages: [user("hi")], ...think("claude-sonnet-5-5") }));
    assert.match(shown?.thinking ?? "", /simulated model/);
  });

  for (const model of ["claude-sonnet-5-5", "claude-opus-5"]) {
    it(`are accepted unchanged, or not sent at all, by ${model}`, async () => {
      const messages = await conversation(model);
      assert.equal((await ask({ ...think(model), messages })).status, 200);
      const stripped = replaced(replaced(messages, 1, withoutThinking), 3, withoutThinking);
      assert.equal((await ask({ ...think(model), messages: stripped })).status, 200);
    });

    it(`are refused by ${model} when their text or signature was changed`, async () => {
      const messages = await conversation(model);
      const changed = (index: number, change: Json) =>
        ask({
          ...think(model),
          messages: replaced(messages, index, ([first, ...rest]) => [{ ...first, ...change }, ...rest]),
        });
      assert.match(
        errorOf(await changed(3, { thinking: "something else" })).message ?? "",
        /^messages.3.content.0: thinking or redacted_thinking blocks in the latest assistant message cannot be modified/,
      );
      for (const [index, change] of [
        [1, { thinking: "something else" }],
        [1, { signature: "bm90IG91cnM=" }],
        [3, { signature: "" }],
      ] as const) {
        assert.match(errorOf(await changed(index, change)).message ?? "", /: Invalid signature in thinking block/);
      }
    });
  }

  describe("of a bound model", () => {
    const model = "claude-sonnet-5-5";
    const bound =
      /^messages\.\d\.content\.0: Invalid signature in thinking block: the block is bound to a different conversation/;
    const message = async (body: Json) => {
      const answer = await ask({ ...think(model), ...body });
      return answer.status === 200 ? "" : (errorOf(answer).message ?? answer.text);
    };

    it("allow other parameters, breakpoints and forms of text, and dropping the oldest", async () => {
      const messages = await conversation(model);
      assert.equal(await message({ messages, max_tokens: 500, output_config: { effort: "low" } }), "");
      const [first, ...rest] = messages;
      const marked = user({ type: "text", text: "One?", cache_control: { type: "ephemeral" } });
      assert.equal(await message({ messages: [marked, ...rest] }), "");
      assert.equal(await message({ messages: [first, ...replaced(rest, 0, withoutThinking)] }), "");
    });

    it("break when earlier messages, the system prompt or the tools change", async () => {
      const messages = await conversation(model);
      assert.match(await message({ messages: [user("Uno?"), ...messages.slice(1)] }), bound);
      assert.match(await message({ messages: messages.slice(2) }), bound);
      assert.match(await message({ messages, system: "Be brief." }), bound);
      assert.match(await message({ messages, tools: [tool] }), bound);
    });

    it("break when one in the middle is dropped", async () => {
      const messages = await conversation(model);
      const three = messageOf(await ask({ ...think(model), messages }));
      const longer = [...messages, three, user("Four?")];
      assert.equal(await message({ messages: longer }), "");
      assert.match(await message({ messages: replaced(longer, 3, withoutThinking) }), bound);
    });

    it("break at another model, unless that is not bound", async () => {
      const messages = await conversation(model);
      assert.match(await message({ model: "claude-opus-5-5", messages }), /the block is bound to a different model/);
      assert.equal(await message({ model: "claude-opus-5", messages }), "");
    });

    it("are dropped and named when the request asks for that", async () => {
      const messages = [user("Uno?"), ...(await conversation(model)).slice(1)];
      const answer = await ask(
        {
          messages,
          thinking: { type: "adaptive", block_binding: { prefix_mismatch_behavior: "drop_block" } },
        },
        { "anthropic-beta": "thinking-binding-controls-2026-08-01" },
      );
      const reason = "prefix_binding_mismatch";
      assert.deepEqual(answer.json["input_transformations"], [
        { type: "thinking_dropped", path: "messages.1.content.0", reason },
        { type: "thinking_dropped", path: "messages.3.content.0", reason },
      ]);
    });

    it("go through a tool call", async () => {
      const first = user("[[tool]] [[thinking]]");
      const one = await ask({ model, messages: [first], tools: [tool] });
      const messages = [first, messageOf(one), user(toolResult(contentOf(one).at(-1)?.id ?? ""))];
      assert.equal(await message({ messages, tools: [tool] }), "");
    });
  });
});
