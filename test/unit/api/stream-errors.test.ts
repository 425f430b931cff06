/** Wire cases F: errors inside a 200 stream, connections that break or fall silent, abort, beside the tables. */
import assert from "node:assert/strict";
import { MessagesClient } from "../../../src/api/client";
import {
  type Bytes,
  bytesOf,
  chunksOfSize,
  concat,
  events,
  fakeClock,
  fakeFetch,
  key,
  preset,
  request,
  type Reply,
  run,
  settled,
  watchedSignal,
} from "./harness";
import { type Answer, server } from "./server";
import { greeting, hello, ping, start, textDelta, textStart } from "./wire";

const error = (type: string, message = "Overloaded", more = {}) => ({
  type: "error",
  error: { type, message },
  ...more,
});

const partial = events(start(), textStart(0), textDelta(0, "one"));

const good: Reply = { chunks: [bytesOf(hello)] };
const reply = (wire: string, more: Partial<Reply> = {}): Reply => ({ chunks: [bytesOf(wire)], ...more });

describe("Wire cases F: errors in a stream", () => {
  it("F1 is retried, for nothing was shown", async () => {
    for (const first of [events(error("overloaded_error")), events(start(), ping, error("overloaded_error"))]) {
      const { message, requests, events: seen } = await run(fakeFetch(reply(first), good));
      assert.equal(requests, 2);
      assert.equal(seen.filter((item) => item.type === "retry").length, 1);
      assert.deepEqual(message.content, [{ type: "text", text: greeting }]);
    }
  });

  it("F2 is not retried", async () => {
    const { requests, failure } = await run(fakeFetch(reply(partial + events(error("overloaded_error"))), good));
    assert.equal(requests, 1);
    assert.equal(failure?.retryable, true);
  });

  it("an error keeps its type and request id", async () => {
    const wire = events(error("overloaded_error", `no ${key}`, { request_id: "req_7" }));
    const { failure } = await run(fakeFetch(reply(partial + wire)));
    assert.equal(failure?.errorType, "overloaded_error");
    assert.equal(failure.requestId, "req_7");
    assert.equal(failure.message, "Anthropic is overloaded: no [key removed]");
  });

  describe("F8, F9: the connection breaks, over real sockets", () => {
    const cut = (bytes: Bytes | string) => async (response: Answer) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      await response.send(bytes);
    };
    const insideCharacter = concat(partial, 'data: {"x":"', new Uint8Array([0xf0, 0x9f]));
    const cases: [string, (answer: Answer) => Promise<void>, content: string | undefined, complete: boolean][] = [
      ["before the headers", async () => {}, undefined, false],
      ["after the headers", async (response) => response.flushHeaders(), undefined, false],
      ["in a line", cut(partial + "data: {"), "one", false],
      ["in a character", cut(insideCharacter), "one", false],
      ["after message_stop", cut(hello), greeting, true],
    ];
    for (const [name, answer, content, complete] of cases) {
      for (const reset of [true, false]) {
        it(`${name}, ${reset ? "reset" : "closed"}`, async () => {
          await using site = await server(async (_request, response, socket) => {
            await answer(response);
            await settled();
            if (reset) socket.resetAndDestroy();
            else socket.destroy();
          });
          const { failure, message } = await run(site.fetch, { ...site.options, maxRetries: 0 });
          assert.equal(failure?.kind, complete ? undefined : "network");
          assert.deepEqual(message.content, content === undefined ? [] : [{ type: "text", text: content }]);
          assert.equal(message.complete, complete);
        });
      }
    }

    it("F9 the server ends the body in an event", async () => {
      await using site = await server(async (_request, response) => {
        await cut(partial + 'data: {"type":"content_block_delta","index":0')(response);
        response.end();
      });
      const { failure, message } = await run(site.fetch, { ...site.options, maxRetries: 0 });
      assert.equal(failure?.kind, "network");
      assert.deepEqual(message.content, [{ type: "text", text: "one" }]);
    });
  });

  describe("F10: silence", () => {
    const timeouts = { headers: 30_000, firstEvent: 20_000, idle: 10_000 };
    const never = (): Promise<Response> => new Promise(() => {});

    it("before the headers", async () => {
      const clock = fakeClock();
      const outcome = run(never, { clock, timeouts, maxRetries: 0 });
      await settled();
      assert.deepEqual(clock.pending(), [30_000]);
      clock.advance(30_000);
      const { failure } = await outcome;
      assert.equal(failure?.kind, "timeout");
      assert.match(failure.message, /30 seconds/);
    });

    it("after the headers, and in an event", async () => {
      for (const [wire, limit] of [
        ["", 20_000],
        [": comment\n\n", 20_000],
        [partial, 10_000],
        [`${partial}data: {"ty`, 10_000],
      ] as const) {
        const clock = fakeClock();
        const chunks = wire === "" ? [] : [bytesOf(wire)];
        const outcome = run(fakeFetch({ chunks, ends: "stall" }), { clock, timeouts, maxRetries: 0 });
        await settled();
        assert.deepEqual(clock.pending(), [limit]);
        clock.advance(limit);
        const { failure, message } = await outcome;
        assert.equal(failure?.kind, "timeout");
        assert.equal(message.content.length, wire.includes("one") ? 1 : 0);
      }
    });

    it("pings, comments and halves of events keep the stream alive", async () => {
      const clock = fakeClock();
      const tail = concat(events(ping), ": comment\n\n", events(ping), hello.slice(hello.indexOf("event: content")));
      const pieces = chunksOfSize(tail, 40);
      let feed: (chunk?: Bytes) => void = () => {};
      const body = new ReadableStream<Bytes>({
        start(controller) {
          feed = (chunk) => (chunk ? controller.enqueue(chunk) : controller.close());
        },
      });
      const outcome = run(() => Promise.resolve(new Response(body)), { clock, timeouts });
      feed(bytesOf(events(start())));
      for (const piece of pieces) {
        await settled();
        clock.advance(9_999);
        feed(piece);
      }
      feed();
      assert.equal((await outcome).message.complete, true);
    });

    it("a consumer that takes its time is no silence", async () => {
      const clock = fakeClock();
      const { message } = await run(fakeFetch({ chunks: chunksOfSize(bytesOf(hello), 50) }), {
        clock,
        timeouts,
        onEvent: () => clock.advance(1_000_000),
      });
      assert.equal(message.complete, true);
    });

    it("a server that does not hang up after message_stop is left soon", async () => {
      const clock = fakeClock();
      const outcome = run(fakeFetch(reply(hello, { ends: "stall" })), { clock, timeouts });
      await settled();
      const [limit = Infinity] = clock.pending();
      assert.ok(limit <= 1000, `waits ${limit} ms`);
      clock.advance(limit);
      assert.equal((await outcome).message.complete, true);
    });
  });

  describe("F11: abort", () => {
    const stalled = reply(partial, { ends: "stall" });

    it("before sending", async () => {
      const watched = watchedSignal();
      watched.abort();
      const { failure, requests } = await run(fakeFetch(good), { watched });
      assert.equal(failure?.kind, "aborted");
      assert.equal(requests, 0);
    });

    it("while connecting, also when fetch does not heed the signal", async () => {
      const watched = watchedSignal();
      let late: (response: Response) => void = () => {};
      const outcome = run(() => new Promise<Response>((resolve) => (late = resolve)), { watched });
      await settled();
      watched.abort();
      assert.equal((await outcome).failure?.kind, "aborted");
      let cancelled = false;
      late(new Response(new ReadableStream({ cancel: () => void (cancelled = true) })));
      await settled();
      assert.equal(cancelled, true, "the late response is closed");
    });

    it("while waiting for the next event", async () => {
      const watched = watchedSignal();
      const network = fakeFetch(stalled);
      const outcome = run(network, { watched });
      await settled();
      watched.abort();
      const { failure, message, requests } = await outcome;
      assert.equal(failure?.kind, "aborted");
      assert.deepEqual(message.content, [{ type: "text", text: "one" }]);
      assert.equal(requests, 1);
    });

    it("in the middle of a chunk: no event comes after it", async () => {
      const watched = watchedSignal();
      const seen: string[] = [];
      const { failure } = await run(fakeFetch(good), {
        watched,
        onEvent(item) {
          seen.push(item.type);
          if (item.type === "blockStart") watched.abort();
        },
      });
      assert.equal(failure?.kind, "aborted");
      assert.equal(seen.at(-1), "blockStart");
    });

    it("during the wait before a retry", async () => {
      const watched = watchedSignal();
      const clock = fakeClock();
      const { failure, requests } = await run(fakeFetch({ status: 529 }, good), {
        watched,
        clock,
        onEvent: (item) => item.type === "retry" && queueMicrotask(() => watched.abort()),
      });
      assert.equal(failure?.kind, "aborted");
      assert.equal(requests, 1);
    });

    it("after the end has no effect", async () => {
      const watched = watchedSignal();
      const { failure, message } = await run(fakeFetch(good), {
        watched,
        onEvent: (item) => item.type === "end" && watched.abort(),
      });
      assert.equal(failure, undefined);
      assert.equal(message.complete, true);
    });

    it("over a real socket: the server sees the connection close", async () => {
      const watched = watchedSignal();
      await using site = await server(async (_request, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        await response.send(partial);
      });
      const { failure } = await run(site.fetch, {
        ...site.options,
        watched,
        onEvent: (item) => item.type === "text" && watched.abort(),
      });
      assert.equal(failure?.kind, "aborted");
      await site.idle();
    });
  });

  it("F12 a consumer that leaves the loop ends the request", async () => {
    await using site = await server(async (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      await response.send(partial);
    });
    const { signal, listeners } = watchedSignal();
    const endpoint = { ...preset("anthropic"), baseUrl: site.url };
    const stream = new MessagesClient(endpoint, key, site.fetch).stream(request, signal);
    for await (const item of stream) if (item.type === "text") break;
    await site.idle();
    assert.equal(listeners(), 0);
    assert.deepEqual(stream.message.content, [{ type: "text", text: "one" }]);
  });

  it("a stream that nobody reads sends nothing", async () => {
    const network = fakeFetch(good);
    const stream = new MessagesClient(preset("anthropic"), key, network.fetch).stream(request, watchedSignal().signal);
    await settled();
    assert.equal(network.requests.length, 0);
    assert.deepEqual(stream.message.content, []);
  });
});
