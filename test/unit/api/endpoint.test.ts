/** Wire case G22: addresses and headers; and the checks of what a user enters. */
import assert from "node:assert/strict";
import { checkCredential, type Endpoint, headersOf, parseBaseUrl, presets, urlOf } from "../../../src/api/endpoint";
import { key, preset } from "./harness";

const endpoint = (more: Partial<Endpoint>): Endpoint => ({ ...preset("anthropic"), ...more });

const credentials = (headers: Record<string, string>) => Object.values(headers).filter((value) => value.includes(key));

describe("parseBaseUrl", () => {
  const accepted: [string, string][] = [
    ["https://api.anthropic.com", "https://api.anthropic.com"],
    ["https://api.anthropic.com/", "https://api.anthropic.com"],
    ["  https://api.anthropic.com/v1 ", "https://api.anthropic.com"],
    ["https://api.anthropic.com/v1/", "https://api.anthropic.com"],
    ["https://api.anthropic.com/v1/messages", "https://api.anthropic.com"],
    ["https://api.anthropic.com/v1/messages/", "https://api.anthropic.com"],
    ["https://openrouter.ai/api", "https://openrouter.ai/api"],
    ["https://openrouter.ai/api/v1", "https://openrouter.ai/api"],
    ["HTTPS://H.EXAMPLE:8443/x//", "https://h.example:8443/x"],
    ["https://h.example/api?team=1", "https://h.example/api?team=1"],
    ["https://h.example/v1/messages#x", "https://h.example"],
    ["http://localhost:11434", "http://localhost:11434"],
    ["http://127.0.0.1:1/v1", "http://127.0.0.1:1"],
    ["http://127.9.9.9", "http://127.9.9.9"],
    ["http://[::1]:8080/", "http://[::1]:8080"],
  ];
  for (const [text, url] of accepted) it(`accepts ${text}`, () => assert.deepEqual(parseBaseUrl(text), { url }));

  const refused: [string, RegExp][] = [
    ["", /full address/],
    ["api.anthropic.com", /full address/],
    ["localhost:11434", /full address/],
    ["ftp://h.example", /full address/],
    ["javascript:alert(1)", /full address/],
    ["https://", /full address/],
    ["http://gateway.example", /unencrypted/],
    ["http://127.0.0.1.example", /unencrypted/],
    ["http://localhost.example", /unencrypted/],
    ["http://10.0.0.1", /unencrypted/],
    [`https://me:${key}@h.example`, /password/],
    ["https://me@h.example", /password/],
  ];
  for (const [text, says] of refused) {
    it(`refuses ${text}`, () => {
      const result = parseBaseUrl(text);
      assert.ok("problem" in result);
      assert.match(result.problem, says);
      assert.equal(result.problem.includes(key), false);
    });
  }
});

describe("checkCredential", () => {
  it("accepts a key", () => assert.equal(checkCredential(key), undefined));
  for (const bad of ["", "a b", "a\tb", "a\n", "a\r\nb", "é", "a\u200b", "😀", "a\u0000"]) {
    it(`refuses ${JSON.stringify(bad)} and does not repeat it`, () => {
      const problem = checkCredential(bad);
      assert.match(problem ?? "", /\.$/);
      assert.equal(bad.length > 2 && problem?.includes(bad), false);
    });
  }
});

describe("G22 headers and addresses", () => {
  it("sends exactly one credential, as the endpoint wants it", () => {
    for (const auth of ["bearer", "x-api-key", { header: "X-Team-Key" }] as const) {
      for (const headers of [{}, { Authorization: `Bearer ${key}` }, { "X-Api-Key": key, "api-key": key }]) {
        const sent = headersOf(endpoint({ auth, headers }), key, {});
        assert.equal(credentials(sent).length, 1, JSON.stringify(sent));
      }
    }
    assert.equal(headersOf(endpoint({ auth: "bearer" }), key, {})["authorization"], `Bearer ${key}`);
    assert.equal(headersOf(endpoint({ auth: "x-api-key" }), key, {})["x-api-key"], key);
    assert.equal(headersOf(endpoint({ auth: { header: "X-Team-Key" } }), key, {})["x-team-key"], key);
  });

  it("sends no credential if there is none, or none is wanted", () => {
    assert.deepEqual(credentials(headersOf(endpoint({ auth: "none" }), key, {})), []);
    assert.deepEqual(credentials(headersOf(endpoint({ auth: "bearer" }), undefined, {})), []);
  });

  it("sends one of the user's own credentials when it has none itself", () => {
    const headers = { authorization: `Bearer ${key}`, "x-api-key": key };
    assert.equal(credentials(headersOf(endpoint({ auth: "none", headers }), undefined, {})).length, 1);
  });

  it("sends version, betas and extra headers, names in lower case", () => {
    const headers = headersOf(endpoint({ version: "2026-10-21", betas: ["a", "b"], headers: { "X-Team": "1" } }), key, {
      "anthropic-dangerous-direct-browser-access": "true",
    });
    assert.deepEqual(headers, {
      accept: "application/json, text/event-stream",
      "content-type": "application/json",
      "anthropic-version": "2026-10-21",
      "anthropic-beta": "a,b",
      "x-team": "1",
      "anthropic-dangerous-direct-browser-access": "true",
      "x-api-key": key,
    });
    assert.equal("anthropic-beta" in headersOf(endpoint({}), key, {}), false);
  });

  it("lets extra headers replace its own", () => {
    const headers = headersOf(endpoint({ headers: { "Anthropic-Version": "x" } }), key, {});
    assert.equal(headers["anthropic-version"], "x");
  });

  it("joins base and path, keeps a query, never doubles /v1", () => {
    const url = (text: string) => {
      const parsed = parseBaseUrl(text);
      assert.ok("url" in parsed);
      return urlOf(endpoint({ baseUrl: parsed.url }), "/v1/messages", { limit: "1" });
    };
    assert.equal(url("https://h.example"), "https://h.example/v1/messages?limit=1");
    assert.equal(url("https://h.example/v1/"), "https://h.example/v1/messages?limit=1");
    assert.equal(url("https://h.example/api"), "https://h.example/api/v1/messages?limit=1");
    assert.equal(url("https://h.example/api?team=7"), "https://h.example/api/v1/messages?team=7&limit=1");
  });

  it("the presets are valid and unlike", () => {
    for (const { baseUrl } of presets) assert.deepEqual(parseBaseUrl(baseUrl), { url: baseUrl });
    assert.equal(new Set(presets.map(({ id }) => id)).size, 9);
  });
});
