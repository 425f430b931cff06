/** Wire cases G: HTTP errors, odd replies, retries, redirects, headers. */
import assert from "node:assert/strict";
import type { ApiFailure, FailureKind } from "../../../src/api/failure";
import { rateLimitsOf } from "../../../src/api/rate-limits";
import type { RetryEvent } from "../../../src/api/retry";
import { MessagesClient } from "../../../src/api/client";
import {
  bytesOf,
  chunksOfSize,
  events,
  fakeClock,
  fakeFetch,
  key,
  preset,
  type Reply,
  request,
  run,
  type RunOptions,
  settled,
  textOf,
  watchedSignal,
} from "./harness";
import { server } from "./server";
import { ending, greeting, hello, start } from "./wire";

const good: Reply = { chunks: [bytesOf(hello)] };

const reply = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  chunks: [bytesOf(typeof body === "string" ? body : JSON.stringify(body))],
  headers,
});

const error = (type: string, message = "It failed.", details?: object) => ({
  type: "error",
  error: { type, message, ...(details && { details }) },
  request_id: "req_9",
});

/** The failure of one request without retries. */
async function failureOf(answer: Reply | Error, options: RunOptions = {}): Promise<ApiFailure> {
  const { failure, requests } = await run(fakeFetch(answer), { maxRetries: 0, ...options });
  assert.ok(failure, "no failure");
  assert.equal(requests, 1);
  return failure;
}

/** The failures and waits of a request that is answered by these, one after the other. */
async function retries(answers: readonly (Reply | Error)[], options: RunOptions = {}) {
  const clock = fakeClock();
  const waits: (Pick<RetryEvent, "attempt" | "askFirst"> & { wait: number })[] = [];
  const outcome = await run(fakeFetch(...answers), {
    clock,
    ...options,
    onEvent(item) {
      if (item.type !== "retry") return;
      waits.push({ attempt: item.attempt, askFirst: item.askFirst, wait: item.until - clock.now() });
    },
  });
  return { ...outcome, waits };
}

const message = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "m",
  content: [{ type: "text", text: greeting, citations: null }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 2 },
};

describe("Wire cases G: HTTP", () => {
  const kinds: [number, string, FailureKind, boolean][] = [
    [400, "invalid_request_error", "invalid", false],
    [401, "authentication_error", "auth", false],
    [402, "billing_error", "billing", false],
    [403, "permission_error", "permission", false],
    [404, "not_found_error", "notFound", false],
    [405, "invalid_request_error", "invalid", false],
    [408, "", "timeout", true],
    [409, "conflict_error", "invalid", true],
    [413, "request_too_large", "tooLarge", false],
    [422, "invalid_request_error", "invalid", false],
    [429, "rate_limit_error", "rateLimit", true],
    [500, "api_error", "server", true],
    [502, "", "server", true],
    [503, "", "server", true],
    [504, "timeout_error", "timeout", true],
    [529, "overloaded_error", "overloaded", true],
    [403, "constructor", "permission", false],
    [407, "", "network", false],
  ];
  for (const [status, type, kind, retryable] of kinds) {
    it(`G1, G18 ${status} ${type}`, async () => {
      const failure = await failureOf(reply(status, error(type)));
      assert.equal(failure.kind, kind);
      assert.equal(failure.status, status);
      assert.equal(failure.requestId, "req_9");
      assert.equal(failure.retryable, retryable);
      assert.match(failure.message, /^Anthropic .*It failed\.$/);
      assert.match(failure.advice, /\w\.$/);
      const { requests } = await run(fakeFetch(reply(status, error(type)), good));
      assert.equal(requests, retryable ? 2 : 1);
    });
  }

  it("G1 takes the request id from the header too", async () => {
    const failure = await failureOf(reply(500, "", { "request-id": "req_h" }));
    assert.equal(failure.requestId, "req_h");
    assert.equal(failure.message, "Anthropic had an internal error (HTTP 500).");
  });

  it("G2 takes the title of an HTML page", async () => {
    for (const [status, kind] of [
      [502, "server"],
      [503, "server"],
      [504, "timeout"],
      [413, "tooLarge"],
    ] as const) {
      const page = `<html>\r\n<head><title>${status} Bad &amp; Broken</title></head><body><h1>nginx</h1></body></html>`;
      const failure = await failureOf(reply(status, page, { "content-type": "text/html" }));
      assert.equal(failure.kind, kind);
      assert.match(failure.message, new RegExp(`: ${status} Bad`));
      assert.doesNotMatch(failure.message, /<|nginx/);
    }
    const page = await failureOf(reply(502, "<html><body>no title</body></html>"));
    assert.equal(page.message, "Anthropic had an internal error (HTTP 502).");
  });

  it("G3 copes with empty, plain, cut and strange bodies", async () => {
    const says = async (body: string) => (await failureOf(reply(500, body))).message;
    assert.equal(await says(""), "Anthropic had an internal error (HTTP 500).");
    assert.equal(await says("upstream\n  died"), "Anthropic had an internal error: upstream died");
    assert.equal(await says('{"type":"error","error":{"type":"api'), "Anthropic had an internal error (HTTP 500).");
    assert.equal(await says("[1]"), "Anthropic had an internal error (HTTP 500).");
  });

  it("G3 reads only the beginning of a huge error", async () => {
    const chunk = bytesOf("x".repeat(16_384));
    const failure = await failureOf({ status: 500, chunks: Array.from({ length: 320 }, () => chunk), ends: "stall" });
    assert.ok(failure.raw.length <= 4000);
    assert.ok(failure.message.length < 600);
  });

  it("G3 an error body that breaks off or stalls still counts by its status", async () => {
    const broken = await failureOf({ status: 401, chunks: [bytesOf('{"err')], ends: "error" });
    assert.equal(broken.kind, "auth");
    const clock = fakeClock();
    const stalled = run(fakeFetch({ status: 401, ends: "stall" }), { clock, maxRetries: 0 });
    await settled();
    clock.advance(600_000);
    assert.equal((await stalled).failure?.kind, "auth");
  });

  it("G4, G5 finds the sentence in the shapes of gateways", async () => {
    const nested = `400 ${JSON.stringify(error("invalid_request_error", "max_tokens: too large"))}`;
    const shapes: [number, unknown, FailureKind, RegExp, Partial<ApiFailure>?][] = [
      [
        400,
        { requestId: "r1", statusCode: 400, path: "/v1/messages", message: nested },
        "invalid",
        /: max_tokens: too large$/,
      ],
      [400, { requestId: "r1", message: "plain" }, "invalid", /: plain$/, { requestId: "r1" }],
      [
        422,
        { detail: [{ loc: ["body", "messages", 0, "role"], msg: "Input should be 'user'" }] },
        "invalid",
        /: messages\.0\.role: Input should/,
      ],
      [
        422,
        { detail: [{ loc: ["body", "temperature"], msg: "no" }] },
        "invalid",
        /: temperature: no$/,
        { parameter: "temperature" },
      ],
      [400, { detail: "a sentence" }, "invalid", /: a sentence$/],
      [400, { error: "a string" }, "invalid", /: a string$/],
      [
        401,
        { error: { message: "inner", code: "invalid_api_key", type: "x" } },
        "auth",
        /: inner$/,
        { errorCode: "invalid_api_key" },
      ],
      [401, { code: 401, message: "令牌无效" }, "auth", /: 令牌无效$/],
      [400, error("invalid_request_error", "Your credit balance is too low to access the API."), "billing", /credit/],
      [400, error("invalid_request_error", "You have reached your specified API usage limits."), "spendCap", /limits/],
      [403, { error: { message: "x", type: "insufficient_quota" } }, "billing", /x/],
    ];
    for (const [status, body, kind, says, more] of shapes) {
      const failure = await failureOf(reply(status, body));
      assert.equal(failure.kind, kind);
      assert.match(failure.message, says);
      for (const [field, value] of Object.entries(more ?? {})) assert.equal(failure[field as keyof ApiFailure], value);
    }
  });

  it("names the optional parameter that a 400 refuses", async () => {
    const named = async (text: string) => (await failureOf(reply(400, error("invalid_request_error", text)))).parameter;
    assert.equal(await named("temperature: Extra inputs are not permitted"), "temperature");
    assert.equal(await named('"thinking.type.enabled" is not supported for this model.'), "thinking");
    assert.equal(await named("output_config.effort: Input should be 'low'"), "output_config");
    assert.equal(await named('tool_choice: type "tool" and "any" are not supported for this model.'), "tool_choice");
    assert.equal(await named("messages.0.content: Field required"), undefined);
    assert.equal(await named("messages.1.content.0.text.cache_control: too many"), undefined);
    assert.equal(await named("`thinking` or `redacted_thinking` blocks cannot be modified"), undefined);
    assert.equal(await named("Invalid `signature` in `thinking` block"), undefined);
    assert.equal(await named("max_tokens: 200000 > 128000"), undefined);
  });

  it("G6 finds an error in a 200 JSON reply", async () => {
    const bodies: [unknown, FailureKind][] = [
      [error("overloaded_error"), "overloaded"],
      [{ error: { message: "no", code: 429 } }, "rateLimit"],
      [{ error: "no" }, "server"],
      [{ code: 401, message: "no" }, "auth"],
      [{ code: "403", message: "no" }, "permission"],
    ];
    for (const [body, kind] of bodies) {
      const failure = await failureOf(reply(200, body, { "content-type": "application/json" }));
      assert.equal(failure.kind, kind);
      assert.equal(failure.status, undefined);
    }
  });

  it("G7, G8, G9 reads a whole message, wrapped or not, with any 2xx", async () => {
    for (const body of [message, { code: 200, data: message }, { code: 200, data: { ...message, type: undefined } }]) {
      for (const status of [200, 201, 202]) {
        const { message: got, failure, events: seen } = await run(fakeFetch(reply(status, body)));
        assert.equal(failure, undefined);
        assert.deepEqual(got.content, message.content);
        assert.equal(got.complete, true);
        assert.deepEqual(got.usage, message.usage);
        assert.deepEqual(
          seen.map((item) => item.type),
          ["start", "blockStart", "text", "blockStop", "usage", "end"],
        );
      }
    }
  });

  it("refuses a message that is nested too deeply to be stored", async () => {
    const deep = JSON.stringify({ ...message, content: ["?"] }).replace('"?"', "[".repeat(9000) + "]".repeat(9000));
    assert.equal((await failureOf(reply(200, deep))).kind, "protocol");
  });

  it("G9 takes a stream for an answer to send()", async () => {
    for (const answer of [good, reply(200, message)]) {
      const network = fakeFetch(answer);
      const client = new MessagesClient(preset("anthropic"), key, network.fetch);
      const got = await client.send(request, watchedSignal().signal);
      assert.equal(got.content[0]?.type === "text" && got.content[0].text, greeting);
      assert.equal("stream" in (JSON.parse(network.requests[0]?.body ?? "") as object), false);
    }
  });

  it("G10 ignores the content type", async () => {
    for (const type of ["text/plain", "application/octet-stream", "application/json", "text/html"]) {
      for (const answer of [good, reply(200, message)]) {
        const outcome = await run(fakeFetch({ ...answer, headers: { "content-type": type } }));
        assert.equal(outcome.message.complete, true);
      }
    }
    const without = await run(() => Promise.resolve(new Response(bytesOf(hello))));
    assert.equal(without.message.complete, true);
  });

  it("G11 refuses a login page", async () => {
    const page = `\n<!doctype html><html><head><title>Sign in to the network</title></head><body>${key}</body></html>`;
    const failure = await failureOf(reply(200, page, { "content-type": "text/html" }));
    assert.equal(failure.kind, "protocol");
    assert.match(failure.message, /Sign in to the network/);
    assert.match(failure.advice, /base URL/);
  });

  it("G11 shows the beginning of what is neither stream nor page", async () => {
    const failure = await failureOf(reply(200, `It works! ${key} ${"x".repeat(1000)}`));
    assert.equal(failure.kind, "protocol");
    assert.match(failure.message, /It works!/);
    assert.ok(failure.message.length < 300);
  });

  for (const status of [301, 302, 303, 307, 308]) {
    it(`G12 ${status} is not followed`, async () => {
      await using other = await server((_request, response) => void response.end("{}"));
      await using site = await server((_request, response) => {
        response.writeHead(status, { location: `${other.url}/v1/messages` });
        response.end();
      });
      const { failure } = await run(site.fetch, site.options);
      assert.equal(failure?.kind, "protocol");
      assert.ok(failure.message.includes(new URL(other.url).host));
      assert.equal(other.seen.length, 0);
      assert.equal(site.seen.length, 1);
    });
  }

  it("G12 a redirect in a browser is opaque", async () => {
    const response = new Response(null, { status: 200 });
    Object.defineProperties(response, {
      type: { value: "opaqueredirect" },
      status: { value: 0 },
      ok: { value: false },
    });
    const { failure } = await run(() => Promise.resolve(response));
    assert.match(failure?.message ?? "", /redirects to another address/);
  });

  describe("G13 retry-after", () => {
    const future = new Date(fakeClock().now() + 20_000).toUTCString();
    const past = new Date(fakeClock().now() - 20_000).toUTCString();
    const cases: [Record<string, string>, number][] = [
      [{ "retry-after": "2" }, 2000],
      [{ "retry-after": "0.5" }, 500],
      [{ "retry-after": "0" }, 500],
      [{ "retry-after": "-1" }, 500],
      [{ "retry-after": "abc" }, 500],
      [{ "retry-after": future }, 20_000],
      [{ "retry-after": past }, 500],
      [{ "retry-after": "1e12" }, 500],
      [{ "retry-after-ms": "1500" }, 1500],
      [{ "retry-after-ms": "NaN" }, 500],
      [{ "retry-after-ms": "1500", "retry-after": "7" }, 1500],
      [{ "retry-after-ms": "NaN", "retry-after": "7" }, 7000],
      [{}, 500],
    ];
    for (const [headers, wait] of cases) {
      it(JSON.stringify(headers), async () => {
        const { waits, requests, failure } = await retries([reply(429, error("rate_limit_error"), headers), good]);
        assert.equal(failure, undefined);
        assert.equal(requests, 2);
        assert.deepEqual(waits, [{ attempt: 1, askFirst: false, wait }]);
      });
    }

    it("over a minute is not waited for without consent", async () => {
      const day = reply(429, error("rate_limit_error"), { "retry-after": "86400" });
      const { waits, requests, failure } = await retries([day, good]);
      assert.deepEqual(waits, [{ attempt: 1, askFirst: true, wait: 86_400_000 }]);
      assert.equal(requests, 1);
      assert.equal(failure?.kind, "rateLimit");
      assert.equal(failure.retryAfter, 86_400_000);

      const consent = await run(fakeFetch(day, good), {
        onEvent: (item, stream) => item.type === "retry" && stream.acceptWait(),
      });
      assert.equal(consent.requests, 2);
      assert.equal(consent.message.complete, true);

      const once = await run(fakeFetch(day, day, good), {
        onEvent: (item, stream) => item.type === "retry" && item.attempt === 1 && stream.acceptWait(),
      });
      assert.equal(once.requests, 2, "consent is for one wait");
    });
  });

  it("G14 x-should-retry wins", async () => {
    const yes = reply(400, error("invalid_request_error"), { "x-should-retry": "true" });
    const no = reply(529, error("overloaded_error"), { "x-should-retry": "false" });
    assert.equal((await retries([yes, good])).requests, 2);
    assert.equal((await retries([no, good])).requests, 1);
  });

  it("G15 a spending cap is not retried", async () => {
    for (const code of ["enforced_spend_limit_reached", "contract_spend_limit_reached"]) {
      const answer = reply(429, error("rate_limit_error", "Cap.", { error_code: code }));
      const { requests, failure } = await retries([answer, good]);
      assert.equal(requests, 1);
      assert.equal(failure?.kind, "spendCap");
      assert.equal(failure.errorCode, code);
    }
  });

  it("G16 retries twice", async () => {
    const busy = reply(529, error("overloaded_error"));
    assert.equal((await retries([reply(429, error("rate_limit_error")), good])).requests, 2);
    assert.equal((await retries([busy, busy, good])).requests, 3);
    const { requests, failure } = await retries([reply(500, error("api_error"))]);
    assert.equal(requests, 3);
    assert.equal(failure?.kind, "server");
  });

  it("G17 waits 0.5, 1, 2, 4, 8, 8 s, less up to a quarter", async () => {
    for (const [random, factor] of [
      [0, 1],
      [1, 0.75],
    ] as const) {
      const clock = fakeClock(() => random);
      const waits: number[] = [];
      await run(fakeFetch({ status: 500 }), {
        clock,
        maxRetries: 6,
        onEvent: (item) => item.type === "retry" && waits.push(item.until - clock.now()),
      });
      assert.deepEqual(
        waits,
        [500, 1000, 2000, 4000, 8000, 8000].map((wait) => wait * factor),
      );
    }
  });

  it("G19 a 401 sends the key once and to nobody else", async () => {
    const network = fakeFetch(reply(401, error("authentication_error", `invalid x-api-key ${key}`)));
    const { failure } = await run(network);
    assert.equal(network.requests.length, 1);
    assert.match(failure?.advice ?? "", /key/);
  });

  describe("G20 connection failures", () => {
    const failed = (code: string) => new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
    const cases: [Error, FailureKind, boolean, RegExp][] = [
      [failed("ENOTFOUND"), "network", false, /api\.anthropic\.com was not found/],
      [failed("EAI_AGAIN"), "network", true, /EAI_AGAIN/],
      [failed("ECONNREFUSED"), "network", true, /nothing answers/],
      [failed("ECONNRESET"), "network", true, /cut/],
      [failed("UND_ERR_SOCKET"), "network", true, /cut/],
      [failed("UND_ERR_CONNECT_TIMEOUT"), "timeout", true, /in time/],
      [failed("UND_ERR_HEADERS_TIMEOUT"), "timeout", true, /in time/],
      [failed("SELF_SIGNED_CERT_IN_CHAIN"), "network", false, /certificate/],
      [failed("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "network", false, /certificate/],
      [failed("CERT_HAS_EXPIRED"), "network", false, /certificate/],
      [failed("ERR_TLS_CERT_ALTNAME_INVALID"), "network", false, /certificate/],
      [failed("DEPTH_ZERO_SELF_SIGNED_CERT"), "network", false, /certificate/],
      [new Error("net::ERR_NAME_NOT_RESOLVED"), "network", false, /was not found/],
      [new Error("net::ERR_CERT_AUTHORITY_INVALID"), "network", false, /certificate/],
      [
        new TypeError("fetch failed", { cause: new AggregateError([failed("ECONNREFUSED").cause]) }),
        "network",
        true,
        /nothing answers/,
      ],
      [new Error(`odd ${key}`), "network", true, /connection/],
    ];
    for (const [thrown, kind, retryable, says] of cases) {
      it([thrown.message, (thrown.cause as { code?: string } | undefined)?.code].join(" "), async () => {
        const failure = await failureOf(thrown);
        assert.equal(failure.kind, kind);
        assert.equal(failure.retryable, retryable);
        assert.match(failure.message, says);
      });
    }

    it("a port where nothing listens", async () => {
      const site = await server(() => {});
      await site[Symbol.asyncDispose]();
      const { failure } = await run(site.fetch, { ...site.options, maxRetries: 0 });
      assert.equal(failure?.errorCode, "ECONNREFUSED");
    });
  });

  it("G21 an opaque failure of a browser", async () => {
    for (const text of ["Failed to fetch", "NetworkError when attempting to fetch resource.", "Load failed"]) {
      const failure = await failureOf(new TypeError(text));
      assert.equal(failure.kind, "cors");
      assert.match(failure.advice, /desktop/);
    }
  });

  it("G23 no response headers", async () => {
    const response = new Response(bytesOf(JSON.stringify(error("overloaded_error"))), { status: 529 });
    const { failure } = await run(() => Promise.resolve(response), { maxRetries: 0 });
    assert.equal(failure?.kind, "overloaded");
  });

  it("G24 malformed rate limits are left out", () => {
    const limits = (headers: Record<string, string>) => rateLimitsOf(new Headers(headers));
    const name = "anthropic-ratelimit-input-tokens";
    const whole = { [`${name}-limit`]: "1000", [`${name}-remaining`]: "10", [`${name}-reset`]: "2026-11-21T12:00:00Z" };
    assert.deepEqual(limits(whole), [
      { name: "input-tokens", limit: 1000, remaining: 10, reset: Date.UTC(2026, 10, 21, 12) },
    ]);
    assert.deepEqual(limits({ ...whole, [`${name}-remaining`]: "many" }), []);
    assert.deepEqual(limits({ ...whole, [`${name}-reset`]: "soon" }), []);
    assert.deepEqual(limits({}), []);
  });

  it("G25 a key that no header can hold is refused before sending", async () => {
    for (const bad of ["sk-ant\nx", "sk-ant x", "sk-ant-é", ""]) {
      const network = fakeFetch(good);
      const client = new MessagesClient(preset("anthropic"), bad, network.fetch);
      await assert.rejects(client.send(request, watchedSignal().signal), (failure: ApiFailure) => {
        assert.equal(failure.kind, "auth");
        assert.equal(bad !== "" && textOf(failure).includes(bad), false);
        return true;
      });
      assert.equal(network.requests.length, 0);
    }
  });

  it("G26 a kept-alive connection that the server has closed", async () => {
    let count = 0;
    await using site = await server(async (_request, response, socket) => {
      if (++count === 2) {
        socket.resetAndDestroy();
        return;
      }
      response.writeHead(200, { "content-type": "text/event-stream" });
      await response.send(hello);
      response.end();
    });
    for (const requests of [1, 3]) {
      const { message: got } = await run(site.fetch, site.options);
      assert.equal(got.complete, true);
      assert.equal(site.seen.length, requests);
    }
  });

  it("G27 early hints and trailers", async () => {
    await using site = await server(async (_request, response) => {
      response.writeEarlyHints({ link: "</x>; rel=preload" });
      response.writeHead(200, { "content-type": "text/event-stream", trailer: "x-cost" });
      for (const chunk of chunksOfSize(bytesOf(hello), 300)) await response.send(chunk);
      response.addTrailers({ "x-cost": "1" });
      response.end();
    });
    const { message: got } = await run(site.fetch, site.options);
    assert.equal(got.complete, true);
  });

  it("the key is in no failure that echoes it", async () => {
    const echoes: Reply[] = [
      reply(401, error(key, `bad ${key}`, { error_code: key }), { "request-id": key }),
      reply(401, { error: { message: "no" } }, { "request-id": key }),
      reply(500, `<title>${key}</title>`),
      reply(400, { detail: [{ loc: [key], msg: key }] }),
      reply(200, `data: {"broken ${key}\n\n`),
      reply(200, `event: error\ndata: ${key}\n\n`),
      reply(302, "", { location: `https://evil.example/${key}` }),
      reply(400, { message: `400 ${JSON.stringify(error("x", encodeURIComponent(key)))}` }),
    ];
    for (const echo of echoes) await failureOf(echo); // run() looks for the key
    const secret = "s3cret-header-value";
    const failure = await failureOf(reply(401, `no ${secret}`), { secretHeaders: { "x-team": secret } });
    assert.equal(textOf(failure).includes(secret), false);
  });

  it("also finds the key escaped, in JSON and in an address", async () => {
    const odd = 'sk-"quoted"\\key';
    const client = new MessagesClient(
      preset("anthropic"),
      odd,
      fakeFetch(reply(401, { x: odd, message: `${odd} ${encodeURIComponent(odd)}` })).fetch,
    );
    await assert.rejects(client.send(request, watchedSignal().signal), (failure: ApiFailure) => {
      assert.equal(textOf(failure).includes("quoted"), false);
      return true;
    });
  });

  it("never sends a key over http to another machine", async () => {
    const network = fakeFetch(good);
    const { failure } = await run(network, { endpoint: { ...preset("anthropic"), baseUrl: "http://h.example" } });
    assert.equal(failure?.kind, "invalid");
    assert.equal(network.requests.length, 0);
  });

  it("sends what it should", async () => {
    await using site = await server(async (_request, response) => {
      response.writeHead(200);
      response.end(events(start(), ...ending));
    });
    await run(site.fetch, site.options);
    const [seen] = site.seen;
    assert.equal(seen?.method, "POST");
    assert.equal(seen.url, "/v1/messages");
    assert.deepEqual(JSON.parse(seen.body), { ...request, stream: true });
  });
});
