import assert from "node:assert/strict";
import { errorOf, type Json, useSimulatedApi, user } from "./harness";

const params = (content: string, more: Json = {}) => ({
  model: "claude-sonnet-5-5",
  max_tokens: 100,
  messages: [user(content)],
  ...more,
});
const path = (batch: Json, rest = "") => `/v1/messages/batches/${String(batch["id"])}${rest}`;

describe("batches of the simulated API", () => {
  const { api, call } = useSimulatedApi();
  const create = (...requests: unknown[]) => call("/v1/messages/batches", { body: { requests } });

  it("run from creation over polling to results", async () => {
    const created = (
      await create(
        { custom_id: "a", params: params("[[echo]] one") },
        { custom_id: "b", params: params("two", { max_tokens: 0 }) },
        { custom_id: "c", params: params("three", { stream: true }) },
      )
    ).json;
    assert.equal(created["processing_status"], "in_progress");
    assert.deepEqual(created["request_counts"], { processing: 3, succeeded: 0, errored: 0, canceled: 0, expired: 0 });
    assert.equal(created["results_url"], null);
    assert.equal((await call(path(created, "/results"))).status, 404);
    assert.equal((await call(path(created), { method: "DELETE" })).status, 400);

    assert.equal((await call(path(created))).json["processing_status"], "in_progress");
    const ended = (await call(path(created))).json;
    assert.equal(ended["processing_status"], "ended");
    assert.deepEqual(ended["request_counts"], { processing: 0, succeeded: 1, errored: 2, canceled: 0, expired: 0 });
    assert.equal(ended["results_url"], `${api().url}${path(created, "/results")}`);

    const { text } = await call(path(created, "/results"));
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { custom_id: string; result: Json });
    assert.deepEqual(lines.map(({ custom_id }) => custom_id).toSorted(), ["a", "b", "c"]);
    const resultOf = (id: string) => JSON.stringify(lines.find(({ custom_id }) => custom_id === id)?.result);
    assert.match(resultOf("a"), /"type":"succeeded".*"text":"one".*"service_tier":"batch"/);
    assert.match(resultOf("b"), /"type":"errored".*max_tokens: 0 cannot be combined with batches/);
    assert.match(resultOf("c"), /"type":"errored".*stream: Extra inputs are not permitted/);

    assert.deepEqual((await call(path(created), { method: "DELETE" })).json, {
      id: created["id"],
      type: "message_batch_deleted",
    });
    assert.equal((await call(path(created))).status, 404);
  });

  it("can be cancelled", async () => {
    const created = (await create({ custom_id: "a", params: params("one") })).json;
    const canceling = (await call(path(created, "/cancel"), { method: "POST" })).json;
    assert.equal(canceling["processing_status"], "canceling");
    assert.notEqual(canceling["cancel_initiated_at"], null);
    const ended = (await call(path(created))).json;
    assert.equal(ended["processing_status"], "ended");
    assert.match(
      (await call(path(created, "/results"))).text,
      /^\{"custom_id":"a","result":\{"type":"canceled"\}\}\n$/,
    );
  });

  it("expire, and are cancelled, one request by one", async () => {
    const requests = ["[[expired]]", "[[canceled]]"].map((text, at) => ({ custom_id: `${at}`, params: params(text) }));
    const created = (await create(...requests)).json;
    await call(path(created));
    const ended = (await call(path(created))).json;
    assert.deepEqual(ended["request_counts"], { processing: 0, succeeded: 0, errored: 0, canceled: 1, expired: 1 });
  });

  it("wait at a gate", async () => {
    const created = (await create({ custom_id: "a", params: params("[[gate]] one") })).json;
    for (let look = 0; look < 3; look++) {
      assert.equal((await call(path(created))).json["processing_status"], "in_progress");
    }
    api().release();
    assert.equal((await call(path(created))).json["processing_status"], "ended");
  });

  it("are listed, newest first", async () => {
    const one = (await create({ custom_id: "a", params: params("one") })).json;
    const two = (await create({ custom_id: "a", params: params("two") })).json;
    const { json } = await call("/v1/messages/batches?limit=2");
    assert.deepEqual(
      (json["data"] as Json[]).map(({ id }) => id),
      [two["id"], one["id"]],
    );
    assert.equal(json["has_more"], true);
  });

  for (const [name, requests, says] of [
    ["none", [], /^requests: The number of items should be at least 1/],
    ["ids not unique", ["a", "a"], /^requests: each custom_id must be unique/],
    ["an id of other characters", ["a b"], /^requests.0.custom_id: String should match pattern/],
  ] as const) {
    it(`refuses requests: ${name}`, async () => {
      const answer = await create(...requests.map((id) => ({ custom_id: id, params: params("x") })));
      assert.equal(answer.status, 400);
      assert.match(errorOf(answer).message ?? "", says);
    });
  }
});
