/** Random work of two windows on one conversation survives its journal, whole and damaged. The seed is printed to repeat a failure. */
import assert from "node:assert/strict";
import type { ContentBlock } from "../../../src/api/types";
import { apply, emptyConversation, type Conversation, type Fact, type NewAnswer } from "../../../src/chat/conversation";
import { journalWriter, readJournal, type JournalWriter } from "../../../src/chat/journal";
import { randomFrom } from "../api/harness";

const ROUNDS = 300;
const RUBBISH = ["", "{", "null", "\u0000", '{"at":1}', '{"at":1,"type":"later"}', '{"at":1,"type":"turn","turn":{}}'];

type Random = () => number;

function conversationOf(facts: readonly Fact[]): Conversation {
  const conversation = emptyConversation("c");
  for (const fact of facts) apply(conversation, fact);
  return conversation;
}

interface Window {
  readonly writer: JournalWriter;
  text: string;
  /** Its answer that streams now. */
  answer: string | undefined;
}

/** What two windows did to one conversation, each seeing what the other does, and their files. */
async function work(random: Random): Promise<{ conversation: Conversation; files: string[] }> {
  const conversation = emptyConversation("c");
  let time = 0;
  const windows = [0, 1].map((): Window => {
    const append = async (more: string) => void (window.text += more);
    const writer = journalWriter({ append, onFailure: (error) => assert.fail(String(error)) }, () => time++);
    const window: Window = { writer, text: "", answer: undefined };
    return window;
  });
  for (let step = 0; step < 40; step++) {
    const window = pick(random, windows);
    for (const fact of window ? factsOf(random, conversation, window, `${step}`) : []) {
      apply(conversation, fact);
      window?.writer.write(fact);
    }
    if (random() < 0.2) await window?.writer.flush();
  }
  for (const { writer } of windows) await writer.flush();
  return { conversation, files: windows.map(({ text }) => text) };
}

function factsOf(random: Random, conversation: Conversation, window: Window, id: string): Fact[] {
  const turns = [...conversation.turns.keys()];
  const { answer } = window;
  if (answer !== undefined && random() < 0.7) {
    const content = conversation.turns.get(answer);
    const index = content?.role === "assistant" ? content.content.length : 0;
    if (index === 0 || random() < 0.2) {
      const block = { type: pick(random, ["text", "new_kind"]), text: "" } as ContentBlock;
      return [{ type: "block", turn: answer, index, block }];
    }
    if (random() < 0.7) return [{ type: "delta", turn: answer, index: index - 1, text: `${id} é😀\n\u2028"` }];
    window.answer = undefined;
    const outcome = random() < 0.5 ? ({ kind: "stopped" } as const) : ({ kind: "complete", stopReason: null } as const);
    return [{ type: "answered", turn: answer, content: [{ type: "text", text: `whole ${id}` }], outcome }];
  }
  const parent = random() < 0.7 ? conversation.leaf : (pick(random, turns) ?? null);
  switch (Math.floor(random() * 11)) {
    case 0:
      return [{ type: "leaf", turn: parent }];
    case 1:
      return [{ type: "title", title: `Title ${id}` }];
    case 2:
      return [{ type: "model", model: random() < 0.3 ? null : "e/m" }];
    case 3:
      return [{ type: "pinned", pinned: random() < 0.5 }];
    case 4:
      return [{ type: "deleted", deleted: random() < 0.5 }];
    case 5:
      return parent === null ? [] : [{ type: "removed", turn: parent }];
    case 6:
      return [{ type: "parameters", set: { temperature: random(), systemPrompt: null }, reset: ["temperature"] }];
    case 7:
      return [{ type: "profile", profile: random() < 0.3 ? null : { name: id, parameters: { stopSequences: [id] } } }];
    case 8: {
      if (answer !== undefined) return [];
      window.answer = id;
      const turn: NewAnswer = { role: "assistant", id, parent, endpoint: "e", model: "m", content: [], notes: [] };
      return [{ type: "turn", turn }];
    }
    default:
      return [{ type: "turn", turn: { role: "user", id, parent, text: `Question ${id}`, attachments: [] } }];
  }
}

function pick<T>(random: Random, list: readonly T[]): T | undefined {
  return list[Math.floor(random() * list.length)];
}

describe("random journals", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  before(() => console.log(`      seed ${seed}`));

  it("give back the conversation that two windows made", async () => {
    const random = randomFrom(seed);
    for (let round = 0; round < ROUNDS; round++) {
      const { conversation, files } = await work(random);
      for (const order of [files, files.toReversed()]) {
        const { facts, unreadable } = readJournal(order);
        assert.equal(unreadable, 0);
        assert.deepEqual(conversationOf(facts), conversation, `seed ${seed}, round ${round}`);
      }
    }
  });

  it("read as far as they go, cut anywhere", async () => {
    const random = randomFrom(seed);
    for (let round = 0; round < ROUNDS; round++) {
      const { files } = await work(random);
      const [file = ""] = files;
      const all = readJournal([file]).facts;
      const cut = file.slice(0, Math.floor(random() * file.length));
      const { facts, unreadable } = readJournal([cut]);
      assert.ok(unreadable <= 1);
      const whole = Math.max(0, cut.split("\n").length - 2); // without the header and what is torn
      assert.deepEqual(facts.slice(0, whole), all.slice(0, whole), `seed ${seed}, round ${round}`);
      conversationOf(facts);
    }
  });

  it("lose one line with a damaged line, and no other", async () => {
    const random = randomFrom(seed);
    for (let round = 0; round < ROUNDS; round++) {
      const { files } = await work(random);
      const lines = (files[0] ?? "").trimEnd().split("\n");
      const damaged = 1 + Math.floor(random() * (lines.length - 1));
      if (lines.length < 2) continue;
      const { facts } = readJournal([lines.with(damaged, pick(random, RUBBISH) ?? "").join("\n")]);
      const all = readJournal([lines.join("\n")]).facts;
      assert.deepEqual(facts, all.toSpliced(damaged - 1, 1), `seed ${seed}, round ${round}`);
      conversationOf(facts);
    }
  });
});
