import { answerTo, sampleInput, sampleOf } from "./answers";
import { callsNow, lastQuestion, scriptedCalls } from "./calls";
import type { InputUsage } from "./cache";
import { type Arguments, type DirectiveName, parseDirectives, withoutDirectives } from "./directives";
import type { Attachments } from "./images";
import { sha256, textBlocks } from "./prefix";
import { hostileMarkdown } from "../hostile";
import { hostileSample, longSample, markdownSample } from "./samples";
import { type CustomTool, isCustomTool, type Message } from "./schema";
import { pausing, runCode, search } from "./server-tools";
import { signThinking } from "./thinking";
import { countTokens, tokenize } from "./tokens";
import type { ValidRequest } from "./validate-request";

export type OutputBlock =
  | { readonly type: "text"; readonly text: string; readonly citations: readonly object[] | null }
  | { readonly type: "thinking"; readonly thinking: string; readonly signature: string }
  | { readonly type: "redacted_thinking"; readonly data: string }
  | {
      readonly type: "tool_use";
      readonly id: string;
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
      readonly caller: { readonly type: "direct" };
      readonly toolset_name?: string;
      /** Streamed in place of the input. */
      readonly raw?: string;
    }
  | {
      readonly type: "server_tool_use";
      readonly id: string;
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
    }
  | {
      readonly type: "web_search_tool_result" | "bash_code_execution_tool_result";
      readonly tool_use_id: string;
      readonly content: unknown;
    };

export interface Usage extends InputUsage {
  readonly output_tokens: number;
  readonly output_tokens_details: { readonly thinking_tokens: number };
  readonly server_tool_use: null;
  readonly service_tier: "standard" | "batch";
  readonly speed: "standard" | "fast";
  readonly inference_geo: string;
}

export interface ReplyMessage {
  readonly id: string;
  readonly type: "message";
  readonly role: "assistant";
  readonly model: string;
  readonly content: readonly OutputBlock[];
  readonly stop_reason: "end_turn" | "max_tokens" | "stop_sequence" | "tool_use" | "pause_turn" | "refusal";
  readonly stop_sequence: string | null;
  readonly stop_details: object | null;
  readonly container: { readonly id: string; readonly expires_at: string } | null;
  readonly usage: Usage;
  readonly context_management?: object;
  readonly input_transformations?: readonly object[];
}

export type Directives = ReadonlyMap<DirectiveName, Arguments>;

/** The newest thing the user said: directives are read from its text only, never from files or tool results. */
export function newestMessage({ body }: ValidRequest): Message {
  return body.messages.findLast(({ role }) => role === "user") ?? { role: "user", content: "" };
}

export function directivesOf(message: Message): Directives {
  return parseDirectives(textOf(message));
}

function textOf({ content }: Message): string {
  return textBlocks(content)
    .flatMap((block) => (block.type === "text" ? [block.text] : []))
    .join("\n\n");
}

/** Writes the answer to a valid request. Equal requests get equal answers; only the ids differ, by `number`. */
export function writeReply(
  request: ValidRequest,
  directives: Directives,
  input: InputUsage,
  tier: Usage["service_tier"],
  number: number,
): ReplyMessage {
  const { body, dialogue, model, transformations } = request;
  const seed = sha256(`${number} ${JSON.stringify(body)}`)
    .replaceAll(/[-_]/g, "0")
    .slice(0, 22);
  const thinking = body.max_tokens === 0 ? nothing : writeThinking(request, directives);
  const rest = writeRest(request, directives, body.max_tokens - thinking.tokens, seed);
  return {
    id: `msg_${seed}`,
    type: "message",
    role: "assistant",
    model: model.id,
    content: [...thinking.blocks, ...rest.blocks],
    stop_reason: rest.stopReason,
    stop_sequence: rest.stopSequence ?? null,
    stop_details: rest.stopReason === "refusal" ? refusalDetails : null,
    container: directives.has("run") ? { id: "container_sim", expires_at: "2099-01-01T00:00:00Z" } : null,
    usage: {
      ...input,
      output_tokens: thinking.tokens + rest.tokens,
      output_tokens_details: { thinking_tokens: thinking.tokens },
      server_tool_use: null,
      service_tier: tier,
      speed: body.speed ?? "standard",
      inference_geo: body.inference_geo ?? "global",
    },
    ...(body.context_management && { context_management: { applied_edits: [] } }),
    ...(dialogue.betas.includes("thinking-binding-controls-2026-08-01") && { input_transformations: transformations }),
  };
}

interface Written {
  readonly blocks: readonly OutputBlock[];
  readonly tokens: number;
}

interface Rest extends Written {
  readonly stopReason: ReplyMessage["stop_reason"];
  readonly stopSequence?: string;
}

const nothing: Written = { blocks: [], tokens: 0 };

const refusalDetails = {
  type: "refusal",
  category: "cyber",
  explanation: "The simulated model refuses because the message asked it to.",
};

/**
 * A thinking block when the model may think and the message or the request asks for it. A question that only leaves
 * thinking on finds the model quick: adaptive thinking may skip it.
 */
function writeThinking(request: ValidRequest, directives: Directives): Written {
  const { body, model, parts } = request;
  const mode = body.thinking?.type ?? (model.thinksByDefault ? "adaptive" : "disabled");
  const afterTools = textBlocks(newestMessage(request).content).some(({ type }) => type === "tool_result");
  const may = mode === "enabled" || mode === "adaptive" || (mode === "between_tools" && afterTools);
  if (!may || !(directives.has("thinking") || body.thinking)) return nothing;

  const text =
    "The user wrote to a simulated model. I look at what was sent: the words, the code, the pictures. " +
    "Then I choose what to say about it, and say plainly that I am not real.";
  const tokens = Math.min(countTokens(text, model), body.max_tokens);
  if (directives.get("thinking")?.["redacted"] !== undefined) {
    return { blocks: [{ type: "redacted_thinking", data: signThinking("", model, parts) }], tokens };
  }
  const display = body.thinking?.type === "disabled" ? undefined : body.thinking?.display;
  const shown = (display ?? (model.generation >= 4.7 ? "omitted" : "summarized")) === "omitted" ? "" : text;
  return { blocks: [{ type: "thinking", thinking: shown, signature: signThinking(shown, model, parts) }], tokens };
}

function writeRest(request: ValidRequest, directives: Directives, maxTokens: number, seed: string): Rest {
  const { body, model } = request;
  if (maxTokens <= 0) return { ...nothing, stopReason: "max_tokens" };
  if (directives.has("empty")) return { ...nothing, stopReason: "end_turn" };
  if (directives.has("refusal")) return cut(request, "I would rather not go on with", maxTokens, "refusal");

  const atServer = serverTools(request, directives, seed);
  if (atServer) return atServer;
  const scripted = scriptedAnswer(request, seed);
  if (scripted) return scripted;

  const tools = chosenTools(request, directives);
  if (tools.length === 0) {
    const text = answerText(request, directives);
    if (!directives.has("max_tokens")) return cut(request, text, maxTokens, "end_turn");
    return cut(request, text, Math.min(maxTokens, Math.ceil(countTokens(text, model) / 2)), "end_turn");
  }

  const forced = body.tool_choice?.type === "any" || body.tool_choice?.type === "tool";
  const intro = forced ? nothing : cut(request, `I call ${tools[0]?.name ?? ""}.`, maxTokens, "end_turn");
  const calls = tools.map((tool, index): OutputBlock => {
    const id = `toolu_${index}${seed}`;
    return { type: "tool_use", id, name: tool.name, input: sampleInput(tool), caller: { type: "direct" } };
  });
  const tokens = intro.tokens + countTokens(JSON.stringify(calls), model);
  // A call that does not fit is not begun.
  if (tokens > maxTokens) return { ...intro, stopReason: "max_tokens" };
  return { blocks: [...intro.blocks, ...calls], tokens, stopReason: "tool_use" };
}

/** The calls that the last question asks for, unless it has had them all. */
function scriptedAnswer({ body, model }: ValidRequest, seed: string): Rest | undefined {
  const { question, answers } = lastQuestion(body.messages);
  const given = directivesOf(question).get("call");
  if (!callsNow(given, answers) || body.tool_choice?.type === "none") return undefined;
  const blocks = scriptedCalls(question, seed);
  const end = given?.["end"] ?? (given?.["cut"] === undefined ? "tool_use" : "max_tokens");
  const last = blocks.at(-1);
  if (given?.["cut"] !== undefined && last?.type === "tool_use") {
    const whole = JSON.stringify(last.input);
    blocks[blocks.length - 1] = { ...last, raw: whole.slice(0, whole.length / 2) };
  }
  return { blocks, tokens: countTokens(JSON.stringify(blocks), model), stopReason: end as Rest["stopReason"] };
}

/** An answer with tools of the server, where the request has them. */
function serverTools({ body, model }: ValidRequest, directives: Directives, seed: string): Rest | undefined {
  const has = (name: string) => body.tools?.some((tool) => tool.name === name);
  const search_ = directives.get("search");
  const pause = directives.get("pause");
  const paused = pause && has("web_search") ? pausing(pause, body.messages.at(-1), seed) : undefined;
  const blocks =
    paused?.blocks ??
    (search_ && has("web_search") ? search(search_, seed) : undefined) ??
    (directives.has("run") && has("code_execution") ? runCode(seed) : undefined);
  if (!blocks) return undefined;
  const tokens = countTokens(JSON.stringify(blocks), model);
  return { blocks, tokens, stopReason: paused?.paused ? "pause_turn" : "end_turn" };
}

/** The tools to call: the one that is forced, else the first when the message asks for a call. */
function chosenTools({ body }: ValidRequest, directives: Directives): CustomTool[] {
  const choice = body.tool_choice;
  const tools = (body.tools ?? []).filter(isCustomTool);
  const asked = directives.get("tool");
  const forced = choice?.type === "any" || choice?.type === "tool";
  const tool = choice?.type === "tool" ? tools.find(({ name }) => name === choice.name) : tools[0];
  if (!tool || choice?.type === "none" || (!asked && !forced)) return [];
  const single = choice?.disable_parallel_tool_use;
  return Array.from({ length: single ? 1 : Number(asked?.["count"] ?? 1) }, () => tool);
}

function answerText(request: ValidRequest, directives: Directives): string {
  const message = newestMessage(request);
  const format = request.body.output_config?.format;
  if (format) return JSON.stringify(sampleOf(format.schema));
  if (directives.has("echo")) return withoutDirectives(textOf(message)) || "…";
  const hostile = directives.get("hostile");
  if (hostile) return hostile["all"] === undefined ? hostileSample : hostileMarkdown;
  if (directives.has("markdown")) return markdownSample;
  const long = directives.get("long");
  if (long) return longSample(Number(long["kb"] ?? 20));
  return answerTo(message, request.attachments);
}

/** The beginning of each document that asked for it is cited: a page of a PDF, characters of a text. */
function citationsOf({ pages }: Attachments): readonly object[] | null {
  const cited = [...pages.keys()].flatMap(({ source, title, citations }, index): object[] => {
    if (!citations?.enabled) return [];
    const place = { document_index: index, document_title: title ?? null, file_id: null };
    if (source.type === "text") {
      const quote = source.data.slice(0, 20);
      const range = { start_char_index: 0, end_char_index: quote.length };
      return [{ type: "char_location", cited_text: quote, ...place, ...range }];
    }
    const range = { start_page_number: 1, end_page_number: 2 };
    return [{ type: "page_location", cited_text: "What the first page says.", ...place, ...range }];
  });
  return cited.length > 0 ? cited : null;
}

/** One text block, ended early by a stop sequence or by the limit of tokens. */
function cut(
  { body, model, attachments }: ValidRequest,
  text: string,
  maxTokens: number,
  stopReason: Rest["stopReason"],
): Rest {
  const stops = (body.stop_sequences ?? [])
    .map((sequence) => ({ sequence, at: text.indexOf(sequence) }))
    .filter(({ at }) => at >= 0)
    .toSorted((a, b) => a.at - b.at);
  const [stop] = stops;
  const tokens = tokenize(stop ? text.slice(0, stop.at) : text, model);
  const kept = tokens.slice(0, maxTokens);
  const blocks: OutputBlock[] =
    kept.length === 0 ? [] : [{ type: "text", text: kept.join(""), citations: citationsOf(attachments) }];
  if (kept.length < tokens.length) return { blocks, tokens: kept.length, stopReason: "max_tokens" };
  if (stop) return { blocks, tokens: kept.length, stopReason: "stop_sequence", stopSequence: stop.sequence };
  return { blocks, tokens: kept.length, stopReason };
}
