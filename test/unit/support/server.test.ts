import assert from "node:assert/strict";
import { errorOf, type Json, useSimulatedApi, user } from "./harness";

describe("the simulated API", () => {
  const { api, call, ask } = useSimulatedApi();

  describe("models", () => {
    it("are listed page by page", async () => {
      const ids: unknown[] = [];
      let query = "?limit=7";
      for (let more = true; more;) {
        const { json } = await call(`/v1/models${query}`);
        const data = json["data"] as Json[];
        ids.push(...data.map(({ id }) => id));
        assert.equal(json["last_id"], ids.at(-1));
        more = json["has_more"] === true;
        query = `?limit=7&after_id=${String(json["last_id"])}`;
      }
      assert.equal(new Set(ids).size, ids.length);
      assert.deepEqual(
        ids,
        ((await call("/v1/models?limit=1000")).json["data"] as Json[]).map(({ id }) => id),
      );
      const back = (await call(`/v1/models?limit=2&before_id=${String(ids[5])}`)).json;
      assert.deepEqual(
        (back["data"] as Json[]).map(({ id }) => id),
        ids.slice(3, 5),
      );
    });

    it("are filtered by lifecycle", async () => {
      const active = (await call("/v1/models?limit=1000&lifecycle[]=active")).json["data"] as Json[];
      assert.ok(active.length > 5 && active.every(({ lifecycle }) => lifecycle === "active"));
    });

    it("tell limits, capabilities and lifecycle, also by alias", async () => {
      const { json } = await call("/v1/models/claude-sonnet-4-5");
      assert.equal(json["id"], "claude-sonnet-4-5-20250929");
      assert.equal(json["lifecycle"], "deprecated");
      assert.equal(json["max_input_tokens"], 200_000);
      assert.equal(json["max_tokens"], 64_000);
      const { thinking, effort } = json["capabilities"] as Record<string, { types: Json; supported: boolean }>;
      assert.deepEqual(thinking?.types["enabled"], { supported: true });
      assert.deepEqual(thinking?.types["adaptive"], { supported: false });
      assert.equal(effort?.supported, false);
    });

    it("refuses bad paging and unknown ids", async () => {
      assert.equal((await call("/v1/models?limit=1001")).status, 400);
      assert.equal((await call("/v1/models?limit=0")).status, 400);
      assert.equal((await call("/v1/models?page=2")).status, 400);
      assert.equal((await call("/v1/models?after_id=nobody")).status, 400);
      assert.equal(errorOf(await call("/v1/models/nobody")).message, "model: nobody");
    });
  });

  describe("HTTP", () => {
    it("knows no other paths or methods", async () => {
      assert.equal((await call("/v1/v1/messages", { body: {} })).status, 404);
      assert.equal((await call("/v1/messages")).status, 405);
    });

    it("wants an object in JSON", async () => {
      assert.match(errorOf(await call("/v1/messages", { body: "{" })).message ?? "", /not valid JSON/);
      assert.match(errorOf(await call("/v1/messages", { body: [] })).message ?? "", /valid dictionary/);
    });

    it("takes 32 MB and no more", async () => {
      const limit = 32 * 1024 * 1024;
      assert.equal((await call("/v1/messages", { body: "x".repeat(limit) })).status, 400);
      const tooLarge = await call("/v1/messages", { body: "x".repeat(limit + 1) });
      assert.equal(tooLarge.status, 413);
      assert.equal(errorOf(tooLarge).type, "request_too_large");
    }).timeout(20_000);

    it("sends a request id and rate limits", async () => {
      const { headers } = await ask({ messages: [user("hi")] });
      assert.match(headers.get("request-id") ?? "", /^req_/);
      for (const kind of ["requests", "tokens", "input-tokens", "output-tokens"]) {
        assert.ok(Number(headers.get(`anthropic-ratelimit-${kind}-limit`)) > 0);
        assert.ok(Number(headers.get(`anthropic-ratelimit-${kind}-remaining`)) > 0);
        assert.ok(Date.parse(headers.get(`anthropic-ratelimit-${kind}-reset`) ?? "") > 0);
      }
    });

    it("records what came", async () => {
      await ask({ messages: [user("for the record")] }, { "anthropic-beta": "compact-2026-01-12" });
      const record = api().requests.at(-1);
      assert.ok(record);
      assert.equal(record.method, "POST");
      assert.equal(record.path, "/v1/messages");
      assert.equal(record.headers["anthropic-beta"], "compact-2026-01-12");
      assert.deepEqual((record.body as Json)["messages"], [user("for the record")]);
      await record.settled;
      assert.equal(record.aborted, false);
    });

    it("lets a browser in that says it means to", async () => {
      const origin = { origin: "https://vscode.example" };
      const direct = { "anthropic-dangerous-direct-browser-access": "true" };
      const asked = "content-type,x-api-key,anthropic-version";
      const grant = async (headers: string) =>
        (
          await call("/v1/messages", {
            method: "OPTIONS",
            headers: { ...origin, "access-control-request-headers": headers },
          })
        ).headers;
      const granted = await grant(`anthropic-dangerous-direct-browser-access,${asked}`);
      assert.equal(granted.get("access-control-allow-origin"), "*");
      for (const header of asked.split(",")) assert.ok(granted.get("access-control-allow-headers")?.includes(header));
      assert.equal((await grant(asked)).get("access-control-allow-origin"), null);
      assert.equal((await ask({ messages: [user("hi")] }, origin)).status, 401);
      const answer = await ask({ messages: [user("hi")] }, { ...origin, ...direct });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("access-control-allow-origin"), "*");
    });
  });
});

describe("the simulated API with a key", () => {
  const { call } = useSimulatedApi({ key: "sk-ant-right" });
  const status = async (headers: Record<string, string>) => (await call("/v1/models", { headers })).status;

  it("takes the key in either header", async () => {
    assert.equal(await status({ "x-api-key": "sk-ant-right" }), 200);
    assert.equal(await status({ authorization: "Bearer sk-ant-right" }), 200);
  });

  it("refuses no key, a wrong key, and two", async () => {
    assert.equal(await status({}), 401);
    assert.equal(await status({ "x-api-key": "sk-ant-wrong" }), 401);
    assert.equal(await status({ authorization: "sk-ant-right" }), 401);
    assert.equal(await status({ authorization: "Bearer sk-ant-right", "x-api-key": "sk-ant-right" }), 401);
    const answer = await call("/v1/models", { headers: { "x-api-key": "sk-ant-wrong" } });
    assert.deepEqual(errorOf(answer), { type: "authentication_error", message: "invalid x-api-key" });
  });
});
