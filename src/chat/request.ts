import type { Capabilities } from "../api/capabilities";
import type { ContentBlock, MessageParam, MessageRequest } from "../api/types";
import { withCaching } from "./caching";
import type { Parameters } from "./parameters";
import { withPrefill } from "./prefill";
import { withThinking } from "./thinking";
import type { AssistantTurn, CodeAttachment, Turn, UserTurn } from "./conversation";

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
}

/**
 * The exact body that is sent for a path of turns. Pure: the same input gives the same bytes.
 *
 * @param path from the root to the user turn that is asked
 * @param images base64 text of each image attachment, by SHA-256; an image that is missing is named in words
 */
export function requestFor(
  path: readonly Turn[],
  model: Model,
  parameters: Parameters,
  images: ReadonlyMap<string, string>,
): BuiltRequest {
  const notes: string[] = [];
  const { stopSequences } = parameters;
  const { system, messages, systemMessages } = messagesFor(path, model, parameters.systemPrompt, images);
  const request: MessageRequest = {
    model: model.id,
    max_tokens: maxTokens(parameters, model, notes),
    ...(system === undefined ? {} : { system }),
    ...stops(stopSequences, model, notes),
    ...sampling(parameters, model, notes),
    messages,
  };
  const wanted = { thinking: parameters.thinking, effort: parameters.effort };
  const thinking = withThinking(request, wanted, model.capabilities, notes);
  const prefilled = withPrefill(thinking, parameters.prefill, model.capabilities, notes);
  const cached = withCaching(prefilled, parameters.caching, model.capabilities);
  return { request: withoutRefused(cached, model, notes), notes, ...(systemMessages && { systemMessages }) };
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

/**
 * The messages, and the system prompt in front of them. Where the model takes system messages, the prompt in front stays the one
 * with which the model gave its first answer, and each change goes in a message after the question that was asked with it: so
 * nothing that is cached or that thinking is bound to changes (Messages API, mid-conversation system messages). Elsewhere the
 * newest one stands in front.
 */
function messagesFor(
  path: readonly Turn[],
  target: Model,
  wanted: string | undefined,
  images: ReadonlyMap<string, string>,
): Pick<MessageRequest, "messages"> & { system: string | undefined; systemMessages: boolean } {
  const asMessages = target.capabilities.systemMessages;
  const first = asMessages ? path.find((turn) => isBy(target, turn) && turn.content.length > 0) : undefined;
  const system = first?.role === "assistant" ? first.systemPrompt : wanted;
  const messages: MessageParam[] = [];
  let current = system;
  let systemMessages = false;
  /** It can stand after a question only. */
  const change = (to: string | undefined) => {
    if (!asMessages || to === current || messages.at(-1)?.role !== "user") return;
    messages.push(systemMessage(current, to));
    current = to;
    systemMessages = true;
  };
  for (const [position, turn] of path.entries()) {
    const next = path[position + 1];
    if (isRefusal(turn) || (next && isRefusal(next))) continue;
    if (turn.role === "user") {
      const content = userContent(turn, images);
      if (content.length > 0) messages.push({ role: "user", content });
      continue;
    }
    const changes = systemMessages || (asMessages && turn.systemPrompt !== current);
    const bound =
      isBy(target, turn) && changes === (turn.systemMessages ?? false) && (asMessages || turn.systemPrompt === current);
    const content = assistantContent(turn, bound);
    if (content.length === 0) continue;
    if (isBy(target, turn)) change(turn.systemPrompt);
    messages.push({ role: "assistant", content });
  }
  change(wanted);
  return { system, messages, systemMessages };
}

function isBy({ endpoint, id }: Model, turn: Turn): turn is AssistantTurn {
  return turn.role === "assistant" && turn.endpoint === endpoint && turn.model === id;
}

function systemMessage(before: string | undefined, after: string | undefined): MessageParam {
  const text =
    after === undefined
      ? "The system prompt above does not apply any more."
      : before === undefined
        ? after
        : `From here on, these instructions take the place of all system prompts above:\n\n${after}`;
  return { role: "system", content: [{ type: "text", text }] };
}

/** The same request without any thinking of earlier answers; the request itself when there is none. */
export function withoutThinking(request: MessageRequest): MessageRequest {
  let found = false;
  const messages = request.messages.flatMap((message) => {
    if (typeof message.content === "string") return message;
    const content = message.content.filter(({ type }) => type !== "thinking" && type !== "redacted_thinking");
    if (content.length === message.content.length) return message;
    found = true;
    return content.length === 0 ? [] : { ...message, content };
  });
  return found ? { ...request, messages } : request;
}

/** A refused question and its answer stay out of the history: the same history tends to be refused again (stop reasons). */
function isRefusal(turn: Turn): boolean {
  return turn.role === "assistant" && turn.outcome?.kind === "complete" && turn.outcome.stopReason === "refusal";
}

/** Images first, then code, then the question: the order that the model reads best (Messages API, images). */
function userContent(turn: UserTurn, images: ReadonlyMap<string, string>): ContentBlock[] {
  const blocks: ContentBlock[] = [];
  for (const attachment of turn.attachments) {
    if (attachment.type !== "image") continue;
    const data = images.get(attachment.sha256);
    blocks.push(
      data === undefined
        ? { type: "text", text: `[The image “${attachment.name}” is not available any more.]` }
        : { type: "image", source: { type: "base64", media_type: attachment.mediaType, data } },
    );
  }
  for (const attachment of turn.attachments) {
    if (attachment.type === "code") blocks.push({ type: "text", text: codeText(attachment) });
  }
  if (turn.text.trim() !== "") blocks.push({ type: "text", text: turn.text });
  return blocks;
}

/** "src/app.ts, lines 3–9": what a message calls a snippet. */
export function codeTitle({ name, lines }: Pick<CodeAttachment, "name" | "lines">): string {
  if (!lines) return name;
  return lines[0] === lines[1] ? `${name}, line ${lines[0]}` : `${name}, lines ${lines[0]}–${lines[1]}`;
}

/** A snippet with its origin: name, lines and language, in a fence that the code cannot close. */
export function codeText(attachment: CodeAttachment): string {
  const { language, text } = attachment;
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${codeTitle(attachment)} (${language}):\n\n${fence}${language}\n${text}${text.endsWith("\n") ? "" : "\n"}${fence}`;
}

/**
 * The answer as it came, less what the API would refuse: empty text, tool calls without results, and thinking that was cut or
 * that is not bound to what stands before it here (Messages API, thinking blocks).
 */
function assistantContent(turn: AssistantTurn, bound: boolean): ContentBlock[] {
  const complete = turn.outcome?.kind === "complete";
  return turn.content.filter((block) => {
    switch (block.type) {
      case "text":
        return block.text.trim() !== "";
      case "thinking":
        return complete && bound && Boolean(block.signature);
      case "redacted_thinking":
        return complete && bound;
      case "tool_use":
        return false;
      default:
        return complete;
    }
  });
}
