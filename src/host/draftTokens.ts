import { Disposable, type LogOutputChannel } from "vscode";
import { estimateTokens } from "../api/tokens";
import type { Chat } from "./chat";
import { findTarget, type Directory } from "./target";

/** Nothing is counted before the draft has rested so long, in milliseconds. */
const PAUSE = 700;

/** Larger requests, in characters, are not uploaded only to be counted. */
const LARGEST = 500_000;

/**
 * Counts the tokens of what would be sent, while one types: by count_tokens where the endpoint has it, else an estimate. The
 * next change cancels a count. Whatever fails is left to the log.
 */
export function countDraft(chat: Chat, directory: Directory, log: Pick<LogOutputChannel, "debug">): Disposable {
  /** Addresses without count_tokens. */
  const estimated = new Set<string>();
  let counting = new AbortController();
  let timer: unknown;
  let model = chat.model;

  function changed(): void {
    counting.abort();
    counting = new AbortController();
    clearTimeout(timer);
    if (!chat.hasDraft) return chat.showDraftTokens(null);
    if (chat.busy) return; // counted when the answer is there
    const { signal } = counting;
    timer = setTimeout(() => {
      count(signal).catch((error: unknown) => {
        if (signal.aborted) return;
        log.debug("The draft was not counted", error instanceof Error ? error.message : "");
        chat.showDraftTokens(null);
      });
    }, PAUSE);
  }

  async function count(signal: AbortSignal): Promise<void> {
    await chat.opened();
    const target = await findTarget(chat.model, directory);
    const request = await chat.draftRequest(target);
    if (signal.aborted) return;
    const { baseUrl } = target.endpoint;
    if (estimated.has(baseUrl) || JSON.stringify(request).length > LARGEST) {
      return chat.showDraftTokens({ tokens: estimateTokens(request), exact: false });
    }
    const counted = await target.client.countTokens(request, signal);
    if (!counted.exact) estimated.add(baseUrl);
    if (!signal.aborted) chat.showDraftTokens(counted);
  }

  return Disposable.from(
    chat.onDraft(changed),
    chat.onReplace(changed),
    chat.onBusy(changed),
    chat.onChange((changes) => {
      const views = changes.flatMap((change) => (change.type === "view" ? [change.view] : []));
      if (model === chat.model && !views.some(({ attachments }) => attachments)) return;
      model = chat.model;
      changed();
    }),
    new Disposable(() => {
      counting.abort();
      clearTimeout(timer);
    }),
  );
}
