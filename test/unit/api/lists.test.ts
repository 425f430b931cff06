/** Wire cases H: models, token counts, batches. */
import assert from "node:assert/strict";
import { type Batch, type BatchLine, type Batches, readResultLine } from "../../../src/api/batches";
import { MessagesClient } from "../../../src/api/client";
import { ApiFailure } from "../../../src/api/failure";
import type { MessageRequest } from "../../../src/api/types";
import {
  bytesOf,
  chunksOfSize,
  type FakeFetch,
  fakeClock,
  fakeFetch,
  key,
  preset,
  randomChunks,
  randomFrom,
  type Reply,
  request,
  watchedSignal,
} from "./harness";

const { signal } = watchedSignal();

const reply = (body: unknown, status = 200): Reply => ({
  status,
  chunks: [bytesOf(typeof body === "string" ? body : JSON.stringify(body))],
  headers: { "content-type": "application/json" },
});

function client(network: FakeFetch, id = "anthropic"): MessagesClient {
  const clock = fakeClock();
  return new MessagesClient(preset(id), key, network.fetch, {
    clock: { ...clock, setTimeout: (callback, milliseconds) => (milliseconds > 10_000 ? 0 : queueMicrotask(callback)) },
  });
}

describe("Wire cases H: models", () => {
  const models = (body: unknown, id?: string) => client(fakeFetch(reply(body)), id).models(signal);
  const ids = async (body: unknown, id?: string) => (await models(body, id)).map((model) => model.id);

  it("H1 reads all pages", async () => {
    const page = (...names: string[]) => names.map((id) => ({ id, type: "model", display_name: id }));
    const network = fakeFetch(
      reply({ data: page("a", "b"), has_more: true, first_id: "a", last_id: "b" }),
      reply({ data: page("c"), has_more: false, first_id: "c", last_id: "c" }),
    );
    const found = await client(network).models(signal);
    assert.deepEqual(
      found.map((model) => model.id),
      ["a", "b", "c"],
    );
    assert.deepEqual(
      network.requests.map(({ url }) => url),
      ["https://api.anthropic.com/v1/models?limit=1000", "https://api.anthropic.com/v1/models?limit=1000&after_id=b"],
    );
    assert.equal(network.requests[0]?.body, "");
    assert.equal("content-type" in network.requests[0].headers, false);
  });

  it("H1 a server that repeats a page does not hang", async () => {
    const network = fakeFetch(reply({ data: [{ id: "a" }], has_more: true, last_id: "a" }));
    const found = await client(network).models(signal);
    assert.equal(found.length, 1);
    assert.equal(network.requests.length, 2);
  });

  it("H2 reads the API's entries", async () => {
    const capabilities = { image_input: { supported: true }, effort: { supported: true, low: { supported: true } } };
    const [model] = await models({
      data: [
        {
          id: "claude-opus-5-5",
          type: "model",
          display_name: "Claude Opus 5.5",
          created_at: "2026-09-01T00:00:00Z",
          line: "opus",
          lifecycle: "deprecated",
          deprecated_at: "2026-11-01T00:00:00Z",
          retires_at: "2027-05-01T00:00:00Z",
          max_input_tokens: 1_000_000,
          max_tokens: 128_000,
          capabilities,
        },
      ],
      has_more: false,
    });
    assert.deepEqual(model, {
      id: "claude-opus-5-5",
      displayName: "Claude Opus 5.5",
      lifecycle: "deprecated",
      deprecatedAt: "2026-11-01T00:00:00Z",
      retiresAt: "2027-05-01T00:00:00Z",
      contextWindow: 1_000_000,
      maxTokens: 128_000,
      capabilities,
    });
  });

  it("H2 reads the lists of gateways", async () => {
    assert.deepEqual(await ids({ data: [{ id: "a", type: "model", display_name: "A", created_at: "x" }] }), ["a"]);
    assert.deepEqual(
      await ids({ object: "list", data: [{ id: "a", object: "model", owned_by: "x" }, { nothing: 1 }, 7] }),
      ["a"],
    );
    assert.deepEqual(await ids({ models: [{ name: "llama4:8b", size: 1 }] }, "ollama"), ["llama4:8b"]);
    assert.deepEqual(await ids([{ id: "a" }, "b"]), ["a", "b"]);
    assert.deepEqual(await ids({ code: 200, data: [{ id: "a" }] }, "apimart"), ["a"]);
    assert.deepEqual(await ids({ code: 200, data: { data: [{ id: "a" }] } }, "apimart"), ["a"]);
    assert.deepEqual(await ids({ data: [{ id: "a" }, { id: "a" }] }), ["a"]);
    assert.deepEqual(await ids({ data: [] }), []);
  });

  it("H2 reads OpenRouter's limits and prices", async () => {
    const [model] = await models(
      {
        data: [
          {
            id: "anthropic/claude-opus-5.5",
            name: "Anthropic: Claude Opus 5.5",
            context_length: 1_000_000,
            pricing: {
              prompt: "0.000004",
              completion: "0.00002",
              input_cache_read: "0.0000002",
              input_cache_write: "0.000005",
            },
            top_provider: { max_completion_tokens: 128_000 },
          },
        ],
      },
      "openrouter",
    );
    assert.deepEqual(model, {
      id: "anthropic/claude-opus-5.5",
      displayName: "Anthropic: Claude Opus 5.5",
      contextWindow: 1_000_000,
      maxTokens: 128_000,
      prices: { input: 4, output: 20, cacheRead: 0.2, cacheWrite5m: 5, cacheWrite1h: 5 },
    });
  });

  it("H2 reads AI/ML API's info", async () => {
    const info = { name: "Claude Opus 5.5", contextLength: 1_000_000, outputMax: 128_000 };
    const network = fakeFetch(
      reply({ data: [{ id: "claude-opus-5-5", type: "chat-completion", info, aliases: ["x"] }] }),
    );
    const [model] = await client(network, "aimlapi").models(signal);
    assert.deepEqual(model, {
      id: "claude-opus-5-5",
      displayName: "Claude Opus 5.5",
      contextWindow: 1_000_000,
      maxTokens: 128_000,
    });
    assert.match(network.requests[0]?.url ?? "", /include=pricing%2Ccapabilities/);
    assert.equal(network.requests[0]?.headers["authorization"], `Bearer ${key}`);
  });

  it("H2 a 5 MB list", async () => {
    const data = Array.from({ length: 20_000 }, (_, n) => ({ id: `m${n}`, description: "x".repeat(250) }));
    const network = fakeFetch({ chunks: chunksOfSize(bytesOf(JSON.stringify({ data })), 16_384) });
    assert.equal((await client(network).models(signal)).length, 20_000);
  });

  it("H2 says so when there is no list", async () => {
    const kind = async (answer: Reply) => {
      try {
        await client(fakeFetch(answer)).models(signal);
      } catch (error) {
        return error instanceof ApiFailure ? error.kind : error;
      }
    };
    assert.equal(await kind(reply("Not Found", 404)), "notFound");
    assert.equal(await kind(reply("<html><title>Hi</title></html>")), "protocol");
    assert.equal(await kind(reply({ hello: "world" })), "protocol");
    assert.equal(await kind(reply("")), "protocol");
    assert.equal(await kind(reply({ code: 401, message: "no" })), "auth");
  });
});

describe("Wire cases H: token counts", () => {
  const full: MessageRequest = {
    ...request,
    system: "s",
    temperature: 1,
    stop_sequences: ["x"],
    metadata: { user_id: "u" },
    tools: [],
  };

  it("sends only what may be counted", async () => {
    const network = fakeFetch(reply({ input_tokens: 12 }));
    assert.deepEqual(await client(network).countTokens(full, signal), { tokens: 12, exact: true });
    assert.equal(network.requests[0]?.url, "https://api.anthropic.com/v1/messages/count_tokens");
    assert.deepEqual(JSON.parse(network.requests[0].body), {
      model: request.model,
      messages: request.messages,
      system: "s",
      tools: [],
    });
  });

  it("H3 estimates where there is no such route, and remembers it", async () => {
    const network = fakeFetch(reply("404 page not found", 404));
    const local = client(network, "vllm");
    const first = await local.countTokens(full, signal);
    assert.equal(first.exact, false);
    assert.ok(first.tokens > 0);
    assert.deepEqual(await local.countTokens(full, signal), first);
    assert.equal(network.requests.length, 1);
  });

  it("H3 does not ask endpoints that are known not to count", async () => {
    const network = fakeFetch(reply({ input_tokens: 12 }));
    assert.equal((await client(network, "openrouter").countTokens(full, signal)).exact, false);
    assert.equal(network.requests.length, 0);
  });

  it("an unknown model is a failure, not an estimate", async () => {
    const missing = { type: "error", error: { type: "not_found_error", message: "model: claude-x" } };
    await assert.rejects(client(fakeFetch(reply(missing, 404))).countTokens(full, signal), { kind: "notFound" });
  });

  it("estimates files by a flat number, not by their base64", async () => {
    const image = {
      type: "image",
      source: { type: "base64", media_type: "image/png", data: "x".repeat(1e6) },
    } as const;
    const withImage = { ...full, messages: [{ role: "user", content: [image] }] } as const;
    const { tokens } = await client(fakeFetch({}), "ollama").countTokens(withImage, signal);
    assert.ok(tokens > 1000 && tokens < 3000, String(tokens));
  });
});

describe("Wire cases H: batches", () => {
  const batch = {
    id: "msgbatch_1",
    type: "message_batch",
    processing_status: "in_progress",
    request_counts: { processing: 2, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
    created_at: "2026-11-21T12:00:00Z",
    expires_at: "2026-11-22T12:00:00Z",
    ended_at: null,
    results_url: "https://evil.example/results",
  };

  const batches = (network: FakeFetch, id?: string): Batches => {
    const found = client(network, id).batches;
    assert.ok(found);
    return found;
  };

  async function results(answer: Reply, id?: string): Promise<BatchLine[]> {
    const list: BatchLine[] = [];
    for await (const result of batches(fakeFetch(answer), id).results("msgbatch_1", signal)) list.push(result);
    return list;
  }

  const message = (text: string) => ({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "m",
    content: [{ type: "text", text }],
    stop_reason: "end_turn",
    usage: { input_tokens: 1, output_tokens: 1 },
  });
  const succeeded = (id: string, text = "ok") =>
    JSON.stringify({ custom_id: id, result: { type: "succeeded", message: message(text) } });

  it("creates, retrieves, cancels, lists, deletes", async () => {
    const network = fakeFetch(
      reply(batch),
      reply(batch),
      reply({ ...batch, processing_status: "canceling" }),
      reply({ data: [batch], has_more: false, first_id: batch.id, last_id: batch.id }),
      reply({ id: batch.id, type: "message_batch_deleted" }),
    );
    const all = batches(network);
    const expected: Batch = {
      id: "msgbatch_1",
      status: "in_progress",
      counts: batch.request_counts,
      createdAt: batch.created_at,
      expiresAt: batch.expires_at,
      endedAt: undefined,
    };
    assert.deepEqual(await all.create([{ customId: "c1", params: request }], signal), expected);
    assert.deepEqual(await all.retrieve("msgbatch_1", signal), expected);
    assert.equal((await all.cancel("msgbatch_1", signal)).status, "canceling");
    assert.deepEqual(await all.list?.(signal), [expected]);
    await all.delete?.("msgbatch_1", signal);
    assert.deepEqual(
      network.requests.map(({ url }) => url.replace("https://api.anthropic.com/v1/messages/batches", "")),
      ["", "/msgbatch_1", "/msgbatch_1/cancel", "?limit=1000", "/msgbatch_1"],
    );
    assert.deepEqual(JSON.parse(network.requests[0]?.body ?? ""), {
      requests: [{ custom_id: "c1", params: request }],
    });
  });

  it("H4 reads results, however they are cut", async () => {
    const lines = [
      succeeded("a", "with\u2028separator and ü"),
      "",
      '{"custom_id":"broken',
      JSON.stringify({
        custom_id: "c",
        result: {
          type: "errored",
          error: { type: "error", error: { type: "overloaded_error", message: `no ${key}` } },
        },
      }),
      JSON.stringify({ custom_id: "d", result: { type: "canceled" } }),
      succeeded("a", "again"),
      JSON.stringify({ custom_id: "b", result: { type: "expired" } }),
      JSON.stringify({ custom_id: "e", result: { type: "from the future" } }),
    ];
    for (const text of [lines.join("\n"), lines.join("\r\n"), `${lines.join("\n")}\n`]) {
      const bytes = bytesOf(text);
      const random = randomFrom(text.length);
      const places = text.includes("\r") ? bytes.length - 1 : 0;
      const cuts = Array.from({ length: places }, (_, at) => [bytes.slice(0, at + 1), bytes.slice(at + 1)]);
      for (const chunks of [[bytes], chunksOfSize(bytes, 1), randomChunks(bytes, random), ...cuts]) {
        const found = await results({ chunks });
        assert.deepEqual(
          found.map((result) => [result.type, "customId" in result ? result.customId : result.line]),
          [
            ["succeeded", "a"],
            ["unreadable", 3],
            ["errored", "c"],
            ["canceled", "d"],
            ["expired", "b"],
            ["unreadable", 8],
          ],
        );
        const [first, , third] = found;
        assert.deepEqual(first?.type === "succeeded" && first.message.content, [
          { type: "text", text: "with\u2028separator and ü" },
        ]);
        assert.equal(third?.type === "errored" && third.failure.kind, "overloaded");
        for (const { raw, ...result } of found) {
          if (result.type === "unreadable") continue;
          assert.deepEqual(readResultLine("Anthropic", raw), result); // as it is read again from a file
        }
        assert.equal(JSON.stringify(found).includes(key), false);
      }
    }
  });

  it("H5 AI/ML API: the state, the cancelled object, the results, all at one address", async () => {
    const network = fakeFetch(
      reply({ id: "b1", status: "generating" }, 201),
      reply({ id: "b1", status: "generating" }),
      reply({ ...batch, id: "b1", processing_status: "canceling", status: "cancelled" }),
      reply(`${succeeded("a")}\n${succeeded("b")}`),
      reply(succeeded("a")),
      reply({ id: "b1", status: "cancelled", output: null, usage: {} }),
    );
    const all = batches(network, "aimlapi");
    const request1 = { customId: "a", params: { ...request, tool_choice: { type: "any" } } } as const;
    assert.equal((await all.create([request1], signal)).status, "in_progress");
    assert.equal((await all.retrieve("b/1", signal)).status, "in_progress");
    assert.equal((await all.retrieve("b1", signal)).status, "ended");
    assert.equal((await all.retrieve("b1", signal)).status, "ended");
    assert.equal((await all.retrieve("b1", signal)).status, "ended");
    assert.equal((await all.cancel("b/1", signal)).status, "ended");
    assert.deepEqual(
      network.requests.map(({ url }) => url.replace("https://api.aimlapi.com", "")),
      [
        "/v1/batches",
        "/v1/batches?batch_id=b%2F1",
        "/v1/batches?batch_id=b1",
        "/v1/batches?batch_id=b1",
        "/v1/batches?batch_id=b1",
        "/v1/batches/cancel/b%2F1",
      ],
    );
    assert.match(network.requests[0]?.body ?? "", /"tool_choice":"required"/);
    assert.equal(all.list, undefined);
    assert.equal((await results(reply(`${succeeded("a")}\n${succeeded("b")}`), "aimlapi")).length, 2);
    await assert.rejects(results(reply({ id: "b1", status: "generating" }), "aimlapi"), /not ended/);
    assert.deepEqual(await results(reply({ id: "b1", status: "cancelled" }), "aimlapi"), []);
  });

  it("reads no more than the first result to know that a batch of AI/ML API has ended", async () => {
    const line = bytesOf(`${succeeded("a")}\n`);
    const network = fakeFetch({ chunks: [line.slice(0, 20), line.slice(20), line, line], ends: "stall" });
    assert.equal((await batches(network, "aimlapi").retrieve("b1", signal)).status, "ended");
    assert.equal(network.open(), 0);
  });

  it("never sends a batch twice by itself", async () => {
    for (const answer of [new TypeError("fetch failed"), reply({ error: "no" }, 500), reply({ error: "busy" }, 429)]) {
      const network = fakeFetch(answer);
      await assert.rejects(batches(network).create([{ customId: "c1", params: request }], signal), ApiFailure);
      assert.equal(network.requests.length, 1);
    }
  });

  it("H6 asks the configured server for results, whatever results_url says", async () => {
    const network = fakeFetch(reply(succeeded("a")));
    for await (const result of batches(network).results("msgbatch_1", signal)) assert.equal(result.type, "succeeded");
    assert.equal(network.requests[0]?.url, "https://api.anthropic.com/v1/messages/batches/msgbatch_1/results");
  });

  it("an id cannot lead elsewhere", async () => {
    const network = fakeFetch(reply(batch));
    await batches(network).retrieve("../../x?y", signal);
    assert.equal(network.requests[0]?.url, "https://api.anthropic.com/v1/messages/batches/..%2F..%2Fx%3Fy");
  });

  it("endpoints without batches have none", () => {
    for (const id of ["openrouter", "ollama", "vllm", "apimart"])
      assert.equal(client(fakeFetch({}), id).batches, undefined);
  });

  it("what is no batch is a failure", async () => {
    await assert.rejects(batches(fakeFetch(reply({ hello: 1 }))).retrieve("x", signal), { kind: "protocol" });
    await assert.rejects(batches(fakeFetch(reply({ error: "no" }, 404))).retrieve("x", signal), { kind: "notFound" });
  });
});
