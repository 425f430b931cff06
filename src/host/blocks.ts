import type { ContentBlock, ToolUseBlock } from "../api/types";
import type { AssistantTurn, ResultsTurn, ToolResult } from "../chat/conversation";
import type { BlockView, ResultView, ToolView } from "../shared/views";
import { citationsOf, marks } from "./citations";
import { isServerResult, serverResultView } from "./serverResults";

/**
 * How the content blocks of an answer look to the page. Text that goes on in the next block is one text: with citations the API
 * cuts an answer into many small blocks. What a tool at the server gave back stands with its call.
 */

/** A call that is under way; nothing of it is stored. */
export interface CallProgress {
  readonly state: "queued" | "waiting" | "asking" | "running";
  readonly description: string;
  readonly source: string;
  readonly approval?: ToolView["approval"];
  /** Milliseconds since 1970. */
  readonly startedAt?: number;
}

/** What runs in a conversation. */
export interface Progress {
  /** The turn that grows, or whose calls run. */
  readonly turn: string;
  readonly calls: ReadonlyMap<string, CallProgress>;
  /** The inputs of calls that are arriving, as far as they came, by the index of their block. */
  readonly inputs: ReadonlyMap<number, string>;
}

/** What an answer is shown with. */
export interface BlockContext {
  readonly turn: AssistantTurn;
  readonly results: ResultsTurn | undefined;
  /** Set while this answer or its calls are under way. */
  readonly progress: Progress | undefined;
}

export function blockViews(context: BlockContext): BlockView[] {
  const { content } = context.turn;
  return content.flatMap((_, index) => (startsView(content, index) ? [viewAt(context, index)] : []));
}

/** The place in the page of the view that a content block belongs to, and that view. */
export function viewOf(context: BlockContext, index: number): { readonly index: number; readonly block: BlockView } {
  const { content } = context.turn;
  return { index: placeOf(content, index), block: viewAt(context, firstOf(content, index)) };
}

/** The place in the page of the view that a content block belongs to. */
export function placeOf(content: readonly ContentBlock[], index: number): number {
  const first = firstOf(content, index);
  let place = 0;
  for (let at = 0; at < first; at++) if (startsView(content, at)) place++;
  return place;
}

/** The block with which the view begins that this one belongs to. */
function firstOf(content: readonly ContentBlock[], index: number): number {
  const block = content[index];
  if (block && isServerResult(block)) {
    const call = content.findIndex((other) => "id" in other && other.id === block.tool_use_id);
    return call === -1 ? index : call;
  }
  let first = index;
  while (!startsView(content, first)) first--;
  return first;
}

function startsView(content: readonly ContentBlock[], index: number): boolean {
  const block = content[index];
  if (block?.type === "text") return content[index - 1]?.type !== "text";
  return !block || !isServerResult(block) || !content.some((other) => "id" in other && other.id === block.tool_use_id);
}

function viewAt(context: BlockContext, index: number): BlockView {
  const { content } = context.turn;
  const block = content[index];
  switch (block?.type) {
    case "text":
      return textView(content, index);
    case "thinking": {
      const seconds = context.turn.thinkingSeconds?.[index];
      return { type: "thinking", text: block.thinking, ...(seconds !== undefined && { seconds }) };
    }
    case "redacted_thinking":
      return { type: "thinking", text: "" };
    case "tool_use":
    case "server_tool_use":
    case "mcp_tool_use":
      return block.type === "tool_use" ? callView(context, block, index) : serverCallView(context, block, index);
    default:
      return {
        type: "other",
        label: block?.type ?? "",
        detail: JSON.stringify(block, null, 2),
      };
  }
}

function textView(content: readonly ContentBlock[], first: number): BlockView {
  const all = citationsOf(content);
  const shown = new Set<number>();
  let text = "";
  for (let at = first; at < content.length; at++) {
    const block = content[at];
    if (block?.type !== "text") break;
    text += block.text + marks(block, all);
    for (const citation of all) if (citation.blocks.has(at)) shown.add(citation.view.number);
  }
  const citations = all.flatMap(({ view }) => (shown.has(view.number) ? [view] : []));
  return { type: "text", text, ...(citations.length > 0 && { citations }) };
}

function callView(context: BlockContext, block: ToolUseBlock, index: number): ToolView {
  const { turn, results, progress } = context;
  const base = { type: "tool" as const, call: block.id, name: block.name };
  const result = results?.results.find(({ call }) => call === block.id);
  if (result) return { ...base, input: inputText(block), ...resultView(result) };
  const arriving = turn.outcome === undefined && progress !== undefined;
  const call = arriving ? undefined : progress?.calls.get(block.id);
  return {
    ...base,
    description: call?.description ?? "",
    source: call?.source ?? "",
    state: arriving ? "arriving" : progress ? (call?.state ?? "queued") : "cancelled",
    input: (arriving && progress.inputs.get(index)) || inputText(block),
    ...(call?.approval && { approval: call.approval }),
    ...(call?.startedAt !== undefined && { startedAt: call.startedAt }),
    result: [],
  };
}

const states = { done: "done", failed: "failed", invalid: "failed", denied: "denied", cancelled: "cancelled" } as const;

function resultView({ kind, content, description, source, allowedBy, milliseconds }: ToolResult) {
  return {
    description: description ?? "",
    source: source ?? "",
    state: states[kind],
    ...(allowedBy && { allowedBy }),
    ...(milliseconds !== undefined && { milliseconds }),
    result: content.map((part): ResultView => {
      return part.type === "image"
        ? { type: "image", id: part.id, name: part.name }
        : { type: "text", text: part.text };
    }),
  };
}

function serverCallView({ turn, progress }: BlockContext, block: ToolUseBlock, index: number): ToolView {
  const results = turn.content.filter((other) => isServerResult(other) && other.tool_use_id === block.id);
  const shown = results.map((result) => serverResultView(result));
  const failed = shown.some((it) => it.failed);
  const running = progress && turn.outcome === undefined;
  const input = running ? progress.inputs.get(index) : undefined;
  return {
    type: "tool",
    call: block.id,
    name: block.name,
    description: describeServerCall(block),
    source: block.type === "mcp_tool_use" ? "MCP server" : "Runs at the server",
    state:
      shown.length > 0
        ? failed
          ? "failed"
          : "done"
        : running
          ? input === undefined
            ? "running"
            : "arriving"
          : "cancelled",
    input: input ?? inputText(block),
    result: shown.flatMap((it) => it.result),
  };
}

function describeServerCall({ name, input }: ToolUseBlock): string {
  const { query, url, command } = input;
  const said = [query, url, command].find((it) => typeof it === "string");
  if (name === "web_search") return said ? `Searches the web for “${said}”` : "Searches the web";
  if (name === "web_fetch") return said ? `Reads ${said}` : "Reads a web page";
  return said ? `Runs “${said}”` : "";
}

function inputText({ input }: ToolUseBlock): string {
  return JSON.stringify(input, null, 2);
}
