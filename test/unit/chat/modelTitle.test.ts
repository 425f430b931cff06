import assert from "node:assert/strict";
import type { ContentBlock } from "../../../src/api/types";
import { apply, emptyConversation, type AssistantTurn, type Fact, type UserTurn } from "../../../src/chat/conversation";
import { titleIn, titleQuestion } from "../../../src/chat/modelTitle";

const question: UserTurn = { role: "user", id: "q", parent: null, text: "Why is the sky blue?", attachments: [] };
const answer: AssistantTurn = {
  role: "assistant",
  id: "a",
  parent: "q",
  endpoint: "e",
  model: "m",
  content: [{ type: "text", text: "Rayleigh scattering. ".repeat(1000) }],
  outcome: { kind: "complete", stopReason: "end_turn" },
  usage: undefined,
  cost: undefined,
  notes: [],
};

describe("title by a model", () => {
  it("is asked for with the beginning of question and answer", () => {
    const { text } = titleQuestion(question, answer);
    assert.match(text, /Why is the sky blue\?/);
    assert.match(text, /Rayleigh/);
    assert.ok(text.length < 2500);
  });

  const says = (text: string) =>
    titleIn([
      { type: "thinking", thinking: "Hm", signature: "" },
      { type: "text", text },
    ]);

  it("comes without what models put around it", () => {
    for (const text of ["Blue sky", "\n“Blue sky.”\n", "# Blue sky", "**Blue sky**", "Title: Blue sky", '"Blue sky"']) {
      assert.equal(says(text), "Blue sky", text);
    }
    assert.equal(says("C++ and c#"), "C++ and c#");
  });

  it("is none when the reply is empty, long, or more than a line", () => {
    const replies: readonly ContentBlock[][] = [[], [{ type: "text", text: "" }], [{ type: "text", text: "*" }]];
    for (const content of replies) assert.equal(titleIn(content), undefined);
    assert.equal(says("x".repeat(61)), undefined);
    assert.equal(says("Sure!\nBlue sky"), undefined);
  });

  it("never takes the place of the user's", () => {
    const byModel: Fact = { type: "title", title: "By model", writtenBy: { endpoint: "e", model: "m" } };
    const byUser: Fact = { type: "title", title: "By user" };
    const titleAfter = (...facts: readonly Fact[]) => {
      const conversation = emptyConversation("c");
      for (const fact of [{ type: "turn", turn: question } as const, ...facts]) apply(conversation, fact);
      return conversation.title;
    };
    assert.equal(titleAfter(byModel), "By model");
    assert.equal(titleAfter(byUser, byModel), "By user");
    assert.equal(titleAfter(byModel, byUser), "By user");
  });
});
