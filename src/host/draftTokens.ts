import { Disposable, type LogOutputChannel } from "vscode";
import type { MessageRequest } from "../api/types";
import type { Caching } from "../chat/caching";
import { pathTo } from "../chat/conversation";
import { inputTokens } from "../chat/inputTokens";
import { promptCost } from "../chat/promptCost";
import type { ToSendView } from "../shared/views";
import type { Chat } from "./chat";
import { pdfPages } from "./documents";
import { imageSize } from "./images";
import { findTarget, type Directory, type Target } from "./target";

/** Nothing is counted before the draft has rested so long, in milliseconds. */
const PAUSE = 700;

/** Larger requests, in characters, are not uploaded only to be counted. */
const LARGEST = 500_000;

/** How long the endpoint keeps the beginning of a conversation after it was used, in milliseconds (Messages API, caching). */
const CACHED: Record<Caching, number> = { off: 0, "5m": 5 * 60_000, "1h": 60 * 60_000 };

/**
 * Tells the page, while one types, what sending would take: tokens by count_tokens where the endpoint has it, else an estimate;
 * their price, the share of the context window, and why it would be refused. The next change cancels a count. Whatever fails is
 * left to the log.
 */
export function countDraft(chat: Chat, directory: Directory, log: Pick<LogOutputChannel, "debug">): Disposable {
  /** Addresses without count_tokens. */
  const estimated = new Set<string>();
  /** When the answers of this window came, by turn: what was sent with them may still be cached. */
  const answered = new Map<string, number>();
  let counting = new AbortController();
  let timer: unknown;

  function changed(): void {
    counting.abort();
    counting = new AbortController();
    clearTimeout(timer);
    if (chat.messageBox.isEmpty) return chat.messageBox.showToSend(null);
    if (chat.busy) return; // counted when the answer is there
    const { signal } = counting;
    timer = setTimeout(() => {
      show(signal).catch((error: unknown) => {
        if (signal.aborted) return;
        log.debug("The draft was not counted", error instanceof Error ? error.message : "");
        chat.messageBox.showToSend(null);
      });
    }, PAUSE);
  }

  async function show(signal: AbortSignal): Promise<void> {
    await chat.opened();
    const target = await findTarget(chat.choices.model, directory);
    const request = await chat.messageBox.request(target);
    if (signal.aborted) return;
    const refused = chat.messageBox.problem(target); // then also by count_tokens
    const counted = refused === undefined ? await count(request, target, signal) : estimate(request, target);
    if (signal.aborted) return;
    const { contextWindow = null } = target.capabilities;
    const { caching } = chat.choices.parameters;
    const usd = promptCost(counted.tokens, warmTokens(target, caching), caching, target.capabilities);
    const problem = refused ?? tooLong(counted.tokens, contextWindow);
    chat.messageBox.showToSend({
      ...counted,
      cost: usd === undefined ? null : { usd, estimate: true },
      contextWindow,
      ...(problem !== undefined && { problem }),
    });
  }

  async function count(
    request: MessageRequest,
    target: Target,
    signal: AbortSignal,
  ): Promise<Pick<ToSendView, "tokens" | "exact">> {
    const { endpoint, client } = target;
    if (estimated.has(endpoint.baseUrl) || JSON.stringify(request).length > LARGEST) {
      return estimate(request, target);
    }
    const counted = await client.countTokens(request, signal);
    if (counted.exact) return counted;
    estimated.add(endpoint.baseUrl);
    return estimate(request, target);
  }

  /** Tokens at the beginning of the conversation that the endpoint has read so lately that they cost less. */
  function warmTokens({ endpoint, id }: Target, caching: Caching): number {
    const last = pathTo(chat.conversation).findLast(({ role }) => role === "assistant");
    if (last?.role !== "assistant" || last.endpoint !== endpoint.id || last.model !== id || !last.usage) return 0;
    if ((answered.get(last.id) ?? 0) + CACHED[caching] < Date.now()) return 0;
    return (last.usage.cache_read_input_tokens ?? 0) + (last.usage.cache_creation_input_tokens ?? 0);
  }

  return Disposable.from(
    chat.messageBox.onChange(changed),
    chat.onReplace(changed),
    chat.onBusy(changed),
    chat.onAnswered(({ turn }) => answered.set(turn, Date.now())),
    chat.choices.onRefresh(changed),
    new Disposable(() => {
      counting.abort();
      clearTimeout(timer);
    }),
  );
}

function estimate(request: MessageRequest, { capabilities }: Target): Pick<ToSendView, "tokens" | "exact"> {
  return { tokens: inputTokens(request, capabilities, { imageSize, pageCount: pdfPages }), exact: false };
}

function tooLong(tokens: number, contextWindow: number | null): string | undefined {
  if (contextWindow === null || tokens <= contextWindow) return undefined;
  return `This is more than the ${contextWindow.toLocaleString("en")} tokens that the model can read. Send less, or choose another model.`;
}
