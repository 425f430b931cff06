import assert from "node:assert/strict";
import { createCore } from "../../support/api/core";
import { type Answer, type Block, contentOf, errorOf, type Json, tool, useSimulatedApi, user } from "./harness";

/** The events of a stream; each must be an `event:` line and one `data:` line of the same type. */
function eventsOf({ text }: Answer): Json[] {
  assert.ok(text.endsWith("\n\n"));
  return text
    .slice(0, -2)
    .split("\n\n")
    .map((event) => {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      const parsed = JSON.parse(data ?? "") as Json;
      assert.equal(parsed["type"], name);
      return parsed;
    });
}

/** The content blocks that a stream amounts to. */
function streamedContent(events: readonly Json[]): Block[] {
  const of = (index: number, type: string) =>
    events.filter((event) => event["index"] === index && event["type"] === type);
  return events
    .filter(({ type }) => type === "content_block_start")
    .map(({ content_block: started }, index) => {
      const block = started as Block;
      const deltas = of(index, "content_block_delta").map(({ delta }) => delta as Record<string, string>);
      const joined = (field: string) => deltas.map((delta) => delta[field] ?? "").join("");
      assert.equal(of(index, "content_block_stop").length, 1);
      if (block.type === "text") return Object.assign(block, { text: joined("text") });
      if (block.type === "tool_use") return Object.assign(block, { input: JSON.parse(joined("partial_json")) as Json });
      return Object.assign(block, { thinking: joined("thinking"), signature: joined("signature") });
    });
}

const withoutIds = (blocks: readonly Block[]) => blocks.map((block) => ({ ...block, id: null, citations: null }));

const request = (body: Json, signal?: AbortSignal): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", "anthropic-version": "2023-06-01" },
  body: JSON.stringify({ model: "claude-sonnet-5-5", max_tokens: 1000, ...body }),
  signal: signal ?? null,
});

describe("the simulated API in time", () => {
  const { api, ask } = useSimulatedApi();
  const statuses = async (directive: string, count: number) => {
    const found: number[] = [];
    for (let n = 0; n < count; n++) found.push((await ask({ messages: [user(directive)] })).status);
    return found;
  };

  describe("streaming", () => {
    it("sends the documented events in order", async () => {
      const answer = await ask({ messages: [user("hi")], stream: true });
      assert.equal(answer.headers.get("content-type"), "text/event-stream; charset=utf-8");
      const types = eventsOf(answer).map(({ type }) => type);
      assert.deepEqual(types.slice(0, 4), ["message_start", "content_block_start", "ping", "content_block_delta"]);
      assert.deepEqual(types.slice(-4), ["content_block_delta", "content_block_stop", "message_delta", "message_stop"]);
      assert.match(answer.text, / {2,}\}\n/, "blanks before the last brace");
    });

    for (const directive of ["[[markdown]]", "[[thinking]] hello", "[[tool count=2]]", "[[hostile]]", "[[empty]]"]) {
      it(`says the same as without, for ${directive}`, async () => {
        const body = { model: "claude-sonnet-4-6", thinking: { type: "adaptive" }, messages: [user(directive)] };
        const whole = await ask({ ...body, max_tokens: 20_000, tools: [tool] });
        const events = eventsOf(await ask({ ...body, max_tokens: 20_000, tools: [tool], stream: true }));
        assert.deepEqual(withoutIds(streamedContent(events)), withoutIds(contentOf(whole)));
        const end = events.find(({ type }) => type === "message_delta") as { delta: Json; usage: Json };
        assert.equal(end.delta["stop_reason"], whole.json["stop_reason"]);
        assert.equal(end.usage["output_tokens"], (whole.json["usage"] as Json)["output_tokens"]);
      });
    }
  });

  describe("failures", () => {
    it("come as often as asked, and again when asked anew", async () => {
      assert.deepEqual(await statuses("[[529]]", 6), [529, 529, 200, 529, 529, 200]);
      assert.deepEqual(await statuses("[[500 times=1]]", 2), [500, 200]);
      assert.deepEqual(await statuses("[[401]]", 2), [401, 401]);
      assert.deepEqual(await statuses("[[403]]", 2), [403, 403]);
    });

    it("have the documented bodies and headers", async () => {
      const limited = await ask({ messages: [user("[[429 retry-after=7]]")] });
      assert.equal(limited.headers.get("retry-after"), "7");
      assert.equal(errorOf(limited).type, "rate_limit_error");
      const capped = await ask({ messages: [user("[[429 spend-cap]]")] });
      assert.equal(capped.headers.get("retry-after"), null);
      assert.deepEqual(errorOf(capped).details, { error_code: "enforced_spend_limit_reached" });
      const proxy = await ask({ messages: [user("[[502]]")] });
      assert.equal(proxy.status, 502);
      assert.match(proxy.text, /<title>502 Bad Gateway/);
      const portal = await ask({ messages: [user("[[html]]")] });
      assert.equal(portal.status, 200);
      assert.match(portal.headers.get("content-type") ?? "", /^text\/html/);
    });

    it("break a stream by an event", async () => {
      const events = eventsOf(await ask({ messages: [user("[[overloaded]] hello")], stream: true }));
      assert.deepEqual(events.at(-1)?.["error"], { type: "overloaded_error", message: "Overloaded" });
      assert.ok(events.length > 20);
    });

    it("break a connection, in the middle or before anything", async () => {
      for (const stream of [true, false]) {
        const half = await fetch(`${api().url}/v1/messages`, request({ messages: [user("[[cut]]")], stream }));
        await assert.rejects(half.text());
        await assert.rejects(fetch(`${api().url}/v1/messages`, request({ messages: [user("[[cut at=0]]")], stream })));
        assert.equal(api().requests.at(-1)?.aborted, false);
      }
    });
  });

  for (const [directive, pace, interruption] of [
    ["hello", null, null],
    ["[[slow]]", 20, null],
    ["[[fast]] [[stall]]", 5000, { kind: "stall", at: 0.5 }],
    ["[[gate at=0.25]]", null, { kind: "gate", at: 0.25 }],
  ] as const) {
    it(`is as fast, and comes as far, as asked: ${directive}`, () => {
      const reply = createCore().answer(
        {
          method: "POST",
          path: "/v1/messages",
          query: new URLSearchParams(),
          headers: { "content-type": "application/json", "anthropic-version": "2023-06-01" },
          body: { model: "claude-sonnet-5-5", max_tokens: 100, messages: [user(directive)] },
        },
        undefined,
      );
      assert.ok(reply.kind === "message");
      assert.equal(reply.tokensPerSecond, pace);
      assert.deepEqual(reply.interruption, interruption);
    });
  }

  describe("time in the hands of the test", () => {
    it("waits at a gate until it is released", async () => {
      for (const stream of [true, false]) {
        const response = await fetch(
          `${api().url}/v1/messages`,
          request({ messages: [user("[[gate]] hello")], stream }),
        );
        const reader = response.body?.getReader();
        const first = await reader?.read();
        assert.equal(Buffer.from(first?.value ?? []).includes(stream ? "message_stop" : '"usage"'), false);
        api().release();
        let rest = "";
        for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
          rest += Buffer.from(part.value).toString();
        }
        assert.match(rest, stream ? /"message_stop" *\}\n\n$/ : /\}\}$/);
      }
    });

    it("stays silent when it stalls, and sees the client go", async () => {
      const client = new AbortController();
      const response = await fetch(
        `${api().url}/v1/messages`,
        request({ messages: [user("[[stall]] hello")], stream: true }, client.signal),
      );
      await response.body?.getReader().read();
      client.abort();
      const record = api().requests.at(-1);
      await record?.settled;
      assert.equal(record?.aborted, true);
    });

    it("does not begin when it stalls at the start", async () => {
      const client = new AbortController();
      const waiting = fetch(`${api().url}/v1/messages`, request({ messages: [user("[[stall at=0]]")] }, client.signal));
      // A later request is answered meanwhile: the first one has reached the server.
      await ask({ messages: [user("hi")] });
      client.abort();
      await assert.rejects(waiting, { name: "AbortError" });
    });
  });
});
