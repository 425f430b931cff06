import type { LogOutputChannel } from "vscode";
import type { RequestPreview } from "../api/client";
import { toBase64 } from "../chat/base64";
import { attachmentsOf, pathTo, type NewAnswer, type Turn } from "../chat/conversation";
import type { StoredConversation } from "../chat/conversationStore";
import { runExchange, type Answered, type ExchangeListener } from "../chat/exchange";
import type { Parameters } from "../chat/parameters";
import { requestFor, type BuiltRequest } from "../chat/request";
import { runRounds, type RoundsListener } from "../chat/rounds";
import type { DrawImage } from "./fitImages";
import { parametersOf, setting } from "./settings";
import { shrinkImages } from "./shrinkImages";
import type { Target } from "./target";
import { toolRunner, type RunnerParts } from "./tools/runner";
import { offer, type Offer, type Toolbox } from "./tools/toolbox";

/** An answer that is wanted. */
export interface Wanted {
  /** The turn that is answered: a person's, results of calls, or an answer that paused. */
  readonly question: Turn;
  readonly target: Target;
  /** What the answer begins with, in the place of the conversation's own prefill. */
  readonly prefill?: string;
}

/** What answering needs. */
export interface AnswerParts {
  readonly toolbox: Toolbox;
  readonly drawImage: DrawImage;
  readonly log: LogOutputChannel;
}

export interface AnswerListener extends ExchangeListener, RoundsListener, Pick<RunnerParts, "onProgress" | "askUser"> {
  onRequest(request: RequestPreview): void;
  /** Another answer begins; its turn gets this id. */
  onRound(turn: string): void;
}

/** Asks the model for an answer to a turn, runs what it calls, and reports all of it. Settings count as they are now. */
export async function answerQuestion(
  stored: StoredConversation,
  { question, target, prefill }: Wanted,
  parts: AnswerParts,
  listener: AnswerListener,
  signal: AbortSignal,
): Promise<void> {
  const { toolbox, log } = parts;
  const parameters = { ...parametersOf(stored.conversation), ...(prefill !== undefined && { prefill }) };
  // The tools stay the same until the end: thinking blocks are bound to them (Messages API, prefix binding).
  const offered = offer(toolbox, parameters, stored, target.capabilities);

  async function ask(parent: string): Promise<Answered> {
    const path = pathTo(stored.conversation, parent);
    const built = await buildRequest(stored, path, target, parameters, offered, parts);
    const { request, notes, toolsDigest, systemMessages, smallImages, citations } = built;
    listener.onRequest(target.client.preview(request));
    const id = crypto.randomUUID();
    listener.onRound(id);
    const turn: NewAnswer = {
      role: "assistant",
      id,
      parent,
      endpoint: target.endpoint.id,
      model: target.id,
      ...(parameters.systemPrompt !== undefined && { systemPrompt: parameters.systemPrompt }),
      ...(systemMessages && { systemMessages }),
      ...(toolsDigest !== undefined && { tools: toolsDigest }),
      ...(smallImages && { smallImages }),
      ...(citations && { citations }),
      content: [],
      notes: parent === question.id ? notes : [], // said once
    };
    const name = `${target.endpoint.id}/${target.id}`;
    log.info(`${name}: asked`);
    const answered = await runExchange(target.client, request, turn, listener, signal, target.capabilities.prices);
    const { outcome } = answered;
    log.info(`${name}: ${outcome.kind === "failed" ? `failed: ${outcome.failure.message}` : outcome.kind}`);
    return answered;
  }

  const { approvals } = toolbox;
  const { images } = target.capabilities;
  const { onProgress, askUser } = listener;
  const runner = toolRunner({ tools: offered.tools, approvals, stored, images, log, onProgress, askUser });
  const limits = { rounds: setting("exchange.maxRounds"), cost: setting("exchange.maxCost") };
  await runRounds(question.id, ask, runner, limits, listener, signal);
}

/** The exact request for a path of turns, with the settings of now. */
export async function prepareRequest(
  stored: StoredConversation,
  path: readonly Turn[],
  target: Target,
  parts: AnswerParts,
): Promise<BuiltRequest> {
  const parameters = parametersOf(stored.conversation);
  const offered = offer(parts.toolbox, parameters, stored, target.capabilities);
  return buildRequest(stored, path, target, parameters, offered, parts);
}

async function buildRequest(
  stored: StoredConversation,
  whole: readonly Turn[],
  target: Target,
  parameters: Parameters,
  { definitions }: Offer,
  { drawImage, log }: AnswerParts,
): Promise<BuiltRequest> {
  const path = await shrinkImages(stored, whole, target.capabilities.images, drawImage, log);
  const model = { ...target, endpoint: target.endpoint.id };
  const container = containerOf(path, target);
  const equipment = { tools: definitions, ...(container !== undefined && { container }) };
  const { prefill: _, ...others } = parameters;
  const fitting = path.at(-1)?.role === "user" ? parameters : others; // an answer that goes on has begun already
  return requestFor(path, model, fitting, await readImages(stored, path, log), equipment);
}

/** The container of the last answer that had one, as long as it lives. */
function containerOf(path: readonly Turn[], { endpoint }: Target): string | undefined {
  const last = path.findLast((turn) => turn.role === "assistant" && turn.endpoint === endpoint.id && turn.container);
  if (last?.role !== "assistant" || !last.container) return undefined;
  const { id, expires_at: expires } = last.container;
  return expires !== undefined && Date.parse(expires) < Date.now() ? undefined : id;
}

/** Base64 text by SHA-256. A file that is gone is left out; the request says so in words. */
async function readImages(
  stored: StoredConversation,
  path: readonly Turn[],
  log: LogOutputChannel,
): Promise<Map<string, string>> {
  const images = new Map<string, string>();
  for (const attachment of path.flatMap((it) => attachmentsOf(it))) {
    if (attachment.type === "code" || images.has(attachment.sha256)) continue;
    try {
      images.set(attachment.sha256, toBase64(await stored.readAttachment(attachment.sha256)));
    } catch {
      log.warn(`The stored file ${attachment.name} is gone.`);
    }
  }
  return images;
}
