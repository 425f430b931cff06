import assert from "node:assert/strict";
import { contentOf, image, type Json, png, textOf, tool, useSimulatedApi, user } from "./harness";

describe("what the simulated model says", () => {
  const { ask } = useSimulatedApi();

  it("names type, pixels and bytes of each image", async () => {
    const large = png(640, 400, 12_345);
    const one = await ask({ messages: [user(image(large), { type: "text", text: "What is it?" })] });
    assert.match(textOf(one), /PNG image, 640 × 400 pixels, 12,345 bytes/);
    const gif = Buffer.from("R0lGODlhAQABAAAAACw=", "base64");
    const two = await ask({ messages: [user(image(large), image(gif, "image/gif"))] });
    assert.match(textOf(two), /1\. PNG image, 640 × 400[^]*2\. GIF image, 1 × 1 pixels, 14 bytes/);
  });

  it("explains code by its file, lines, language and names", async () => {
    const question =
      "Explain `src/add.ts`, lines 3-5.\n\n```typescript\nfunction addUp(left, right) {\n  return left + right;\n}\n```";
    const said = textOf(await ask({ messages: [user(question)] }));
    assert.match(said, /\*\*src\/add\.ts\*\*, lines 3–5 \(typescript, 3 lines\)/);
    assert.match(said, /`addUp` is declared here/);
    assert.match(said, /````typescript\nfunction addUp/);
  });

  it("says what a tool answered", async () => {
    const first = await ask({ messages: [user("[[tool]]")], tools: [tool] });
    assert.equal(first.json["stop_reason"], "tool_use");
    const call = contentOf(first).at(-1);
    assert.deepEqual(call?.input, { path: "path" });
    const result = { type: "tool_result", tool_use_id: call?.id, content: "forty-two [[500]]" };
    const content = first.json["content"];
    const second = await ask({
      messages: [user("[[tool]]"), { role: "assistant", content }, user(result)],
      tools: [tool],
    });
    assert.match(textOf(second), /it answered `forty-two/);
  });

  it("gives structured output", async () => {
    const schema = { type: "object", properties: { ok: { type: "boolean" } }, additionalProperties: false };
    const answer = await ask({ messages: [user("x")], output_config: { format: { type: "json_schema", schema } } });
    assert.equal(textOf(answer), '{"ok":true}');
  });

  it("stops at a stop sequence and at max_tokens", async () => {
    const stopped = await ask({ messages: [user("[[echo]] one two END three")], stop_sequences: ["END"] });
    assert.equal(textOf(stopped), "one two ");
    assert.equal(stopped.json["stop_sequence"], "END");
    const short = await ask({ messages: [user("[[echo]] one two three")], max_tokens: 2 });
    assert.equal(textOf(short), "one two");
    assert.equal(short.json["stop_reason"], "max_tokens");
    assert.equal((short.json["usage"] as Json)["output_tokens"], 2);
  });

  it("does what the other directives say", async () => {
    const refusal = await ask({ messages: [user("[[refusal]]")] });
    assert.equal(refusal.json["stop_reason"], "refusal");
    assert.equal((refusal.json["stop_details"] as Json)["type"], "refusal");
    assert.deepEqual((await ask({ messages: [user("[[empty]]")] })).json["content"], []);
    assert.equal((await ask({ messages: [user("[[max_tokens]]")] })).json["stop_reason"], "max_tokens");
    const long = textOf(await ask({ messages: [user("[[long kb=50]]")], max_tokens: 50_000 }));
    assert.ok(long.length > 50_000 && long.length < 51_000);
    assert.equal(textOf(await ask({ messages: [user("[[echo]] [[nodiscard]] int f();")] })), "[[nodiscard]] int f();");
  });
});
