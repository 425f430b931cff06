import assert from "node:assert/strict";
import { capabilitiesOf } from "../../../src/api/capabilities";
import type { MessageRequest } from "../../../src/api/types";
import { withCaching } from "../../../src/chat/caching";

const request: MessageRequest = {
  model: "m",
  max_tokens: 10,
  system: "Be brief.",
  messages: ["1", "2", "3", "4", "5"].map((text, index) => ({
    role: index % 2 === 0 ? "user" : "assistant",
    content: [
      { type: "text", text: "first" },
      { type: "text", text },
    ],
  })),
};

const explicit = capabilitiesOf("m");
const control = { type: "ephemeral" };

/** Where the breakpoints are: "system", or message/block. */
function breakpoints({ system, messages }: MessageRequest): string[] {
  const found = Array.isArray(system) && system.some((block) => block.cache_control) ? ["system"] : [];
  for (const [m, { content }] of messages.entries()) {
    if (typeof content === "string") continue;
    for (const [b, block] of content.entries()) if ("cache_control" in block) found.push(`${m}/${b}`);
  }
  return found;
}

describe("caching", () => {
  it("ends at the system prompt and at the last two user messages", () => {
    const cached = withCaching(request, "5m", explicit);
    assert.deepEqual(breakpoints(cached), ["system", "2/1", "4/1"]);
    assert.deepEqual(cached.system, [{ type: "text", text: "Be brief.", cache_control: control }]);
  });

  it("asks the endpoint to set the breakpoints where it can", () => {
    const cached = withCaching(request, "1h", { ...explicit, caching: "automatic" });
    assert.deepEqual(cached, { ...request, cache_control: { ...control, ttl: "1h" } });
  });

  it("is left out when it is off or unknown to the endpoint", () => {
    assert.equal(withCaching(request, "off", explicit), request);
    assert.equal(withCaching(request, "5m", { ...explicit, caching: "none" }), request);
  });

  it("leaves what is before the next request's breakpoint as it was", () => {
    const next: MessageRequest = {
      ...request,
      messages: [
        ...request.messages,
        { role: "assistant", content: [] },
        { role: "user", content: [{ type: "text", text: "6" }] },
      ],
    };
    const strip = (it: MessageRequest) =>
      JSON.stringify(it.messages.slice(0, 5)).replaceAll(',"cache_control":{"type":"ephemeral"}', "");
    assert.equal(strip(withCaching(next, "5m", explicit)), strip(withCaching(request, "5m", explicit)));
    assert.deepEqual(breakpoints(withCaching(next, "5m", explicit)), ["system", "4/1", "6/0"]);
  });
});
