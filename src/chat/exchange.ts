import { ApiFailure } from "../api/failure";
import type { MessagesClient } from "../api/client";
import { costOf } from "../api/price";
import type { MessageRequest, Prices } from "../api/types";
import { canDoWithout } from "./request";
import type { Fact, NewAnswer, Outcome, StoredFailure } from "./conversation";

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
  /** The endpoint asks for a wait of over a minute: resolves to whether to wait. False ends the exchange with its failure. */
  acceptWait(): Promise<boolean>;
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
): Promise<Outcome> {
  let state: ExchangeState | undefined;
  function enter(next: ExchangeState): void {
    if (next.kind !== "retrying" && next.kind === state?.kind) return;
    state = next;
    listener.onState(next);
  }

  listener.onFact({ type: "turn", turn });
  enter({ kind: "waiting" });
  const stream = client.stream(request, signal);
  let outcome: Outcome;
  try {
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
          listener.onFact({ type: "block", turn: turn.id, index: event.index, block: event.block });
          break;
        case "text":
        case "thinking":
          listener.onFact({ type: "delta", turn: turn.id, index: event.index, text: event.text });
          break;
        case "blockStop":
          if (event.block.type !== "text" && event.block.type !== "thinking") {
            listener.onFact({ type: "block", turn: turn.id, index: event.index, block: event.block });
          }
          break;
        default: // usage, citations and tool input are whole in the message at the end
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
  const { content, usage } = stream.message;
  const cost = costOf(stream.message, prices);
  listener.onFact({
    type: "answered",
    turn: turn.id,
    content: structuredClone(content),
    outcome,
    usage: structuredClone(usage),
    ...(cost && { cost }),
  });
  return outcome;
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
