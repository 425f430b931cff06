import assert from "node:assert/strict";
import { mock } from "node:test";
import { pageChannel } from "../../../src/shared/channel";
import type { PageMessage } from "../../../src/shared/protocol";

describe("page channel", () => {
  function open() {
    const posted: PageMessage[] = [];
    const channel = pageChannel((message) => posted.push(message));
    const lastId = () => {
      const last = posted.at(-1);
      assert.ok(last?.type === "request");
      return last.id;
    };
    return { channel, posted, lastId };
  }

  it("matches replies with requests, in any order", async () => {
    const { channel, lastId } = open();
    const first = channel.request("send", { text: "one" });
    const firstId = lastId();
    const second = channel.request("send", { text: "two" });
    assert.equal(channel.receive({ type: "refusal", id: lastId(), message: "Busy." }), true);
    assert.equal(channel.receive({ type: "reply", id: firstId, result: null }), true);
    assert.equal(await first, null);
    await assert.rejects(second, /^Error: Busy\.$/);
  });

  it("leaves other messages to the page and ignores late or foreign replies", () => {
    const { channel } = open();
    assert.equal(channel.receive({ type: "focus" }), false);
    assert.equal(channel.receive({ type: "reply", id: 99, result: null }), true);
  });

  describe("with time that passes", () => {
    beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
    afterEach(() => mock.timers.reset());

    it("rejects what is not answered in time", async () => {
      const { channel } = open();
      const request = channel.request("files", { paths: [] });
      mock.timers.tick(30_000);
      await assert.rejects(request, /did not answer in time/);
    });

    it("waits for what may be asked of the user first", async () => {
      const { channel, lastId } = open();
      for (const request of [
        () => channel.request("send", { text: "Secret" }),
        () => channel.request("edit", { message: "x", text: "Dear" }),
      ]) {
        const answered = request();
        mock.timers.tick(3_600_000);
        channel.receive({ type: "reply", id: lastId(), result: null });
        assert.equal(await answered, null);
      }
    });
  });

  it("rejects what is open when it is disposed", async () => {
    const { channel } = open();
    const request = channel.request("image", { id: "x" });
    channel.dispose();
    await assert.rejects(request, /closed/);
  });
});
