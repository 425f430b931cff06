import type { LogOutputChannel } from "vscode";
import type { RequestPreview } from "../api/client";
import { toBase64 } from "../chat/base64";
import { attachmentsOf, pathTo, type NewAnswer, type Turn, type UserTurn } from "../chat/conversation";
import type { StoredConversation } from "../chat/conversationStore";
import { runExchange, type ExchangeListener } from "../chat/exchange";
import { requestFor, type BuiltRequest } from "../chat/request";
import { parametersOf } from "./settings";
import type { Target } from "./target";

/** An answer that is wanted. */
export interface Wanted {
  /** Of the new turn. */
  readonly id: string;
  readonly question: UserTurn;
  readonly target: Target;
  /** What the answer begins with, in the place of the conversation's own prefill. */
  readonly prefill?: string;
}

/** Asks the model for an answer to a question of the conversation, and reports it. Settings count as they are now. */
export async function answerQuestion(
  stored: StoredConversation,
  { id, question, target, prefill }: Wanted,
  listener: ExchangeListener & { onRequest(request: RequestPreview): void },
  signal: AbortSignal,
  log: LogOutputChannel,
): Promise<void> {
  const path = pathTo(stored.conversation, question.id);
  const { request, notes, systemPrompt, systemMessages } = await prepareRequest(stored, path, target, log, prefill);
  listener.onRequest(target.client.preview(request));
  const turn: NewAnswer = {
    role: "assistant",
    id,
    parent: question.id,
    endpoint: target.endpoint.id,
    model: target.id,
    ...(systemPrompt === undefined ? {} : { systemPrompt }),
    ...(systemMessages && { systemMessages }),
    content: [],
    notes,
  };
  const name = `${target.endpoint.id}/${target.id}`;
  log.info(`${name}: asked`);
  const outcome = await runExchange(target.client, request, turn, listener, signal, target.capabilities.prices);
  log.info(`${name}: ${outcome.kind === "failed" ? `failed: ${outcome.failure.message}` : outcome.kind}`);
}

/** The exact request for a path of turns, with the settings of now. */
export async function prepareRequest(
  stored: StoredConversation,
  path: readonly Turn[],
  target: Target,
  log: LogOutputChannel,
  prefill?: string,
): Promise<BuiltRequest & { readonly systemPrompt?: string }> {
  const parameters = { ...parametersOf(stored.conversation), ...(prefill !== undefined && { prefill }) };
  const model = { ...target, endpoint: target.endpoint.id };
  const built = requestFor(path, model, parameters, await readImages(stored, path, log));
  return { ...built, ...(parameters.systemPrompt === undefined ? {} : { systemPrompt: parameters.systemPrompt }) };
}

/** Base64 text by SHA-256. A file that is gone is left out; the request says so in words. */
async function readImages(
  stored: StoredConversation,
  path: readonly Turn[],
  log: LogOutputChannel,
): Promise<Map<string, string>> {
  const images = new Map<string, string>();
  for (const attachment of path.flatMap((it) => attachmentsOf(it))) {
    if (attachment.type !== "image" || images.has(attachment.sha256)) continue;
    try {
      images.set(attachment.sha256, toBase64(await stored.readAttachment(attachment.sha256)));
    } catch {
      log.warn(`The stored image ${attachment.name} is gone.`);
    }
  }
  return images;
}
