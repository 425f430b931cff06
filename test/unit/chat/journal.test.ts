import assert from "node:assert/strict";
import { apply, emptyConversation, pathTo, type Conversation, type Fact } from "../../../src/chat/conversation";
import { journalWriter, readJournal } from "../../../src/chat/journal";

const question: Fact = { type: "turn", turn: { role: "user", id: "q", parent: null, text: "Hi", attachments: [] } };
const answer: Fact = {
  type: "turn",
  turn: { role: "assistant", id: "a", parent: "q", endpoint: "e", model: "m", content: [], notes: [] },
};
const whole: readonly Fact[] = [
  question,
  answer,
  { type: "block", turn: "a", index: 0, block: { type: "text", text: "" } },
  { type: "delta", turn: "a", index: 0, text: "Hel" },
  { type: "delta", turn: "a", index: 0, text: "lo" },
  {
    type: "answered",
    turn: "a",
    content: [{ type: "text", text: "Hello" }],
    outcome: { kind: "complete", stopReason: "end_turn" },
    usage: { input_tokens: 3, output_tokens: 2 },
  },
];

function conversationOf(facts: readonly Fact[]): Conversation {
  const conversation = emptyConversation("c");
  for (const fact of facts) apply(conversation, fact);
  return conversation;
}

/** Writes facts with a clock that ticks once a call, and gives the file's text. */
async function written(facts: readonly Fact[], start = 0): Promise<string> {
  let text = "";
  let time = start;
  const writer = journalWriter(
    { append: async (more) => void (text += more), onFailure: (error) => assert.fail(String(error)) },
    () => time++,
  );
  for (const fact of facts) writer.write(fact);
  await writer.flush();
  return text;
}

describe("journal", () => {
  it("gives back the conversation that was written", async () => {
    const { facts, newer, unreadable } = readJournal([await written(whole)]);
    assert.deepEqual(conversationOf(facts), conversationOf(whole));
    assert.deepEqual({ newer, unreadable }, { newer: false, unreadable: 0 });
  });

  it("starts with its format", async () => {
    const [first] = (await written([question])).split("\n");
    assert.deepEqual(JSON.parse(first ?? ""), { type: "journal", version: 1, at: 0 });
  });

  it("joins deltas of one block into one line", async () => {
    const lines = (await written(whole)).split("\n").filter((line) => line.includes('"delta"'));
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { text: string }).text),
      ["Hello"],
    );
  });

  it("reads every prefix: a torn line loses itself only", async () => {
    const text = await written(whole);
    for (let length = 0; length <= text.length; length++) {
      const { facts, unreadable } = readJournal([text.slice(0, length)]);
      const complete = text.slice(0, length).split("\n").slice(0, -1).length;
      assert.ok(unreadable <= 1, `prefix of ${length}`);
      assert.ok(facts.length >= complete - 1, `prefix of ${length} lost a whole line`);
    }
  });

  it("passes over any damaged line and keeps the others", async () => {
    const lines = (await written(whole)).trimEnd().split("\n");
    for (const damaged of lines.keys()) {
      for (const rubbish of ["{", "null", "[]", '{"type":"turn","at":1}', '{"type":"later","at":1}', "\u0000\u0001"]) {
        const { facts, unreadable } = readJournal([lines.with(damaged, rubbish).join("\n")]);
        assert.equal(unreadable, 1);
        assert.equal(facts.length, damaged === 0 ? lines.length - 1 : lines.length - 2);
        conversationOf(facts);
      }
    }
  });

  it("keeps an answer that was cut by the end of the window", async () => {
    const { facts } = readJournal([await written(whole.slice(0, 5))]);
    const turn = conversationOf(facts).turns.get("a");
    assert.ok(turn?.role === "assistant");
    assert.deepEqual(turn.content, [{ type: "text", text: "Hello" }]);
    assert.equal(turn.outcome, undefined);
  });

  it("merges the files of two windows by time", async () => {
    const first = await written([question], 100);
    const second = await written([answer, { type: "title", title: "Late" }], 200);
    for (const files of [
      [first, second],
      [second, first],
    ]) {
      const conversation = conversationOf(readJournal(files).facts);
      assert.equal(conversation.title, "Late");
      assert.deepEqual(
        pathTo(conversation).map((turn) => turn.id),
        ["q", "a"],
      );
    }
  });

  it("does not reorder a file when the clock goes back", () => {
    const line = (fact: Fact, at: number) => JSON.stringify({ ...fact, at });
    const { facts } = readJournal([[line(question, 50), line(answer, 10)].join("\n")]);
    assert.deepEqual(
      facts.map((fact) => fact.type === "turn" && fact.turn.id),
      ["q", "a"],
    );
  });

  it("says when a file is of a later format", () => {
    assert.equal(readJournal(['{"type":"journal","version":2,"at":1}']).newer, true);
  });

  it("keeps the lines of a failed write for the next one, and tells once", async () => {
    const disk: string[] = [];
    const failures: unknown[] = [];
    let full = true;
    const writer = journalWriter({
      append: async (text) => {
        if (full) throw new Error("ENOSPC");
        disk.push(text);
      },
      onFailure: (error) => failures.push(error),
    });
    writer.write(question);
    await writer.flush();
    writer.write(answer);
    await writer.flush();
    assert.equal(failures.length, 1);
    full = false;
    await writer.flush();
    assert.deepEqual(
      readJournal(disk).facts.map((fact) => fact.type === "turn" && fact.turn.id),
      ["q", "a"],
    );
  });

  /** What is on disk after a write that failed with `stored` characters through, then one that joins more text, then a good one. */
  async function afterTornWrite(stored: number): Promise<{ text: string; waiting: string }> {
    let text = "";
    let failing = false;
    const append = async (more: string) => {
      text += failing ? more.slice(0, stored) : more;
      if (failing) throw new Error("ENOSPC");
    };
    let time = 0;
    const writer = journalWriter({ append, onFailure: () => undefined }, () => time++);
    for (const fact of whole.slice(0, 3)) writer.write(fact);
    await writer.flush();
    failing = true;
    writer.write({ type: "delta", turn: "a", index: 0, text: "Hel" });
    writer.write({ type: "leaf", turn: "q" });
    writer.write({ type: "delta", turn: "a", index: 0, text: "l" });
    await writer.flush();
    writer.write({ type: "delta", turn: "a", index: 0, text: "o" });
    const waiting = writer.waiting();
    const before = text;
    assert.deepEqual(
      conversationOf(readJournal([before, waiting]).facts),
      conversationOf([...whole.slice(0, 5), { type: "leaf", turn: "q" }]),
    );
    failing = false;
    await writer.flush();
    return { text, waiting: writer.waiting() };
  }

  it("loses and doubles nothing when a write fails with a part of it stored", async () => {
    const expected = conversationOf([...whole.slice(0, 5), { type: "leaf", turn: "q" }]);
    for (let stored = 0; stored < 250; stored++) {
      const { text, waiting } = await afterTornWrite(stored);
      const { facts, unreadable } = readJournal([text]);
      assert.deepEqual(conversationOf(facts), expected, `${stored} characters stored`);
      assert.ok(unreadable <= 2, `${stored} characters stored`); // one for each write that failed
      assert.equal(waiting, "");
    }
  });

  it("keeps the same text that comes twice in a millisecond", async () => {
    let text = "";
    const append = async (more: string) => void (text += more);
    const writer = journalWriter({ append, onFailure: (error) => assert.fail(String(error)) }, () => 1);
    for (const fact of whole.slice(0, 3)) writer.write(fact);
    for (let count = 0; count < 2; count++) {
      writer.write({ type: "delta", turn: "a", index: 0, text: "ha" });
      await writer.flush();
    }
    const turn = conversationOf(readJournal([text]).facts).turns.get("a");
    assert.deepEqual(turn?.role === "assistant" && turn.content, [{ type: "text", text: "haha" }]);
  });
});
