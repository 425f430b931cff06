import assert from "node:assert/strict";
import { findEndpoint } from "../../src/host/endpoints";
import type { ToolView } from "../../src/shared/views";
import { startSimulatedApi } from "../support/api/server";
import { blockCases } from "../unit/api/blocks.cases";
import { toolCases } from "../unit/api/tools.cases";
import type { WireCase } from "../unit/api/wire";
import { idle, KEY, setUserSettings, useSimulatedChat } from "./support";

interface Block {
  readonly type: string;
  readonly id?: string;
  readonly input?: unknown;
  readonly tool_use_id?: string;
  readonly is_error?: boolean;
}

interface Sent {
  readonly messages: readonly { readonly role: string; readonly content: string | readonly Block[] }[];
}

/** The tables of the client's tests, through settings, chat, journal and a strict server. */
describe("wire cases through the whole stack", () => {
  const use = useSimulatedChat();
  let start = 0;

  before(() =>
    setUserSettings({
      endpoints: {
        simulated: {
          name: "Simulated",
          baseUrl: use.api.url,
          auth: "x-api-key",
          betas: ["mcp-client-2025-11-20", "advisor-tool-2026-03-01"], // those of D10
        },
      },
      tools: [
        { name: "read_file", inputSchema: { type: "object" }, answer: "text", text: "Tea" },
        { name: "look", inputSchema: { type: "object" } },
      ],
    }),
  );
  after(() => setUserSettings({ tools: undefined }));
  beforeEach(() => (start = use.api.requests.length));

  async function ask(text: string, chat = use.parts.chat): Promise<void> {
    await chat.ask({ text, attachments: [] });
    await idle(chat);
  }

  const sent = () =>
    use.api.requests.slice(start).flatMap(({ path, body }) => (path === "/v1/messages" ? [body as Sent] : []));
  const blocksOf = (request: Sent | undefined, message: number): readonly Block[] => {
    const content = request?.messages.at(message)?.content;
    return typeof content === "string" ? [] : (content ?? []);
  };
  const lines = (chat = use.parts.chat): ToolView[] =>
    chat.view().messages.flatMap(({ blocks }) => blocks.filter((block) => block.type === "tool"));
  const assertAnswered = (chat = use.parts.chat) => {
    const last = chat.view().messages.at(-1);
    assert.equal(last?.state, "complete", JSON.stringify(last?.failure));
  };

  for (const wireCase of [...toolCases, ...blockCases.filter(({ name }) => /^D(7|10) /.test(name))]) {
    it(wireCase.name, async () => {
      const { calls, run, isCut } = expected(wireCase);
      use.api.answerNext(String(wireCase.wire));
      await ask("Go");
      const ids = new Set(calls.map(({ id }) => id));
      assert.deepEqual(
        lines()
          .filter(({ call }) => ids.has(call))
          .map(({ state }) => state),
        calls.map(({ id }) => (wireCase.failure ? "cancelled" : run.has(id ?? "") ? "done" : "failed")),
      );
      if (calls.length > 0 && !isCut) {
        const [, second] = sent();
        assert.deepEqual(
          blocksOf(second, 1).flatMap((block) => (block.type === "tool_use" ? [block.input] : [])),
          calls.map(({ input }) => asJson(input)),
        );
        assert.deepEqual(
          blocksOf(second, 2).map(({ type, tool_use_id: id, is_error: failed }) => [type, id, failed ?? false]),
          calls.map(({ id }) => ["tool_result", id, !run.has(id ?? "")]),
        );
        assertAnswered();
      }
      await ask("Thanks");
      assertAnswered();
      if (calls.length === 0 && typeof wireCase.content !== "string") {
        assert.deepEqual(blocksOf(sent().at(-1), 1), wireCase.content, "it goes back as it came");
      }
    });
  }

  it("C16 a pause, three times, is one answer", async () => {
    await use.parts.chat.choices.setParameter("tools", ["web_search"]);
    await ask("[[pause count=3]]");
    assertAnswered();
    assert.equal(sent().length, 4);
    await ask("Thanks");
    assertAnswered();
    assert.deepEqual(
      sent()
        .at(-1)
        ?.messages.map(({ role }) => role),
      ["user", "assistant", "user"],
    );
  });

  const call = "[[call]]\n```json\n" + JSON.stringify([{ name: "look", input: {} }]) + "\n```";

  /** Resolves when a call waits for the user. */
  async function asked(): Promise<void> {
    const { chat } = use.parts;
    await new Promise<void>((resolve) => {
      const subscription = chat.onQuestion(() => {
        subscription.dispose();
        resolve();
      });
      void chat.ask({ text: call, attachments: [] });
    });
  }

  it("C17 a call that the user stops has an error for a result", async () => {
    await asked();
    use.parts.chat.stop();
    await idle(use.parts.chat);
    assert.deepEqual(
      lines().map(({ state }) => state),
      ["cancelled"],
    );
    await ask("Thanks");
    assertAnswered();
    const [result] = blocksOf(sent().at(-1), 2);
    assert.deepEqual([result?.type, result?.is_error], ["tool_result", true]);
  });

  it("C18 a call that a crash has left is answered for when the chat goes on", async () => {
    await asked();
    await use.parts.chat.flush();
    const { chat } = use.parts.reopen(); // the first window is still in the call: nothing of its end is on disk
    await chat.opened();
    assert.deepEqual(
      lines(chat).map(({ state }) => state),
      ["cancelled"],
    );
    await ask("Where were we?", chat);
    assertAnswered(chat);
    const [result, question] = blocksOf(sent().at(-1), 2);
    assert.deepEqual([result?.type, result?.is_error, question?.type], ["tool_result", true, "text"]);
    use.parts.chat.stop();
    await idle(use.parts.chat);
  });

  it("D12 another endpoint gets neither thinking nor what only the first one can read", async () => {
    const other = await startSimulatedApi({ key: KEY, tokensPerSecond: Infinity });
    const ours = { name: "Simulated", baseUrl: use.api.url, auth: "x-api-key" };
    try {
      await setUserSettings({
        endpoints: { simulated: ours, other: { name: "Other", baseUrl: other.url, auth: "x-api-key" } },
      });
      const found = findEndpoint("other");
      assert.ok("endpoint" in found);
      const { chat, keys } = use.parts;
      await keys.store(found.endpoint, KEY);
      await chat.choices.setParameter("tools", ["web_search", "read_file"]);
      await ask("[[search]] [[thinking]]");
      await ask(call.replaceAll("look", "read_file"));
      assertAnswered();
      await chat.choices.setModel("other/claude-opus-5-5");
      await ask("And you?");
      assertAnswered();
      const history = JSON.stringify(other.requests.findLast(({ path }) => path === "/v1/messages")?.body);
      assert.doesNotMatch(history, /"thinking"|signature|server_tool_use|web_search_tool_result|encrypted/);
      assert.match(history, /According to the web.*"tool_use".*"tool_result"/);
    } finally {
      await setUserSettings({ endpoints: { simulated: ours } });
      await other.close();
    }
  });
});

/** What JSON can say of it: of an infinite number nothing. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** What a case's calls are, and the ids of those that shall run: none of an answer that was cut. */
function expected({ content, invalid = [], failure, wire }: WireCase) {
  const all = (Array.isArray(content) ? content : []) as readonly Block[];
  const calls = all.filter(({ type }) => type === "tool_use");
  const isCut = failure !== undefined || String(wire).includes('"max_tokens"');
  const run = new Set(isCut ? [] : calls.flatMap(({ id = "" }) => (invalid.includes(id) ? [] : [id])));
  return { calls, run, isCut };
}
