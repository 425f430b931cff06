import assert from "node:assert/strict";
import type { ContentBlock } from "../../../src/api/types";
import type { AssistantTurn, ToolResult } from "../../../src/chat/conversation";
import { blockViews, placeOf, viewOf, type Progress } from "../../../src/host/blocks";

const other = (block: object) => block as ContentBlock;
const text = (said: string, ...citations: object[]): ContentBlock => ({
  type: "text",
  text: said,
  citations: citations as never,
});

function turn(
  content: ContentBlock[],
  outcome: AssistantTurn["outcome"] = { kind: "complete", stopReason: "tool_use" },
): AssistantTurn {
  return {
    role: "assistant",
    id: "a",
    parent: "q",
    endpoint: "e",
    model: "m",
    content,
    outcome,
    usage: undefined,
    cost: undefined,
    notes: [],
  };
}

const call = { type: "tool_use", id: "c1", name: "get_weather", input: { location: "Paris" } } as const;

function stateOf(answer: AssistantTurn, results: readonly ToolResult[] | undefined, progress?: Partial<Progress>) {
  const [view] = blockViews({
    turn: answer,
    results: results && { role: "results", id: "r", parent: "a", results },
    progress: progress && { turn: "a", calls: new Map(), inputs: new Map(), ...progress },
  });
  assert.ok(view?.type === "tool");
  return view;
}

describe("blocks of an answer", () => {
  it("are one view where text goes on, and a server's result stands with its call", () => {
    const content = [
      text("I look. "),
      other({ type: "server_tool_use", id: "s1", name: "web_search", input: {} }),
      other({ type: "web_search_tool_result", tool_use_id: "s1", content: [] }),
      text("So "),
      text("it is", { type: "char_location", cited_text: "it is", document_index: 0, document_title: "Notes" }),
      text("."),
      other({ type: "mystery", of: "the future" }),
    ];
    const context = { turn: turn(content), results: undefined, progress: undefined };
    const views = blockViews(context);
    assert.deepEqual(
      views.map(({ type }) => type),
      ["text", "tool", "text", "other"],
    );
    assert.deepEqual(
      content.map((_, index) => placeOf(content, index)),
      [0, 1, 1, 2, 2, 2, 3],
    );
    for (const index of content.keys()) {
      const { index: place, block } = viewOf(context, index);
      assert.deepEqual(block, views[place]);
    }
    assert.deepEqual(views[2], {
      type: "text",
      text: String.raw`So it is[\[1\]](<#cite-1>).`,
      citations: [{ number: 1, title: "Notes", quote: "it is" }],
    });
  });

  it("tell how a call stands, whatever is known of it", () => {
    const streaming = { ...turn([call]), outcome: undefined };
    assert.equal(stateOf(streaming, undefined, { inputs: new Map([[0, '{"loc']]) }).state, "arriving");
    assert.equal(stateOf(streaming, undefined, { inputs: new Map([[0, '{"loc']]) }).input, '{"loc');
    assert.equal(stateOf(turn([call]), [], {}).state, "queued");
    const running = { state: "running", description: "Asks", source: "Test", startedAt: 5 } as const;
    assert.deepEqual(
      [stateOf(turn([call]), [], { calls: new Map([["c1", running]]) })].map(({ state, startedAt }) => [
        state,
        startedAt,
      ]),
      [["running", 5]],
    );
    assert.equal(stateOf(turn([call]), undefined).state, "cancelled", "the window died meanwhile");
    const result = { call: "c1", kind: "denied", content: [{ type: "text", text: "No." }], allowedBy: "once" } as const;
    assert.deepEqual(stateOf(turn([call]), [result]).result, [{ type: "text", text: "No." }]);
    assert.equal(stateOf(turn([call]), [result]).state, "denied");
  });

  it("lead only to web pages, and no address ends its link", () => {
    const cite = (url: unknown) => ({ type: "web_search_result_location", cited_text: "x", title: "T", url });
    const content = [
      text("A", cite("javascript:alert(1)")),
      text("B", cite("https://evil.example/a>b (c)\n[x](https://other.example)")),
      text("C", cite(7), { type: "unknown_location", cited_text: "y" }),
    ];
    const [view] = blockViews({ turn: turn(content), results: undefined, progress: undefined });
    assert.ok(view?.type === "text");
    assert.match(
      view.text,
      /^A\[\\\[1\\\]\]\(<#cite-1>\)B\[\\\[2\\\]\]\(<https:\/\/evil\.example\/[^<>\s]*>\)C\[\\\[3\\\]\]\(<#cite-3>\)\[\\\[4\\\]\]\(<#cite-4>\)$/,
    );
    assert.deepEqual(
      view.citations?.map(({ title }) => title),
      ["T", "T", "T", "Document"],
    );
  });

  it("name the pages of a document", () => {
    const cite = (first: number, after: number) => ({
      type: "page_location",
      cited_text: `${first}`,
      document_title: "Report",
      start_page_number: first,
      end_page_number: after,
    });
    const content = [text("A", cite(3, 4), cite(5, 8))];
    const [view] = blockViews({ turn: turn(content), results: undefined, progress: undefined });
    assert.ok(view?.type === "text");
    assert.deepEqual(
      view.citations?.map(({ title }) => title),
      ["Report, page 3", "Report, pages 5–7"],
    );
  });

  const results: Readonly<Record<string, [object, object]>> = {
    "a failure": [
      {
        type: "web_fetch_tool_result",
        content: { type: "web_fetch_tool_result_error", error_code: "url_not_allowed" },
      },
      { state: "failed", result: [{ type: "text", text: "It failed: url not allowed." }] },
    ],
    "a page": [
      {
        type: "web_fetch_tool_result",
        content: {
          type: "web_fetch_result",
          url: "https://a.example/",
          content: { type: "document", title: "A", source: { type: "text", media_type: "text/plain", data: "Read" } },
        },
      },
      {
        state: "done",
        result: [
          { type: "link", title: "A", url: "https://a.example/" },
          { type: "text", text: "Read" },
        ],
      },
    ],
    "code that failed": [
      { type: "code_execution_tool_result", content: { stdout: "", stderr: "Oops", return_code: 1, content: [] } },
      { state: "failed", result: [{ type: "text", text: "Oops" }] },
    ],
    "an MCP server's text": [
      { type: "mcp_tool_result", content: [{ type: "text", text: "Hi" }], is_error: false },
      { state: "done", result: [{ type: "text", text: "Hi" }] },
    ],
    "a shape of the future": [
      { type: "code_execution_tool_result", content: { type: "new", value: 1 } },
      { state: "done", result: [{ type: "text", text: '{\n  "type": "new",\n  "value": 1\n}' }] },
    ],
    nothing: [
      { type: "web_search_tool_result", content: null },
      { state: "done", result: [] },
    ],
  };
  for (const [name, [block, expected]] of Object.entries(results)) {
    it(`show ${name} that a server's tool gave back`, () => {
      const content = [
        other({ type: "server_tool_use", id: "s", name: "any", input: {} }),
        other({ ...block, tool_use_id: "s" }),
      ];
      const { state, result } = stateOf(turn(content), undefined);
      assert.deepEqual({ state, result }, expected);
    });
  }
});
