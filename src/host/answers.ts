import type { Disposable, LogOutputChannel } from "vscode";
import type { RequestPreview } from "../api/client";
import type { Fact } from "../chat/conversation";
import type { StoredConversation } from "../chat/conversationStore";
import type { StatusView } from "../shared/protocol";
import { answerQuestion, type Wanted } from "./answer";

/** An answer that is coming in. */
export interface Answer {
  /** The turn that grows. */
  readonly turn: string;
  readonly stored: StoredConversation;
  status: StatusView;
  stop(): void;
  /** Consents to a long wait. */
  acceptWait?: () => void;
  /** Resolves when it has ended and its last fact is recorded. */
  over?: Promise<void>;
}

export interface AnswersListener {
  onRequest(request: RequestPreview): void;
  onFact(fact: Fact, stored: StoredConversation): void;
  /** The status has changed, or the answer has begun or ended. */
  onStatus(stored: StoredConversation): void;
}

/** The answers that run in this window, at most one in a conversation. Each goes on while another conversation is shown. */
export class Answers implements Disposable {
  readonly #listener: AnswersListener;
  readonly #log: LogOutputChannel;
  readonly #running = new Map<string, Answer>();

  constructor(listener: AnswersListener, log: LogOutputChannel) {
    this.#listener = listener;
    this.#log = log;
  }

  /** The one that runs in a conversation. */
  in(conversation: string): Answer | undefined {
    return this.#running.get(conversation);
  }

  /** @param wanted without the id of the new turn */
  start(stored: StoredConversation, wanted: Omit<Wanted, "id">): void {
    const { id } = stored.conversation;
    const abort = new AbortController();
    const answer: Answer = {
      turn: crypto.randomUUID(),
      stored,
      status: { kind: "waiting" },
      stop: () => abort.abort(),
    };
    const listener: Parameters<typeof answerQuestion>[2] = {
      onRequest: (request) => this.#listener.onRequest(request),
      onFact: (fact) => this.#listener.onFact(fact, stored),
      onState: (state) => {
        answer.status = state;
        this.#listener.onStatus(stored);
      },
      acceptWait: () =>
        new Promise((resolve) => {
          answer.acceptWait = () => resolve(true);
          abort.signal.addEventListener("abort", () => resolve(false), { once: true });
        }),
    };
    this.#running.set(id, answer);
    this.#listener.onStatus(stored);
    answer.over = answerQuestion(stored, { id: answer.turn, ...wanted }, listener, abort.signal, this.#log)
      .catch((error: unknown) => this.#log.error(error instanceof Error ? error : String(error)))
      .finally(() => {
        this.#running.delete(id);
        this.#listener.onStatus(stored);
      });
  }

  /** Stops all of them; what came is kept. */
  dispose(): void {
    for (const answer of this.#running.values()) answer.stop();
  }
}
