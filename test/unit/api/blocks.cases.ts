/** Wire cases D: thinking, citations, blocks of betas. D11 and D12 (stripping thinking) are tested in chat/. */
import { events } from "./harness";
import { blockDelta, blockStart, blockStop, ending, start, text, textDelta, tool, type WireCase } from "./wire";

const thinkingStart = (index: number, more = {}) =>
  blockStart(index, { type: "thinking", thinking: "", signature: "", ...more });
const thinkingDelta = (index: number, thinking: string, more = {}) =>
  blockDelta(index, { type: "thinking_delta", thinking, ...more });
const signature = (index: number, value: unknown) => blockDelta(index, { type: "signature_delta", signature: value });

const one = { type: "text", text: "one" };
const sealed = "EqQBCgIYAhIM+/=" + "x".repeat(300);

const citations = [
  {
    type: "char_location",
    cited_text: "c",
    document_index: 0,
    document_title: null,
    start_char_index: 0,
    end_char_index: 1,
    file_id: null,
  },
  {
    type: "page_location",
    cited_text: "p",
    document_index: 0,
    document_title: "T",
    start_page_number: 1,
    end_page_number: 2,
  },
  { type: "content_block_location", cited_text: "b", document_index: 1, start_block_index: 0, end_block_index: 1 },
  { type: "web_search_result_location", cited_text: "w", url: "https://e.example", title: "E", encrypted_index: "x" },
  {
    type: "search_result_location",
    cited_text: "s",
    search_result_index: 0,
    source: "s",
    start_block_index: 0,
    end_block_index: 1,
  },
  { type: "telepathy_location", feeling: 7 },
];

const compaction = (content: unknown, more = {}) => blockDelta(0, { type: "compaction_delta", content, ...more });

const opaque = [
  { type: "mcp_tool_result", tool_use_id: "m1", content: [], is_error: false },
  { type: "container_upload", file_id: "file_1" },
  { type: "advisor_tool_result", tool_use_id: "a1", content: { type: "advisor_result", text: "x" } },
];

export const blockCases: readonly WireCase[] = [
  {
    name: "D1 thinking and signature",
    wire: events(
      start(),
      thinkingStart(0),
      thinkingDelta(0, "Let me "),
      thinkingDelta(0, "see."),
      signature(0, sealed),
      blockStop(0),
      ...text(1, "one"),
      ...ending,
    ),
    content: [{ type: "thinking", thinking: "Let me see.", signature: sealed }, one],
  },
  {
    name: "D2 thinking withheld",
    wire: events(start(), thinkingStart(0), signature(0, sealed), blockStop(0), ...text(1, "one"), ...ending),
    content: [{ type: "thinking", thinking: "", signature: sealed }, one],
  },
  {
    name: "D3 two signatures: the last counts",
    wire: events(start(), thinkingStart(0), signature(0, "AA"), signature(0, "BB"), blockStop(0), ...ending),
    content: [{ type: "thinking", thinking: "", signature: "BB" }],
  },
  {
    name: "D3 an empty signature (llama.cpp)",
    wire: events(
      start(),
      blockStart(0, { type: "thinking", thinking: "" }),
      thinkingDelta(0, "hm"),
      signature(0, ""),
      blockStop(0),
      ...ending,
    ),
    content: [{ type: "thinking", thinking: "hm", signature: "" }],
  },
  {
    name: "D3 no signature (Ollama)",
    wire: events(
      start(),
      blockStart(0, { type: "thinking", thinking: "" }),
      thinkingDelta(0, "hm"),
      blockStop(0),
      ...ending,
    ),
    content: [{ type: "thinking", thinking: "hm" }],
  },
  {
    name: "D4 redacted thinking",
    wire: events(
      start(),
      blockStart(0, { type: "redacted_thinking", data: sealed }),
      blockStop(0),
      ...text(1, "one"),
      ...ending,
    ),
    content: [{ type: "redacted_thinking", data: sealed }, one],
  },
  {
    name: "D5 thinking after text and between tools",
    wire: events(
      start(),
      ...text(0, "one"),
      thinkingStart(1),
      thinkingDelta(1, "hm"),
      signature(1, "S1"),
      blockStop(1),
      ...tool(2, "t1", "{}"),
      thinkingStart(3),
      signature(3, "S2"),
      blockStop(3),
      ...tool(4, "t2", "{}"),
      ...ending,
    ),
    content: [
      one,
      { type: "thinking", thinking: "hm", signature: "S1" },
      { type: "tool_use", id: "t1", name: "read_file", input: {} },
      { type: "thinking", thinking: "", signature: "S2" },
      { type: "tool_use", id: "t2", name: "read_file", input: {} },
    ],
  },
  {
    name: "D7 citations of all types, null at the start",
    wire: events(
      start(),
      blockStart(0, { type: "text", text: "", citations: null }),
      textDelta(0, "one"),
      ...citations.map((citation) => blockDelta(0, { type: "citations_delta", citation })),
      blockStop(0),
      ...ending,
    ),
    content: [{ ...one, citations }],
  },
  {
    name: "D8 a compaction in one delta",
    wire: events(
      start(),
      blockStart(0, { type: "compaction", content: null }),
      compaction("sum", { encrypted_content: "E" }),
      blockStop(0),
      ...ending,
    ),
    content: [{ type: "compaction", content: "sum", encrypted_content: "E" }],
  },
  {
    name: "D8 a compaction in several deltas: the last counts",
    wire: events(
      start(),
      blockStart(0, { type: "compaction", content: "" }),
      compaction("a"),
      compaction("ab"),
      blockStop(0),
      ...ending,
    ),
    content: [{ type: "compaction", content: "ab" }],
  },
  {
    name: "D8 a compaction without content",
    wire: events(
      start(),
      blockStart(0, { type: "compaction", content: "x" }),
      compaction(null),
      blockStop(0),
      ...ending,
    ),
    content: [{ type: "compaction", content: null }],
  },
  {
    name: "D9 another model goes on",
    wire: events(
      start(),
      ...text(0, "one"),
      blockStart(1, {
        type: "fallback",
        from: { model: "claude-opus-5-5" },
        to: { model: "claude-opus-4-8" },
        trigger: { type: "refusal" },
      }),
      blockStop(1),
      ...text(2, "two"),
      ...ending,
    ),
    message: { model: "claude-opus-4-8" },
  },
  {
    name: "D10 blocks that only the server understands",
    wire: events(
      start(),
      blockStart(0, { type: "mcp_tool_use", id: "m1", name: "n", server_name: "s", input: {} }),
      blockDelta(0, { type: "input_json_delta", partial_json: '{"q":1}' }),
      blockStop(0),
      ...opaque.flatMap((block, at) => [blockStart(at + 1, block), blockStop(at + 1)]),
      ...ending,
    ),
    content: [{ type: "mcp_tool_use", id: "m1", name: "n", server_name: "s", input: { q: 1 } }, ...opaque],
  },
];
