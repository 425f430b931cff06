import { ApiFailure } from "../api/failure";
import type { MessagesClient } from "../api/client";
import type { MessageStream } from "../api/stream";
import { costOf } from "../api/price";
import { isObject } from "../api/json";
import type { ContentBlock, InvalidToolUse, Message, MessageRequest, Prices } from "../api/types";
import { joined, prefillOf } from "./prefill";
import { withoutRefusedImage } from "./refusedImage";
import { canDoWithout, withoutThinking } from "./request";
import type { Container, Fact, NewAnswer, Outcome, StoredFailure } from "./conversation";

/** Where a running exchange stands, for the user. */
export type ExchangeState =
  /** The request is on its way, nothing came back yet. */
  | { readonly kind: "waiting" }
  | { readonly kind: "thinking" }
  | { readonly kind: "streaming" }
  /** A failed try is repeated at `until` (milliseconds since 1970); a long wait begins only when it is accepted. */
  | { readonly kind: "retrying"; readonly until: number; readonly reason: string; readonly askFirst: boolean };

export interface ExchangeListener {
  /** Each thing that happens, in order; the last is always `answered`. */
  onFact(fact: Fact): void;
  onState(state: ExchangeState): void;
  /** A piece of the input of the call that arrives as this block. */
  onToolInput(index: number, json: string): void;
  /** The endpoint asks for a wait of over a minute: resolves to whether to wait. False ends the exchange with its failure. */
  acceptWait(): Promise<boolean>;
}

/** An answer that is over. */
export interface Answered {
  /** Of the answer. */
  readonly turn: string;
  readonly outcome: Outcome;
  readonly content: readonly ContentBlock[];
  /** Calls in it that must not run. */
  readonly invalidToolUses: readonly InvalidToolUse[];
  /** In US dollars; undefined when it is not known. */
  readonly cost: number | undefined;
}

/**
 * Asks the model and reports the answer as it comes: waiting → (retrying → waiting)* → thinking | streaming → answered.
 * Every way out, also an abort through `signal`, ends with an `answered` fact, so the conversation stays valid. Never rejects.
 *
 * @param prices of the model, for the cost of the answer
 */
export async function runExchange(
  client: Pick<MessagesClient, "stream">,
  request: MessageRequest,
  turn: NewAnswer,
  listener: ExchangeListener,
  signal: AbortSignal,
  prices?: Prices,
): Promise<Answered> {
  /** What the answer begins with and the API does not repeat; empty once it has been put before the first text. */
  let prefill = prefillOf(request);
  let state: ExchangeState | undefined;
  function enter(next: ExchangeState): void {
    if (next.kind !== "retrying" && next.kind === state?.kind) return;
    state = next;
    listener.onState(next);
  }

  /** A copy, because the stream grows its block in place and the fact may still wait for the disk. */
  function begin(block: ContentBlock): ContentBlock {
    if (block.type !== "text") return { ...block };
    const text = prefill + block.text;
    prefill = "";
    return { ...block, text };
  }

  const thinkingSeconds: Record<number, number> = {};
  let thinkingSince = 0;

  async function receive(stream: MessageStream): Promise<void> {
    for await (const event of stream) {
      switch (event.type) {
        case "retry":
          enter({
            kind: "retrying",
            until: event.until,
            reason: event.failure.message,
            askFirst: event.askFirst,
          });
          if (event.askFirst && (await listener.acceptWait())) stream.acceptWait();
          break;
        case "start":
          enter({ kind: "waiting" });
          break;
        case "blockStart":
          enter({ kind: event.block.type === "thinking" ? "thinking" : "streaming" });
          thinkingSince = performance.now();
          listener.onFact({ type: "block", turn: turn.id, index: event.index, block: begin(event.block) });
          break;
        case "text":
        case "thinking":
          listener.onFact({ type: "delta", turn: turn.id, index: event.index, text: event.text });
          break;
        case "toolInput":
          listener.onToolInput(event.index, event.json);
          break;
        case "blockStop":
          if (event.block.type === "thinking") {
            thinkingSeconds[event.index] = Math.round((performance.now() - thinkingSince) / 100) / 10;
          }
          if (event.block.type !== "thinking" && (event.block.type !== "text" || event.block.citations?.length)) {
            listener.onFact({ type: "block", turn: turn.id, index: event.index, block: { ...event.block } });
          }
          break;
        default: // usage and citations are whole at the end of the message or of their block
      }
    }
  }

  listener.onFact({ type: "turn", turn });
  enter({ kind: "waiting" });
  const notes: string[] = [];
  let stream = client.stream(request, signal);
  let outcome: Outcome;
  try {
    for (let sent = request; ;) {
      try {
        await receive(stream);
        break;
      } catch (error) {
        const less = withoutRefused(sent, error); // less each time, so this ends
        if (!less) throw error;
        notes.push(less.note);
        sent = less.request;
        stream = client.stream(sent, signal);
      }
    }
    outcome = {
      kind: "complete",
      stopReason: stream.message.stop_reason,
      ...(stream.message.stop_sequence ? { stopSequence: stream.message.stop_sequence } : {}),
    };
  } catch (error) {
    outcome = signal.aborted ? { kind: "stopped" } : { kind: "failed", failure: describe(error, request) };
  }
  const { usage, invalidToolUses } = stream.message;
  const content = contentOf(stream.message, outcome, prefillOf(request));
  if (content.length > stream.message.content.length) {
    for (const [index, block] of content.entries()) listener.onFact({ type: "block", turn: turn.id, index, block });
  }
  const container = containerOf(stream.message);
  const cost = costOf(stream.message, prices);
  listener.onFact({
    type: "answered",
    turn: turn.id,
    content: structuredClone(content),
    outcome,
    usage: structuredClone(usage),
    ...(cost && { cost }),
    ...(container && { container }),
    ...(Object.keys(thinkingSeconds).length > 0 && { thinkingSeconds }),
    ...(notes.length > 0 && { notes }),
  });
  return { turn: turn.id, outcome, content, invalidToolUses, cost: cost?.usd };
}

function containerOf({ container }: Message): Container | undefined {
  if (!isObject(container) || typeof container["id"] !== "string") return undefined;
  const { id, expires_at } = container;
  return { id, ...(typeof expires_at === "string" && { expires_at }) };
}

/** A prefill alone is an answer only when the model said that it is all. */
function contentOf({ content }: Message, { kind }: Outcome, prefill: string): readonly ContentBlock[] {
  return content.length === 0 && kind !== "complete" ? content : joined(prefill, content);
}

/** What may be sent once more without something that was refused, and the note that says so. */
function withoutRefused(
  request: MessageRequest,
  error: unknown,
): { readonly request: MessageRequest; readonly note: string } | undefined {
  if (isForeignThinking(error)) {
    const less = withoutThinking(request);
    const note = "The earlier thinking was left out: the model did not take it back.";
    return less === request ? undefined : { request: less, note };
  }
  if (!(error instanceof ApiFailure) || error.kind !== "invalid") return undefined;
  const less = withoutRefusedImage(request, error.message);
  return less && { request: less, note: `An image was left out: the API did not take it (“${error.message}”).` };
}

/**
 * Thinking that came from another account or conversation is refused (Messages API, thinking blocks): the request may be sent
 * once more without any. Which blocks are foreign cannot always be known before.
 */
function isForeignThinking(error: unknown): boolean {
  return (
    error instanceof ApiFailure &&
    error.kind === "invalid" &&
    /signature in .?thinking|thinking.* blocks .*cannot be modified/i.test(error.message)
  );
}

function describe(error: unknown, request: MessageRequest): StoredFailure {
  if (error instanceof ApiFailure) {
    const { kind, message, advice } = error;
    const [field] = error.parameter?.split(".") ?? []; // of "thinking.budget_tokens" the field is "thinking"
    return { kind, message, advice, ...(field && canDoWithout(request, field) && { parameter: field }) };
  }
  return {
    kind: "protocol",
    message: "Sidenote could not read the answer.",
    advice: "Try again; if it happens again, the log (Sidenote: Show Log) says what came.",
  };
}
