import type { Cost } from "../api/price";
import type { Usage } from "../api/types";
import {
  pathTo,
  resultsOf,
  siblingsOf,
  type AssistantTurn,
  type Attachment,
  type Conversation,
  type Fact,
  type Outcome,
  type StoredFailure,
  type Turn,
  type UserTurn,
} from "../chat/conversation";
import { imageTokens } from "../chat/images";
import type { Change } from "../shared/protocol";
import type {
  AttachmentView,
  BlockView,
  EndView,
  FailureView,
  MessageView,
  TotalsView,
  UsageView,
} from "../shared/views";
import { blockViews, placeOf, viewOf, type BlockContext, type Progress } from "./blocks";

/** How turns, blocks and failures look to the page. */

/** What the page has to change after a fact was applied to the conversation. */
export function changesFor(conversation: Conversation, fact: Fact, running: Progress | undefined): Change[] {
  switch (fact.type) {
    case "turn": {
      const turn = conversation.turns.get(fact.turn.id);
      if (turn?.role === "results")
        return turn.results.flatMap(({ call }) => callChange(conversation, turn.parent, call, running));
      return turn
        ? [{ type: "message", message: messageView(conversation, turn, running) }, pathChange(conversation)]
        : [];
    }
    case "block":
      return blockChange(conversation, fact.turn, fact.index, running);
    case "delta": {
      const turn = conversation.turns.get(fact.turn);
      if (turn?.role !== "assistant") return [];
      return [{ type: "append", message: fact.turn, index: placeOf(turn.content, fact.index), text: fact.text }];
    }
    case "result": {
      const turn = conversation.turns.get(fact.turn);
      return turn?.role === "results" ? callChange(conversation, turn.parent, fact.result.call, running) : [];
    }
    case "answered": {
      const turn = conversation.turns.get(fact.turn);
      if (turn?.role !== "assistant") return [];
      const end: Change = { type: "end", message: turn.id, ...endView(conversation, turn) };
      if (turn.outcome?.kind !== "complete") return [end];
      // Its calls have arrived; from now on all but the first wait their turn.
      const calls = turn.content.flatMap((block, index) =>
        block.type === "tool_use" ? blockChange(conversation, turn.id, index, running) : [],
      );
      return [end, ...calls];
    }
    case "leaf":
    case "removed":
      return [pathChange(conversation)];
    case "draft":
    case "title":
    case "model":
    case "profile":
    case "parameters":
    case "pinned":
    case "workspace":
    case "deleted":
    case "copied":
    case "shrunk":
      return [];
  }
}

function pathChange(conversation: Conversation): Change {
  return { type: "path", messages: shownTurns(conversation).map((turn) => turn.id) };
}

/** The turns of the path that are messages: results stand with their calls. */
export function shownTurns(conversation: Conversation): (UserTurn | AssistantTurn)[] {
  return pathTo(conversation).filter((turn) => turn.role !== "results");
}

function blockChange(
  conversation: Conversation,
  message: string,
  index: number,
  running: Progress | undefined,
): Change[] {
  const turn = conversation.turns.get(message);
  if (turn?.role !== "assistant") return [];
  const block = turn.content[index];
  // Text that only begins in another block has nothing to show yet: what is there need not be sent again.
  if (block?.type === "text" && block.text === "" && turn.content[index - 1]?.type === "text") return [];
  return [{ type: "block", message, ...viewOf(contextOf(conversation, turn, running), index) }];
}

/** The line of a call as it is now. */
export function callChange(
  conversation: Conversation,
  message: string,
  call: string,
  running: Progress | undefined,
): Change[] {
  const turn = conversation.turns.get(message);
  const index = turn?.role === "assistant" ? turn.content.findIndex((it) => "id" in it && it.id === call) : -1;
  return index === -1 ? [] : blockChange(conversation, message, index, running);
}

function contextOf(conversation: Conversation, turn: AssistantTurn, running: Progress | undefined): BlockContext {
  return {
    turn,
    results: resultsOf(conversation, turn.id),
    progress: running?.turn === turn.id ? running : undefined,
  };
}

/** @param running what runs in this conversation in this window, if anything does */
export function messageView(
  conversation: Conversation,
  turn: UserTurn | AssistantTurn,
  running: Progress | undefined,
): MessageView {
  const siblings = siblingsOf(conversation, turn);
  const place =
    siblings.length > 1 ? { siblings: { index: siblings.indexOf(turn.id) + 1, count: siblings.length } } : {};
  if (turn.role === "user") {
    return {
      id: turn.id,
      role: "user",
      ...place,
      state: "complete",
      blocks: [
        ...turn.attachments.map((it): BlockView => ({ type: "attachment", attachment: attachmentView(it) })),
        ...(turn.text === "" ? [] : [{ type: "text" as const, text: turn.text }]),
      ],
    };
  }
  const blocks = blockViews(contextOf(conversation, turn, running));
  const view = { id: turn.id, role: "assistant" as const, model: turn.model, ...place, blocks };
  return turn.id === running?.turn && !turn.outcome
    ? { ...view, state: "streaming", notes: turn.notes }
    : { ...view, ...endView(conversation, turn) };
}

function endView(conversation: Conversation, turn: AssistantTurn): EndView {
  const { outcome, notes } = turn;
  const usage = exchangeUsage(conversation, turn);
  if (!outcome) return { state: "failed", notes, failure: interrupted };
  switch (outcome.kind) {
    case "complete":
      return {
        state: "complete",
        cut: outcome.stopReason === "max_tokens",
        ...(outcome.stopReason === "refusal" && { refused: true }),
        notes: [...notes, ...stopNotes(outcome, turn.content.length === 0)],
        ...usage,
      };
    case "stopped":
      return { state: "stopped", notes, ...usage };
    case "failed":
      return { state: "failed", notes, failure: failureView(outcome.failure), ...usage };
  }
}

/** What the answers took since the question: with calls of tools there are several, and the last one shows it all. */
function exchangeUsage(conversation: Conversation, turn: AssistantTurn): Pick<MessageView, "usage"> {
  const answers: UsageView[] = [];
  const seen = new Set<Turn>(); // a damaged journal may lead in a circle
  for (let it: Turn | undefined = turn; it && it.role !== "user" && !seen.has(it);) {
    seen.add(it);
    if (it.role === "assistant" && it.usage) answers.push(usageView(it.usage, it.cost));
    it = conversation.turns.get(it.parent ?? "");
  }
  const [first, ...others] = answers;
  return first ? { usage: others.reduce(addUsage, first) } : {};
}

function addUsage(one: UsageView, other: UsageView): UsageView {
  const names = ["input", "cacheRead", "cacheWrite", "output", "thinking"] as const;
  const counts = names.flatMap((name) =>
    one[name] === undefined && other[name] === undefined ? [] : [[name, (one[name] ?? 0) + (other[name] ?? 0)]],
  );
  const costs = [one.cost, other.cost].filter((cost) => cost !== undefined);
  const cost = { usd: costs.reduce((sum, { usd }) => sum + usd, 0), estimate: costs.some(({ estimate }) => estimate) };
  return { ...Object.fromEntries(counts), ...(costs.length > 0 && { cost }) };
}

function usageView(usage: Usage, cost: Cost | undefined): UsageView {
  const counts = {
    input: usage.input_tokens,
    cacheRead: usage.cache_read_input_tokens,
    cacheWrite: usage.cache_creation_input_tokens,
    output: usage.output_tokens,
    thinking: usage.output_tokens_details?.thinking_tokens,
  };
  const known = Object.entries(counts).filter(([, count]) => typeof count === "number");
  return { ...Object.fromEntries(known), ...(cost && { cost }) };
}

/** @param contextWindow of the model that answers next, in tokens; undefined when unknown */
export function totalsView(conversation: Conversation, contextWindow: number | undefined): TotalsView {
  const answers = [...conversation.turns.values()].filter((turn) => turn.role === "assistant");
  const costs = answers.flatMap(({ cost }) => (cost ? [cost] : []));
  const last = pathTo(conversation).findLast((turn) => turn.role === "assistant" && turn.usage !== undefined);
  return {
    cost:
      costs.length === 0
        ? null
        : { usd: costs.reduce((sum, { usd }) => sum + usd, 0), estimate: costs.some(({ estimate }) => estimate) },
    context: last?.role === "assistant" && last.usage ? contextTokens(last.usage) : null,
    contextWindow: contextWindow ?? null,
  };
}

/** The whole prompt and the answer (Messages API, usage): cached or not, all of it is in the window. */
function contextTokens({ iterations, ...usage }: Usage): number | null {
  const last = iterations?.findLast(({ type }) => type === "message") ?? usage;
  if (typeof last.input_tokens !== "number") return null;
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens, output_tokens } = last;
  return input_tokens + (cache_read_input_tokens ?? 0) + (cache_creation_input_tokens ?? 0) + (output_tokens ?? 0);
}

const interrupted: FailureView = {
  message: "VS Code was closed while Claude was answering.",
  advice: "What had come is kept. Retry asks again.",
  action: null,
  retryable: true,
};

function failureView(failure: StoredFailure): FailureView {
  const { kind, message, advice, parameter } = failure;
  return { message, advice, action: actionFor(kind), ...(parameter !== undefined && { parameter }), retryable: true };
}

function actionFor(kind: StoredFailure["kind"]): FailureView["action"] {
  switch (kind) {
    case "auth":
    case "permission":
      return "setKey";
    case "notFound":
      return "selectModel";
    case "protocol":
    case "server":
    case "network":
    case "cors":
      return "showLog";
    default:
      return null;
  }
}

/** One sentence for each way to end that a reader should know about (Messages API, stop reasons). */
function stopNotes(outcome: Extract<Outcome, { kind: "complete" }>, empty: boolean): string[] {
  switch (outcome.stopReason) {
    case "end_turn":
    case null:
      return empty ? ["Claude had nothing to add."] : [];
    case "tool_use":
    case "pause_turn":
      return [];
    case "max_tokens":
      return ["The answer is cut: it reached its limit of max tokens."];
    case "model_context_window_exceeded":
      return ["The answer is cut: the conversation fills the model's context window. Start a new chat to go on."];
    case "stop_sequence":
      return [`Stopped at the stop sequence${outcome.stopSequence ? ` “${outcome.stopSequence}”` : ""}.`];
    case "refusal":
      return ["Claude declined to answer. This question and answer are left out of what is sent next."];
    default:
      return [`The model stopped with “${outcome.stopReason}”.`];
  }
}

export function attachmentView(attachment: Attachment): AttachmentView {
  if (attachment.type === "code") {
    const { id, name, language, lines, text, redacted } = attachment;
    return { type: "code", id, name, language, text, ...(lines && { lines }), ...(redacted && { redacted }) };
  }
  if (attachment.type === "document") {
    const { id, name, bytes, pages } = attachment;
    return { type: "document", id, name, bytes, ...(pages !== undefined && { pages }) };
  }
  const { id, name, bytes, width, height, animated, original } = attachment;
  return {
    type: "image",
    id,
    name,
    bytes,
    width,
    height,
    tokens: imageTokens(attachment),
    ...(original && { original }),
    ...(animated ? { note: "Animated: Claude sees the first frame only." } : {}),
  };
}
