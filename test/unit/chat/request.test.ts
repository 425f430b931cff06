import assert from "node:assert/strict";
import { capabilitiesOf } from "../../../src/api/capabilities";
import type { ContentBlock } from "../../../src/api/types";
import type { Attachment, Outcome, Turn } from "../../../src/chat/conversation";
import { codeText } from "../../../src/chat/messages";
import type { Parameters } from "../../../src/chat/parameters";
import { requestFor } from "../../../src/chat/request";

const parameters: Parameters = { maxTokens: 1000, caching: "off", thinking: "default" };

function model(id: string, endpoint = "anthropic") {
  return { endpoint, id, capabilities: capabilitiesOf(id), refused: [] as readonly string[] };
}
const sonnet = model("claude-sonnet-5-5");

function user(text: string, attachments: readonly Attachment[] = []): Turn {
  return { role: "user", id: `u${text}`, parent: null, text, attachments };
}

function assistant(
  content: ContentBlock[],
  change: { outcome?: Outcome | undefined; model?: string; systemPrompt?: string } = {},
): Turn {
  return {
    role: "assistant",
    id: "a",
    parent: null,
    endpoint: "anthropic",
    model: "claude-sonnet-5-5",
    content,
    outcome: { kind: "complete", stopReason: "end_turn" },
    usage: undefined,
    cost: undefined,
    notes: [],
    ...change,
  };
}

const image: Attachment = {
  type: "image",
  id: "i",
  name: "cat.png",
  sha256: "ab",
  mediaType: "image/png",
  bytes: 3,
  width: 1,
  height: 1,
  animated: false,
};

const code: Attachment = { type: "code", id: "c", name: "a.ts", language: "typescript", lines: [3, 4], text: "let a;" };

function messages(path: readonly Turn[], target = sonnet, set = parameters) {
  return requestFor(path, target, set, new Map([["ab", "AAAA"]])).request.messages;
}

describe("request", () => {
  it("holds nothing that is not set", () => {
    assert.deepEqual(requestFor([user("Hi")], sonnet, parameters, new Map()), {
      request: {
        model: "claude-sonnet-5-5",
        max_tokens: 1000,
        messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }],
      },
      notes: [],
      toolsDigest: undefined,
    });
  });

  it("puts images first, then code, then the question", () => {
    const [message] = messages([user("Why?", [code, image])]);
    assert.deepEqual(message?.content, [
      { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
      { type: "text", text: codeText({ ...code, type: "code" }) },
      { type: "text", text: "Why?" },
    ]);
  });

  it("puts documents after images, by their titles", () => {
    const report = { type: "document", id: "d", name: "report.pdf", sha256: image.sha256, bytes: 3 } as const;
    const [message] = messages([user("Why?", [code, report, image])]);
    assert.deepEqual(message?.content[1], {
      type: "document",
      title: "report.pdf",
      source: { type: "base64", media_type: "application/pdf", data: "AAAA" },
    });
    const { request } = requestFor([user("Why?", [report])], sonnet, parameters, new Map());
    assert.match(JSON.stringify(request.messages), /report\.pdf.*not available/);
  });

  it("says in words that a stored image is gone", () => {
    const { request } = requestFor([user("Why?", [image])], sonnet, parameters, new Map());
    assert.match(JSON.stringify(request.messages), /cat\.png.*not available/);
  });

  it("names file, lines and language of code, in a fence that the code cannot close", () => {
    assert.equal(codeText({ ...code, type: "code" }), "a.ts, lines 3–4 (typescript):\n\n```typescript\nlet a;\n```");
    assert.match(
      codeText({ type: "code", id: "c", name: "r.md", language: "markdown", text: "````\nx\n````" }),
      /`{5}markdown\n/,
    );
  });

  it("strips what the API refuses from an answer that was cut", () => {
    const cut = assistant(
      [
        { type: "thinking", thinking: "…", signature: "" },
        { type: "text", text: " \n" },
        { type: "text", text: "Half" },
        { type: "tool_use", id: "t", name: "f", input: {} },
      ],
      { outcome: { kind: "stopped" } },
    );
    assert.deepEqual(messages([user("1"), cut, user("2")])[1], {
      role: "assistant",
      content: [{ type: "text", text: "Half" }],
    });
  });

  it("leaves an empty answer out", () => {
    const failed = assistant([], { outcome: { kind: "failed", failure: { kind: "server", message: "", advice: "" } } });
    assert.deepEqual(
      messages([user("1"), failed, user("2")]).map(({ role }) => role),
      ["user", "user"],
    );
  });

  it("leaves out a refused question with its answer", () => {
    const refused = assistant([{ type: "text", text: "I" }], { outcome: { kind: "complete", stopReason: "refusal" } });
    assert.deepEqual(
      messages([user("good"), assistant([{ type: "text", text: "Yes" }]), user("bad"), refused, user("next")]).length,
      3,
    );
  });

  describe("thinking", () => {
    const thinking: ContentBlock = { type: "thinking", thinking: "", signature: "sig" };
    const text: ContentBlock = { type: "text", text: "So" };
    const unknown = { type: "future_block", data: 1 } as unknown as ContentBlock;
    const kept = (turn: Turn, target = sonnet, set = parameters) =>
      messages([user("1"), turn, user("2")], target, set)[1]?.content;

    it("goes back verbatim, like blocks of the future, to the model that thought it", () => {
      assert.deepEqual(kept(assistant([thinking, unknown, text])), [thinking, unknown, text]);
    });

    it("stays out for another model, endpoint or system prompt, and without a signature", () => {
      assert.deepEqual(kept(assistant([thinking, text]), model("claude-opus-5-5")), [text]);
      assert.deepEqual(kept(assistant([thinking, text]), model("claude-sonnet-5-5", "gateway")), [text]);
      const simple = { ...sonnet, capabilities: { ...sonnet.capabilities, systemMessages: false } };
      assert.deepEqual(kept(assistant([thinking, text]), simple, { ...parameters, systemPrompt: "New" }), [text]);
      assert.deepEqual(kept(assistant([thinking, text], { systemPrompt: "Old" }), simple), [text]);
      assert.deepEqual(kept(assistant([{ type: "thinking", thinking: "x" }, text])), [text]);
    });
  });

  describe("settings", () => {
    const all: Parameters = {
      maxTokens: 10,
      caching: "off",
      thinking: "default",
      systemPrompt: "S",
      temperature: 0.5,
      topK: 5,
      stopSequences: ["END"],
    };

    it("go into the request where the model takes them", () => {
      const { request, notes } = requestFor([user("1")], model("claude-sonnet-4-5"), all, new Map());
      const { messages: _, ...rest } = request;
      assert.deepEqual(rest, {
        model: "claude-sonnet-4-5",
        max_tokens: 10,
        system: "S",
        temperature: 0.5,
        top_k: 5,
        stop_sequences: ["END"],
      });
      assert.deepEqual(notes, []);
    });

    it("are left out and named where it does not", () => {
      const { request, notes } = requestFor([user("1")], sonnet, all, new Map());
      assert.equal("temperature" in request || "top_k" in request, false);
      assert.deepEqual(notes, ["temperature, top-k were not sent: claude-sonnet-5-5 does not take them."]);
    });

    it("never hold temperature and top_p together", () => {
      const { request, notes } = requestFor([user("1")], model("claude-sonnet-4-5"), { ...all, topP: 0.9 }, new Map());
      assert.equal("top_p" in request, false);
      assert.match(notes.join(), /top-p was not sent/);
    });

    it("are left out when the endpoint refused them before, the necessary ones never", () => {
      const picky = { ...sonnet, refused: ["system", "model", "top_k"] };
      const { request, notes } = requestFor(
        [user("1")],
        picky,
        { maxTokens: 10, caching: "off", thinking: "default", systemPrompt: "S" },
        new Map(),
      );
      assert.deepEqual(Object.keys(request), ["model", "max_tokens", "messages"]);
      assert.deepEqual(notes.length, 1);
      assert.match(notes.join(), /^system was not sent/);
    });

    it("lower max_tokens to what the model allows", () => {
      const { request, notes } = requestFor(
        [user("1")],
        model("claude-sonnet-4-5"),
        { maxTokens: 1_000_000, caching: "off", thinking: "default" },
        new Map(),
      );
      assert.equal(request.max_tokens, 64_000);
      assert.match(notes.join(), /lowered to 64000/);
    });
  });
});
