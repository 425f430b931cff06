import assert from "node:assert/strict";
import type { Fact } from "../../../src/chat/conversation";
import { excerptOf, groupOf, inOrder, summarise, wordsOf, type Summary } from "../../../src/chat/summary";

const question: Fact = {
  type: "turn",
  turn: { role: "user", id: "q", parent: null, text: "Why is\n\tthe sky blue?", attachments: [] },
};
const answer: Fact = {
  type: "turn",
  turn: { role: "assistant", id: "a", parent: "q", endpoint: "e", model: "m", content: [], notes: [] },
};
const answered: Fact = {
  type: "answered",
  turn: "a",
  content: [
    { type: "thinking", thinking: "secret thoughts", signature: "" },
    { type: "text", text: "Rayleigh\n\nscattering" },
  ],
  outcome: { kind: "complete", stopReason: "end_turn" },
};

/** One window's file, with a fact each ten milliseconds from 100 on. */
function file(...facts: readonly Fact[]): string {
  const lines = facts.map((fact, index) => ({ at: 100 + index * 10, ...fact }));
  return [{ at: 100, type: "journal", version: 1 }, ...lines].map((line) => `${JSON.stringify(line)}\n`).join("");
}

describe("summary", () => {
  it("tells title, times and size of a conversation, and its text on one line", () => {
    const workspace = { uri: "file:///w", name: "w" };
    const { summary, text } = summarise("c", [file({ type: "workspace", workspace }, question, answer, answered)]);
    assert.equal(summary.spending[0]?.answers, 1);
    assert.deepEqual(
      { ...summary, spending: [] },
      {
        id: "c",
        title: "Why is",
        createdAt: 100,
        updatedAt: 130,
        pinned: false,
        workspace,
        deletedAt: null,
        turns: 2,
        readOnly: false,
        spending: [],
      },
    );
    assert.equal(text, "Why is the sky blue? Rayleigh scattering");
  });

  it("does not move when it is renamed or pinned", () => {
    const facts: Fact[] = [question, { type: "title", title: "Sky" }, { type: "pinned", pinned: true }];
    const { summary } = summarise("c", [file(...facts)]);
    assert.deepEqual([summary.title, summary.pinned, summary.updatedAt], ["Sky", true, 100]);
  });

  it("knows when it was deleted, until that is taken back or a turn is added", () => {
    const deleted: Fact = { type: "deleted", deleted: true };
    const deletedAt = (...facts: readonly Fact[]) => summarise("c", [file(...facts)]).summary.deletedAt;
    assert.equal(deletedAt(question, deleted), 110);
    assert.equal(summarise("c", [file(question, deleted)]).text, "");
    assert.equal(deletedAt(question, deleted, { type: "deleted", deleted: false }), null);
    assert.equal(deletedAt(question, deleted, answer), null);
    assert.equal(deletedAt(question, deleted, { type: "title", title: "T" }), 110);
  });

  it("is read-only when a later version wrote a part of it", () => {
    assert.equal(summarise("c", [file(question), '{"type":"journal","version":2,"at":1}']).summary.readOnly, true);
  });

  it("is in order: pinned ones first, then the newest; without empty and deleted ones", () => {
    const summary = (id: string, updatedAt: number, more: Partial<Summary> = {}): Summary => ({
      ...summarise(id, [file(question)]).summary,
      updatedAt,
      ...more,
    });
    const listed = inOrder([
      summary("old", 1),
      summary("new", 3),
      summary("pinned", 2, { pinned: true }),
      summary("deleted", 4, { deletedAt: 5 }),
      summary("empty", 6, { turns: 0 }),
    ]);
    assert.deepEqual(
      listed.map(({ id }) => id),
      ["pinned", "new", "old"],
    );
  });

  it("stands below the day of its last turn", () => {
    const now = new Date(2026, 2, 31, 0, 30);
    const group = (...date: readonly [number, number, number, number, number]) =>
      groupOf({ pinned: false, updatedAt: new Date(...date).getTime() }, now);
    assert.equal(group(2026, 2, 31, 0, 0), "Today");
    assert.equal(group(2026, 3, 1, 0, 0), "Today"); // a clock that was ahead
    assert.equal(group(2026, 2, 30, 23, 59), "Yesterday");
    assert.equal(group(2026, 2, 30, 0, 0), "Yesterday");
    assert.equal(group(2026, 2, 29, 23, 59), "Last 7 days");
    assert.equal(group(2026, 2, 24, 0, 0), "Last 7 days");
    assert.equal(group(2026, 2, 23, 23, 59), "March 2026");
    assert.equal(group(2025, 2, 31, 0, 0), "March 2025");
    assert.equal(groupOf({ pinned: true, updatedAt: 0 }, now), "Pinned");
  });
});

describe("excerpt", () => {
  const text = `${"before ".repeat(10)}Needle${" after".repeat(30)}`;

  it("needs each word, in title or text, in whatever case", () => {
    assert.equal(excerptOf(wordsOf("  SKY  needle "), "The sky", text)?.includes("Needle"), true);
    assert.equal(excerptOf(wordsOf("sky"), "The sky", text), "");
    assert.equal(excerptOf(wordsOf("sky grass"), "The sky", text), undefined);
    assert.equal(excerptOf([], "The sky", text), "");
  });

  it("is the text around the word, with marks where it is cut", () => {
    const excerpt = excerptOf(["needle"], "", text) ?? "";
    assert.match(excerpt, /^…[a-z ]{30}Needle[a-z ]{84}…$/);
    assert.equal(excerptOf(["needle"], "", "a needle"), "a needle");
  });
});
