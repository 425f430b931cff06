import assert from "node:assert/strict";
import { Updates } from "../../../src/host/updates";
import type { HostMessage } from "../../../src/shared/protocol";
import type { ChatView, MessageView } from "../../../src/shared/views";

describe("what a page is told of the chat", () => {
  let posted: HostMessage[];
  let updates: Updates;

  beforeEach(() => {
    posted = [];
    updates = new Updates((message) => posted.push(message));
  });
  afterEach(() => updates.forget());

  /** A view of so many messages, which is all of it that counts here. */
  function viewOf(count: number): ChatView {
    const messages = Array.from({ length: count }, (_, index): MessageView => {
      return {
        id: String(index),
        role: "user",
        state: "complete",
        blocks: [{ type: "text", text: "x".repeat(10_000) }],
      };
    });
    return { messages } as unknown as ChatView;
  }

  const append = (message: string, text: string) => ({ type: "append", message, index: 0, text }) as const;
  const changes = () => posted.flatMap((it) => (it.type === "update" ? it.changes : []));

  it("is one text for all that a block of an answer got in a frame", () => {
    updates.add([append("a", "One ")]);
    updates.add([append("a", "two "), append("b", "three"), append("a", "four")]);
    updates.flush();
    assert.deepEqual(changes(), [append("a", "One two "), append("b", "three"), append("a", "four")]);
    assert.equal(posted.length, 1);
  });

  it("is the end of a long conversation, then a piece a frame, in numbered updates", () => {
    updates.snapshot(viewOf(200));
    const [snapshot] = posted;
    assert.ok(snapshot?.type === "snapshot");
    const { messages } = snapshot.view;
    assert.equal(messages.at(-1)?.id, "199");
    assert.equal(snapshot.earlier, 200 - messages.length);
    updates.flush();
    updates.flush();
    assert.deepEqual(
      posted.map((it) => "number" in it && it.number),
      [snapshot.number, snapshot.number + 1, snapshot.number + 2],
    );
    assert.ok(changes().every(({ type }) => type === "earlier"));
  });

  it("has all of a conversation before its messages change", () => {
    updates.snapshot(viewOf(200));
    updates.add([{ type: "path", messages: ["0"] }]);
    updates.flush();
    const told = changes();
    const earlier = told.flatMap((it) => (it.type === "earlier" ? it.messages : []));
    const [snapshot] = posted;
    assert.ok(snapshot?.type === "snapshot");
    assert.equal(earlier.length, snapshot.earlier);
    assert.equal(told.at(-1)?.type, "path");
    assert.equal(posted.length, 2);
  });

  it("is nothing of what waited for a page that is gone", () => {
    updates.snapshot(viewOf(200));
    updates.add([append("a", "One")]);
    updates.forget();
    updates.flush();
    assert.equal(posted.length, 1);
  });
});
