import assert from "node:assert/strict";
import { MessagesClient } from "../../../src/api/client";
import { presets } from "../../../src/api/endpoint";
import type { ContentBlock, ImageBlock, TextBlock } from "../../../src/api/types";
import type { Fact } from "../../../src/chat/conversation";
import { runExchange } from "../../../src/chat/exchange";
import { withoutRefusedImage } from "../../../src/chat/refusedImage";
import { png } from "../../support/badFiles";
import { startSimulatedApi } from "../../support/api/server";

const image = (data: string): ImageBlock => ({
  type: "image",
  source: { type: "base64", media_type: "image/png", data },
});

const request = (...content: ContentBlock[]) => ({
  model: "claude-sonnet-5-5",
  max_tokens: 100,
  messages: [{ role: "user" as const, content }],
});

describe("an image that the API refuses", () => {
  it("is left out, the others stay, and the answer says so", async () => {
    const api = await startSimulatedApi({ tokensPerSecond: 1000 });
    const endpoint = presets.find(({ id }) => id === "anthropic");
    assert.ok(endpoint);
    const facts: Fact[] = [];
    const good = Buffer.from(png(40, 30)).toString("base64");
    try {
      const { outcome } = await runExchange(
        new MessagesClient({ ...endpoint, baseUrl: api.url }, undefined, (url, init) => fetch(url, init)),
        request(image(good), image("AAAA"), { type: "text", text: "What is this?" }),
        { role: "assistant", id: "a", parent: null, endpoint: "e", model: "m", content: [], notes: [] },
        {
          onFact: (fact) => facts.push(fact),
          onState: () => undefined,
          onToolInput: () => undefined,
          acceptWait: async () => false,
        },
        new AbortController().signal,
      );
      assert.equal(outcome.kind, "complete", JSON.stringify(outcome));
    } finally {
      await api.close();
    }
    assert.equal(api.requests.length, 2);
    const sent = JSON.stringify(api.requests[1]?.body);
    assert.ok(sent.includes(good) && !sent.includes('"AAAA"') && sent.includes("An image was left out here"));
    const last = facts.at(-1);
    assert.match(last?.type === "answered" ? (last.notes?.join() ?? "") : "", /An image was left out/);
  });

  it("is also found in the result of a tool", () => {
    const result = (...content: (ImageBlock | TextBlock)[]): ContentBlock => ({
      type: "tool_result",
      tool_use_id: "t",
      content,
    });
    const text = { type: "text" as const, text: "seen" };
    const sent = request(result(text, image("AAAA"), image("BBBB")), image("CCCC"));
    const named = withoutRefusedImage(
      sent,
      "messages.0.content.0.tool_result.content.2.image.source.base64.data: Could not process image",
    );
    assert.match(JSON.stringify(named), /AAAA.*left out here.*CCCC/);
    assert.doesNotMatch(JSON.stringify(named), /BBBB/);
    assert.doesNotMatch(JSON.stringify(withoutRefusedImage(sent, "Could not process image")), /"image"/);
  });

  it("may not be named: then all are left out; and another refusal changes nothing", () => {
    const two = request(image("AAAA"), image("BBBB"), { type: "text", text: "?" });
    assert.doesNotMatch(JSON.stringify(withoutRefusedImage(two, "Could not process image")), /"image"/);
    assert.equal(withoutRefusedImage(two, "max_tokens: 5 > 4"), undefined);
    assert.equal(withoutRefusedImage(request({ type: "text", text: "?" }), "Could not process image"), undefined);
  });
});
