import assert from "node:assert/strict";
import type { ContentBlock } from "../../../src/api/types";
import { apply, emptyConversation, type Fact } from "../../../src/chat/conversation";
import type { Progress } from "../../../src/host/blocks";
import { changesFor } from "../../../src/host/present";

describe("what the page changes", () => {
  const conversation = emptyConversation("c");
  const running: Progress = { turn: "a", calls: new Map(), inputs: new Map() };
  const change = (fact: Fact) => {
    apply(conversation, fact);
    return changesFor(conversation, fact, running);
  };

  it("when an answer has ended are its calls too, which wait their turn", () => {
    const call = (id: string): ContentBlock => ({ type: "tool_use", id, name: "bash", input: { command: "ls" } });
    change({ type: "turn", turn: { role: "user", id: "q", parent: null, text: "Look", attachments: [] } });
    const answer = {
      role: "assistant",
      id: "a",
      parent: "q",
      endpoint: "e",
      model: "m",
      content: [],
      notes: [],
    } as const;
    change({ type: "turn", turn: { ...answer, content: [] } });
    const [arriving] = change({ type: "block", turn: "a", index: 0, block: call("one") });
    assert.ok(arriving?.type === "block" && arriving.block.type === "tool" && arriving.block.state === "arriving");
    const outcome = { kind: "complete", stopReason: "tool_use" } as const;
    const changes = change({ type: "answered", turn: "a", content: [call("one"), call("two")], outcome });
    assert.deepEqual(
      changes.map((it) => (it.type === "block" && it.block.type === "tool" ? [it.index, it.block.state] : it.type)),
      ["end", [0, "queued"], [1, "queued"]],
    );
  });
});
