import assert from "node:assert/strict";
import { capabilitiesOf } from "../../../src/api/capabilities";
import { MessagesClient } from "../../../src/api/client";
import { presets } from "../../../src/api/endpoint";
import type { MessageRequest } from "../../../src/api/types";
import { apply, emptyConversation, pathTo, type Conversation } from "../../../src/chat/conversation";
import { runExchange } from "../../../src/chat/exchange";
import { requestFor, withoutThinking } from "../../../src/chat/request";
import { startSimulatedApi, type SimulatedApi } from "../../support/api/server";

const WITH = "claude-opus-5-5";
const WITHOUT = "claude-sonnet-5";

describe("a system prompt that changes in the middle", () => {
  let api: SimulatedApi;
  let client: MessagesClient;
  let conversation: Conversation;

  before(async () => {
    api = await startSimulatedApi({ tokensPerSecond: Infinity });
    const preset = presets.find(({ id }) => id === "anthropic");
    assert.ok(preset);
    client = new MessagesClient({ ...preset, baseUrl: api.url }, undefined, (url, init) => fetch(url, init));
  });
  after(() => api.close());
  beforeEach(() => (conversation = emptyConversation("c")));

  /** Asks below the leaf, with thinking, as the host does; the strict API refuses thinking that is bound to something else. */
  async function ask(
    systemPrompt: string | undefined,
    model = WITH,
    text = "[[thinking]] Why?",
  ): Promise<MessageRequest> {
    const id = `${conversation.turns.size}`;
    apply(conversation, {
      type: "turn",
      turn: { role: "user", id, parent: conversation.leaf, text, attachments: [] },
    });
    return answer(id, systemPrompt, model);
  }

  async function answer(question: string, systemPrompt: string | undefined, model = WITH): Promise<MessageRequest> {
    const { request, systemMessages } = requestFor(
      pathTo(conversation, question),
      { endpoint: "e", id: model, capabilities: { ...capabilitiesOf(model), caching: "automatic" }, refused: [] },
      { maxTokens: 1000, caching: "5m", thinking: "on", ...(systemPrompt !== undefined && { systemPrompt }) },
      new Map(),
    );
    const id = `${question}-${conversation.turns.size}`;
    await runExchange(
      client,
      request,
      {
        role: "assistant",
        id,
        parent: question,
        endpoint: "e",
        model,
        content: [],
        notes: [],
        ...(systemPrompt !== undefined && { systemPrompt }),
        ...(systemMessages && { systemMessages }),
      },
      {
        onFact: (fact) => apply(conversation, fact),
        onState: () => undefined,
        onToolInput: () => undefined,
        acceptWait: async () => false,
      },
      new AbortController().signal,
    );
    const turn = conversation.turns.get(id);
    assert.ok(turn?.role === "assistant" && turn.outcome?.kind === "complete", JSON.stringify(turn));
    assert.deepEqual(turn.notes, [], "the thinking was taken back at once");
    return request;
  }

  /** One letter for each message, and how many thinking blocks it has. */
  const shape = ({ messages }: MessageRequest) =>
    messages.map(({ role, content }) => {
      const thinking = typeof content === "string" ? 0 : content.filter(({ type }) => type === "thinking").length;
      return role[0] + (thinking > 0 ? `${thinking}` : "");
    });
  const systemTexts = ({ messages }: MessageRequest) =>
    messages.flatMap(({ role, content }) => (role === "system" ? [JSON.stringify(content)] : []));
  const cacheRead = () => {
    const turn = conversation.turns.get(conversation.leaf ?? "");
    return turn?.role === "assistant" ? (turn.usage?.cache_read_input_tokens ?? 0) : 0;
  };

  it("goes as a message after the question, and everything before stays bound and cached", async () => {
    const long = `Be brief. ${"Say no more than is asked. ".repeat(200)}`;
    await ask(long);
    const changed = await ask("Answer in rhyme.");
    assert.equal(changed.system, long);
    assert.deepEqual(shape(changed), ["u", "a1", "u", "s"]);
    assert.match(systemTexts(changed).join(), /take the place of all system prompts above:\\n\\nAnswer in rhyme/);
    assert.ok(cacheRead() > 500, "the first exchange is read from the cache");

    const same = await ask("Answer in rhyme.");
    assert.deepEqual(shape(same), ["u", "a1", "u", "s", "a1", "u"]);
    const none = await ask(undefined);
    assert.deepEqual(shape(none), ["u", "a1", "u", "s", "a1", "u", "a1", "u", "s"]);
    assert.match(systemTexts(none).at(-1) ?? "", /does not apply any more/);
    assert.deepEqual(shape(await ask(long)).slice(-3), ["a1", "u", "s"]);
  });

  it("stands where it was asked in each branch", async () => {
    await ask("A");
    const parent = conversation.leaf;
    await ask("B");
    apply(conversation, { type: "leaf", turn: parent });
    const other = await ask("C", WITH, "Something else");
    assert.deepEqual(shape(other), ["u", "a1", "u", "s"]);
    assert.match(systemTexts(other).join(), /C"/);
    assert.deepEqual(shape(await answer("2", "A")), ["u", "a1", "u"], "another answer to the second question");
  });

  it("comes first where the model takes no system messages, or gave no answer yet", async () => {
    await ask("A", WITHOUT);
    const changed = await ask("B", WITHOUT);
    assert.equal(changed.system, "B");
    assert.deepEqual(shape(changed), ["u", "a", "u"], "bound thinking stays out");
    const other = await ask("C");
    assert.equal(other.system, "C");
    assert.deepEqual(shape(await ask("D")), ["u", "a", "u", "a", "u", "a1", "u", "s"]);
  });

  it("keeps thinking that older versions had bound to a changed prompt in front out", async () => {
    await ask("A");
    await ask("B");
    const turn = conversation.turns.get(conversation.leaf ?? "");
    assert.ok(turn?.role === "assistant");
    const { systemMessages: _, ...old } = turn;
    conversation.turns.set(turn.id, old);
    assert.deepEqual(shape(await ask("B")), ["u", "a1", "u", "s", "a", "u"]);
  });

  it("goes on to the next question when the answer that it was for is left out", async () => {
    await ask("A");
    await ask("B");
    const thought = conversation.turns.get(conversation.leaf ?? "");
    assert.ok(thought?.role === "assistant");
    conversation.turns.set(thought.id, { ...thought, content: thought.content.filter(({ type }) => type !== "text") });
    const request = await ask("B");
    assert.deepEqual(shape(request), ["u", "a1", "u", "s", "a1", "u"]);
    const without = withoutThinking(request);
    assert.deepEqual(shape(without), ["u", "a", "u", "u", "s"]);
    await client.send(without, new AbortController().signal); // the strict API takes it

    const call = { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "tea" } } as const;
    conversation.turns.set(thought.id, { ...thought, content: [call] });
    apply(conversation, { type: "leaf", turn: thought.id });
    assert.deepEqual(shape(await ask("B", WITH, "And now?")), ["u", "a1", "u", "u", "s"]);
    assert.deepEqual(shape(await ask("C")), ["u", "a1", "u", "u", "s", "a1", "u", "s"]);
  });

  it("never stands beside a question without an answer", async () => {
    await ask("A");
    await ask("B", WITH, "[[thinking]] Why? [[refusal]]");
    const again = await ask("C");
    assert.deepEqual(shape(again), ["u", "a1", "u", "s"], "the refused question is left out with its prompt");
    apply(conversation, {
      type: "turn",
      turn: { role: "user", id: "unanswered", parent: conversation.leaf, text: "Hello?", attachments: [] },
    });
    assert.deepEqual(shape(await ask("D")).slice(-4), ["a1", "u", "u", "s"]);
  });
});
