/** Wire cases C: tool calls. What chat/ does with them (C9 running, C16 to C18) is tested there. */
import { events } from "./harness";
import {
  blockDelta,
  blockStart,
  blockStop,
  ending,
  jsonDelta,
  messageDelta,
  messageStop,
  start,
  text,
  tool,
  toolStart,
  type WireCase,
} from "./wire";

const call = (id: string, input: unknown) => ({ type: "tool_use", id, name: "read_file", input });
const toolEnd = [messageDelta("tool_use"), messageStop];

/** A message that is one tool call with this streamed input. */
const streamed = (...pieces: readonly string[]) => events(start(), ...tool(0, "t1", ...pieces), ...toolEnd);

const difficult = { emoji: "\u{1F600}", n: -1.5e10, yes: true, no: null, 'k"\\': ["\n", {}] };
const difficultJson = String.raw`{"emoji":"\uD83D\uDE00","n":-1.5e+10,"yes":true,"no":null,"k\"\\":["\n",{}]}`;

export const toolCases: readonly WireCase[] = [
  {
    name: "C1 the input cut between all characters",
    wire: streamed(...difficultJson.split("")),
    content: [call("t1", difficult)],
  },
  ...Array.from(difficultJson, (_, at) => ({
    name: `C1 the input cut at ${at}`,
    wire: streamed(difficultJson.slice(0, at), difficultJson.slice(at)),
    content: [call("t1", difficult)],
    size: 1024,
  })).filter((_, at) => at % 7 === 0),
  { name: "C2 no fragments", wire: streamed(), content: [call("t1", {})] },
  { name: "C2 empty fragments", wire: streamed("", ""), content: [call("t1", {})] },
  {
    name: "C3 no input at all",
    wire: events(start(), toolStart(0, "t1", {}), blockStop(0), ...toolEnd),
    content: [call("t1", {})],
  },
  {
    name: "C4 the whole input at the start",
    wire: events(start(), toolStart(0, "t1", { input: { a: 1 } }), jsonDelta(0, ""), blockStop(0), ...toolEnd),
    content: [call("t1", { a: 1 })],
  },
  {
    name: "C5 the input at the start and in fragments",
    wire: events(start(), toolStart(0, "t1", { input: { a: 1 } }), jsonDelta(0, '{"a":2}'), blockStop(0), ...toolEnd),
    content: [call("t1", { a: 2 })],
  },
  { name: "C6 invalid JSON", wire: streamed('{"a":', "}"), content: [call("t1", {})], invalid: ["t1"] },
  { name: "C6 text after the object", wire: streamed('{"a":1} done'), content: [call("t1", {})], invalid: ["t1"] },
  { name: "C7 an object quoted twice", wire: streamed(JSON.stringify('{"a":1}')), content: [call("t1", { a: 1 })] },
  ...['"text"', "[1]", "null", "7", '"[1]"'].map((json) => ({
    name: `C7 ${json} is no input`,
    wire: streamed(json),
    content: [call("t1", {})],
    invalid: ["t1"],
  })),
  {
    name: "C8 cut by max_tokens, with content_block_stop",
    wire: events(start(), ...text(0, "one"), ...tool(1, "t1", '{"a":"xy'), messageDelta("max_tokens"), messageStop),
    content: [{ type: "text", text: "one" }, call("t1", {})],
    invalid: ["t1"],
  },
  {
    name: "C8 cut by max_tokens, without content_block_stop",
    wire: events(start(), toolStart(0, "t1"), jsonDelta(0, '{"a":"xy'), messageDelta("max_tokens"), messageStop),
    content: [call("t1", {})],
    invalid: ["t1"],
  },
  {
    name: "C8 cut by max_tokens before the input began; the call before it is whole",
    wire: events(start(), ...tool(0, "t1", '{"a":1}'), ...tool(1, "t2"), messageDelta("max_tokens"), messageStop),
    content: [call("t1", { a: 1 }), call("t2", {})],
    invalid: ["t2"],
  },
  {
    name: "C9 twenty calls",
    wire: events(start(), ...Array.from({ length: 20 }, (_, n) => tool(n, `t${n}`, `{"n":${n}}`)).flat(), ...toolEnd),
    content: Array.from({ length: 20 }, (_, n) => call(`t${n}`, { n })),
  },
  {
    name: "C10 double ids, a missing id, an odd id",
    wire: events(
      start(),
      ...tool(0, "t1"),
      ...tool(1, "t1"),
      blockStart(2, { type: "tool_use", name: "read_file", input: {} }),
      blockStop(2),
      ...tool(3, "call: 1/2 é"),
      ...toolEnd,
    ),
    content: [call("t1", {}), call("t1_1", {}), call("toolu_local_1", {}), call("call: 1/2 é", {})],
    warnings: 2,
  },
  {
    name: "C11 numbers as JSON.parse reads them",
    wire: streamed('{"huge":1e400,"big":9007199254740993}'),
    content: [call("t1", { huge: Infinity, big: 9007199254740992 })],
  },
  {
    name: "C12 tool_use with end_turn",
    wire: events(start(), ...tool(0, "t1", '{"a":1}'), ...ending),
    content: [call("t1", { a: 1 })],
    message: { stop_reason: "end_turn" },
  },
  {
    name: "C12 the stop reason tool_use without a call",
    wire: events(start(), ...text(0, "one"), ...toolEnd),
    content: "one",
    message: { stop_reason: "tool_use" },
  },
  {
    name: "C14 a server tool, its result, a text with a citation",
    wire: events(
      start(),
      blockStart(0, { type: "server_tool_use", id: "s1", name: "web_search", input: {} }),
      jsonDelta(0, '{"query":'),
      jsonDelta(0, '"x"}'),
      blockStop(0),
      blockStart(1, { type: "web_search_tool_result", tool_use_id: "s1", content: [{ url: "u" }] }),
      blockStop(1),
      blockStart(2, { type: "text", text: "", citations: [] }),
      blockDelta(2, { type: "citations_delta", citation: { type: "web_search_result_location", url: "u" } }),
      blockDelta(2, { type: "text_delta", text: "one" }),
      blockStop(2),
      ...ending,
    ),
    content: [
      { type: "server_tool_use", id: "s1", name: "web_search", input: { query: "x" } },
      { type: "web_search_tool_result", tool_use_id: "s1", content: [{ url: "u" }] },
      { type: "text", text: "one", citations: [{ type: "web_search_result_location", url: "u" }] },
    ],
  },
  {
    name: "C15 a client tool beside an unfinished server tool",
    wire: events(
      start(),
      blockStart(0, { type: "server_tool_use", id: "s1", name: "code_execution", input: {} }),
      jsonDelta(0, '{"code":"1"}'),
      blockStop(0),
      ...tool(1, "t1", '{"a":1}'),
      ...toolEnd,
    ),
    content: [
      { type: "server_tool_use", id: "s1", name: "code_execution", input: { code: "1" } },
      call("t1", { a: 1 }),
    ],
  },
  {
    name: "C16 pause_turn is a whole message",
    wire: events(start(), ...text(0, "one"), messageDelta("pause_turn"), messageStop),
    content: "one",
    message: { stop_reason: "pause_turn" },
  },
  {
    name: "a call that the end of the stream cut must not run",
    wire: events(start(), ...tool(0, "t1", '{"a":1}'), toolStart(1, "t2"), jsonDelta(1, '{"a"')),
    content: [call("t1", { a: 1 }), call("t2", {})],
    failure: "network",
    invalid: ["t2"],
  },
];
