/** Wire cases B: events that are missing, double, unknown or out of order. */
import assert from "node:assert/strict";
import { wireCases } from "./cases";
import { bytesOf, event, events, fakeFetch, run } from "./harness";
import {
  blockDelta,
  blockStart,
  blockStop,
  ending,
  greeting,
  hello,
  helloWith,
  jsonDelta,
  messageDelta,
  messageStop,
  ping,
  start,
  text,
  textDelta,
  textStart,
  tool,
  toolStart,
} from "./wire";

const one = { type: "text", text: "one" };
const two = { type: "text", text: "two" };
const call = (id: string, input: object) => ({ type: "tool_use", id, name: "read_file", input });

/** What follows the first event. */
const rest = [...text(0, "one"), ...ending];

describe("Wire cases B: events", () => {
  wireCases("usual", [
    {
      name: "B1 a text",
      wire: hello,
      content: greeting,
      message: {
        id: "msg_1",
        model: "claude-opus-5-5",
        role: "assistant",
        stop_reason: "end_turn",
        stop_sequence: null,
        usage: { input_tokens: 21, output_tokens: 9 },
        warnings: [],
      },
    },
    {
      name: "B2 pings anywhere",
      wire: event(ping) + hello.replaceAll(/\n\n(?=event)/g, `\n\n${event(ping)}`),
      content: greeting,
    },
    ...[0, 1, 2, 3, 4, 5, 6, 7].map((at) => ({
      name: `B3 unknown events, with JSON and without, before event ${at}`,
      wire: helloWith(
        at,
        event({ type: "future", index: 0, delta: { text: "no" } }) + 'event: other\ndata: {"a":1}\n\n',
      ),
      content: greeting,
    })),
    {
      name: "B4 the type counts, not the event's name",
      wire: hello.replaceAll(/event: .*/g, "event: message"),
      content: greeting,
    },
    { name: "B4 no names at all", wire: hello.replaceAll(/event: .*\n/g, ""), content: greeting },
    {
      name: "B4 no types, names only",
      wire: hello.replaceAll(/"type":"(content_block|message)_\w+",?/g, ""),
      content: greeting,
    },
    { name: "B5 [DONE] after the end", wire: `${hello}data: [DONE]\n\n`, content: greeting },
    {
      name: "B5 [DONE] instead of message_stop",
      wire: `${events(start(), ...text(0, "one"), messageDelta())}data: [DONE]\n\n`,
      content: "one",
      warnings: 1,
    },
    {
      name: "B5 [DONE] without a stop reason",
      wire: `${events(start(), ...text(0, "one"))}data: [DONE]\n\n`,
      content: "one",
      failure: "network",
    },
    {
      name: "B6 an unknown block with unknown deltas is kept as it came",
      wire: events(
        start(),
        ...text(0, "one"),
        blockStart(1, { type: "hologram", depth: 3, parts: [{ a: 1 }] }),
        blockDelta(1, { type: "hologram_delta", light: "x" }),
        blockStop(1),
        ...ending,
      ),
      content: [one, { type: "hologram", depth: 3, parts: [{ a: 1 }] }],
      warnings: 1,
    },
    {
      name: "B7 a delta that does not fit its block",
      wire: events(
        start(),
        textStart(0),
        blockDelta(0, { type: "sparkle_delta", text: "no" }),
        blockDelta(0, { type: "toString", text: "no" }),
        jsonDelta(0, "no"),
        textDelta(0, "one"),
        blockStop(0),
        toolStart(1, "t1"),
        textDelta(1, "no"),
        jsonDelta(1, '{"a":1}'),
        blockStop(1),
        ...ending,
      ),
      content: [one, call("t1", { a: 1 })],
      warnings: 4,
    },
    {
      name: "B8 unknown fields: kept on blocks",
      wire: events(
        start({ future: 1 }),
        blockStart(0, { type: "text", text: "", citations: null, mood: { glad: true } }),
        { ...textDelta(0, "one"), future: 2 },
        { ...blockStop(0), future: 3 },
        { ...messageDelta(), future: 4 },
        { ...messageStop, future: 5 },
      ),
      content: [{ type: "text", text: "one", citations: null, mood: { glad: true } }],
    },
    {
      name: "B9 an event that is not JSON",
      wire: `${events(start(), ...text(0, "one"))}data: {"type": oops}\n\n${events(...ending)}`,
      content: "one",
      failure: "protocol",
      says: /\{"type": oops\}/,
    },
    {
      name: "B10 JSON that is no object",
      wire: helloWith(3, 'data: 7\n\ndata: null\n\ndata: "x"\n\ndata: [1]\n\ndata: true\n\n'),
      content: greeting,
    },
    {
      name: "B11 no message_stop",
      wire: events(start(), ...text(0, "one"), messageDelta()),
      content: "one",
      message: { stop_reason: "end_turn" },
      warnings: 1,
    },
    {
      name: "B12 no message_stop and no stop reason",
      wire: events(start(), ...text(0, "one")),
      content: "one",
      failure: "network",
      says: /before it was complete/,
    },
    { name: "B12 message_start only", wire: events(start()), content: [], failure: "network" },
    { name: "B12 pings only", wire: events(ping, ping), content: [], failure: "network" },
    {
      name: "B13 no message_delta",
      wire: events(start(), ...text(0, "one"), messageStop),
      content: "one",
      message: { stop_reason: null },
    },
    { name: "B14 message_stop twice", wire: hello + event(messageStop), content: greeting },
    {
      name: "B15 a second message after the end",
      wire: hello + events(start({ id: "msg_2" }), ...text(0, "two"), ...ending),
      content: greeting,
      message: { id: "msg_1" },
    },
    {
      name: "B15 AI/ML API's last object tells the price",
      wire: `${hello}data: {"id":"x","meta":{"usage":{"credits_used":12,"usd_spent":0.0042}}}\n\n`,
      content: greeting,
      message: { usage: { input_tokens: 21, output_tokens: 9, cost: 0.0042 } },
    },
    { name: "B16 the same message_start again", wire: events(start(), start(), ...rest), content: [one] },
    {
      name: "B16 another message_start in the middle",
      wire: events(start(), ...text(0, "one"), start({ id: "msg_2" }), ...ending),
      content: "one",
      failure: "protocol",
    },
    { name: "B17 no message_start", wire: events(...rest), content: [one], message: { model: "claude-opus-5-5" } },
    {
      name: "B17 message_start late",
      wire: events(...text(0, "one"), start(), ...ending),
      content: [one],
      message: { id: "msg_1", usage: { input_tokens: 21, output_tokens: 9 } },
    },
    {
      name: "B18 deltas without content_block_start",
      wire: events(
        start(),
        blockDelta(0, { type: "thinking_delta", thinking: "hm" }),
        blockDelta(0, { type: "signature_delta", signature: "S" }),
        textDelta(1, "one"),
        textDelta(1, "!"),
        ...ending,
      ),
      content: [
        { type: "thinking", thinking: "hm", signature: "S" },
        { type: "text", text: "one!" },
      ],
      warnings: 2,
    },
    {
      name: "B19 a block begins twice, still empty",
      wire: events(start(), textStart(0), ...text(0, "one"), ...ending),
      content: [one],
      warnings: 1,
    },
    {
      name: "B19 a block begins twice, with text",
      wire: events(start(), textStart(0), textDelta(0, "one"), ...text(0, "two"), ...ending),
      content: [one, two],
      warnings: 1,
    },
    {
      name: "B19 a closed index is used again",
      wire: events(start(), ...text(0, "one"), ...text(0, "two"), ...ending),
      content: [one, two],
    },
    { name: "B20 the first index is 1", wire: events(start(), ...text(1, "one"), ...ending), content: [one] },
    {
      name: "B20 gaps",
      wire: events(start(), ...text(0, "one"), ...text(2, "two"), ...text(5, "three"), ...ending),
      content: [one, two, { type: "text", text: "three" }],
    },
    {
      name: "B21 blocks overlap, all stops at the end (llama.cpp)",
      wire: events(
        start(),
        textStart(0),
        textDelta(0, "one"),
        toolStart(1, "t1", {}),
        toolStart(2, "t2", {}),
        jsonDelta(1, '{"a"'),
        jsonDelta(2, '{"b'),
        jsonDelta(1, ":1}"),
        jsonDelta(2, '":2}'),
        blockStop(0),
        blockStop(1),
        blockStop(2),
        messageDelta("tool_use"),
        messageStop,
      ),
      content: [one, call("t1", { a: 1 }), call("t2", { b: 2 })],
    },
    {
      name: "B22 no content_block_stop",
      wire: events(
        start(),
        textStart(0),
        textDelta(0, "one"),
        toolStart(1, "t1"),
        jsonDelta(1, '{"a":1}'),
        messageDelta("tool_use"),
        messageStop,
      ),
      content: [one, call("t1", { a: 1 })],
    },
    {
      name: "B23 content_block_stop twice, and for no block",
      wire: events(start(), ...text(0, "one"), blockStop(0), blockStop(9), ...ending),
      content: [one],
    },
    {
      name: "B24 no index",
      wire: events(start(), ...text(undefined, "one"), ...tool(undefined, "t1", '{"a":', "1}"), ...ending),
      content: [one, call("t1", { a: 1 })],
    },
    {
      name: "B24 the index is a string",
      wire: events(start(), ...text("0", "one"), ...text("1", "two"), ...ending),
      content: [one, two],
    },
    { name: "B25 content null", wire: events(start({ content: null }), ...rest), content: [one] },
    {
      name: "B26 the message comes filled",
      wire: events(
        start({
          content: [{ type: "code_execution_tool_result", tool_use_id: "s", content: {} }, call("t1", { a: 1 })],
          stop_reason: "tool_use",
        }),
        messageStop,
      ),
      content: [{ type: "code_execution_tool_result", tool_use_id: "s", content: {} }, call("t1", { a: 1 })],
      message: { stop_reason: "tool_use" },
    },
    {
      name: "B26 filled, then more",
      wire: events(start({ content: [one] }), ...text(1, "two"), ...ending),
      content: [one, two],
    },
    { name: "B27 message_start without a message", wire: events({ type: "message_start" }, ...rest), content: [one] },
    {
      name: "B27 the message's fields stand at the top",
      wire: events({ type: "message_start", id: "msg_7", model: "m", usage: { input_tokens: 3 } }, ...rest),
      content: [one],
      message: { id: "msg_7", model: "m", usage: { input_tokens: 3, output_tokens: 9 } },
    },
    {
      name: "B28 an empty text",
      wire: events(start(), textStart(0), blockStop(0), ...ending),
      content: [{ type: "text", text: "" }],
    },
    {
      name: "B28 an empty message",
      wire: events(start(), ...ending),
      content: [],
      message: { stop_reason: "end_turn" },
    },
    {
      name: "B29 the block comes with its first text",
      wire: events(start(), textStart(0, "Hel"), textDelta(0, "lo"), blockStop(0), ...ending),
      content: "Hello",
    },
    {
      name: "B30 deltas with empty, null and no text",
      wire: events(
        start(),
        textStart(0),
        textDelta(0, ""),
        textDelta(0, null),
        textDelta(0, undefined),
        textDelta(0, "one"),
        blockStop(0),
        ...ending,
      ),
      content: [one],
    },
  ]);

  it("B20 decreasing indexes: told in order of arrival, put in order at the end", async () => {
    const wire = events(start(), ...text(5, "three"), ...text(2, "two"), ...text(0, "one"), ...ending);
    const { message } = await run(fakeFetch({ chunks: [bytesOf(wire)] }));
    assert.deepEqual(
      message.content.map((block) => block.type === "text" && block.text),
      ["one", "two", "three"],
    );
  });

  it("addresses blocks by their position in the message, whatever the server's indexes", async () => {
    const wire = events(start(), ...text(3, "one"), ...text(7, "two"), ...ending);
    const positions: [number, unknown][] = [];
    await run(fakeFetch({ chunks: [bytesOf(wire)] }), {
      onEvent(item, stream) {
        if (item.type === "text") positions.push([item.index, stream.message.content[item.index]]);
      },
    });
    assert.deepEqual(positions, [
      [0, one],
      [1, two],
    ]);
  });

  it("changes the message in step with the events", async () => {
    const wire = events(start(), ...text(0, "one"), textStart(1, "tw"), textDelta(1, "o"), blockStop(1), ...ending);
    let told = "";
    await run(fakeFetch({ chunks: [bytesOf(wire)] }), {
      onEvent(item, stream) {
        if (item.type === "text") told += item.text;
        assert.equal(stream.message.content.map((block) => (block.type === "text" ? block.text : "")).join(""), told);
      },
    });
    assert.equal(told, "onetwo");
  });

  it("tells the events in this order", async () => {
    const wire = events(start(), ...text(0, "one"), ...tool(1, "t1", '{"a":1}'), ...ending);
    const { events: seen } = await run(fakeFetch({ chunks: [bytesOf(wire)] }));
    assert.deepEqual(
      seen.map((item) => item.type),
      ["start", "usage", "blockStart", "text", "blockStop", "blockStart", "toolInput", "blockStop", "usage", "end"],
    );
  });
});
