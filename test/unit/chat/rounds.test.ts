import assert from "node:assert/strict";
import { capabilitiesOf, limitsOf } from "../../../src/api/capabilities";
import { MessagesClient } from "../../../src/api/client";
import { clientToolDefinition } from "../../../src/api/client-tools";
import { presets, type Endpoint } from "../../../src/api/endpoint";
import type { MessageParam, ToolDefinition, ToolResultBlock, ToolUseBlock } from "../../../src/api/types";
import {
  apply,
  attachmentsOf,
  emptyConversation,
  pathTo,
  type Conversation,
  type Fact,
  type ToolResult,
} from "../../../src/chat/conversation";
import { runExchange } from "../../../src/chat/exchange";
import { readJournal } from "../../../src/chat/journal";
import type { Parameters } from "../../../src/chat/parameters";
import { requestFor } from "../../../src/chat/request";
import { runRounds, type Limits, type ToolRunner } from "../../../src/chat/rounds";
import { startSimulatedApi, type SimulatedApi } from "../../support/api/server";

const weather: ToolDefinition = {
  name: "get_weather",
  description: "Tells the weather.",
  input_schema: { type: "object", properties: { location: { type: "string" } }, required: ["location"] },
};

const done = ({ id, name, input }: ToolUseBlock): ToolResult => ({
  call: id,
  kind: "done",
  content: [{ type: "text", text: `${name} of ${JSON.stringify(input)}` }],
});

/** Runs each call at once and keeps them. */
class Runner implements ToolRunner {
  readonly calls: ToolUseBlock[] = [];
  constructor(readonly answer: (call: ToolUseBlock, signal: AbortSignal) => ToolResult | Promise<ToolResult> = done) {}
  readsOnly(name: string): boolean {
    return name === "get_weather";
  }
  async run(call: ToolUseBlock, signal: AbortSignal): Promise<ToolResult> {
    this.calls.push(call);
    return this.answer(call, signal);
  }
}

describe("rounds of tool calls", () => {
  let api: SimulatedApi;
  let conversation: Conversation;
  let facts: Fact[];
  let sent = 0;

  before(async () => {
    api = await startSimulatedApi({ tokensPerSecond: Infinity });
  });
  after(() => api.close());
  beforeEach(() => {
    conversation = emptyConversation("c");
    facts = [];
    sent = api.requests.length;
  });

  const requests = () =>
    api.requests
      .slice(sent)
      .map(({ body }) => body as { messages: MessageParam[]; tools?: ToolDefinition[]; tool_choice?: unknown });
  const record = (fact: Fact) => {
    facts.push(fact);
    apply(conversation, fact);
  };
  const endpointAt = (preset: string): Endpoint => {
    const endpoint = presets.find(({ id }) => id === preset);
    assert.ok(endpoint);
    return { ...endpoint, baseUrl: api.url };
  };

  interface Asked {
    readonly model?: string;
    readonly endpoint?: Endpoint;
    readonly tools?: readonly ToolDefinition[];
    readonly parameters?: Partial<Parameters>;
    readonly limits?: Limits;
    readonly goOn?: (question: string) => boolean;
    readonly overBudget?: () => string | undefined;
    readonly signal?: AbortSignal;
  }

  /** Asks as the host does, until the model stops. */
  async function ask(text: string, runner: ToolRunner, asked: Asked = {}): Promise<void> {
    const { model: id = "claude-sonnet-5-5", endpoint = endpointAt("anthropic"), tools = [weather] } = asked;
    const question = `q${facts.length}`;
    record({ type: "turn", turn: { role: "user", id: question, parent: conversation.leaf, text, attachments: [] } });
    const client = new MessagesClient(endpoint, "key", (url, init) => fetch(url, init), { maxRetries: 0 });
    const capabilities = capabilitiesOf(id, undefined, limitsOf(endpoint));
    const parameters: Parameters = { maxTokens: 2000, caching: "5m", thinking: "default", ...asked.parameters };
    const signal = asked.signal ?? new AbortController().signal;
    await runRounds(
      question,
      async (parent) => {
        const target = { endpoint: endpoint.id, id, capabilities, refused: [] };
        const { request, toolsDigest } = requestFor(pathTo(conversation, parent), target, parameters, new Map(), {
          tools,
        });
        return runExchange(
          client,
          request,
          {
            role: "assistant",
            id: `a${facts.length}`,
            parent,
            endpoint: endpoint.id,
            model: id,
            ...(toolsDigest !== undefined && { tools: toolsDigest }),
            content: [],
            notes: [],
          },
          { onFact: record, onState: () => undefined, onToolInput: () => undefined, acceptWait: async () => false },
          signal,
        );
      },
      runner,
      asked.limits ?? { rounds: 25, cost: undefined },
      {
        onFact: record,
        onCalls: () => undefined,
        goOn: async (limit) => asked.goOn?.(limit) ?? false,
        overBudget: async () => asked.overBudget?.(),
      },
      signal,
    );
  }

  const fence = (...calls: object[]) => `\n\`\`\`json\n${JSON.stringify(calls)}\n\`\`\``;
  const call = (location: string, more: object = {}) => ({ name: "get_weather", input: { location }, ...more });
  const resultsIn = ({ content }: MessageParam) =>
    typeof content === "string"
      ? []
      : content.filter((block): block is ToolResultBlock => block.type === "tool_result");
  const last = () => {
    const turn = pathTo(conversation).at(-1);
    assert.ok(turn?.role === "assistant", JSON.stringify(turn));
    return turn;
  };
  /** The exchange ended well: the strict server took all that was sent. */
  const assertAnswered = () => assert.equal(last().outcome?.kind, "complete", JSON.stringify(last().outcome));

  for (const count of [2, 20]) {
    it(`C9 runs ${count} parallel calls and sends all results in one message`, async () => {
      const runner = new Runner();
      const calls = Array.from({ length: count }, (_, n) => call(`Place ${n}`));
      await ask(`[[call]] [[thinking]]${fence(...calls)}`, runner, { parameters: { thinking: "on" } });
      assertAnswered();
      assert.equal(runner.calls.length, count);
      const [, second] = requests();
      assert.deepEqual(
        second?.messages.map(({ role }) => role),
        ["user", "assistant", "user"],
      );
      const results = resultsIn(second?.messages[2] as MessageParam);
      assert.deepEqual(
        results.map(({ tool_use_id: id }) => id),
        runner.calls.map(({ id }) => id),
      );
      const thought = second?.messages[1]?.content[0] as { type: string; signature?: string };
      assert.ok(thought.type === "thinking" && thought.signature, "thinking goes back verbatim within the exchange");
    });
  }

  it("runs reading calls side by side and the others one after the other", async () => {
    let running = 0;
    let most = 0;
    const order: string[] = [];
    const slow = async (use: ToolUseBlock) => {
      order.push(use.name);
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return done(use);
    };
    await ask(`[[call]]${fence(call("A"), call("B"))}`, new Runner(slow));
    assert.equal(most, 2);
    most = 0;
    await ask(`[[call]]${fence({ name: "write", input: {} }, { name: "write", input: {} })}`, new Runner(slow));
    assert.equal(most, 1);
    assertAnswered();
  });

  for (const [name, raw] of [
    ["invalid JSON", '{"location":}'],
    ["text after the object", '{"location":"A"} and so on'],
    ["an array", "[1]"],
  ] as const) {
    it(`C6, C7 never runs a call with ${name}, and tells the model`, async () => {
      const runner = new Runner();
      await ask(`[[call]]${fence({ name: "get_weather", raw }, call("B"))}`, runner);
      assertAnswered();
      assert.deepEqual(
        runner.calls.map(({ input }) => input),
        [{ location: "B" }],
      );
      const [, second] = requests();
      const [first, other] = resultsIn(second?.messages[2] as MessageParam);
      assert.equal(first?.is_error, true);
      assert.match(JSON.stringify(first?.content), /tool was not run/);
      assert.equal(other?.is_error, undefined);
    });
  }

  it("C7 takes an input that came quoted twice", async () => {
    const runner = new Runner();
    await ask(`[[call]]${fence({ name: "get_weather", raw: JSON.stringify('{"location":"A"}') })}`, runner);
    assert.deepEqual(
      runner.calls.map(({ input }) => input),
      [{ location: "A" }],
    );
  });

  it("C8 runs nothing of an answer that the token limit cut, and the conversation goes on", async () => {
    const runner = new Runner();
    await ask(`[[call cut]]${fence(call("A"), call("A very long place"))}`, runner);
    assert.deepEqual(runner.calls, []);
    assert.equal(requests().length, 1, "the model would only run into the limit again");
    await ask("And now?", runner);
    assertAnswered();
    const results = resultsIn(requests()[1]?.messages[2] as MessageParam);
    assert.deepEqual(
      results.map(({ is_error: error }) => error),
      [true, true],
    );
  });

  it("C10 makes ids unique that come again in a later answer", async () => {
    await ask(`[[call]]${fence(call("A", { id: "call_0" }), call("B", { id: "call_0" }))}`, new Runner());
    await ask(`[[call]]${fence(call("C", { id: "call_0" }))}`, new Runner());
    assertAnswered();
    const ids = requests()
      .at(-1)
      ?.messages.flatMap((message) => resultsIn(message).map(({ tool_use_id: id }) => id));
    assert.equal(new Set(ids).size, 3, String(ids));
  });

  it("C10, D12 gives another endpoint ids, texts and nothing that only the first one can read", async () => {
    const gateway = endpointAt("litellm");
    await ask(`[[call]]${fence(call("A", { id: "call:0/x" }))}`, new Runner(), {
      endpoint: { ...gateway, auth: "x-api-key" },
    });
    await ask("[[search]]", new Runner(), { tools: [{ type: "web_search_20260318", name: "web_search" }] });
    await ask("Next [[thinking]]", new Runner(), { endpoint: { ...endpointAt("openrouter"), auth: "x-api-key" } });
    assertAnswered();
    const history = JSON.stringify(requests().at(-1)?.messages);
    assert.match(history, /call_0_x/);
    assert.doesNotMatch(history, /server_tool_use|web_search_tool_result|signature|encrypted/);
    assert.match(history, /According to the web/);
  });

  it("C11 keeps odd keys and numbers as they are", async () => {
    const runner = new Runner();
    const raw = String.raw`{"__proto__":{"evil":1},"constructor":2,"n":9007199254740993,"big":1e400,"text":"\ud800"}`;
    await ask(`[[call]]${fence({ name: "get_weather", raw })}`, runner);
    assertAnswered();
    assert.equal(({} as { evil?: number }).evil, undefined);
    assert.ok(Object.hasOwn(runner.calls[0]?.input ?? {}, "__proto__"));
  });

  it("C12 follows the blocks where they and the stop reason disagree", async () => {
    const runner = new Runner();
    await ask(`[[call end=end_turn]]${fence(call("A"))}`, runner);
    assert.equal(runner.calls.length, 1);
    await ask("[[call end=tool_use]]", runner);
    assert.equal(runner.calls.length, 1);
    assert.equal(last().outcome?.kind, "complete");
  });

  it("C13 tells the model of an input that is nested too deeply", async () => {
    const runner = new Runner();
    await ask(
      `[[call]]${fence({ name: "get_weather", raw: '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000) })}`,
      runner,
    );
    assertAnswered();
    assert.deepEqual(runner.calls, []);
  });

  const search: ToolDefinition = { type: "web_search_20260318", name: "web_search" };

  it("C14 shows a server's search, runs nothing, and sends it back as it came", async () => {
    const runner = new Runner();
    await ask("[[search]]", runner, { tools: [search] });
    const { content } = last();
    await ask("Thanks", runner, { tools: [search] });
    assertAnswered();
    assert.deepEqual(runner.calls, []);
    assert.deepEqual(requests().at(-1)?.messages[1]?.content, content);
    assert.ok(
      content.some((block) => block.type === "text" && block.citations?.length === 1),
      "D7",
    );
  });

  it("C15 answers the client's call alone while the server has one of its own to finish", async () => {
    record({ type: "turn", turn: { role: "user", id: "q", parent: null, text: "Both", attachments: [] } });
    record({
      type: "turn",
      turn: {
        role: "assistant",
        id: "a",
        parent: "q",
        endpoint: "anthropic",
        model: "claude-sonnet-5-5",
        content: [],
        notes: [],
      },
    });
    const content = [
      { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "x" } },
      { type: "tool_use", id: "toolu_1", name: "get_weather", input: { location: "A" } },
    ] as const;
    record({
      type: "answered",
      turn: "a",
      content: content.map((it) => ({ ...it })),
      outcome: { kind: "complete", stopReason: "tool_use" },
    });
    record({
      type: "turn",
      turn: { role: "results", id: "r", parent: "a", results: [done(content[1])] },
    });
    const target = {
      endpoint: "anthropic",
      id: "claude-sonnet-5-5",
      capabilities: capabilitiesOf("claude-sonnet-5-5"),
      refused: [],
    };
    const { request } = requestFor(
      pathTo(conversation),
      target,
      { maxTokens: 9, caching: "off", thinking: "default" },
      new Map(),
      { tools: [weather, search] },
    );
    assert.deepEqual(request.messages[1]?.content, content);
    assert.deepEqual(request.messages[2]?.content, [
      {
        type: "tool_result",
        tool_use_id: "toolu_1",
        content: [{ type: "text", text: 'get_weather of {"location":"A"}' }],
      },
    ]);
    await ask("Never mind", new Runner(), { tools: [weather, search] }); // the server would wait for its own call
    assertAnswered();
    assert.doesNotMatch(JSON.stringify(requests().at(-1)?.messages), /srvtoolu_1/);
  });

  it("C16 goes on after each pause, and the answer is one message", async () => {
    await ask("[[pause count=3]]", new Runner(), { tools: [search] });
    assertAnswered();
    assert.equal(requests().length, 4);
    const answers = pathTo(conversation).filter(({ role }) => role === "assistant");
    assert.equal(answers.length, 4);
    await ask("Thanks", new Runner(), { tools: [search] });
    assertAnswered();
    assert.deepEqual(
      requests()
        .at(-1)
        ?.messages.map(({ role }) => role),
      ["user", "assistant", "user"],
    );
  });

  it("C16 is stopped in a pause and the conversation goes on", async () => {
    const stop = new AbortController();
    await ask("[[pause count=3]]", new Runner(), {
      tools: [search],
      limits: { rounds: 1, cost: undefined },
      goOn: () => false,
      signal: stop.signal,
    });
    await ask("Thanks", new Runner(), { tools: [search] });
    assertAnswered();
  });

  it("C17 is stopped while tools run: each call has a result, and the next question is taken", async () => {
    const stop = new AbortController();
    const runner = new Runner((use) => {
      if (use.input["location"] === "A") return done(use);
      stop.abort();
      return { call: use.id, kind: "cancelled", content: [{ type: "text", text: "The user stopped the call." }] };
    });
    await ask(`[[call]]${fence(call("A"), call("B"))}`, runner, { signal: stop.signal });
    assert.equal(requests().length, 1);
    await ask("Thanks", new Runner());
    assertAnswered();
    const message = requests().at(-1)?.messages[2] as MessageParam;
    assert.deepEqual(
      resultsIn(message).map(({ is_error: error }) => error),
      [undefined, true],
    );
    assert.equal((message.content.at(-1) as { text?: string }).text, "Thanks");
  });

  it("C18 repairs what a crash has left: calls without results, after any fact", async () => {
    await ask(`[[call rounds=2]]${fence(call("A"), call("B"))}`, new Runner());
    const all = [...facts];
    for (let kept = 2; kept <= all.length; kept++) {
      // As the next window reads it.
      const lines = all.slice(0, kept).map((fact, at) => JSON.stringify({ ...fact, at }));
      const read = readJournal([lines.join("\n")]);
      assert.equal(read.unreadable, 0);
      conversation = emptyConversation("c");
      facts = [];
      for (const fact of read.facts) record(fact);
      await ask("Where were we?", new Runner());
      assertAnswered();
    }
  });

  it("C18 passes over results that no call asked for", async () => {
    await ask("Hello", new Runner());
    record({
      type: "turn",
      turn: {
        role: "results",
        id: "r",
        parent: conversation.leaf ?? "",
        results: [{ call: "toolu_gone", kind: "done", content: [] }],
      },
    });
    await ask("Again", new Runner());
    assertAnswered();
  });

  it("asks whether to go on after so many rounds, and counts anew then", async () => {
    let asked = 0;
    const limits = { rounds: 2, cost: undefined };
    await ask(`[[call rounds=5]]${fence(call("A"))}`, new Runner(), { limits, goOn: () => ++asked < 2 });
    assert.equal(asked, 2);
    assert.equal(requests().length, 4);
    await ask("Thanks", new Runner());
    assertAnswered();
  });

  it("asks before each further answer whether the budget is used up, and once only whether to go on", async () => {
    const questions: string[] = [];
    let checked = 0;
    await ask(`[[call rounds=4]]${fence(call("A"))}`, new Runner(), {
      overBudget: () => (++checked >= 2 ? "The budget is used up. Go on?" : undefined),
      goOn: (question) => questions.push(question) > 0,
    });
    assertAnswered();
    assert.deepEqual(questions, ["The budget is used up. Go on?"]);
    assert.equal(checked, 2);
    assert.equal(requests().length, 5);
    await ask(`[[call rounds=4]]${fence(call("A"))}`, new Runner(), { overBudget: () => "Go on?", goOn: () => false });
    assert.equal(requests().length, 6, "nothing was asked after the user said no");
    await ask("Thanks", new Runner());
    assertAnswered();
  });

  it("sends the tool choice with the question only, and says when the model takes none", async () => {
    const asked = { model: "claude-sonnet-5", parameters: { toolChoice: "any", parallelTools: false } } as const;
    await ask("Weather?", new Runner(), asked);
    assertAnswered();
    assert.deepEqual(
      requests().map(({ tool_choice: choice }) => choice),
      [
        { type: "any", disable_parallel_tool_use: true },
        { type: "auto", disable_parallel_tool_use: true },
      ],
    );
    const refusing = {
      endpoint: "e",
      id: "claude-opus-5-5",
      capabilities: capabilitiesOf("claude-opus-5-5"),
      refused: [],
    };
    const { request, notes } = requestFor(
      pathTo(conversation).slice(0, 1),
      refusing,
      { maxTokens: 9, caching: "off", thinking: "default", toolChoice: "tool:get_weather" },
      new Map(),
      { tools: [weather] },
    );
    assert.equal(request.tool_choice, undefined);
    assert.match(notes.join(), /cannot be made to call a tool/);
  });

  it("keeps tools in the request while the history has calls", async () => {
    await ask(`[[call]]${fence(call("A"))}`, new Runner());
    await ask("And without tools?", new Runner(), { tools: [] });
    assertAnswered();
    assert.deepEqual(
      requests()
        .at(-1)
        ?.tools?.map(({ name }) => name),
      ["get_weather"],
    );
    assert.deepEqual(requests().at(-1)?.tool_choice, { type: "none" });
  });

  it("answers the members of a set by the set's name, and sends them as plain calls when it is off", async () => {
    const set = { type: "computer_toolset_20260801" };
    const member = { name: "left_click", toolset: "computer", input: { coordinate: [1, 2] } };
    const runner = new Runner();
    await ask(`[[call]]${fence(member)}`, runner, { tools: [set] });
    assertAnswered();
    assert.equal(runner.calls[0]?.toolset_name, "computer");
    assert.equal(resultsIn(requests()[1]?.messages[2] as MessageParam)[0]?.toolset_name, "computer");
    await ask("And without it?", runner, { tools: [] });
    assertAnswered();
    const [, answer, results] = requests().at(-1)?.messages ?? [];
    assert.doesNotMatch(JSON.stringify([answer, results]), /toolset_name/);
    assert.deepEqual(
      requests()
        .at(-1)
        ?.tools?.map(({ name }) => name),
      ["left_click"],
    );
  });

  it("sends the beta that a tool's type needs, beside those of the endpoint", async () => {
    const endpoint = { ...endpointAt("anthropic"), betas: ["interleaved-thinking-2025-05-14"] };
    const asked = { model: "claude-sonnet-4-6", endpoint };
    const definition = clientToolDefinition("computer", capabilitiesOf(asked.model));
    await ask("Look", new Runner(), { ...asked, tools: definition ? [definition] : [] });
    assertAnswered();
    assert.equal(
      api.requests.at(-1)?.headers["anthropic-beta"],
      "interleaved-thinking-2025-05-14,computer-use-2025-11-24",
    );
  });

  it("sends images of results where they stand, and they count as images of the conversation", () => {
    const image = {
      type: "image",
      id: "i",
      name: "Image 1",
      sha256: "ab",
      mediaType: "image/png",
      bytes: 3,
      width: 1,
      height: 1,
      animated: false,
    } as const;
    record({ type: "turn", turn: { role: "user", id: "q", parent: null, text: "Look", attachments: [] } });
    const made = {
      role: "assistant",
      id: "a",
      parent: "q",
      endpoint: "e",
      model: "m",
      content: [],
      notes: [],
    } as const;
    record({ type: "turn", turn: { ...made, content: [] } });
    const content = [{ type: "tool_use", id: "c1", name: "look", input: {} }] as const;
    record({ type: "answered", turn: "a", content, outcome: { kind: "complete", stopReason: "tool_use" } });
    const results = [{ call: "c1", kind: "done", content: [image] }] as const;
    record({ type: "turn", turn: { role: "results", id: "r", parent: "a", results } });
    const target = { endpoint: "e", id: "m", capabilities: capabilitiesOf("m"), refused: [] };
    const parameters: Parameters = { maxTokens: 9, caching: "off", thinking: "default" };
    const path = pathTo(conversation);
    const { request } = requestFor(path, target, parameters, new Map([["ab", "AAAA"]]), { tools: [weather] });
    assert.deepEqual(request.messages[2]?.content, [
      {
        type: "tool_result",
        tool_use_id: "c1",
        content: [{ type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } }],
      },
    ]);
    assert.deepEqual(
      path.flatMap((turn) => attachmentsOf(turn)),
      [image],
    );
  });

  it("drops thinking that is bound to other tools", async () => {
    await ask("Hello [[thinking]]", new Runner(), { parameters: { thinking: "on" } });
    await ask("Again", new Runner(), { tools: [weather, search], parameters: { thinking: "on" } });
    assertAnswered();
    assert.deepEqual(last().notes, [], "no second try was needed");
    assert.doesNotMatch(JSON.stringify(requests().at(-1)?.messages), /"thinking"/);
  });

  it("marks the tools for the cache, and has inputs sent while they are written", async () => {
    await ask(`[[call]]${fence(call("A"))}`, new Runner());
    const [first] = requests();
    assert.deepEqual(first?.tools?.at(-1)?.cache_control, { type: "ephemeral" });
    assert.equal(first?.tools?.[0]?.["eager_input_streaming"], true);
  });
});
