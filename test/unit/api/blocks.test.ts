/** Wire cases D: thinking, citations, other blocks, beside the tables. */
import assert from "node:assert/strict";
import { bytesOf, events, fakeFetch, run } from "./harness";
import { blockDelta, blockStart, blockStop, ending, start } from "./wire";

const thinkingStart = (index: number, more = {}) =>
  blockStart(index, { type: "thinking", thinking: "", signature: "", ...more });
const thinkingDelta = (index: number, thinking: string, more = {}) =>
  blockDelta(index, { type: "thinking_delta", thinking, ...more });
const signature = (index: number, value: unknown) => blockDelta(index, { type: "signature_delta", signature: value });

describe("Wire cases D: thinking, citations, other blocks", () => {
  it("D6 an estimate without text is progress", async () => {
    const deltas = [thinkingDelta(0, "", { estimated_tokens: 10 }), thinkingDelta(0, "", { estimated_tokens: 5 })];
    const wire = events(start(), thinkingStart(0), ...deltas, signature(0, "S"), blockStop(0), ...ending);
    const { events: seen, message } = await run(fakeFetch({ chunks: [bytesOf(wire)] }));
    assert.deepEqual(
      seen.filter((item) => item.type === "thinking"),
      [{ type: "thinking", index: 0, text: "", estimatedTokens: 15 }],
    );
    assert.deepEqual(message.content, [{ type: "thinking", thinking: "", signature: "S" }]);
  });
});
