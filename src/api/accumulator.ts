import type { WireEvent } from "./decoder";
import { ApiFailure } from "./failure";
import { asText, isObject, type JsonObject } from "./json";
import { parseToolInput } from "./tool-input";
import type { Citation, ContentBlock, Message, StopReason, ToolUseBlock, Usage } from "./types";
import { mergeUsage } from "./usage";

/**
 * What happens to the message while it arrives. `index` is the block's position in `message.content` while it grows,
 * whatever indexes the server uses; blocks that were not numbered in their order are put in order just before `end`. `block` is the live block; all its text comes in `text` and `thinking` events,
 * `blockStart` brings it without any. Each event is delivered before the next change of the message.
 */
export type ContentEvent =
  | { readonly type: "start" }
  | { readonly type: "blockStart"; readonly index: number; readonly block: ContentBlock }
  | { readonly type: "text"; readonly index: number; readonly text: string }
  /** `estimatedTokens` (beta): of this piece, also when its text is withheld. */
  | { readonly type: "thinking"; readonly index: number; readonly text: string; readonly estimatedTokens?: number }
  /** A piece of a tool call's input, cut anywhere. */
  | { readonly type: "toolInput"; readonly index: number; readonly json: string }
  | { readonly type: "citation"; readonly index: number; readonly citation: Citation }
  | { readonly type: "blockStop"; readonly index: number; readonly block: ContentBlock }
  /** The sums so far, not what was added. */
  | { readonly type: "usage"; readonly usage: Usage };

/** A block under construction, found by the index that the server gave it. */
interface Slot {
  readonly index: number;
  readonly wireIndex: number;
  /** Pieces of a tool call's input. */
  readonly json: string[];
  open: boolean;
}

/**
 * Builds a message from wire events. Written for servers that keep to the specification and for those that do not:
 * events may be missing, double, out of order or unknown; whatever text arrives is kept.
 */
export class Accumulator {
  readonly message: Message = {
    id: "",
    type: "message",
    role: "assistant",
    model: "",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: {},
    complete: false,
    invalidToolUses: [],
    warnings: [],
  };
  /** message_stop, [DONE] or a whole message was seen: the rest of the reply does not matter. */
  ended = false;
  readonly #slots = new Map<number, Slot>();
  /** The server's index of each block of the message. */
  readonly #wireIndexes: number[] = [];
  #last: Slot | undefined;
  /** One more than the highest index the server has used. */
  #nextIndex = 0;
  #started = false;
  #announced = false;

  /** @param model the model that was asked, until the server names the one that answers */
  constructor(model: string) {
    this.message.model = model;
  }

  /** The server gave a stop reason or an end mark: nothing of the answer is missing. */
  get isWhole(): boolean {
    return this.#stopped || this.message.stop_reason !== null;
  }
  #stopped = false;

  /** Applies one event. Run it to its end: it changes the message step by step, and yields after each step. */
  *apply(event: WireEvent): Iterable<ContentEvent> {
    if (this.ended) {
      this.#captureCost(event);
      return;
    }
    switch (event.type) {
      case "message_start":
        yield* this.#start(isObject(event["message"]) ? event["message"] : event);
        break;
      case "message":
        yield* this.#start(event);
        this.#stop();
        break;
      case "content_block_start":
        yield* this.#announce();
        yield* this.#openBlock(this.#indexOf(event, true), event["content_block"]);
        break;
      case "content_block_delta":
        yield* this.#announce();
        yield* this.#delta(this.#indexOf(event, false), event["delta"]);
        break;
      case "content_block_stop": {
        const slot = this.#slots.get(this.#indexOf(event, false));
        if (slot?.open) yield* this.#closeBlock(slot);
        break;
      }
      case "message_delta":
        yield* this.#announce();
        yield* this.#messageDelta(event);
        break;
      case "message_stop":
        yield* this.#announce();
        this.#stop();
        break;
      case "[DONE]":
        this.ended = true;
        break;
      case "ping":
        break;
      default:
        this.#captureCost(event);
    }
  }

  /** Closes what is still open. Call it when the reply has ended and `isWhole`. */
  *finish(): Iterable<ContentEvent> {
    const { message } = this;
    if (!this.#stopped) this.#warn("The reply ended without message_stop.");
    const slots = [...this.#slots.values()];
    for (const slot of slots) if (slot.open) yield* this.#closeBlock(slot);
    this.#sortBlocks();
    this.#refuseTruncatedCall();
    message.complete = true;
  }

  /** The reply will not go on: a call that is still open must not run. */
  interrupt(): void {
    for (const slot of this.#slots.values()) {
      const block = this.message.content[slot.index];
      if (slot.open && block && isToolUse(block)) {
        this.#refuse(block, "The call was cut off; the tool was not run.", slot.json.join(""));
      }
    }
  }

  #stop(): void {
    this.#stopped = true;
    this.ended = true;
  }

  *#announce(): Iterable<ContentEvent> {
    if (this.#announced) return;
    this.#announced = true;
    yield { type: "start" };
  }

  *#start(wire: JsonObject): Iterable<ContentEvent> {
    const { message } = this;
    const id = asText(wire["id"]);
    if (this.#started) {
      if (id === message.id || id === "") return;
      throw new ApiFailure({ kind: "protocol", message: "The server began a second message within the first." });
    }
    this.#started = true;
    message.id = id;
    message.model = asText(wire["model"]) || message.model;
    for (const field of ["container", "context_management", "diagnostics", "input_transformations"] as const) {
      if (wire[field] !== undefined) message[field] = wire[field];
    }
    yield* this.#announce();
    const content = wire["content"];
    const blocks: unknown[] = typeof content === "string" ? [{ type: "text", text: content }] : array(content);
    for (const block of blocks) {
      const index = this.#nextIndex;
      yield* this.#openBlock(index, block);
      const slot = this.#slots.get(index);
      if (slot) yield* this.#closeBlock(slot);
    }
    this.#setStop(wire);
    yield* this.#usage(wire["usage"]);
  }

  *#messageDelta(event: JsonObject): Iterable<ContentEvent> {
    const delta = isObject(event["delta"]) ? event["delta"] : event;
    this.#setStop(delta);
    const { message } = this;
    for (const field of ["container", "context_management", "input_transformations"] as const) {
      const value = delta[field] ?? event[field];
      if (value !== undefined && value !== null) message[field] = value;
    }
    yield* this.#usage(event["usage"]);
    this.#captureCost(event);
  }

  #setStop(from: JsonObject): void {
    const { message } = this;
    const reason = asText(from["stop_reason"]);
    if (reason !== "") message.stop_reason = openAiStopReasons.get(reason) ?? (reason as StopReason);
    if (typeof from["stop_sequence"] === "string") message.stop_sequence = from["stop_sequence"];
    if (isObject(from["stop_details"])) message.stop_details = from["stop_details"];
  }

  *#usage(report: unknown): Iterable<ContentEvent> {
    if (!isObject(report)) return;
    this.message.usage = mergeUsage(this.message.usage, report);
    yield { type: "usage", usage: this.message.usage };
  }

  /** AI/ML API tells the price in a last object of its own, also after message_stop. */
  #captureCost(event: JsonObject): void {
    const meta = isObject(event["meta"]) && isObject(event["meta"]["usage"]) ? event["meta"]["usage"] : undefined;
    if (meta) this.message.usage = mergeUsage(this.message.usage, { cost: meta["usd_spent"] });
  }

  /** Some servers leave `index` out, some send it as a string. */
  #indexOf(event: JsonObject, opening: boolean): number {
    const index = event["index"];
    const number = typeof index === "string" && index !== "" ? Number(index) : index;
    if (typeof number === "number" && Number.isInteger(number)) return number;
    return opening ? this.#nextIndex : (this.#last?.wireIndex ?? 0);
  }

  *#openBlock(wireIndex: number, wire: unknown): Iterable<ContentEvent> {
    const { message } = this;
    const raw = isObject(wire) && asText(wire["type"]) !== "" ? wire : { type: "text", text: "" };
    const earlier = this.#slots.get(wireIndex);
    let index = message.content.length;
    if (earlier) {
      this.#warn(`A second block began at index ${wireIndex}.`);
      const block = message.content[earlier.index];
      if (earlier.open && block && isBlank(block) && earlier.json.length === 0) index = earlier.index;
      else if (earlier.open) yield* this.#closeBlock(earlier);
    }
    const slot: Slot = { index, wireIndex, json: [], open: true };
    const text = raw["type"] === "text" ? asText(raw["text"]) : "";
    const thinking = raw["type"] === "thinking" ? asText(raw["thinking"]) : "";
    const block = this.#blockFrom(raw, index);
    message.content[index] = block;
    this.#wireIndexes[index] = wireIndex;
    this.#slots.set(wireIndex, slot);
    this.#nextIndex = Math.max(this.#nextIndex, wireIndex + 1);
    this.#last = slot;
    yield { type: "blockStart", index, block };
    if (block.type === "text" && text !== "") {
      block.text = text;
      yield { type: "text", index, text };
    }
    if (block.type === "thinking" && thinking !== "") {
      block.thinking = thinking;
      yield { type: "thinking", index, text: thinking };
    }
    if (block.type === "fallback") message.model = asText(block.to?.model) || message.model;
  }

  /** The block with all keys it came with, its text taken out. */
  #blockFrom(raw: JsonObject, index: number): ContentBlock {
    switch (raw["type"]) {
      case "text":
        return { ...raw, type: "text", text: "" };
      case "thinking":
        return { ...raw, type: "thinking", thinking: "" };
      case "tool_use":
      case "server_tool_use":
      case "mcp_tool_use":
        return {
          ...raw,
          type: raw["type"],
          id: this.#uniqueId(asText(raw["id"]), index),
          name: asText(raw["name"]),
          input: isObject(raw["input"]) ? raw["input"] : {},
        };
      default:
        return raw as unknown as ContentBlock;
    }
  }

  /** Results are matched by id, so two calls must not share one, and a missing id is made up. */
  #uniqueId(id: string, index: number): string {
    const taken = (candidate: string) =>
      this.message.content.some((block, at) => at !== index && "id" in block && block.id === candidate);
    if (id !== "" && !taken(id)) return id;
    this.#warn(id === "" ? "A tool call has no id." : `Two tool calls have the id ${id}.`);
    for (let n = 1; ; n++) {
      const candidate = `${id || "toolu_local"}_${n}`;
      if (!taken(candidate)) return candidate;
    }
  }

  *#delta(wireIndex: number, delta: unknown): Iterable<ContentEvent> {
    const kind = isObject(delta) ? asText(delta["type"]) : "";
    const opens = implied.get(kind);
    if (!isObject(delta) || opens === undefined) {
      this.#warn(`Unknown delta ${kind}.`);
      return;
    }
    if (!this.#slots.has(wireIndex)) {
      this.#warn(`A delta came for block ${wireIndex}, which never began.`);
      yield* this.#openBlock(wireIndex, opens);
    }
    const slot = this.#slots.get(wireIndex);
    const block = slot && this.message.content[slot.index];
    if (!slot || !block) return;
    this.#last = slot;
    const { index } = slot;
    if (kind === "text_delta" && block.type === "text") {
      const text = asText(delta["text"]);
      block.text += text;
      if (text !== "") yield { type: "text", index, text };
    } else if (kind === "thinking_delta" && block.type === "thinking") {
      const text = asText(delta["thinking"]);
      const estimate = delta["estimated_tokens"];
      block.thinking += text;
      if (typeof estimate === "number") yield { type: "thinking", index, text, estimatedTokens: estimate };
      else if (text !== "") yield { type: "thinking", index, text };
    } else if (kind === "signature_delta" && block.type === "thinking") {
      block.signature = asText(delta["signature"]); // sent whole, so the last one counts
    } else if (kind === "input_json_delta" && isToolUse(block) && slot.open) {
      const json = asText(delta["partial_json"]);
      slot.json.push(json);
      if (json !== "") yield { type: "toolInput", index, json };
    } else if (kind === "citations_delta" && block.type === "text" && isObject(delta["citation"])) {
      const citation = delta["citation"] as Citation;
      if (!Array.isArray(block.citations)) block.citations = [];
      block.citations.push(citation);
      yield { type: "citation", index, citation };
    } else if (kind === "compaction_delta" && block.type === "compaction") {
      block.content = typeof delta["content"] === "string" ? delta["content"] : null;
      if (delta["encrypted_content"] !== undefined)
        block.encrypted_content = delta["encrypted_content"] as string | null;
    } else {
      this.#warn(`A ${kind} came for a ${block.type} block.`);
    }
  }

  *#closeBlock(slot: Slot): Iterable<ContentEvent> {
    const block = this.message.content[slot.index];
    slot.open = false;
    if (!block) return;
    if (isToolUse(block)) this.#readInput(slot, block);
    yield { type: "blockStop", index: slot.index, block };
  }

  #readInput(slot: Slot, block: ToolUseBlock): void {
    const raw = slot.json.join("");
    const parsed = parseToolInput(raw);
    if (parsed === undefined) return; // no input was streamed: the one of the start counts
    if ("input" in parsed) block.input = parsed.input;
    else this.#refuse(block, parsed.problem, raw);
  }

  #refuse(block: ToolUseBlock, problem: string, raw: string): void {
    if (block.type !== "tool_use") this.#warn(problem);
    else if (!this.message.invalidToolUses.some((invalid) => invalid.id === block.id)) {
      this.message.invalidToolUses.push({ id: block.id, problem, raw });
    }
  }

  /** A call that the token limit cut may still look valid, for example when nothing of its input had arrived. */
  #refuseTruncatedCall(): void {
    const { content, stop_reason: reason } = this.message;
    const last = content.at(-1);
    if (reason !== "max_tokens" && reason !== "model_context_window_exceeded") return;
    if (last && isToolUse(last)) {
      this.#refuse(last, "The call was cut off by the token limit; the tool was not run.", JSON.stringify(last.input));
    }
  }

  /** A server that begins its blocks in another order than it numbers them means the numbers. */
  #sortBlocks(): void {
    const { message } = this;
    const blocks = message.content.map((block, at) => ({ block, wireIndex: this.#wireIndexes[at] ?? at }));
    message.content = blocks.toSorted((a, b) => a.wireIndex - b.wireIndex).map(({ block }) => block);
  }

  #warn(text: string): void {
    if (this.message.warnings.length < 100) this.message.warnings.push(text);
  }
}

/** A message that came in one piece, such as a batch's result. */
export function messageFrom(wire: JsonObject): Message {
  const accumulator = new Accumulator("");
  for (const step of [accumulator.apply({ ...wire, type: "message" }), accumulator.finish()]) Array.from(step);
  return accumulator.message;
}

/** The block that a delta without a content_block_start belongs to. */
const implied: ReadonlyMap<string, JsonObject> = new Map(
  Object.entries({
    text_delta: { type: "text", text: "" },
    citations_delta: { type: "text", text: "" },
    thinking_delta: { type: "thinking", thinking: "" },
    signature_delta: { type: "thinking", thinking: "" },
    input_json_delta: { type: "tool_use" },
    compaction_delta: { type: "compaction", content: null },
  }),
);

const openAiStopReasons: ReadonlyMap<string, StopReason> = new Map(
  Object.entries({
    stop: "end_turn",
    length: "max_tokens",
    tool_calls: "tool_use",
  } as const),
);

function isToolUse(block: ContentBlock): block is ToolUseBlock {
  return block.type === "tool_use" || block.type === "server_tool_use" || block.type === "mcp_tool_use";
}

function isBlank(block: ContentBlock): boolean {
  return (
    (block.type === "text" && block.text === "") ||
    (block.type === "thinking" && block.thinking === "") ||
    isToolUse(block)
  );
}

function array(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
