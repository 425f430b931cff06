import assert from "node:assert/strict";
import { inPieces } from "../../../src/host/pieces";
import type { MessageView } from "../../../src/shared/views";

const message = (id: number, size: number): MessageView => ({
  id: String(id),
  role: "user",
  state: "complete",
  blocks: [{ type: "text", text: "x".repeat(size) }],
});

describe("the pieces of a conversation", () => {
  it("are one while it is short, also when it is empty", () => {
    const messages = [message(1, 10), message(2, 10)];
    assert.deepEqual(inPieces(messages), [messages]);
    assert.deepEqual(inPieces([]), [[]]);
  });

  it("hold every message once, in order, the end first and small", () => {
    const messages = Array.from({ length: 1000 }, (_, n) => message(n, n % 2 ? 3900 : 100));
    const pieces = inPieces(messages);
    assert.deepEqual(pieces.toReversed().flat(), messages);
    const [first = []] = pieces;
    assert.ok(first.length < 40, `${first.length} messages at once`);
    assert.ok(pieces.length < 20, `${pieces.length} posts`);
  });

  it("never cut a message, however long", () => {
    const long = message(2, 1_000_000);
    assert.deepEqual(inPieces([message(1, 1), long, message(3, 1)]), [[long, message(3, 1)], [message(1, 1)]]);
  });
});
