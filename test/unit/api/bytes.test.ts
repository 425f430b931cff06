/** Wire cases A: bytes and framing, beside the tables. */
import assert from "node:assert/strict";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { bytesOf, chunksOfSize, event, events, fakeFetch, run } from "./harness";
import { server } from "./server";
import {
  blockStart,
  blockStop,
  ending,
  greeting,
  hello,
  helloWith,
  ping,
  start,
  text,
  textDelta,
  textStart,
} from "./wire";

describe("Wire cases A: bytes and framing", () => {
  it("A8 thousands of comments keep the stream alive", async () => {
    const wire = helloWith(4, ": ping\n\n".repeat(5000));
    const { message } = await run(fakeFetch({ chunks: chunksOfSize(bytesOf(wire), 100) }));
    assert.equal(message.complete, true);
  });

  it("A19 one event of 1, 8 and 32 MB", async () => {
    for (const size of [1, 8, 32]) {
      const data = "x".repeat(size << 20);
      const block = { type: "web_search_tool_result", tool_use_id: "t", content: [{ encrypted_content: data }] };
      const wire = bytesOf(events(start(), blockStart(0, block), blockStop(0), ...ending));
      const { message } = await run(fakeFetch({ chunks: chunksOfSize(wire, 16_384) }));
      assert.deepEqual(message.content, [block]);
    }
  });

  it("A20 a line beyond the buffer limit ends the connection", async () => {
    const chunk = bytesOf("x".repeat(4 << 20));
    const chunks = [
      bytesOf(events(start(), ...text(0, "so far")) + "data: "),
      ...Array.from({ length: 40 }, () => chunk),
    ];
    const { message, failure } = await run(fakeFetch({ chunks, ends: "stall" }));
    assert.equal(failure?.kind, "protocol");
    assert.match(failure.message, /64 MB/);
    assert.deepEqual(message.content, [{ type: "text", text: "so far" }]);
  });

  it("A21 100,000 deltas of one character, in one chunk and one a chunk", async () => {
    const deltas = Array.from({ length: 100_000 }, () => textDelta(0, "x"));
    const head = bytesOf(events(start(), textStart(0)));
    const tail = bytesOf(events(blockStop(0), ...ending));
    const together = await run(fakeFetch({ chunks: [head, bytesOf(events(...deltas)), tail] }));
    assert.equal(together.message.content[0]?.type === "text" && together.message.content[0].text.length, 100_000);
    let count = 0;
    const apart = await run(
      fakeFetch({ chunks: [head, ...deltas.slice(0, 10_000).map((delta) => bytesOf(event(delta))), tail] }),
      { onEvent: (item) => (count += item.type === "text" ? 1 : 0) },
    );
    assert.equal(apart.message.content[0]?.type === "text" && apart.message.content[0].text.length, 10_000);
    assert.equal(count, 10_000);
  });

  it("A21 what arrives together is delivered together", async () => {
    let count = 0;
    const wire = bytesOf(events(start(), ...text(0, ..."hello world".split("")), ...ending));
    await run(fakeFetch({ chunks: [wire] }), { onEvent: (item) => (count += item.type === "text" ? 1 : 0) });
    assert.equal(count, 1);
  });

  it("A23 gzip, brotli, deflate; a cut gzip keeps what came", async () => {
    const compressions = [
      ["gzip", gzipSync],
      ["br", brotliCompressSync],
      ["deflate", deflateSync],
    ] as const;
    for (const [encoding, compress] of compressions) {
      await using site = await server(async (_request, response) => {
        response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": encoding });
        for (const chunk of chunksOfSize(compress(hello), 11)) await response.send(chunk);
        response.end();
      });
      const { message, failure } = await run(site.fetch, site.options);
      assert.equal(failure, undefined);
      assert.deepEqual(message.content, [{ type: "text", text: greeting }]);
    }
    await using site = await server(async (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" });
      const bytes = gzipSync(hello + events(ping));
      await response.send(bytes.subarray(0, bytes.length - 30));
      response.end();
    });
    const { failure, message } = await run(site.fetch, { ...site.options, maxRetries: 0 });
    assert.equal(failure?.kind, "network");
    assert.equal(message.complete, false);
  });

  it("A24 chunked encoding byte by byte over a real socket", async () => {
    await using site = await server(async (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const chunk of chunksOfSize(bytesOf(hello), 1)) await response.send(chunk);
      response.end();
    });
    const { message } = await run(site.fetch, site.options);
    assert.deepEqual(message.content, [{ type: "text", text: greeting }]);
  });

  it("A27 no body", async () => {
    const { failure } = await run(() => Promise.resolve(new Response(null, { status: 204 })));
    assert.equal(failure?.kind, "protocol");
    assert.match(failure.message, /empty/);
  });
});
