import assert from "node:assert/strict";
import { apply, emptyConversation, newestLeaf, pathTo, siblingsOf, type Fact } from "../../../src/chat/conversation";

function user(id: string, parent: string | null, text = id): Fact {
  return { type: "turn", turn: { role: "user", id, parent, text, attachments: [] } };
}

function build(...facts: readonly Fact[]) {
  const conversation = emptyConversation("c");
  for (const fact of facts) apply(conversation, fact);
  return conversation;
}

const ids = (conversation: ReturnType<typeof build>) => pathTo(conversation).map((turn) => turn.id);

describe("conversation", () => {
  it("shows the path to the leaf and keeps the siblings", () => {
    const conversation = build(user("a", null), user("b", "a"), user("b2", "a"));
    assert.deepEqual(ids(conversation), ["a", "b2"]);
    apply(conversation, { type: "leaf", turn: "b" });
    assert.deepEqual(ids(conversation), ["a", "b"]);
    assert.equal(conversation.turns.size, 3);
  });

  it("survives a missing parent and a circle", () => {
    assert.deepEqual(ids(build(user("b", "gone"))), ["b"]);
    assert.deepEqual(ids(build(user("a", "b"), user("b", "a"))), ["a", "b"]);
  });

  it("never overwrites a turn", () => {
    const conversation = build(user("a", null, "first"), user("a", null, "second"));
    const turn = conversation.turns.get("a");
    assert.equal(turn?.role === "user" && turn.text, "first");
  });

  it("ignores facts about turns and blocks that are not there", () => {
    const before = build(user("a", null));
    const after = build(
      user("a", null),
      { type: "delta", turn: "gone", index: 0, text: "x" },
      { type: "delta", turn: "a", index: 7, text: "x" },
      { type: "block", turn: "gone", index: 1e9, block: { type: "text", text: "" } },
      { type: "leaf", turn: "gone" },
    );
    assert.deepEqual(after, before);
  });

  it("knows the versions of a message, questions and answers apart", () => {
    const conversation = build(
      user("a", null),
      user("b", null),
      {
        type: "turn",
        turn: { role: "assistant", id: "x", parent: "b", endpoint: "e", model: "m", content: [], notes: [] },
      },
      user("c", "b"),
    );
    const of = (id: string) => {
      const turn = conversation.turns.get(id);
      assert.ok(turn);
      return siblingsOf(conversation, turn);
    };
    assert.deepEqual(of("a"), ["a", "b"]);
    assert.deepEqual(of("x"), ["x"]);
    assert.equal(newestLeaf(conversation, "b"), "c");
    assert.equal(newestLeaf(build(user("a", "b"), user("b", "a")), "a"), "b");
  });

  it("deletes a branch with all below it and shows what is left", () => {
    const facts = [user("a", null), user("b", "a"), user("c", "b"), user("b2", "a"), user("c2", "b2")];
    assert.deepEqual(ids(build(...facts, { type: "removed", turn: "b2" })), ["a", "b", "c"]);
    assert.deepEqual(ids(build(...facts, { type: "removed", turn: "b" })), ["a", "b2", "c2"]);
    assert.deepEqual(ids(build(...facts, { type: "removed", turn: "a" })), []);
    const circle = build(user("a", "b"), user("b", "a"), { type: "removed", turn: "a" });
    assert.equal(circle.turns.size, 0);
  });

  it("takes its title from the first message", () => {
    assert.equal(build(user("a", null, "\n  What is this?\nmore"), user("b", "a", "other")).title, "What is this?");
    assert.equal(build(user("a", null, "x".repeat(100))).title, `${"x".repeat(59)}…`);
  });
});
