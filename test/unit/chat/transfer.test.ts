import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  apply,
  emptyConversation,
  pathTo,
  type Conversation,
  type Fact,
  type NewAnswer,
} from "../../../src/chat/conversation";
import { ConversationStore } from "../../../src/chat/conversationStore";
import { exportMarkdown } from "../../../src/chat/exportMarkdown";
import { readJournal } from "../../../src/chat/journal";
import { readConversationFile, type ConversationFile } from "../../../src/chat/transfer";
import { summarise } from "../../../src/chat/summary";
import { nodeDisk } from "../../support/nodeDisk";

function conversationOf(facts: readonly Fact[]): Conversation {
  const conversation = emptyConversation("c");
  for (const fact of facts) apply(conversation, fact);
  return conversation;
}

describe("export as JSON", () => {
  it("gives back the same tree, with all branches and attachments", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sidenote-"));
    const store = new ConversationStore(nodeDisk(folder), (error) => assert.fail(String(error)));
    const original = store.create();
    const image = "ab".repeat(32);
    await original.saveAttachment(image, new Uint8Array([0, 128, 255]));
    for (const [id, parent] of [
      ["a", null],
      ["b", "a"],
      ["b2", "a"],
    ] as const) {
      original.record({ type: "turn", turn: { role: "user", id, parent, text: `Ünï ${id}`, attachments: [] } });
    }
    original.record({ type: "leaf", turn: "b" });
    original.record({ type: "profile", profile: { name: "Reviewer", parameters: { effort: "low" } } });
    original.record({ type: "parameters", set: { maxTokens: 300, systemPrompt: null } });

    const file = JSON.stringify(await store.pack(original.conversation.id));
    const read = readConversationFile(file);
    assert.ok("conversations" in read && read.conversations[0]);
    const copy = await store.open(await store.unpack(read.conversations[0]));

    assert.ok(copy);
    assert.notEqual(copy.conversation.id, original.conversation.id);
    assert.equal(copy.conversation.profile?.name, "Reviewer");
    assert.deepEqual(copy.conversation.parameters, { maxTokens: 300, systemPrompt: null });
    assert.deepEqual({ ...copy.conversation, id: "" }, { ...original.conversation, id: "" });
    assert.deepEqual(new Uint8Array(await copy.readAttachment(image)), new Uint8Array([0, 128, 255]));
    rmSync(folder, { recursive: true });
  });
});

describe("import", () => {
  it("counts no spending of before", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sidenote-"));
    const store = new ConversationStore(nodeDisk(folder), (error) => assert.fail(String(error)));
    const turn: NewAnswer = {
      role: "assistant",
      id: "a",
      parent: null,
      endpoint: "e",
      model: "m",
      content: [],
      notes: [],
    };
    const outcome = { kind: "complete", stopReason: "end_turn" } as const;
    const facts: Fact[] = [
      { type: "turn", turn },
      { type: "answered", turn: "a", content: [], outcome, usage: { input_tokens: 5 } },
    ];
    const journal = facts.map((fact) => `${JSON.stringify({ ...fact, at: 1 })}\n`).join("");
    const { journals } = await store.pack(await store.unpack({ journals: [journal], attachments: {} }));
    assert.equal(summarise("c", [journal]).summary.spending.length, 1);
    assert.deepEqual(summarise("c", journals).summary.spending, []);
    rmSync(folder, { recursive: true });
  });

  it("takes what Sidenote exported as it is", () => {
    const file: ConversationFile = {
      format: "sidenote-conversation",
      version: 1,
      journals: ['{"at":1}\n', "torn"],
      attachments: { ["a".repeat(64)]: "AAAA" },
    };
    assert.deepEqual(readConversationFile(JSON.stringify(file)), {
      conversations: [{ journals: file.journals, attachments: file.attachments }],
    });
  });

  it("takes conversations of claude.ai with their order, names and times", () => {
    const exported = [
      {
        uuid: "1",
        name: "About tea",
        chat_messages: [
          { sender: "human", text: "Why?", created_at: "2026-01-02T03:04:05Z", attachments: [] },
          { sender: "assistant", text: "", content: [{ type: "text", text: "Because" }, { type: "other" }] },
        ],
      },
    ];
    const read = readConversationFile(JSON.stringify(exported));
    assert.ok("conversations" in read);
    const { facts, unreadable } = readJournal(read.conversations[0]?.journals ?? []);
    const conversation = conversationOf(facts);
    assert.equal(unreadable, 0);
    assert.equal(conversation.title, "About tea");
    assert.deepEqual(
      pathTo(conversation).map((turn) => (turn.role === "assistant" ? turn.content : "text" in turn && turn.text)),
      ["Why?", [{ type: "text", text: "Because" }]],
    );
    assert.match(read.conversations[0]?.journals[0] ?? "", new RegExp(`"at":${Date.parse("2026-01-02T03:04:05Z")}`));
  });

  for (const [what, text] of [
    ["text", "Hello"],
    ["other JSON", '{"messages":[]}'],
    ["a later format", '{"format":"sidenote-conversation","version":2,"journals":[],"attachments":{}}'],
    [
      "an attachment that climbs out of its folder",
      '{"format":"sidenote-conversation","version":1,"journals":[],"attachments":{"../../x":"AAAA"}}',
    ],
  ] as const) {
    it(`says that it cannot take ${what}`, () => {
      const read = readConversationFile(text);
      assert.ok("problem" in read && read.problem.endsWith("."));
    });
  }
});

describe("export as markdown", () => {
  it("shows the visible path, with code and pictures", () => {
    const conversation = conversationOf([
      {
        type: "turn",
        turn: {
          role: "user",
          id: "q",
          parent: null,
          text: "Why?",
          attachments: [
            { type: "code", id: "1", name: "a.ts", language: "typescript", text: "let a;" },
            {
              type: "image",
              id: "2",
              name: "../my pictures/[cat] 1.gif",
              sha256: "0".repeat(64),
              mediaType: "image/png",
              bytes: 1,
              width: 1,
              height: 1,
              animated: false,
            },
          ],
        },
      },
      {
        type: "turn",
        turn: { role: "assistant", id: "a", parent: "q", endpoint: "e", model: "m", content: [], notes: [] },
      },
      { type: "answered", turn: "a", content: [{ type: "text", text: "**Because**" }], outcome: { kind: "stopped" } },
    ]);
    const { text, images } = exportMarkdown(conversation, "chat");
    assert.equal(
      text,
      "# a.ts: Why?\n\n## You\n\na.ts (typescript):\n\n```typescript\nlet a;\n```\n\n" +
        "![../my pictures/cat 1.gif](chat/1--cat-1.png)\n\nWhy?\n\n## Claude (m)\n\n**Because**\n\n*Stopped.*\n",
    );
    assert.deepEqual(
      images.map(({ fileName }) => fileName),
      ["1--cat-1.png"],
    );
  });

  it("shows calls with what they came to", () => {
    const call = { type: "tool_use", id: "c1", name: "look", input: { at: "```" } } as const;
    const conversation = conversationOf([
      { type: "turn", turn: { role: "user", id: "q", parent: null, text: "Look", attachments: [] } },
      {
        type: "turn",
        turn: { role: "assistant", id: "a", parent: "q", endpoint: "e", model: "m", content: [], notes: [] },
      },
      {
        type: "answered",
        turn: "a",
        content: [{ type: "text", text: "I look." }, call],
        outcome: { kind: "complete", stopReason: "tool_use" },
      },
      { type: "turn", turn: { role: "results", id: "r", parent: "a", results: [] } },
      {
        type: "result",
        turn: "r",
        result: { call: "c1", kind: "failed", content: [{ type: "text", text: "Nothing there" }] },
      },
    ]);
    assert.equal(
      exportMarkdown(conversation, "chat").text,
      '# Look\n\n## You\n\nLook\n\n## Claude (m)\n\nI look.\n\n### Call of look (`c1`)\n\n````json\n{\n  "at": "```"\n}\n````\n\n' +
        "### Error (`c1`)\n\n```\nNothing there\n```\n",
    );
  });
});
