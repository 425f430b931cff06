import assert from "node:assert/strict";
import { capabilitiesOf } from "../../../src/api/capabilities";
import { MessagesClient } from "../../../src/api/client";
import { presets } from "../../../src/api/endpoint";
import { apply, emptyConversation, pathTo, type Conversation, type Fact } from "../../../src/chat/conversation";
import { runExchange } from "../../../src/chat/exchange";
import type { Parameters } from "../../../src/chat/parameters";
import { requestFor } from "../../../src/chat/request";
import { startSimulatedApi, type SimulatedApi } from "../../support/api/server";

const settings: Parameters = { maxTokens: 4000, caching: "off", thinking: "default" };

function model(id: string) {
  return { endpoint: "anthropic", id, capabilities: capabilitiesOf(id), refused: [] };
}

function question(text: string): Fact {
  return { type: "turn", turn: { role: "user", id: "q", parent: null, text, attachments: [] } };
}

describe("prefill", () => {
  const build = (id: string, prefill: string, more: Partial<Parameters> = {}) => {
    const conversation = emptyConversation("c");
    apply(conversation, question("Hi"));
    return requestFor(pathTo(conversation), model(id), { ...settings, ...more, prefill }, new Map());
  };

  it("ends the messages where the model takes it, without white space at its end", () => {
    const { request, notes } = build("claude-haiku-4-5", "{ \n");
    assert.deepEqual(request.messages.at(-1), { role: "assistant", content: [{ type: "text", text: "{" }] });
    assert.deepEqual(notes, []);
    assert.equal(build("claude-haiku-4-5", " \n").request.messages.length, 1);
  });

  it("is left out with a note elsewhere, and while the model thinks", () => {
    for (const { request, notes } of [
      build("claude-sonnet-5-5", "{"),
      build("claude-haiku-4-5", "{", { thinking: "on" }),
    ]) {
      assert.equal(request.messages.length, 1);
      assert.match(notes.join(), /^The prefill was not sent: /);
    }
  });

  describe("on the strict API", () => {
    let api: SimulatedApi;
    let client: MessagesClient;
    before(async () => {
      api = await startSimulatedApi({ tokensPerSecond: Infinity });
      const preset = presets.find(({ id }) => id === "anthropic");
      assert.ok(preset);
      client = new MessagesClient({ ...preset, baseUrl: api.url }, undefined, (url, init) => fetch(url, init));
    });
    after(() => api.close());

    /** Asks once, and gives the answer in memory while it streamed and when it was over. */
    async function ask(
      conversation: Conversation,
      id: string,
      parent: string,
      parameters: Parameters,
      signal?: AbortSignal,
    ) {
      const { request } = requestFor(pathTo(conversation, parent), model("claude-haiku-4-5"), parameters, new Map());
      const turn = {
        role: "assistant",
        id,
        parent,
        endpoint: "anthropic",
        model: "claude-haiku-4-5",
        content: [],
        notes: [],
      } as const;
      let streamed = "";
      const { outcome } = await runExchange(
        client,
        request,
        { ...turn, content: [] },
        {
          onFact(fact) {
            if (fact.type === "answered") streamed = JSON.stringify(answerOf(conversation, id));
            apply(conversation, fact);
          },
          onState: () => undefined,
          onToolInput: () => undefined,
          acceptWait: async () => false,
        },
        signal ?? new AbortController().signal,
      );
      return { outcome, streamed, content: answerOf(conversation, id) };
    }

    const answerOf = (conversation: Conversation, id: string) => {
      const turn = conversation.turns.get(id);
      return turn?.role === "assistant"
        ? turn.content.map((block) => (block.type === "text" ? block.text : block.type))
        : [];
    };

    it("is the beginning of the stored answer, which goes back as one text", async () => {
      const conversation = emptyConversation("c");
      apply(conversation, question("[[echo]] and more"));
      const { outcome, streamed, content } = await ask(conversation, "a", "q", { ...settings, prefill: "Well: " });
      assert.equal(outcome.kind, "complete");
      assert.deepEqual(content, ["Well:and more"]);
      assert.equal(streamed, JSON.stringify(content), "while it streams it looks the same");

      apply(conversation, {
        type: "turn",
        turn: { role: "user", id: "q2", parent: "a", text: "Again", attachments: [] },
      });
      assert.equal((await ask(conversation, "b", "q2", settings)).outcome.kind, "complete");
      const body = api.requests.at(-1)?.body as { messages: { content: unknown }[] } | undefined;
      assert.deepEqual(body?.messages[1]?.content, [{ type: "text", text: "Well:and more" }]);
    });

    it("is the whole answer when the model adds nothing, and none when it never answered", async () => {
      const conversation = emptyConversation("c");
      apply(conversation, question("[[empty]]"));
      const whole = await ask(conversation, "a", "q", { ...settings, prefill: "Yes." });
      assert.deepEqual([whole.content, whole.streamed], [["Yes."], '["Yes."]']);
      const stopped = await ask(conversation, "b", "q", { ...settings, prefill: "Yes." }, AbortSignal.abort());
      assert.deepEqual([stopped.outcome.kind, stopped.content], ["stopped", []]);
    });
  });
});
