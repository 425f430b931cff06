import type { Model } from "./models";
import type { OutputBlock, ReplyMessage } from "./reply";
import { countTokens, tokenize } from "./tokens";

export interface StreamEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** One event, or a line that is none, and how many tokens were written to make it. */
export interface Step {
  readonly event?: StreamEvent;
  /** Sent as it is, for what some gateways send besides events. */
  readonly raw?: string;
  readonly tokens: number;
}

/** The message as the events of a stream (Messages API, streaming), one delta for each token. */
export function* streamSteps(message: ReplyMessage, model: Model, countThinking: boolean): Generator<Step> {
  const { content, stop_reason, stop_sequence, stop_details, usage, context_management, ...rest } = message;
  const start = { ...rest, container: null, content: [], stop_reason: null, stop_sequence: null, stop_details: null };
  yield free({ type: "message_start", message: { ...start, usage: { ...usage, output_tokens: 1 } } });

  for (const [index, block] of content.entries()) {
    yield free({ type: "content_block_start", index, content_block: opened(block) });
    if (index === 0) yield free({ type: "ping" });
    const hidden = block.type === "redacted_thinking" || (block.type === "thinking" && block.thinking === "");
    // Thinking that is not shown still takes its time; only pings come meanwhile.
    if (hidden) yield { event: { type: "ping" }, tokens: usage.output_tokens_details.thinking_tokens };
    for (const step of deltas(block, model, countThinking)) {
      yield { event: { type: "content_block_delta", index, delta: step.delta }, tokens: step.tokens };
    }
    const cut = stop_reason === "max_tokens" && block.type === "tool_use" && index === content.length - 1;
    if (!cut) yield free({ type: "content_block_stop", index });
  }

  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens, output_tokens_details } =
    usage;
  yield free({
    type: "message_delta",
    delta: { stop_reason, stop_sequence, stop_details, container: rest.container },
    usage: {
      input_tokens,
      cache_creation_input_tokens,
      cache_read_input_tokens,
      output_tokens,
      output_tokens_details,
      server_tool_use: null,
    },
    ...(context_management && { context_management }),
  });
  yield free({ type: "message_stop" });
}

function free(event: StreamEvent): Step {
  return { event, tokens: 0 };
}

/** The block as its start event shows it. */
function opened(block: OutputBlock): object {
  switch (block.type) {
    case "text":
      return { type: "text", text: "" };
    case "thinking":
      return { type: "thinking", thinking: "", signature: "" };
    case "tool_use": {
      const { raw: _, ...call } = block;
      return { ...call, input: {} };
    }
    case "server_tool_use":
      return { ...block, input: {} };
    case "redacted_thinking":
    case "web_search_tool_result":
    case "bash_code_execution_tool_result":
      return block;
  }
}

function* deltas(
  block: OutputBlock,
  model: Model,
  countThinking: boolean,
): Generator<{ readonly delta: object; readonly tokens: number }> {
  switch (block.type) {
    case "text":
      for (const citation of block.citations ?? []) yield { delta: { type: "citations_delta", citation }, tokens: 0 };
      for (const text of tokenize(block.text, model)) yield { delta: { type: "text_delta", text }, tokens: 1 };
      return;
    case "thinking":
      for (const thinking of tokenize(block.thinking, model)) {
        const estimate = countThinking ? { estimated_tokens: 1 } : {};
        yield { delta: { type: "thinking_delta", thinking, ...estimate }, tokens: 1 };
      }
      yield { delta: { type: "signature_delta", signature: block.signature }, tokens: 0 };
      return;
    case "tool_use":
    case "server_tool_use": {
      // The first fragment is empty, as the API sends it.
      yield { delta: { type: "input_json_delta", partial_json: "" }, tokens: 0 };
      const raw = "raw" in block ? block.raw : undefined;
      if (raw === undefined && Object.keys(block.input).length === 0) return;
      for (const partial_json of tokenize(raw ?? JSON.stringify(block.input), model)) {
        yield { delta: { type: "input_json_delta", partial_json }, tokens: countTokens(partial_json, model) };
      }
      return;
    }
    case "web_search_tool_result":
    case "bash_code_execution_tool_result":
    case "redacted_thinking":
  }
}

/** The bytes of one step. Blanks before the last brace, changing in number, hide the length of an event from onlookers. */
export function encodeStep({ event, raw }: Step): string {
  if (!event) return raw ?? "";
  const json = JSON.stringify(event);
  return `event: ${event.type}\ndata: ${json.slice(0, -1)}${" ".repeat((json.length * 7) % 12)}}\n\n`;
}
