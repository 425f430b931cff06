/** Wire cases B: events that are missing, double, unknown or out of order, beside the tables. */
import assert from "node:assert/strict";
import { bytesOf, events, fakeFetch, run } from "./harness";
import { blockStop, ending, start, text, textDelta, textStart, tool } from "./wire";

const one = { type: "text", text: "one" };
const two = { type: "text", text: "two" };

describe("Wire cases B: events", () => {
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

  it("refuses an event that is nested too deeply to be stored", async () => {
    const deep = `{"type":"content_block_start","index":0,"content_block":{"type":"x","y":${"[".repeat(9000)}${"]".repeat(9000)}}}`;
    const { failure } = await run(fakeFetch({ chunks: [bytesOf(`${events(start())}data: ${deep}\n\n`)] }));
    assert.equal(failure?.kind, "protocol");
    assert.match(failure.message, /too deeply/);
  });

  it("refuses a huge event that is not JSON, and stays linear", async () => {
    const huge = `data: {"type":"x","y":"\t${"\\\\n".repeat(4 << 20)}" oops}\n\n`;
    const { failure } = await run(fakeFetch({ chunks: [bytesOf(events(start()) + huge)] }));
    assert.equal(failure?.kind, "protocol");
  });

  it("reads 150,000 blocks without an index", async () => {
    const blocks = events(...text(undefined)).repeat(150_000);
    const { message } = await run(fakeFetch({ chunks: [bytesOf(events(start()) + blocks + events(...ending))] }));
    assert.equal(message.content.length, 150_000);
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
