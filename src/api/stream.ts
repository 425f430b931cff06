import { Accumulator, type ContentEvent } from "./accumulator";
import { replyDecoder } from "./decoder";
import { aborted, ApiFailure } from "./failure";
import type { RetryEvent } from "./retry";
import { type Connection, exchange, failureContext, retrying } from "./transport";
import type { Message } from "./types";

export type MessageEvent = ContentEvent | RetryEvent | { readonly type: "end"; readonly message: Message };

/**
 * An answer on its way. The request is sent when iteration begins, and ended when the consumer leaves the loop; it can be
 * iterated once.
 *
 * Iteration throws ApiFailure; `message` then holds what had arrived.
 */
export interface MessageStream extends AsyncIterable<MessageEvent> {
  /** Always readable: empty, partial or whole. Another object after a retry, which happens only before any content. */
  readonly message: Message;
  /** Headers of the last response, such as request-id and anthropic-ratelimit-…; a browser may see none. */
  readonly headers: Headers | undefined;
  /** Consents to the wait of the last `retry` event with `askFirst`; continue the loop after it. */
  acceptWait(): void;
}

/** After message_stop the connection is read for so long, in milliseconds, for a gateway's last words about cost. */
const LAST_WORDS = 500;

/** @param body of POST /v1/messages, serialised */
export function messageStream(
  connection: Connection,
  { model, body, betas }: { readonly model: string; readonly body: string; readonly betas: readonly string[] },
  signal: AbortSignal,
): MessageStream {
  const context = failureContext(connection);
  const { timeouts } = connection;
  let accumulator = new Accumulator(model);
  let headers: Headers | undefined;
  let accepted = false;

  async function* once(): AsyncGenerator<MessageEvent, void, void> {
    const target = (accumulator = new Accumulator(model));
    const decoder = replyDecoder(context);
    let begun = false;
    const chunks = exchange(
      connection,
      {
        method: "POST",
        path: "/v1/messages",
        body,
        betas,
        onResponse: (response) => (headers = response.headers),
        silence: () => (target.ended ? LAST_WORDS : begun ? timeouts.idle : timeouts.firstEvent),
      },
      signal,
    );
    try {
      for await (const bytes of chunks) {
        for (const wire of decoder.feed(bytes)) {
          begun = true;
          for (const event of target.apply(wire)) {
            yield event;
            if (signal.aborted && !target.ended) throw aborted();
          }
        }
      }
      for (const wire of decoder.end()) yield* target.apply(wire);
      if (!target.isWhole) throw endedEarly(connection);
    } catch (error) {
      // Whatever happens to the connection after the answer is whole does not matter any more.
      if (!target.isWhole || (signal.aborted && !target.ended)) {
        target.interrupt();
        throw error;
      }
    }
    yield* target.finish();
    yield { type: "end", message: target.message };
  }

  function mayWait(): boolean {
    const answer = accepted;
    accepted = false;
    return answer;
  }

  const events = retrying(
    connection,
    once,
    (event) => event.type !== "start" && event.type !== "usage",
    signal,
    mayWait,
  );
  return {
    get message() {
      return accumulator.message;
    },
    get headers() {
      return headers;
    },
    acceptWait: () => void (accepted = true),
    [Symbol.asyncIterator]: () => events,
  };
}

function endedEarly({ endpoint }: Connection): ApiFailure {
  const message = `The answer of ${endpoint.name} ended before it was complete.`;
  return new ApiFailure({ kind: "network", message, retryable: true });
}
