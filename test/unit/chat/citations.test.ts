import assert from "node:assert/strict";
import { capabilitiesOf, limitsOf } from "../../../src/api/capabilities";
import { presets } from "../../../src/api/endpoint";
import type { CodeAttachment, Turn } from "../../../src/chat/conversation";
import type { Parameters } from "../../../src/chat/parameters";
import { requestFor } from "../../../src/chat/request";

const capabilities = capabilitiesOf("claude-sonnet-5-5");
const sonnet = { endpoint: "e", id: "claude-sonnet-5-5", capabilities, refused: [] };
const off: Parameters = { maxTokens: 100, caching: "off", thinking: "default" };
const on: Parameters = { ...off, citations: "on" };
const sha256 = "a".repeat(64);
const files = new Map([[sha256, "JVBERi0="]]);

const notes: CodeAttachment = {
  type: "code",
  id: "n",
  name: "docs/notes.md",
  language: "markdown",
  text: "# Notes",
  document: true,
};
const code: CodeAttachment = { type: "code", id: "c", name: "a.ts", language: "typescript", text: "let a;" };
const report = { type: "document", id: "p", name: "report.pdf", sha256, bytes: 8 } as const;

function question(...attachments: readonly (CodeAttachment | typeof report)[]): Turn {
  return { role: "user", id: "q", parent: null, text: "Why?", attachments };
}

const contentOf = (path: readonly Turn[], model = sonnet, parameters = off) => {
  const built = requestFor(path, model, parameters, files);
  const [first] = built.request.messages;
  assert.ok(typeof first?.content === "object");
  return { ...built, content: first.content };
};

describe("text documents", () => {
  it("go as documents with their names, before code", () => {
    assert.deepEqual(contentOf([question(code, notes)]).content, [
      { type: "document", title: "docs/notes.md", source: { type: "text", media_type: "text/plain", data: "# Notes" } },
      { type: "text", text: "a.ts (typescript):\n\n```typescript\nlet a;\n```" },
      { type: "text", text: "Why?" },
    ]);
  });

  it("go as text to endpoints that know no documents, and when they are blank", () => {
    const ollama = presets.find(({ id }) => id === "ollama");
    assert.ok(ollama);
    const local = { ...sonnet, capabilities: capabilitiesOf("llama-4", undefined, limitsOf(ollama)) };
    assert.match(JSON.stringify(contentOf([question(notes)], local).content), /"docs\/notes.md \(markdown\):/);
    const blank = { ...notes, text: " \n" };
    assert.doesNotMatch(JSON.stringify(contentOf([question(blank)]).content), /"document"/);
  });
});

describe("citations", () => {
  it("are asked for by all documents or by none", () => {
    const wishes = (parameters: Parameters) =>
      contentOf([question(report, notes, code)], sonnet, parameters).content.flatMap((block) =>
        block.type === "document" ? [block.citations] : [],
      );
    assert.deepEqual(wishes(off), [undefined, undefined]);
    assert.deepEqual(wishes(on), [{ enabled: true }, { enabled: true }]);
    assert.equal(contentOf([question(code)], sonnet, on).citations, undefined, "there is nothing to cite");
  });

  it("are left out with a note for a model that gives none", () => {
    const model = { ...sonnet, capabilities: { ...capabilities, citations: false } };
    const { content, notes: said, citations } = contentOf([question(report)], model, on);
    assert.doesNotMatch(JSON.stringify(content), /citations/);
    assert.match(said.join(), /Citations were not asked for/);
    assert.equal(citations, undefined);
  });

  it("bind the thinking that came with them", () => {
    const answer = (citations?: true): Turn => ({
      role: "assistant",
      id: "a",
      parent: "q",
      endpoint: "e",
      model: "claude-sonnet-5-5",
      ...(citations && { citations }),
      content: [
        { type: "thinking", thinking: "…", signature: "s" },
        { type: "text", text: "So." },
      ],
      outcome: { kind: "complete", stopReason: "end_turn" },
      usage: undefined,
      cost: undefined,
      notes: [],
    });
    const next: Turn = { role: "user", id: "r", parent: "a", text: "And?", attachments: [] };
    const thinks = (turn: Turn, parameters: Parameters) =>
      JSON.stringify(requestFor([question(notes), turn, next], sonnet, parameters, files).request).includes("thinking");
    assert.deepEqual(
      [thinks(answer(), off), thinks(answer(true), on), thinks(answer(), on), thinks(answer(true), off)],
      [true, true, false, false],
    );
  });
});
