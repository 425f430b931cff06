import assert from "node:assert/strict";
import { createFrames } from "../../../src/webview/frames";

describe("updates of the page", () => {
  const real = {
    MessageChannel: globalThis.MessageChannel,
    requestAnimationFrame: globalThis.requestAnimationFrame,
  };
  /** Milliseconds. */
  let clock = 0;
  let callbacks: (() => void)[] = [];
  let posted: (() => void)[] = [];
  /** What the next update takes. */
  let cost = 0;
  let drawn = 0;
  let frames: ReturnType<typeof createFrames>;

  beforeEach(() => {
    clock = 1000;
    callbacks = [];
    posted = [];
    drawn = 0;
    performance.now = () => clock;
    Object.assign(globalThis, {
      requestAnimationFrame: (callback: () => void) => callbacks.push(callback),
      MessageChannel: class {
        port1: { onmessage?: () => void } = {};
        port2 = { postMessage: () => posted.push(() => this.port1.onmessage?.()) };
      },
    });
    frames = createFrames(() => {
      drawn++;
      clock += cost;
    });
  });

  afterEach(() => {
    Reflect.deleteProperty(performance, "now"); // its own is the prototype's
    Object.assign(globalThis, {
      MessageChannel: real.MessageChannel,
      requestAnimationFrame: real.requestAnimationFrame,
    });
  });

  /** Frames with new text in each; tells in which of them something was drawn. */
  function play(count: number): string {
    let shown = "";
    for (let n = 0; n < count; n++) {
      const before = drawn;
      frames.request();
      frames.request();
      for (const callback of callbacks.splice(0)) callback();
      for (const message of posted.splice(0)) message();
      shown += drawn > before ? "x" : ".";
      clock += 16;
    }
    return shown;
  }

  it("come in each frame while they are cheap, once", () => {
    cost = 2;
    assert.equal(play(6), "xxxxxx");
  });

  it("leave two frames to the browser when they are not", () => {
    cost = 3;
    assert.equal(play(7), "x..x..x");
  });

  it("take a seventh of the time when they are dear, and come once a second whatever they cost", () => {
    cost = 10;
    assert.equal(play(9), "x...x...x");
    cost = 5000;
    assert.equal(play(65), `...x${".".repeat(60)}x`);
  });

  it("come at once when they are asked for so", () => {
    cost = 40;
    play(2);
    frames.request(true);
    assert.equal(play(1), "x");
  });

  it("leave their rest to what can wait, and share a frame with it only while they are cheap", () => {
    let shown = "";
    const work = () => {
      shown += drawn;
      frames.between(work);
    };
    frames.between(work);
    cost = 3;
    assert.equal(play(4), "x..x");
    assert.equal(shown, "111", "after the first update three times, not beside the second");
    cost = 2;
    assert.equal(play(5), "..xxx");
    assert.equal(shown, "1112245");
  });

  it("let what can wait be done when there is nothing to draw", () => {
    let done = 0;
    frames.between(() => done++);
    for (const callback of callbacks.splice(0)) callback();
    assert.deepEqual([done, drawn, callbacks.length], [1, 0, 0]);
  });

  it("come at once after a pause", () => {
    cost = 40;
    play(1);
    clock += 200;
    assert.equal(play(1), "x");
  });
});
