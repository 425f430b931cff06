import type { Disposable } from "vscode";
import type { RequestPreview } from "../api/client";
import type { Fact } from "../chat/conversation";
import type { StoredConversation } from "../chat/conversationStore";
import type { Change } from "../shared/protocol";
import type { StatusView } from "../shared/views";
import { answerQuestion, type AnswerListener, type AnswerParts, type Wanted } from "./answer";
import { placeOf, type CallProgress, type Progress } from "./blocks";
import { onAbort } from "./onAbort";
import { callChange } from "./present";
import type { TypedAnswer } from "./tools/tool";

/** An answer that is coming in, with the calls that it makes. */
export interface Answer extends Progress {
  readonly stored: StoredConversation;
  readonly status: StatusView;
  stop(): void;
  /** Consents to a long wait, or to going on after a limit. */
  consent?: () => void;
  /** What the user types as the result of a call. */
  answerCall(call: string, answer: TypedAnswer): void;
  /** Resolves when it has ended and its last fact is recorded. */
  over?: Promise<void>;
}

export interface AnswersListener {
  onRequest(request: RequestPreview): void;
  onFact(fact: Fact, stored: StoredConversation): void;
  /** The view has changed without a fact: a call gets on. */
  onChange(changes: readonly Change[], stored: StoredConversation): void;
  /** The status has changed, or the answer has begun or ended. */
  onStatus(stored: StoredConversation): void;
  /** The answer waits until the user says something. @param question a sentence on what for */
  onQuestion(question: string, stored: StoredConversation): void;
  /** As `RoundsListener.overBudget`. */
  overBudget(): Promise<string | undefined>;
}

/** The answers that run in this window, at most one in a conversation. Each goes on while another conversation is shown. */
export class Answers implements Disposable {
  readonly #listener: AnswersListener;
  readonly #parts: AnswerParts;
  readonly #running = new Map<string, Answer>();

  constructor(listener: AnswersListener, parts: AnswerParts) {
    this.#listener = listener;
    this.#parts = parts;
  }

  /** The one that runs in a conversation. */
  in(conversation: string): Answer | undefined {
    return this.#running.get(conversation);
  }

  start(stored: StoredConversation, wanted: Wanted): void {
    const { conversation } = stored;
    const abort = new AbortController();
    const { signal } = abort;
    const calls = new Map<string, CallProgress>();
    const inputs = new Map<number, string>();
    const asked = new Set<string>();
    const typed = new Map<string, (answer: TypedAnswer) => void>();
    const answer = {
      turn: "",
      calls,
      inputs,
      stored,
      status: { kind: "waiting", since: Date.now() } as StatusView,
      stop: () => abort.abort(),
      answerCall: (call: string, given: TypedAnswer) => typed.get(call)?.(given),
    } satisfies Answer as Answer & { turn: string; status: StatusView };
    const setStatus = (status: StatusView) => {
      answer.status = status;
      this.#listener.onStatus(stored);
    };
    const consent = () =>
      new Promise<boolean>((resolve) => {
        const end = onAbort(signal, () => resolve(false));
        answer.consent = () => {
          end();
          resolve(true);
        };
      });
    const listener: AnswerListener = {
      onRequest: (request) => this.#listener.onRequest(request),
      onRound(turn) {
        answer.turn = turn;
        calls.clear();
        asked.clear();
        inputs.clear();
      },
      onFact: (fact) => {
        if (fact.type === "block") inputs.delete(fact.index);
        this.#listener.onFact(fact, stored);
      },
      onState: (state) => setStatus(state.kind === "retrying" ? state : { ...state, since: Date.now() }),
      onToolInput: (index, json) => {
        const turn = conversation.turns.get(answer.turn);
        if (turn?.role !== "assistant") return;
        inputs.set(index, (inputs.get(index) ?? "") + json);
        const place = placeOf(turn.content, index);
        this.#listener.onChange([{ type: "append", message: turn.id, index: place, text: json }], stored);
      },
      acceptWait: consent,
      goOn: (limit) => {
        setStatus({ kind: "goOn", question: limit });
        this.#listener.onQuestion(limit, stored);
        return consent();
      },
      overBudget: () => this.#listener.overBudget(),
      onCalls: () => setStatus({ kind: "tools" }),
      onProgress: (call, progress) => {
        calls.set(call, progress);
        const asks = progress.state === "asking" || progress.approval !== undefined;
        if (asks && !asked.has(call)) {
          asked.add(call); // the question about a change is shown anew with each part that is decided
          this.#listener.onQuestion(`Claude waits for you: ${progress.description}`, stored);
        }
        this.#listener.onChange(callChange(conversation, answer.turn, call, answer), stored);
      },
      askUser: (call, callSignal) =>
        new Promise((resolve, reject) => {
          const end = onAbort(callSignal, () => reject(callSignal.reason));
          typed.set(call, (given) => {
            end();
            resolve(given);
          });
        }),
    };
    this.#running.set(conversation.id, answer);
    this.#listener.onStatus(stored);
    answer.over = answerQuestion(stored, wanted, this.#parts, listener, signal)
      .catch((error: unknown) => this.#parts.log.error(error instanceof Error ? error : String(error)))
      .finally(() => {
        this.#running.delete(conversation.id);
        this.#listener.onStatus(stored);
      });
  }

  /** Stops all of them; what came is kept. */
  dispose(): void {
    for (const answer of this.#running.values()) answer.stop();
  }
}
