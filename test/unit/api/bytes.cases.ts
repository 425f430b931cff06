/** Wire cases A: bytes and framing. */
import { concat, event, events } from "./harness";
import {
  blockStop,
  ending,
  greeting,
  hello,
  helloWith,
  start,
  text,
  textDelta,
  textStart,
  type WireCase,
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

export const byteCases: readonly WireCase[] = [
  {
    name: "A1 characters of 2 to 4 bytes and clusters, split everywhere",
    everyByte: true,
    wire: hello,
    content: greeting,
  },
  {
    name: "A2 a byte that is no UTF-8",
    everyByte: true,
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
    everyByte: true,
    wire: concat(
      events(start(), textStart(0), textDelta(0, "Hello")),
      'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\u00e9'.slice(0, -1),
      new Uint8Array([0xf0, 0x9f]),
    ),
    content: "Hello",
    failure: "network",
  },
  { name: "A4 CRLF", everyByte: true, wire: lines("\r\n"), content: greeting },
  { name: "A4 CR", everyByte: true, wire: lines("\r"), content: greeting },
  {
    name: "A4 mixed line ends",
    everyByte: true,
    wire: hello.replaceAll(/(event: .*)\n(data: .*)\n\n/g, "$1\r$2\r\n\n"),
    content: greeting,
  },
  {
    name: "A5 CR at the end of a chunk, then no LF",
    everyByte: true,
    wire: lines("\r") + lines("\r\n"),
    content: greeting,
  },
  { name: "A6 a byte order mark at the start", everyByte: true, wire: concat(bom, hello), content: greeting },
  {
    name: "A7 a byte order mark before a later event",
    everyByte: true,
    wire: helloWith(2, "\uFEFF"),
    content: greeting,
  },
  {
    name: "A7 a byte order mark before a later data line",
    wire: helloWith(3, "\uFEFF").replaceAll(/event: .*\n/g, ""),
    everyByte: true,
    content: greeting,
  },
  {
    name: "A7 U+FEFF inside a text stays",
    wire: events(start(), ...text(0, "a\uFEFF", "\uFEFFb"), ...ending),
    content: "a\uFEFF\uFEFFb",
  },
  {
    name: "A8 comments between events and inside them",
    everyByte: true,
    wire: `: OPENROUTER PROCESSING\n\n:\n${hello.replaceAll("\ndata:", "\n: ping\n:\ndata:")}`,
    content: greeting,
  },
  {
    name: "A9 data: without a space, with two",
    wire: hello.replace(/data: /, "data:").replace(/data: (.*stop)/, "data:  $1"),
    content: greeting,
  },
  { name: "A10 JSON over several data lines", everyByte: true, wire: pretty, content: greeting },
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
  { name: "A15 no blank line at the end", everyByte: true, wire: hello.slice(0, -1), content: greeting },
  { name: "A15 no line end at the end", everyByte: true, wire: hello.slice(0, -2), content: greeting },
  {
    name: "A16 line separators of Unicode and escaped line ends",
    wire: events(start(), ...text(0, "a\u2028b\u2029c\u0085d\n\ne"), ...ending),
    content: "a\u2028b\u2029c\u0085d\n\ne",
  },
  {
    name: "A17 raw control characters in a string",
    wire: controls('\t\u0000\u001f\\"\t'),
    content: 'a\t\u0000\u001f"\tb',
  },
  {
    name: "A18 spaces, tabs, other key order, double keys",
    wire: hello
      .replace('"}}\n', '"}} \t  \n')
      .replace('{"type":"content_block_stop","index":0}', '{"index":7,\t"index":0, "type":"content_block_stop"   }'),
    content: greeting,
  },
  {
    name: "A22 an event of 200,000 data lines",
    wire: `${events(start())}${"data: {\n".repeat(200_000)}\n${events(...ending)}`,
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
];
