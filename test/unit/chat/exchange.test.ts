import assert from "node:assert/strict";
import { MessagesClient } from "../../../src/api/client";
import { presets } from "../../../src/api/endpoint";
import type { MessageEvent } from "../../../src/api/stream";
import { ApiFailure } from "../../../src/api/failure";
import type { Message } from "../../../src/api/types";
import { apply, emptyConversation, type Fact } from "../../../src/chat/conversation";
import { runExchange, type ExchangeState } from "../../../src/chat/exchange";
import { startSimulatedApi } from "../../support/api/server";

const turn: Parameters<typeof runExchange>[2] = {
  role: "assistant",
  id: "a",
  parent: null,
  endpoint: "e",
  model: "m",
  content: [],
  notes: [],
};

const request = { model: "m", max_tokens: 10, messages: [] };

/** A client whose stream gives these events, then fails if a failure is given. */
function client(events: readonly MessageEvent[], failure?: Error) {
  const message: Message = {
    id: "msg",
    type: "message",
    role: "assistant",
    model: "m",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { output_tokens: 4 },
    complete: false,
    invalidToolUses: [],
    warnings: [],
  };
  return {
    stream: () => ({
      message,
      headers: undefined,
      acceptWait: () => undefined,
      async *[Symbol.asyncIterator]() {
        for (const event of structuredClone(events)) {
          if (event.type === "blockStart") message.content[event.index] = event.block; // grows in place, as the client's does
          const block = "index" in event ? message.content[event.index] : undefined;
          if (event.type === "text" && block?.type === "text") block.text += event.text;
          if (event.type === "end") message.stop_reason = "end_turn";
          yield event;
        }
        if (failure) throw failure;
      },
    }),
  };
}

async function run(
  events: readonly MessageEvent[],
  failure?: Error,
  signal: AbortSignal = new AbortController().signal,
) {
  const facts: Fact[] = [];
  const states: ExchangeState["kind"][] = [];
  const listener = {
    onFact: (fact: Fact) => facts.push(fact),
    onState: (state: ExchangeState) => states.push(state.kind),
    onToolInput: () => undefined,
    acceptWait: async () => false,
  };
  const { outcome } = await runExchange(client(events, failure), request, turn, listener, signal);
  const conversation = emptyConversation("c");
  for (const fact of facts) apply(conversation, fact);
  const answer = conversation.turns.get("a");
  assert.ok(answer?.role === "assistant");
  return { facts, states, outcome, answer };
}

const text: readonly MessageEvent[] = [
  { type: "blockStart", index: 0, block: { type: "text", text: "" } },
  { type: "text", index: 0, text: "Hel" },
  { type: "text", index: 0, text: "lo" },
];

describe("exchange", () => {
  it("turns a stream into facts that give the message", async () => {
    const { answer, outcome, states } = await run([...text, { type: "end" } as MessageEvent]);
    assert.deepEqual(answer.content, [{ type: "text", text: "Hello" }]);
    assert.deepEqual(outcome, { kind: "complete", stopReason: "end_turn" });
    assert.deepEqual(answer.usage, { output_tokens: 4 });
    assert.equal(answer.cost, undefined);
    assert.deepEqual(states, ["waiting", "streaming"]);
  });

  it("knows what the answer cost when the prices are known", async () => {
    const prices = { input: 1, output: 5, cacheRead: 0.1, cacheWrite5m: 1.25, cacheWrite1h: 2 };
    const facts: Fact[] = [];
    const { stream } = client(text);
    const known = stream();
    known.message.usage = { input_tokens: 1000, output_tokens: 200 };
    await runExchange(
      { stream: () => known },
      request,
      turn,
      {
        onFact: (fact) => facts.push(fact),
        onState: () => undefined,
        onToolInput: () => undefined,
        acceptWait: async () => false,
      },
      new AbortController().signal,
      prices,
    );
    const last = facts.at(-1);
    assert.deepEqual(last?.type === "answered" && last.cost, { usd: 0.002, estimate: true });
  });

  it("keeps the partial answer when the stream fails", async () => {
    const failure = new ApiFailure({ kind: "overloaded", message: "Overloaded.", advice: "Wait." });
    const { answer, outcome } = await run(text, failure);
    assert.deepEqual(answer.content, [{ type: "text", text: "Hello" }]);
    assert.deepEqual(outcome, {
      kind: "failed",
      failure: { kind: "overloaded", message: "Overloaded.", advice: "Wait." },
    });
  });

  it("says nothing of a defect's own words", async () => {
    const { outcome } = await run([], new TypeError("x.y is not a function"));
    assert.ok(outcome.kind === "failed");
    assert.doesNotMatch(JSON.stringify(outcome), /not a function/);
  });

  it("is stopped, not failed, when the user aborts", async () => {
    const abort = new AbortController();
    abort.abort();
    const { answer, outcome } = await run(text, new ApiFailure({ kind: "aborted", message: "Aborted." }), abort.signal);
    assert.deepEqual(outcome, { kind: "stopped" });
    assert.deepEqual(answer.content, [{ type: "text", text: "Hello" }]);
  });

  it("announces each wait before another try", async () => {
    const failure = new ApiFailure({ kind: "overloaded", message: "Overloaded." });
    const wait: MessageEvent = { type: "retry", attempt: 1, until: 5, failure, askFirst: false };
    const { states } = await run([wait, { ...wait, attempt: 2 }, ...text]);
    assert.deepEqual(states, ["waiting", "retrying", "retrying", "streaming"]);
  });

  it("waits long only when that was accepted", async () => {
    const failure = new ApiFailure({ kind: "rateLimit", message: "Too many." });
    const wait: MessageEvent = { type: "retry", attempt: 1, until: 1e12, failure, askFirst: true };
    for (const answer of [true, false]) {
      let accepted = false;
      const { stream } = client([wait]);
      await runExchange(
        { stream: () => ({ ...stream(), acceptWait: () => (accepted = true) }) },
        request,
        turn,
        {
          onFact: () => undefined,
          onState: () => undefined,
          onToolInput: () => undefined,
          acceptWait: async () => answer,
        },
        new AbortController().signal,
      );
      assert.equal(accepted, answer);
    }
  });

  it("offers to send without a field only where the request has it", async () => {
    const refusal = (parameter: string) => new ApiFailure({ kind: "invalid", message: "No.", parameter });
    for (const [parameter, offered] of [
      ["thinking.budget_tokens", "thinking"],
      ["temperature", undefined],
      ["messages", undefined],
    ] as const) {
      const facts: Fact[] = [];
      const { outcome } = await runExchange(
        client([], refusal(parameter)),
        { ...request, thinking: { type: "adaptive" } },
        turn,
        {
          onFact: (fact) => facts.push(fact),
          onState: () => undefined,
          onToolInput: () => undefined,
          acceptWait: async () => false,
        },
        new AbortController().signal,
      );
      assert.equal(outcome.kind === "failed" && outcome.failure.parameter, offered);
    }
  });

  it("asks once more without thinking that the model does not take back", async () => {
    const api = await startSimulatedApi({ tokensPerSecond: Infinity });
    const endpoint = presets.find(({ id }) => id === "anthropic");
    assert.ok(endpoint);
    const facts: Fact[] = [];
    try {
      const { outcome } = await runExchange(
        new MessagesClient({ ...endpoint, baseUrl: api.url }, undefined, (url, init) => fetch(url, init)),
        {
          model: "claude-sonnet-5-5",
          max_tokens: 1000,
          messages: [
            { role: "user", content: "One" },
            {
              role: "assistant",
              content: [
                { type: "thinking", thinking: "", signature: "of another account" },
                { type: "text", text: "Yes" },
              ],
            },
            { role: "user", content: "Two" },
          ],
        },
        turn,
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
    assert.doesNotMatch(JSON.stringify(api.requests[1]?.body), /thinking/);
    const last = facts.at(-1);
    assert.match(last?.type === "answered" ? (last.notes?.join() ?? "") : "", /thinking was left out/);
  });

  it("shows thinking apart from writing", async () => {
    const { states, answer } = await run([
      { type: "blockStart", index: 0, block: { type: "thinking", thinking: "", signature: "" } },
      { type: "thinking", index: 0, text: "Hm" },
      { ...text[0], index: 1 } as MessageEvent,
    ]);
    assert.deepEqual(states, ["waiting", "thinking", "streaming"]);
    assert.equal(answer.content.length, 2);
  });

  it("leaves a fact as it was when the stream goes on", async () => {
    const { facts } = await run(text);
    const block = facts.find((fact) => fact.type === "block");
    assert.deepEqual(block?.block, { type: "text", text: "" }); // it may wait for the disk while the text grows
  });
});
