/** Wire cases C: tool calls, beside the tables. */
import assert from "node:assert/strict";
import { bytesOf, chunksOfSize, events, fakeFetch, preset, request, run } from "./harness";
import { ending, messageDelta, messageStop, start, tool } from "./wire";

const toolEnd = [messageDelta("tool_use"), messageStop];

/** A message that is one tool call with this streamed input. */
const streamed = (...pieces: readonly string[]) => events(start(), ...tool(0, "t1", ...pieces), ...toolEnd);

describe("Wire cases C: tools", () => {
  it("C6 says what is wrong, and keeps the raw text", async () => {
    const { message } = await run(fakeFetch({ chunks: [bytesOf(streamed('{"a":}'))] }));
    assert.deepEqual(message.invalidToolUses, [
      { id: "t1", problem: "The input of the call is not valid JSON; the tool was not run.", raw: '{"a":}' },
    ]);
  });

  it("C11 keys that name parts of a prototype stay plain keys", async () => {
    const json = '{"__proto__":{"polluted":1},"constructor":2}';
    const wire = events(start(), ...tool(0, "t1", json), ...toolEnd);
    const { message } = await run(fakeFetch({ chunks: [bytesOf(wire)] }));
    const [block] = message.content;
    assert.equal(JSON.stringify(block?.type === "tool_use" && block.input), json);
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  });

  it("C11 half a surrogate pair is replaced before it is sent", async () => {
    const network = fakeFetch({ chunks: [bytesOf(events(start(), ...ending))] });
    await run(network, { request: { ...request, messages: [{ role: "user", content: "a\ud83db 😀" }] } });
    assert.match(network.requests[0]?.body ?? "", /"a\uFFFDb 😀"/);
  });

  it("C13 an input of 5 MB in pieces", async () => {
    const json = JSON.stringify({ data: "y".repeat(5 << 20) });
    const pieces = json.match(/[^]{1,1000}/g) ?? [];
    const { message } = await run(fakeFetch({ chunks: chunksOfSize(bytesOf(streamed(...pieces)), 65_536) }));
    const [block] = message.content;
    assert.equal(JSON.stringify(block?.type === "tool_use" && block.input), json);
  });

  it("C13 an input too deep to be sent back is an invalid call", async () => {
    const nested = (depth: number) => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    const invalid = async (json: string) => {
      const { message } = await run(fakeFetch({ chunks: [bytesOf(streamed(json))] }));
      return message.invalidToolUses.map(({ problem }) => problem);
    };
    assert.deepEqual(await invalid(nested(400)), []);
    assert.match((await invalid(nested(10_000))).join(), /too deeply/);
    assert.match((await invalid(`{"a":${"[".repeat(3_000_000)}`)).join(), /not valid JSON/);
  });

  it("an OpenAI-style tool_choice goes to the endpoint whose dialect has it", async () => {
    const sent = async (id: string, choice: object) => {
      const network = fakeFetch({ chunks: [bytesOf(events(start(), ...ending))] });
      await run(network, { endpoint: preset(id), request: { ...request, tool_choice: choice as never } });
      return (JSON.parse(network.requests[0]?.body ?? "") as { tool_choice: unknown }).tool_choice;
    };
    assert.deepEqual(await sent("anthropic", { type: "any" }), { type: "any" });
    assert.equal(await sent("aimlapi", { type: "auto" }), "auto");
    assert.equal(await sent("aimlapi", { type: "any" }), "required");
    assert.equal(await sent("aimlapi", { type: "none" }), "none");
    assert.deepEqual(await sent("aimlapi", { type: "tool", name: "f" }), { type: "function", function: { name: "f" } });
  });
});
