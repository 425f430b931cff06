import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Uri } from "vscode";
import type { MessageRequest } from "../../src/api/types";
import type { Candidate } from "../../src/chat/batch/draft";
import type { Fact } from "../../src/chat/conversation";
import { ConversationStore } from "../../src/chat/conversationStore";
import { fromConversations } from "../../src/host/batches/sources";
import { ProposedEdits } from "../../src/host/proposedEdit";
import { storageDisk } from "../../src/host/storageDisk";
import { findTarget } from "../../src/host/target";
import { AskedApprovals } from "../../src/host/tools/approvals";
import { ownTools } from "../../src/host/tools/ownTools";
import { workspaceTools } from "../../src/host/tools/workspaceTools";
import { fakeLog, setUserSettings, useSimulatedChat } from "./support";

describe("a batch that is made of conversations", () => {
  const use = useSimulatedChat();
  const edits = new ProposedEdits();
  const lines: string[] = [];
  let store: ConversationStore;

  before(() =>
    setUserSettings({
      tools: [{ name: "get_weather", description: "Tells the weather.", inputSchema: { type: "object" } }],
    }),
  );
  after(() => setUserSettings({ tools: undefined }));
  after(() => edits.dispose());

  beforeEach(() => {
    const storage = Uri.file(mkdtempSync(join(tmpdir(), "sidenote-")));
    store = new ConversationStore(storageDisk(storage, "conversations"), (error) => lines.push(String(error)));
  });

  /** What becomes of a conversation with these facts. */
  async function candidate(...facts: Fact[]): Promise<Exclude<Candidate, { problem: string }>> {
    const stored = store.create();
    for (const fact of facts) stored.record(fact);
    await store.flush();
    const own = ownTools((sentence) => lines.push(sentence));
    const toolbox = { sources: [own, workspaceTools(edits)], own, approvals: new AskedApprovals() };
    const parts = { store, toolbox, drawImage: async () => undefined, log: fakeLog(lines) };
    const source = fromConversations([{ label: "Tea", id: stored.conversation.id }], parts);
    const target = await findTarget("simulated/claude-sonnet-5-5", use.parts.directory);
    const found: Candidate[] = [];
    for await (const it of source.candidates(target)) found.push(it);
    const [first] = found;
    assert.ok(found.length === 1 && first && "params" in first, JSON.stringify(found));
    return first;
  }

  const question = (id: string, parent: string | null): Fact => ({
    type: "turn",
    turn: { role: "user", id, parent, text: "Which tea sells best?", attachments: [] },
  });
  const tools = (...names: string[]): Fact => ({ type: "parameters", set: { tools: names } });
  const named = ({ params }: { params: unknown }) => (params as MessageRequest).tools?.map(({ name }) => name);
  const LEFT_OUT = /^Tools that run on this computer were left out/;

  it("offers the tools of the server, and none whose calls nobody could answer", async () => {
    const { notes = [], ...made } = await candidate(
      tools("read_file", "bash", "str_replace_based_edit_tool", "web_search"),
      question("a", null),
    );
    assert.deepEqual(named(made), ["web_search"]);
    assert.equal(notes.filter((note) => LEFT_OUT.test(note)).length, 1);
  });

  it("leaves the user's own functions out, which are on by themselves", async () => {
    const { notes = [], ...made } = await candidate(question("a", null));
    assert.equal(named(made), undefined);
    assert.match(notes.join(), LEFT_OUT);
  });

  it("says nothing where there are none", async () => {
    const { notes = [], ...made } = await candidate(tools("web_search"), question("a", null));
    assert.deepEqual(named(made), ["web_search"]);
    assert.doesNotMatch(notes.join(), LEFT_OUT);
  });

  it("keeps calls of before as they were, with tools that cannot be called", async () => {
    const made = await candidate(
      tools("read_file"),
      question("a", null),
      {
        type: "turn",
        turn: {
          role: "assistant",
          id: "b",
          parent: "a",
          endpoint: "simulated",
          model: "claude-sonnet-5-5",
          content: [],
          notes: [],
        },
      },
      {
        type: "answered",
        turn: "b",
        content: [{ type: "tool_use", id: "toolu_1", name: "read_file", input: { path: "README.md" } }],
        outcome: { kind: "complete", stopReason: "tool_use" },
      },
      {
        type: "turn",
        turn: {
          role: "results",
          id: "c",
          parent: "b",
          results: [{ call: "toolu_1", kind: "done", content: [{ type: "text", text: "# Tea shop" }] }],
        },
      },
      question("d", "c"),
    );
    const { messages, tool_choice: choice } = made.params as MessageRequest;
    assert.match(JSON.stringify(messages), /"tool_use".*"tool_result".*# Tea shop/);
    assert.deepEqual(named(made), ["read_file"]);
    assert.deepEqual(choice, { type: "none" });
  });
});
