import assert from "node:assert/strict";
import { MessagesClient } from "../../../src/api/client";
import { presets } from "../../../src/api/endpoint";
import { ApiFailure } from "../../../src/api/failure";
import type { ContentBlock, Message, MessageRequest } from "../../../src/api/types";
import { startSimulatedApi, type SimulatedApi, type SimulatedApiOptions } from "../../support/api/server";

/** The client with each preset against a server that behaves as its documentation says: no case by case bytes here. */

const KEY = "sk-right-0123456789";
const signal = new AbortController().signal;

type Dialect = NonNullable<SimulatedApiOptions["dialect"]>;

function against(dialect: Dialect, preset: string, key: string | undefined, tests: (use: Use) => void): void {
  describe(`${preset} (dialect)`, () => {
    let api: SimulatedApi;
    before(async () => {
      api = await startSimulatedApi({ dialect, tokensPerSecond: Infinity, ...(key === undefined ? {} : { key }) });
    });
    after(() => api.close());
    tests({
      client: (credential = key) => {
        const endpoint = presets.find(({ id }) => id === preset);
        assert.ok(endpoint);
        return new MessagesClient({ ...endpoint, baseUrl: api.url }, credential, (url, init) => fetch(url, init));
      },
      lastHeaders: () => api.requests.at(-1)?.headers ?? {},
    });
  });
}

interface Use {
  readonly client: (credential?: string) => MessagesClient;
  readonly lastHeaders: () => Record<string, unknown>;
}

const tools = [{ name: "look", description: "Looks.", input_schema: { type: "object", properties: {} } }];

function question(model: string, text = "Hello", more: Partial<MessageRequest> = {}): MessageRequest {
  return { model, max_tokens: 2000, messages: [{ role: "user", content: text }], ...more };
}

async function streamed(client: MessagesClient, request: MessageRequest): Promise<Message> {
  const stream = client.stream(request, signal);
  let text = "";
  for await (const event of stream) if (event.type === "text") text += event.text;
  assert.equal(text, textOf(stream.message.content));
  assert.equal(stream.message.complete, true);
  return stream.message;
}

function textOf(content: readonly ContentBlock[]): string {
  return content.map((block) => (block.type === "text" ? block.text : "")).join("");
}

async function failure(promise: Promise<unknown>): Promise<ApiFailure> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ApiFailure);
  assert.ok(!JSON.stringify([error, error.message, error.raw]).includes(KEY));
  return error;
}

against("aimlapi", "aimlapi", KEY, ({ client, lastHeaders }) => {
  const model = "anthropic/claude-haiku-4-5";

  it("answers with 201, streamed and whole, for one Bearer key", async () => {
    const message = await streamed(client(), question(model));
    assert.ok(textOf(message.content).length > 0);
    assert.equal(lastHeaders()["authorization"], `Bearer ${KEY}`);
    assert.equal(lastHeaders()["x-api-key"], undefined);
    assert.ok(textOf((await client().send(question(model), signal)).content).length > 0);
  });

  it("forces a tool in OpenAI's form", async () => {
    const choice = { type: "tool", name: "look" } as const;
    const message = await streamed(client(), question(model, "Hello", { tools, tool_choice: choice }));
    assert.equal(message.stop_reason, "tool_use");
  });

  it("has one call at a time in Anthropic's form, which alone can say it", async () => {
    const choice = { type: "any", disable_parallel_tool_use: true } as const;
    const text = "Hello [[tool count=2]]";
    const message = await streamed(client(), question(model, text, { tools, tool_choice: choice }));
    assert.equal(message.content.filter(({ type }) => type === "tool_use").length, 1);
  });

  it("lists each model once, estimates tokens, and says what is wrong inside its own error", async () => {
    const ids = (await client().models(signal)).map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.includes("claude-haiku-4-5"));
    assert.equal((await client().countTokens(question(model), signal)).exact, false);
    const { message, kind } = await failure(streamed(client(), question(model, "", {})));
    assert.equal(kind, "invalid");
    assert.doesNotMatch(message, /[{}]/);
  });

  it("runs a batch by its own addresses and shapes", async () => {
    const { batches } = client();
    assert.ok(batches);
    const request = { customId: "a", params: question("claude-haiku-4-5") };
    const { id } = await batches.create([request], signal);
    assert.equal((await batches.retrieve(id, signal)).status, "in_progress");
    assert.equal((await batches.retrieve(id, signal)).status, "ended");
    const results: unknown[] = [];
    for await (const result of batches.results(id, signal)) {
      results.push([result.type, "customId" in result && result.customId]);
    }
    assert.deepEqual(results, [["succeeded", "a"]]);
    const other = await batches.create([request], signal);
    assert.equal((await batches.cancel(other.id, signal)).status, "canceling");
    assert.equal(batches.list, undefined);
  });
});

against("apimart", "apimart", KEY, ({ client, lastHeaders }) => {
  it("is unwrapped, and thinks as the model's id says", async () => {
    const message = await client().send(question("claude-sonnet-4-6-thinking"), signal);
    assert.deepEqual(
      message.content.map(({ type }) => type),
      ["thinking", "text"],
    );
    assert.equal(lastHeaders()["x-api-key"], KEY);
    assert.equal(lastHeaders()["authorization"], undefined);
    assert.equal((await streamed(client(), question("claude-sonnet-4-6"))).stop_reason, "end_turn");
  });

  it("fails with what is wrong, also inside status 200", async () => {
    assert.equal((await failure(streamed(client("sk-wrong"), question("claude-sonnet-4-6")))).kind, "auth");
    const refused = await failure(streamed(client(), question("claude-sonnet-4-6", "[[403]]")));
    assert.ok(["permission", "billing"].includes(refused.kind), refused.kind);
  });
});

against("openrouter", "openrouter", KEY, ({ client }) => {
  const model = "anthropic/claude-opus-5.5";

  it("streams through comments and [DONE], and tells the price", async () => {
    const message = await streamed(client(), question(model));
    assert.equal(message.stop_reason, "end_turn");
    assert.ok(message.usage.cost !== undefined && message.usage.cost > 0);
  });

  it("lists models with prices, has no batches and no token counts", async () => {
    const found = (await client().models(signal)).find(({ id }) => id === model);
    assert.equal(found?.prices?.input, 4);
    assert.equal(client().batches, undefined);
    assert.equal((await client().countTokens(question(model), signal)).exact, false);
  });
});

against("ollama", "ollama", undefined, ({ client, lastHeaders }) => {
  it("needs no key, sends no signatures, and its tools arrive whole", async () => {
    const thinking = { type: "enabled", budget_tokens: 1024 } as const;
    const thought = await streamed(client(), question("qwen3:8b", "Hello", { thinking }));
    assert.equal(thought.content[0]?.type, "thinking");
    assert.ok(!thought.content.some((block) => "signature" in block && block.signature));
    assert.equal(lastHeaders()["authorization"], undefined);
    const called = await streamed(client(), question("qwen3:8b", "[[tool]]", { tools }));
    assert.ok(called.content.some(({ type }) => type === "tool_use"));
    assert.deepEqual(called.invalidToolUses, []);
  });
});

against("llamacpp", "llamacpp", undefined, ({ client }) => {
  it("may stop all blocks at the end", async () => {
    const message = await streamed(client(), question("any", "[[tool count=2]]", { tools }));
    assert.equal(message.content.filter(({ type }) => type === "tool_use").length, 2);
    assert.deepEqual(message.invalidToolUses, []);
    assert.equal(message.stop_reason, "tool_use");
  });
});
