import type { ContentBlock, ToolUseBlock } from "../api/types";
import type { Fact, ToolResult } from "./conversation";
import type { Answered } from "./exchange";

/** What runs the calls of the model, on this computer. */
export interface ToolRunner {
  /** Whether a call of the tool changes nothing, so that it may run beside others. */
  readsOnly(name: string): boolean;
  /** Runs one call, after the user has allowed it where that is needed. Never rejects; ends soon after an abort, as "cancelled". */
  run(call: ToolUseBlock, signal: AbortSignal): Promise<ToolResult>;
}

/** How far an exchange goes by itself. */
export interface Limits {
  /** Answers of the model. */
  readonly rounds: number;
  /** US dollars, as far as costs are known; undefined: no limit. */
  readonly cost: number | undefined;
}

export interface RoundsListener {
  onFact(fact: Fact): void;
  /** The calls of an answer run now. */
  onCalls(answer: string): void;
  /** A limit is reached: resolves to whether to go on. */
  goOn(question: string): Promise<boolean>;
  /** Asked before each further answer: a question when what the user wants to spend is used up. */
  overBudget(): Promise<string | undefined>;
}

/**
 * An exchange, from a question until the model stops: answer → (calls run → results → answer | pause → answer)*. Every way out
 * leaves a valid conversation: each call of an answer has a result, also the ones that an abort has cancelled. Never rejects
 * unless `ask` does.
 *
 * @param from the turn that is answered first
 * @param ask has the model answer a turn, and resolves when the answer is recorded
 */
export async function runRounds(
  from: string,
  ask: (parent: string) => Promise<Answered>,
  tools: ToolRunner,
  limits: Limits,
  listener: RoundsListener,
  signal: AbortSignal,
): Promise<void> {
  let parent = from;
  let rounds = 0;
  let spent = 0;
  let beyondBudget = false;
  for (;;) {
    const answer = await ask(parent);
    rounds++;
    spent += answer.cost ?? 0;
    if (answer.outcome.kind !== "complete") return;
    const { stopReason } = answer.outcome;
    // Some gateways stop for another reason than "tool_use" and call all the same, and the other way round (stop reasons).
    const calls = answer.content.filter(isCall);
    if (stopReason === "refusal" || (calls.length === 0 && stopReason !== "pause_turn")) return;
    parent = answer.turn;
    if (calls.length > 0) {
      const cut = stopReason === "max_tokens" || stopReason === "model_context_window_exceeded";
      parent = crypto.randomUUID();
      listener.onFact({ type: "turn", turn: { role: "results", id: parent, parent: answer.turn, results: [] } });
      listener.onCalls(answer.turn);
      const record = (result: ToolResult) => listener.onFact({ type: "result", turn: parent, result });
      for (const result of refusedCalls(calls, answer, cut)) record(result);
      if (cut) return; // the model would only run into the limit again
      await runCalls(
        calls.filter((call) => !isInvalid(call, answer)),
        tools,
        record,
        signal,
      );
    }
    if (signal.aborted) return;
    const limit = limitReached(limits, rounds, spent);
    const budget = limit === undefined && !beyondBudget ? await listener.overBudget() : undefined;
    const question = limit ?? budget;
    if (signal.aborted) return;
    if (question === undefined) continue;
    if (!(await listener.goOn(question))) return;
    if (limit === undefined) beyondBudget = true;
    else rounds = spent = 0;
  }
}

function isCall(block: ContentBlock): block is ToolUseBlock {
  return block.type === "tool_use";
}

function isInvalid({ id }: ToolUseBlock, { invalidToolUses }: Answered): boolean {
  return invalidToolUses.some((invalid) => invalid.id === id);
}

/** Results for the calls that must not run: what they were called with is no input, or not all of it. */
function refusedCalls(calls: readonly ToolUseBlock[], answer: Answered, cut: boolean): ToolResult[] {
  return calls.flatMap(({ id }): ToolResult[] => {
    const invalid = answer.invalidToolUses.find((it) => it.id === id);
    const text =
      invalid?.problem ?? (cut ? "The answer was cut off by the token limit; the tool was not run." : undefined);
    return text === undefined ? [] : [{ call: id, kind: "invalid", content: [{ type: "text", text }] }];
  });
}

/** Calls that only read run side by side; those that may change something run one after the other, in their order. */
async function runCalls(
  calls: readonly ToolUseBlock[],
  tools: ToolRunner,
  record: (result: ToolResult) => void,
  signal: AbortSignal,
): Promise<void> {
  let before: Promise<void> = Promise.resolve();
  const running = calls.map((call) => {
    if (tools.readsOnly(call.name)) return tools.run(call, signal).then(record);
    before = before.then(async () => record(await tools.run(call, signal)));
    return before;
  });
  await Promise.all(running);
}

function limitReached({ rounds, cost }: Limits, done: number, spent: number): string | undefined {
  if (cost !== undefined && spent >= cost) return `This answer has cost $${spent.toFixed(2)} so far. Go on?`;
  if (done < rounds) return undefined;
  return `Claude has gone through ${done} rounds of tool calls. Go on?`;
}
