import assert from "node:assert/strict";
import {
  assistant,
  type Answer,
  type Block,
  document,
  type Json,
  pdf,
  tool,
  toolResult,
  toolUse,
  useSimulatedApi,
  user,
} from "./harness";

const hi = { max_tokens: 2000, messages: [user("hi")] };
const key = "sk-right";
const bearer = { authorization: `Bearer ${key}` };

/** The events of a stream, in order, whatever else is between them. */
function eventsOf({ text }: Answer): Json[] {
  return [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, data]) => JSON.parse(data ?? "") as Json);
}

const typesOf = (answer: Answer) => eventsOf(answer).map(({ type }) => type);
const deltaTypesOf = (answer: Answer) =>
  eventsOf(answer).flatMap(({ delta }) => (delta as Json | undefined)?.["type"] ?? []);

describe("AI/ML API", () => {
  const { call } = useSimulatedApi({ dialect: "aimlapi", key });
  const ask = (body: Json, headers: Record<string, string> = bearer) =>
    call("/v1/messages", { body: { model: "anthropic/claude-haiku-4-5", messages: [user("hi")], ...body }, headers });

  it("answers 201 without version or max_tokens, under the id that was asked for", async () => {
    const answer = await ask({}, { ...bearer, "anthropic-version": "" });
    assert.equal(answer.status, 201);
    assert.equal(answer.json["model"], "anthropic/claude-haiku-4-5");
    assert.equal(answer.headers.get("request-id"), null);
    assert.ok(answer.headers.get("x-inference-id"));
  });

  it("takes the key as Bearer only, and lists models without", async () => {
    const refused = await ask({}, { "x-api-key": key });
    assert.equal(refused.status, 401);
    assert.equal(refused.json["message"], "Unauthorized");
    assert.equal(refused.json["statusCode"], 401);
    const models = (await call("/v1/models")).json["data"] as Json[];
    assert.equal(models.filter(({ id }) => id === "claude-haiku-4-5").length, 2);
  });

  it("packs an error of the API into its own", async () => {
    const { json } = await ask({ max_tokens: -1 });
    assert.match(
      String(json["message"]),
      /^400 \{"type":"error","error":\{"type":"invalid_request_error","message":"max_tokens/,
    );
    assert.match(String((await ask({ messages: [user("[[403]]")] })).json["message"]), /credits/);
  });

  it("takes tools as OpenAI has them", async () => {
    const { name, description, input_schema: parameters } = tool;
    const tools = [{ type: "function", function: { name, description, parameters } }];
    const stop = async (choice: unknown) => (await ask({ tools, tool_choice: choice })).json["stop_reason"];
    assert.equal(await stop("required"), "tool_use");
    assert.equal(await stop({ type: "function", function: { name } }), "tool_use");
    assert.equal(await stop({ type: "tool", name }), "tool_use");
    assert.equal(await stop("auto"), "end_turn");
    assert.equal(await stop("none"), "end_turn");
  });

  it("ends a stream with what it cost", async () => {
    const events = eventsOf(await ask({ stream: true }));
    assert.equal(events.at(-2)?.["type"], "message_stop");
    assert.ok(events.at(-1)?.["meta"]);
  });

  it("polls batches in its own way", async () => {
    const params = { model: "claude-haiku-4-5", max_tokens: 10, messages: [user("hi")] };
    const create = async () =>
      (await call("/v1/batches", { body: { requests: [{ custom_id: "a", params }] }, headers: bearer })).json;
    const poll = (id: unknown) => call(`/v1/batches?batch_id=${String(id)}`, { headers: bearer });
    const { id } = await create();
    assert.match(String(id), /^batch_/);
    assert.deepEqual((await poll(id)).json, { id, status: "generating" });
    assert.match((await poll(id)).text, /^\{"custom_id":"a","result":\{"type":"succeeded"/);

    const other = await create();
    const canceling = await call(`/v1/batches/cancel/${String(other["id"])}`, { method: "POST", headers: bearer });
    assert.equal(canceling.json["processing_status"], "canceling");
    assert.equal((await poll(other["id"])).json["status"], "cancelled");
  });

  it("counts no tokens, and wants an object", async () => {
    assert.equal((await call("/v1/messages/count_tokens", { body: {}, headers: bearer })).status, 404);
    assert.match((await call("/v1/messages", { body: [], headers: bearer })).text, /body: not an object/);
  });
});

describe("APIMart", () => {
  const { call } = useSimulatedApi({ dialect: "apimart", key });
  const ask = (body: Json, headers: Record<string, string> = { "x-api-key": key }) =>
    call("/v1/messages", { body: { model: "claude-sonnet-4-6", ...hi, ...body }, headers });

  it("wraps an answer and streams it plainly", async () => {
    const { status, json } = await ask({});
    assert.equal(status, 200);
    assert.equal(json["code"], 200);
    assert.equal((json["data"] as Json)["type"], "message");
    assert.equal(typesOf(await ask({ stream: true })).at(-1), "message_stop");
  });

  for (const [model, types] of [
    ["claude-sonnet-4-6-thinking", ["thinking", "text"]],
    ["claude-opus-4-5-thinking", ["thinking", "text"]],
    ["claude-sonnet-4-6", ["text"]],
  ] as const) {
    it(`thinks or not as the id says: ${model}`, async () => {
      const { content } = (await ask({ model })).json["data"] as { content: Block[] };
      assert.deepEqual(
        content.map(({ type }) => type),
        types,
      );
    });
  }

  it("says what is wrong by code and message, also with status 200", async () => {
    assert.equal((await ask({}, {})).json["code"], 401);
    assert.equal((await ask({ stop_sequences: ["1", "2", "3", "4", "5"] })).status, 400);
    assert.equal((await ask({ model: "claude-opus-4-5-thinking", thinking: { type: "disabled" } })).status, 400);
    assert.equal((await call("/v1/messages/count_tokens", { body: {}, headers: { "x-api-key": key } })).status, 404);
    const poor = await ask({ messages: [user("[[403]]")] });
    assert.equal(poor.status, 200);
    assert.equal(poor.json["code"], 403);
  });
});

describe("OpenRouter", () => {
  const { api, call } = useSimulatedApi({ dialect: "openrouter", key });
  const ask = (body: Json, headers: Record<string, string> = bearer) =>
    call("/v1/messages", { body: { model: "anthropic/claude-opus-5.5", ...hi, ...body }, headers });

  it("lives under /api and knows models by vendor and dot", async () => {
    assert.match(api().url, /\/api$/);
    assert.equal((await fetch(api().url.replace(/api$/, "v1/models"))).status, 404);
    assert.equal((await call("/v1/messages/count_tokens", { body: {}, headers: bearer })).status, 404);
    const answer = await ask({ provider: { order: ["anthropic"] } });
    assert.equal(answer.json["model"], "anthropic/claude-opus-5.5");
    assert.equal((await ask({ model: "anthropic/claude-opus-5.5:beta" })).status, 200);
    assert.equal((await ask({ model: "claude-opus-5-5" })).status, 400);
    const models = (await call("/v1/models")).json["data"] as { id: string; pricing: { prompt: string } }[];
    assert.equal(models.find(({ id }) => id === "anthropic/claude-opus-5.5")?.pricing.prompt, "0.000004");
  });

  it("tells the price", async () => {
    assert.ok(Number(((await ask({})).json["usage"] as Json)["cost"]) > 0);
    const end = eventsOf(await ask({ stream: true })).find(({ type }) => type === "message_delta");
    assert.ok(Number((end?.["usage"] as Json | undefined)?.["cost"]) > 0);
  });

  it("puts comments between events and [DONE] at the end", async () => {
    const { text } = await ask({ stream: true });
    assert.match(text, /^: OPENROUTER PROCESSING\n\nevent: message_start\n/);
    assert.ok(text.split(": OPENROUTER PROCESSING").length > 3);
    assert.match(text, /\ndata: \[DONE\]\n\n$/);
  });

  it("names the kind of an error, and no request", async () => {
    const { json } = await ask({ messages: [user("[[529]]")] });
    assert.equal((json["error"] as Json)["error_type"], "overloaded");
    assert.equal(json["request_id"], null);
    assert.equal((await ask({}, { "x-api-key": key })).status, 401);
  });
});

describe("Ollama", () => {
  const { call } = useSimulatedApi({ dialect: "ollama" });
  const ask = (body: Json) => call("/v1/messages", { body: { model: "qwen3:8b", ...hi, ...body } });

  it("thinks without signatures, and takes its thinking back", async () => {
    const thinking = { type: "enabled", budget_tokens: 1024 };
    const answer = await ask({ thinking });
    const content = answer.json["content"] as Block[];
    assert.deepEqual(
      content.map(({ type }) => type),
      ["thinking", "text"],
    );
    assert.ok(!answer.text.includes("signature"));
    assert.ok(!(await ask({ thinking, stream: true })).text.includes("signature"));
    assert.equal((await ask({ messages: [user("hi"), assistant(...content), user("and?")] })).status, 200);
  });

  it("sends no pings and no nulls, and a tool's input in one piece", async () => {
    const answer = await ask({ stream: true, tools: [tool], messages: [user("[[tool]]")] });
    assert.ok(!typesOf(answer).includes("ping"));
    assert.ok(!answer.text.includes("null"));
    assert.equal(deltaTypesOf(answer).filter((type) => type === "input_json_delta").length, 1);
    const start = eventsOf(answer)[0]?.["message"] as Json;
    assert.deepEqual(Object.keys(start["usage"] as Json), ["input_tokens", "output_tokens"]);
  });

  it("passes over what it does not know", async () => {
    assert.equal((await ask({ metadata: { user_id: "x" }, tool_choice: "any", nonsense: 1 })).status, 200);
    assert.equal((await ask({ model: "claude-opus-5-5" })).status, 404);
    assert.equal((await ask({ max_tokens: 0 })).status, 400);
    assert.equal((await ask({ messages: [user(document(pdf(1)))] })).status, 400);
    assert.equal((await call("/v1/messages/count_tokens", { body: {} })).status, 404);
    assert.deepEqual(((await call("/api/tags")).json["models"] as Json[])[0]?.["name"], "qwen3:8b");
  });
});

describe("llama.cpp", () => {
  const { call } = useSimulatedApi({ dialect: "llamacpp" });
  const ask = (body: Json) => call("/v1/messages", { body: { model: "any", messages: [user("hi")], ...body } });

  it("stops all blocks at the end", async () => {
    const answer = await ask({ stream: true, tools: [tool], messages: [user("[[tool count=2]]")] });
    const types = typesOf(answer);
    assert.deepEqual(types.slice(-5), [
      "content_block_stop",
      "content_block_stop",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    assert.equal(types.filter((type) => type === "content_block_stop").length, 3);
    assert.ok(!types.includes("ping"));
    const start = eventsOf(answer).find(
      ({ content_block: block }) => (block as Block | undefined)?.type === "tool_use",
    );
    assert.deepEqual(Object.keys(start?.["content_block"] ?? {}), ["type", "id", "name"]);
    const end = eventsOf(answer).find(({ type }) => type === "message_delta");
    assert.deepEqual(Object.keys(end?.["usage"] ?? {}), ["output_tokens"]);
  });

  it("sends one empty signature", async () => {
    const answer = await ask({ stream: true, max_tokens: 2000, thinking: { type: "enabled", budget_tokens: 1024 } });
    const signatures = eventsOf(answer).filter(
      ({ delta }) => (delta as Json | undefined)?.["type"] === "signature_delta",
    );
    assert.deepEqual(
      signatures.map(({ delta }) => delta),
      [{ type: "signature_delta", signature: "" }],
    );
  });

  it("calls a stop word an end of turn", async () => {
    const { json } = await ask({ messages: [user("[[echo]] one END")], stop_sequences: ["END"] });
    assert.equal(json["stop_reason"], "end_turn");
    assert.equal(json["stop_sequence"], "END");
  });

  it("counts tokens, and lists its one model in both shapes", async () => {
    const body = { model: "any", messages: [user("hi")] };
    assert.ok(Number((await call("/v1/messages/count_tokens", { body })).json["input_tokens"]) > 0);
    const { data, models } = (await call("/v1/models")).json as { data: Json[]; models: Json[] };
    assert.equal(data[0]?.["id"], models[0]?.["name"]);
  });

  it("is strict about tool calls all the same", async () => {
    const messages = [user("hi"), assistant(toolUse("a")), user(toolResult("b"))];
    assert.equal((await ask({ messages, tools: [tool] })).status, 400);
    assert.equal((await call("/v1/messages/batches")).status, 404);
  });
});
