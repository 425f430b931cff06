/** Wire cases A: bytes and framing. */
import assert from "node:assert/strict";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { wireCases } from "./cases";
import { bytesOf, chunksOfSize, concat, event, events, fakeFetch, run } from "./harness";
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

const lines = (end: string) => hello.replaceAll("\n", end);

const bom = new Uint8Array([0xef, 0xbb, 0xbf]);

/** The usual stream with each JSON over several lines. */
const pretty = hello.replaceAll(/data: (.*)\n/g, (_line, json: string) =>
  JSON.stringify(JSON.parse(json), null, 2)
    .split("\n")
    .map((line) => `data: ${line}\n`)
    .join(""),
);

const controls = (raw: string) =>
  events(start(), textStart(0)) +
  `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a${raw}b"}}\n\n` +
  events(blockStop(0), ...ending);

describe("Wire cases A: bytes and framing", () => {
  wireCases("thorough", [
    { name: "A1 characters of 2 to 4 bytes and clusters, split everywhere", wire: hello, content: greeting },
    {
      name: "A2 a byte that is no UTF-8",
      wire: concat(
        events(start(), textStart(0)),
        'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a',
        new Uint8Array([0xff]),
        'b"}}\n\n',
        events(blockStop(0), ...ending),
      ),
      content: "a\uFFFDb",
    },
    {
      name: "A3 the end in the middle of a character",
      wire: concat(
        events(start(), textStart(0), textDelta(0, "Hello")),
        'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\u00e9'.slice(0, -1),
        new Uint8Array([0xf0, 0x9f]),
      ),
      content: "Hello",
      failure: "network",
    },
    { name: "A4 CRLF", wire: lines("\r\n"), content: greeting },
    { name: "A4 CR", wire: lines("\r"), content: greeting },
    {
      name: "A4 mixed line ends",
      wire: hello.replaceAll(/(event: .*)\n(data: .*)\n\n/g, "$1\r$2\r\n\n"),
      content: greeting,
    },
    {
      name: "A5 CR at the end of a chunk, then no LF",
      wire: lines("\r") + lines("\r\n"),
      content: greeting,
    },
    { name: "A6 a byte order mark at the start", wire: concat(bom, hello), content: greeting },
    { name: "A7 a byte order mark before a later event", wire: helloWith(2, "\uFEFF"), content: greeting },
    {
      name: "A7 U+FEFF inside a text stays",
      wire: events(start(), ...text(0, "a\uFEFF", "\uFEFFb"), ...ending),
      content: "a\uFEFF\uFEFFb",
    },
    {
      name: "A8 comments between events and inside them",
      wire: `: OPENROUTER PROCESSING\n\n:\n${hello.replaceAll("\ndata:", "\n: ping\n:\ndata:")}`,
      content: greeting,
    },
    {
      name: "A9 data: without a space, with two",
      wire: hello.replace(/data: /, "data:").replace(/data: (.*stop)/, "data:  $1"),
      content: greeting,
    },
    { name: "A10 JSON over several data lines", wire: pretty, content: greeting },
    {
      name: "A11 empty data, data without a colon, an event without data",
      wire: helloWith(3, "data:\n\ndata\n\nevent: ping\n\n"),
      content: greeting,
    },
    {
      name: "A12 other fields, lines without a colon",
      wire: helloWith(2, "id: 7\nretry: 3000\nretry: abc\nfoo: bar\nnonsense\n"),
      content: greeting,
    },
    {
      name: "A13 data before event, event twice",
      wire: hello.replaceAll(/(event: .*\n)(data: .*\n)/g, "$2event: nonsense\n$1"),
      content: greeting,
    },
    { name: "A14 blank lines", wire: `\n\n\n${hello.replaceAll("\n\n", "\n\n\n\n")}`, content: greeting },
    {
      name: "A14 no blank line between two events",
      wire:
        events(start(), ...text(0, "one")) +
        event(textStart(1)).trimEnd() +
        "\n" +
        event(textDelta(1, "two")) +
        events(...ending),
      content: "one",
      failure: "protocol",
      says: /not JSON/,
    },
    { name: "A15 no blank line at the end", wire: hello.slice(0, -1), content: greeting },
    { name: "A15 no line end at the end", wire: hello.slice(0, -2), content: greeting },
    {
      name: "A16 line separators of Unicode and escaped line ends",
      wire: events(start(), ...text(0, "a\u2028b\u2029c\u0085d\n\ne"), ...ending),
      content: "a\u2028b\u2029c\u0085d\n\ne",
    },
    {
      name: "A17 raw control characters in a string",
      wire: controls('\t\u0000\u001f\\"'),
      content: 'a\t\u0000\u001f"b',
    },
    {
      name: "A18 spaces, tabs, other key order, double keys",
      wire: hello
        .replace('"}}\n', '"}} \t  \n')
        .replace('{"type":"content_block_stop","index":0}', '{"index":7,\t"index":0, "type":"content_block_stop"   }'),
      content: greeting,
    },
    {
      name: "A22 an event of 20,000 data lines",
      wire: `${events(start())}${"data: {\n".repeat(20_000)}\n${events(...ending)}`,
      failure: "protocol",
      size: 16_384,
    },
    {
      name: "A24 garbage after the end",
      wire: `${hello}HTTP/1.1 400 Bad Request\r\n\r\n<html>{"a":`,
      content: greeting,
    },
    {
      name: "A25 another charset is claimed",
      wire: hello,
      headers: { "content-type": "text/event-stream; charset=utf-16" },
      content: greeting,
    },
    {
      name: "A25 latin-1 is claimed",
      wire: hello,
      headers: { "content-type": "text/event-stream; charset=iso-8859-1" },
      content: greeting,
    },
    { name: "A26 nothing", wire: "", content: [], failure: "protocol", says: /empty/ },
    { name: "A26 only blanks", wire: "\n \n", content: [], failure: "protocol", says: /empty/ },
  ]);

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
