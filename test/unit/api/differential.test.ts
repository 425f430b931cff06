/** The same bytes through the official SDK give the same message: all conforming streams, under all chunkings. */
import assert from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import type { Message } from "../../../src/api/types";
import { randomMessage, streamOf } from "./generate";
import { type Bytes, bytesOf, chunkings, events, fakeFetch, randomFrom, request, run } from "./harness";
import {
  blockDelta,
  blockStart,
  blockStop,
  ending,
  hello,
  messageDelta,
  messageStop,
  ping,
  start,
  text,
  textDelta,
  textStart,
  tool,
} from "./wire";

async function oracle(chunks: readonly Bytes[]): Promise<unknown> {
  const { fetch } = fakeFetch({ chunks });
  const sdk = new Anthropic({ apiKey: "k", maxRetries: 0, logLevel: "off", fetch: fetch as typeof globalThis.fetch });
  return sdk.messages.stream(request as never).finalMessage();
}

/** What both have: the SDK adds parsed_output and null fields, we add what only the client knows. */
function comparable(message: unknown): unknown {
  const { id, type, role, model, content, stop_reason, stop_sequence, stop_details, usage } = message as Message;
  const known = { id, type, role, model, content, stop_reason, stop_sequence, stop_details, usage };
  return JSON.parse(
    JSON.stringify(known, (name, value: unknown) => (value === null || name === "parsed_output" ? undefined : value)),
  );
}

const conforming: Record<string, string> = {
  "a text": hello,
  "pings and unknown events": events(ping, start(), ping, { type: "future" }, ...text(0, "one"), ping, ...ending),
  "thinking, text, two tools": events(
    start(),
    blockStart(0, { type: "thinking", thinking: "", signature: "" }),
    blockDelta(0, { type: "thinking_delta", thinking: "hm" }),
    blockDelta(0, { type: "signature_delta", signature: "EqQB+/=" }),
    blockStop(0),
    ...text(1, "one ", "two"),
    ...tool(2, "t1", "", '{"pa', 'th": "a.ts"}'),
    ...tool(3, "t2", ""),
    messageDelta("tool_use", { output_tokens: 141, cache_read_input_tokens: 4096, input_tokens: 512 }),
    messageStop,
  ),
  "redacted thinking, server tool, citations": events(
    start(),
    blockStart(0, { type: "redacted_thinking", data: "x" }),
    blockStop(0),
    blockStart(1, { type: "server_tool_use", id: "s", name: "web_search", input: {} }),
    blockDelta(1, { type: "input_json_delta", partial_json: '{"query":"x"}' }),
    blockStop(1),
    blockStart(2, { type: "web_search_tool_result", tool_use_id: "s", content: [{ url: "u" }] }),
    blockStop(2),
    blockStart(3, { type: "text", text: "", citations: [] }),
    blockDelta(3, { type: "citations_delta", citation: { type: "char_location", cited_text: "c" } }),
    textDelta(3, "one"),
    blockStop(3),
    ...ending,
  ),
  "overlapping blocks": events(
    start(),
    textStart(0),
    textStart(1),
    textDelta(0, "a"),
    textDelta(1, "b"),
    textDelta(0, "c"),
    blockStop(0),
    blockStop(1),
    ...ending,
  ),
  "an unknown block, an unknown delta": events(
    start(),
    blockStart(0, { type: "hologram", depth: 3 }),
    blockStop(0),
    textStart(1),
    blockDelta(1, { type: "sparkle_delta" }),
    blockStop(1),
    ...ending,
  ),
  "filled from the start": events(
    start({ content: [{ type: "tool_use", id: "t", name: "n", input: { a: 1 } }], stop_reason: "tool_use" }),
    messageStop,
  ),
  "no message_delta": events(start(), ...text(0, "one"), messageStop),
  "two message_deltas": events(start(), ...text(0, "one"), messageDelta("end_turn", { output_tokens: 3 }), ...ending),
  "a refusal": events(
    start(),
    ...text(0, "one"),
    {
      type: "message_delta",
      delta: { stop_reason: "refusal", stop_sequence: null, stop_details: { type: "refusal", category: "bio" } },
      usage: { output_tokens: 3 },
    },
    messageStop,
  ),
  "[DONE] and a second message_stop at the end": `${hello}${events(messageStop)}data: [DONE]\n\n`,
};

describe("Against the official SDK", () => {
  for (const [name, wire] of Object.entries(conforming)) {
    it(name, async () => {
      for (const chunks of chunkings(bytesOf(wire))) {
        const { message } = await run(fakeFetch({ chunks }));
        assert.deepEqual(comparable(message), comparable(await oracle(chunks)));
      }
    });
  }

  it("200 random messages", async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    console.log(`      seed ${seed}`);
    const random = randomFrom(seed);
    for (let round = 0; round < 200; round++) {
      const chunks = [bytesOf(streamOf(randomMessage(random), random, "conforming"))];
      const { message } = await run(fakeFetch({ chunks }));
      assert.deepEqual(comparable(message), comparable(await oracle(chunks)), `seed ${seed}, round ${round}`);
    }
  });
});
