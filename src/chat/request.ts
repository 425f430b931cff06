import type { Capabilities } from "../api/capabilities";
import type { MessageRequest, ToolDefinition } from "../api/types";
import { withCaching } from "./caching";
import { attachmentsOf, type Turn } from "./conversation";
import { hasSmallImages, isDocument, messagesFor, withoutEmpty } from "./messages";
import type { Parameters } from "./parameters";
import { withPrefill } from "./prefill";
import { withThinking } from "./thinking";
import { digestOf, withTools } from "./tools";

/** The model that is asked. */
export interface Model {
  /** The endpoint's id. */
  readonly endpoint: string;
  readonly id: string;
  readonly capabilities: Capabilities;
  /** Request fields that it refused before and that the user chose to do without. */
  readonly refused: readonly string[];
}

export interface BuiltRequest {
  readonly request: MessageRequest;
  /** One sentence for each setting that this model does not take and that was left out or changed. */
  readonly notes: readonly string[];
  /** Changes of the system prompt go as messages. */
  readonly systemMessages?: true;
  /** Images are sent smaller than they are. */
  readonly smallImages?: true;
  /** Documents are sent with a wish for citations. */
  readonly citations?: true;
  /** Tells the tools that are sent from others; undefined when there are none. */
  readonly toolsDigest: string | undefined;
}

/** What the model can use. */
export interface Equipment {
  readonly tools?: readonly ToolDefinition[];
  /** Id of the container in which code execution finds the files of before. */
  readonly container?: string;
}

/**
 * The exact body that is sent for a path of turns. Pure: the same input gives the same bytes.
 *
 * @param path from the root to the turn that is answered: a question, results of calls, or an answer that paused
 * @param images base64 text of each image and document, by SHA-256; one that is missing is named in words
 */
export function requestFor(
  path: readonly Turn[],
  model: Model,
  parameters: Parameters,
  images: ReadonlyMap<string, string>,
  equipment: Equipment = {},
): BuiltRequest {
  const notes: string[] = [];
  const { systemPrompt, stopSequences } = parameters;
  const { tools = [], container } = equipment;
  const toolsDigest = digestOf(tools);
  noteSmallImages(path, model, notes);
  const documents = path.some((turn) => attachmentsOf(turn).some(isDocument));
  const wanted = parameters.citations === "on" && documents;
  const citations = wanted && citesDocuments(model.capabilities);
  if (wanted && !citations) notes.push(`Citations were not asked for: ${model.id} gives none.`);
  const { system, messages, systemMessages } = messagesFor(path, {
    ...model,
    systemPrompt,
    tools: toolsDigest,
    images,
    citations,
  });
  const request: MessageRequest = {
    model: model.id,
    max_tokens: maxTokens(parameters, model, notes),
    ...(system === undefined ? {} : { system }),
    ...stops(stopSequences, model, notes),
    ...sampling(parameters, model, notes),
    ...(container !== undefined && { container }),
    messages,
  };
  const wishes = { thinking: parameters.thinking, effort: parameters.effort };
  const thinking = withThinking(request, wishes, model.capabilities, notes);
  const prefilled = withPrefill(thinking, parameters.prefill, model.capabilities, notes);
  const equipped = withTools(prefilled, tools, parameters, model.capabilities, notes);
  const cached = withCaching(equipped, parameters.caching, model.capabilities);
  return {
    request: withoutRefused(cached, model, notes),
    notes,
    toolsDigest,
    ...(systemMessages && { systemMessages }),
    ...(hasSmallImages(path) && { smallImages: true as const }),
    ...(citations && { citations }),
  };
}

function noteSmallImages(path: readonly Turn[], { capabilities }: Model, notes: string[]): void {
  const { many } = capabilities.images ?? {};
  // Said once, with the first answer that gets them.
  if (!many || !hasSmallImages(path) || path.some((turn) => turn.role === "assistant" && turn.smallImages)) return;
  notes.push(
    `Larger images of this chat are sent with ${many.maxEdge} pixels on a side from now on: with more than ${many.count} images in a request none may be larger.`,
  );
}

/** Whether the model takes documents and says from where in them it has what it says. */
export function citesDocuments({ citations, pdfPages }: Pick<Capabilities, "citations" | "pdfPages">): boolean {
  return citations && pdfPages > 0;
}

/** No request is one without these. */
const necessary = new Set(["model", "max_tokens", "messages"]);

function withoutRefused(request: MessageRequest, { id, refused }: Model, notes: string[]): MessageRequest {
  const left = refused.filter((field) => canDoWithout(request, field));
  if (left.length === 0) return request;
  notes.push(`${left.join(", ")} was not sent: ${id} refused it before. Select the model again to try anew.`);
  return Object.fromEntries(
    Object.entries(request).filter(([field]) => !left.includes(field)),
  ) as unknown as MessageRequest;
}

/** Whether the request has the field and is still one without it. */
export function canDoWithout(request: MessageRequest, field: string): boolean {
  return Object.hasOwn(request, field) && !necessary.has(field);
}

function maxTokens({ maxTokens: wanted }: Parameters, { id, capabilities }: Model, notes: string[]): number {
  const most = capabilities.maxOutput ?? wanted;
  if (wanted > most) notes.push(`Max tokens were lowered to ${most}, the most that ${id} allows.`);
  return Math.min(wanted, most);
}

function stops(
  sequences: readonly string[] | undefined,
  { id, capabilities }: Model,
  notes: string[],
): Pick<MessageRequest, "stop_sequences"> {
  if (!sequences?.length) return {};
  const most = capabilities.maxStopSequences ?? sequences.length;
  if (sequences.length > most) notes.push(`Only the first ${most} stop sequences were sent: ${id} takes no more.`);
  return { stop_sequences: sequences.slice(0, most) };
}

/** Which of temperature, top_p and top_k the model takes (Messages API, thinking and the two API versions). */
function sampling(
  { temperature, topP, topK }: Parameters,
  { id, capabilities }: Model,
  notes: string[],
): Pick<MessageRequest, "temperature" | "top_p" | "top_k"> {
  const set = {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { "top-p": topP }),
    ...(topK !== undefined && { "top-k": topK }),
  };
  const names = Object.keys(set);
  if (names.length === 0) return {};
  if (capabilities.sampling !== "accepted") {
    notes.push(
      `${names.join(", ")} ${names.length === 1 ? "was" : "were"} not sent: ${id} does not take ${names.length === 1 ? "it" : "them"}.`,
    );
    return {};
  }
  // Models of the 4.5 generation refuse both together, and no model needs both.
  const both = temperature !== undefined && topP !== undefined;
  if (both) notes.push("top-p was not sent: temperature is set too.");
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && !both && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
  };
}

/** The same request without any thinking of earlier answers; the request itself when there is none. */
export function withoutThinking(request: MessageRequest): MessageRequest {
  let found = false;
  const messages = request.messages.map((message) => {
    if (typeof message.content === "string") return message;
    const content = message.content.filter(({ type }) => type !== "thinking" && type !== "redacted_thinking");
    if (content.length === message.content.length) return message;
    found = true;
    return { ...message, content };
  });
  return found ? { ...request, messages: withoutEmpty(messages) } : request;
}
