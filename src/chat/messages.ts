import type { Capabilities } from "../api/capabilities";
import type { ContentBlock, MessageParam, MessageRequest, ToolResultBlock, ToolUseBlock } from "../api/types";
import {
  attachmentsOf,
  type AssistantTurn,
  type Attachment,
  type CodeAttachment,
  type DocumentAttachment,
  type ImageAttachment,
  type ResultContent,
  type ResultsTurn,
  type ToolResult,
  type Turn,
  type UserTurn,
} from "./conversation";

/** What a history is built for. */
export interface HistoryFor {
  /** The endpoint's id. */
  readonly endpoint: string;
  /** The model's. */
  readonly id: string;
  readonly capabilities: Pick<Capabilities, "systemMessages" | "pdfPages">;
  readonly systemPrompt: string | undefined;
  /** A digest of the tools of the request. */
  readonly tools: string | undefined;
  /** Base64 text of each image and document, by SHA-256; one that is missing is named in words. */
  readonly images: ReadonlyMap<string, string>;
  /** Documents ask for citations. The API wants that of all of them or of none. */
  readonly citations: boolean;
}

export interface History extends Pick<MessageRequest, "messages"> {
  readonly system: string | undefined;
  /** Changes of the system prompt go as messages. */
  readonly systemMessages: boolean;
}

interface Draft {
  readonly role: MessageParam["role"];
  readonly content: readonly ContentBlock[];
}

/**
 * The messages, and the system prompt in front of them. Where the model takes system messages, the prompt in front stays the one
 * with which the model gave its first answer, and each change goes in a message after the question that was asked with it: so
 * nothing that is cached or that thinking is bound to changes (Messages API, mid-conversation system messages). Elsewhere the
 * newest one stands in front.
 *
 * Calls stand with their results, all of them and first in the next message (Messages API, result rules), whatever Stop, a crash
 * or a damaged journal left of them.
 */
export function messagesFor(path: readonly Turn[], target: HistoryFor): History {
  const asMessages = target.capabilities.systemMessages;
  const first = asMessages ? path.find((turn) => isBy(target, turn) && turn.content.length > 0) : undefined;
  const system = first?.role === "assistant" ? first.systemPrompt : target.systemPrompt;
  const messages: Draft[] = [];
  let current = system;
  let systemMessages = false;
  const ids = new Set<string>();

  const say = (role: "user" | "assistant", content: readonly ContentBlock[]) => {
    const last = messages.at(-1);
    if (content.length === 0) return;
    // A question after results, or an answer that went on after a pause, is one message with what came before.
    if (last?.role === role && (role === "assistant" || isResult(last.content.at(-1)))) {
      messages[messages.length - 1] = { role, content: [...last.content, ...content] };
    } else messages.push({ role, content });
  };
  /** It can stand after a question only. */
  const change = (to: string | undefined) => {
    if (!asMessages || to === current || messages.at(-1)?.role !== "user") return;
    messages.push(systemMessage(current, to));
    current = to;
    systemMessages = true;
  };

  const turns = withoutRefusals(path);
  const smallImages = hasSmallImages(path);
  for (const [position, turn] of turns.entries()) {
    if (turn.role === "user") say("user", userContent(turn, target));
    if (turn.role !== "assistant") continue; // results stand with their calls
    const changes = systemMessages || (asMessages && turn.systemPrompt !== current);
    const bound =
      isBy(target, turn) &&
      turn.tools === target.tools &&
      changes === (turn.systemMessages ?? false) &&
      smallImages === (turn.smallImages ?? false) &&
      target.citations === (turn.citations ?? false) &&
      (asMessages || turn.systemPrompt === current);
    const content = assistantContent(turn, target, bound);
    if (content.length === 0) continue;
    if (isBy(target, turn)) change(turn.systemPrompt);
    const calls = content.filter(isCall);
    const names = new Map(calls.map((call) => [call.id, uniqueId(idFor(call, turn, target), ids)]));
    const named = content.map((block) => {
      const id = isCall(block) ? names.get(block.id) : undefined;
      return isCall(block) && id !== undefined && id !== block.id ? { ...block, id } : block;
    });
    say("assistant", named);
    const next = turns[position + 1];
    const results = next?.role === "results" ? next : undefined;
    say(
      "user",
      calls.map((call) => resultBlock(call, names.get(call.id) ?? call.id, resultFor(call, results), target.images)),
    );
  }
  change(target.systemPrompt);
  const valid = messages.map((message, index) =>
    isClosed(messages[index + 1]) ? withoutUnfinished(message) : message,
  );
  return { system, messages: withoutEmpty(valid), systemMessages };
}

/** Some images of the path are smaller versions: thinking that came before that was bound to the larger ones. */
export function hasSmallImages(path: readonly Turn[]): boolean {
  return path.some((turn) => attachmentsOf(turn).some((it) => it.type === "image" && it.shrunk));
}

function isBy({ endpoint, id }: HistoryFor, turn: Turn): turn is AssistantTurn {
  return turn.role === "assistant" && turn.endpoint === endpoint && turn.model === id;
}

function systemMessage(before: string | undefined, after: string | undefined): Draft {
  const text =
    after === undefined
      ? "The system prompt above does not apply any more."
      : before === undefined
        ? after
        : `From here on, these instructions take the place of all system prompts above:\n\n${after}`;
  return { role: "system", content: [{ type: "text", text }] };
}

/**
 * Without the messages that have become empty. A system message goes on to the next place where it may stand, before an answer or
 * at the end, and gives way to a later one there (Messages API, mid-conversation system messages).
 */
export function withoutEmpty(messages: readonly MessageParam[]): MessageParam[] {
  const kept: MessageParam[] = [];
  let system: MessageParam | undefined;
  for (const message of messages) {
    if (message.content.length === 0) continue;
    if (message.role === "system") system = message;
    else {
      if (system && message.role === "assistant") kept.push(system);
      if (message.role === "assistant") system = undefined;
      kept.push(message);
    }
  }
  return system ? [...kept, system] : kept;
}

/** The server goes on with a call of its own after results, not after a question. */
function isClosed(next: Draft | undefined): boolean {
  return Boolean(next?.content.some((block) => !isResult(block)));
}

function withoutUnfinished({ role, content }: Draft): Draft {
  return { role, content: content.filter((block) => !isUnfinished(block, content)) };
}

/**
 * A refused exchange stays out of the history, from the question on: the same history tends to be refused again (stop reasons).
 */
function withoutRefusals(path: readonly Turn[]): Turn[] {
  const kept: Turn[] = [];
  for (const turn of path) {
    const refused =
      turn.role === "assistant" && turn.outcome?.kind === "complete" && turn.outcome.stopReason === "refusal";
    if (!refused) kept.push(turn);
    else
      kept.splice(
        Math.max(
          0,
          kept.findLastIndex(({ role }) => role === "user"),
        ),
      );
  }
  return kept;
}

/** Images first, then documents, code, then the question: the order that the model reads best (Messages API, images). */
function userContent(turn: UserTurn, { images, citations, capabilities }: HistoryFor): ContentBlock[] {
  const blocks: ContentBlock[] = [];
  // An endpoint that takes no PDF files knows no documents at all.
  const asDocument = (it: Attachment): it is CodeAttachment =>
    isDocument(it) && it.type === "code" && capabilities.pdfPages > 0;
  for (const attachment of turn.attachments) {
    if (attachment.type === "image") blocks.push(imageBlock(attachment, images));
  }
  for (const attachment of turn.attachments) {
    if (attachment.type === "document") blocks.push(documentBlock(attachment, images, citations));
    else if (asDocument(attachment)) blocks.push(textDocument(attachment, citations));
  }
  for (const attachment of turn.attachments) {
    if (attachment.type === "code" && !asDocument(attachment)) {
      blocks.push({ type: "text", text: codeText(attachment) });
    }
  }
  if (turn.text.trim() !== "") blocks.push({ type: "text", text: turn.text });
  return blocks;
}

function imageBlock({ name, sha256, mediaType }: ImageAttachment, images: ReadonlyMap<string, string>) {
  const data = images.get(sha256);
  return data === undefined
    ? { type: "text" as const, text: `[The image “${name}” is not available any more.]` }
    : { type: "image" as const, source: { type: "base64" as const, media_type: mediaType, data } };
}

function documentBlock(
  { name, sha256 }: DocumentAttachment,
  files: ReadonlyMap<string, string>,
  citations: boolean,
): ContentBlock {
  const data = files.get(sha256);
  return data === undefined
    ? { type: "text", text: `[The document “${name}” is not available any more.]` }
    : {
        type: "document",
        title: name,
        source: { type: "base64", media_type: "application/pdf", data },
        ...(citations && { citations: { enabled: true } }),
      };
}

function textDocument({ name, text }: CodeAttachment, citations: boolean): ContentBlock {
  return {
    type: "document",
    title: name,
    source: { type: "text", media_type: "text/plain", data: text },
    ...(citations && { citations: { enabled: true } }),
  };
}

/** It goes as a document. The API takes no blank one. */
export function isDocument(attachment: Attachment): boolean {
  if (attachment.type === "code") return attachment.document === true && attachment.text.trim() !== "";
  return attachment.type === "document";
}

/** "src/app.ts, lines 3–9": what a message calls a snippet. */
export function codeTitle({ name, lines }: Pick<CodeAttachment, "name" | "lines">): string {
  if (!lines) return name;
  return lines[0] === lines[1] ? `${name}, line ${lines[0]}` : `${name}, lines ${lines[0]}–${lines[1]}`;
}

/** A snippet with its origin: name, lines and language, in a fence that the code cannot close. */
export function codeText(attachment: CodeAttachment): string {
  const { language, text } = attachment;
  return `${codeTitle(attachment)} (${language}):\n\n${fenced(text, language)}`;
}

/** A text in a fence that it cannot close. */
export function fenced(text: string, language = ""): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${text}${text.endsWith("\n") ? "" : "\n"}${fence}`;
}

/**
 * The answer as it came, less what the API would refuse: empty text, calls that were cut, and thinking that was cut or that
 * belongs to another model, system prompt or set of tools (Messages API, thinking blocks). Another endpoint gets no blocks that
 * only the first one can read.
 */
function assistantContent(turn: AssistantTurn, target: HistoryFor, bound: boolean): ContentBlock[] {
  const complete = turn.outcome?.kind === "complete";
  const here = turn.endpoint === target.endpoint;
  return turn.content.flatMap((block): ContentBlock[] => {
    switch (block.type) {
      case "text":
        if (block.text.trim() === "") return [];
        return [here || !block.citations?.length ? block : { type: "text", text: block.text }];
      case "thinking":
        return complete && bound && Boolean(block.signature) ? [block] : [];
      case "redacted_thinking":
        return complete && bound ? [block] : [];
      case "tool_use":
        return complete ? [block] : [];
      default:
        return complete && here ? [block] : [];
    }
  });
}

function isCall(block: ContentBlock): block is ToolUseBlock {
  return block.type === "tool_use";
}

function isResult(block: ContentBlock | undefined): boolean {
  return block?.type === "tool_result";
}

/** A call at the server that has no result here. */
function isUnfinished(block: ContentBlock, content: readonly ContentBlock[]): boolean {
  if (block.type !== "server_tool_use" && block.type !== "mcp_tool_use") return false;
  return !content.some((other) => "tool_use_id" in other && other.tool_use_id === block.id);
}

/** Gateways give ids that Anthropic does not take. */
function idFor({ id }: ToolUseBlock, turn: AssistantTurn, target: HistoryFor): string {
  return turn.endpoint === target.endpoint ? id : id.replaceAll(/[^a-zA-Z0-9_-]/g, "_");
}

/** Some gateways count their calls from one again in each message; the API wants an id once in a conversation. */
function uniqueId(id: string, taken: Set<string>): string {
  let unique = id;
  for (let n = 2; taken.has(unique); n++) unique = `${id}_${n}`;
  taken.add(unique);
  return unique;
}

const interrupted: Pick<ToolResult, "kind" | "content"> = {
  kind: "cancelled",
  content: [{ type: "text", text: "The call was interrupted; it is not known whether it was carried out." }],
};

function resultFor({ id }: ToolUseBlock, results: ResultsTurn | undefined): Pick<ToolResult, "kind" | "content"> {
  return results?.results.find(({ call }) => call === id) ?? interrupted;
}

function resultBlock(
  { toolset_name: toolset }: ToolUseBlock,
  id: string,
  { kind, content }: Pick<ToolResult, "kind" | "content">,
  images: ReadonlyMap<string, string>,
): ToolResultBlock {
  const blocks = content
    .filter((part) => part.type === "image" || part.text.trim() !== "")
    .map((part: ResultContent) =>
      part.type === "image" ? imageBlock(part, images) : { type: "text" as const, text: part.text },
    );
  return {
    type: "tool_result",
    tool_use_id: id,
    ...(toolset !== undefined && { toolset_name: toolset }), // names the set, as the call did
    ...(blocks.length > 0 && { content: blocks }),
    ...(kind !== "done" && { is_error: true }),
  };
}
