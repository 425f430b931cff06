import { createParser, type EventSourceMessage } from "eventsource-parser";
import { ApiFailure, cut } from "./failure";
import { asCount, asText, isObject, isTooDeep, type JsonObject, parseJson } from "./json";
import { isError, notAReply, readReply } from "./reply";
import { type FailureContext, replyFailure } from "./reply-failure";

/** One event of a reply. `[DONE]` is OpenAI's end mark; `message` a whole message, from a reply that is no stream. */
export interface WireEvent extends JsonObject {
  readonly type: string;
}

/** Turns the bytes of a 2xx reply into events. Give it every chunk, then call `end`; iterate each result to its end. */
export interface ReplyDecoder {
  /** @throws ApiFailure (protocol, or an error the server tells of), after the events before it */
  feed(bytes: Uint8Array): Iterable<WireEvent>;
  end(): Iterable<WireEvent>;
}

/** In UTF-16 units. A longer event or JSON reply is refused: the largest real ones hold a few images. */
const BUFFER_LIMIT = 64 * 1024 * 1024;

/** A JSON text of no more characters cannot be nested too deeply. */
const SHALLOW = 500;

/**
 * Content types lie, so the first character decides: `{` and `[` begin JSON, `<` begins HTML, everything else is a
 * stream. Always UTF-8, as the stream format demands.
 */
export function replyDecoder(context: FailureContext): ReplyDecoder {
  const decoder = new TextDecoder();
  let reader: TextReader | undefined;

  function* take(text: string): Iterable<WireEvent> {
    const first = reader ? "" : /\S/.exec(text)?.[0];
    if (first === undefined) return;
    reader ??= first === "{" || first === "[" || first === "<" ? whole(context) : stream(context);
    yield* reader.feed(text);
  }

  return {
    feed: (bytes) => take(decoder.decode(bytes, { stream: true })),
    *end() {
      yield* take(decoder.decode());
      if (!reader) throw notAReply(context, "");
      yield* reader.end();
    },
  };
}

interface TextReader {
  feed(text: string): Iterable<WireEvent>;
  end(): Iterable<WireEvent>;
}

/** A JSON reply: the message in one piece, wrapped as `{code, data}` by some gateways, or an error. HTML is refused. */
function whole(context: FailureContext): TextReader {
  const parts: string[] = [];
  let length = 0;
  return {
    feed(text) {
      length += text.length;
      if (length > BUFFER_LIMIT) throw tooLong(context);
      parts.push(text);
      return [];
    },
    *end() {
      const text = parts.join("");
      const value = readReply(context, text);
      if (!isObject(value) || (value["type"] !== "message" && !Array.isArray(value["content"]))) {
        throw notAReply(context, text);
      }
      yield { ...value, type: "message" };
    },
  };
}

function stream(context: FailureContext): TextReader {
  const received: EventSourceMessage[] = [];
  let overflow = false;
  let events = 0;
  let head = "";
  let lineStart = true;
  const parser = createParser({
    onEvent: (event) => void received.push(event),
    onError: (error) => {
      if (error.type === "max-buffer-size-exceeded") overflow = true;
    },
    onComment: () => void events++,
    maxBufferSize: BUFFER_LIMIT,
  });

  /** `last`: what is left when the stream ends may be cut off, which is for the caller to judge. */
  function* drain(last: boolean): Iterable<WireEvent> {
    for (const event of received.splice(0)) {
      events++;
      const value = payload(context, event, last);
      if (value) yield value;
    }
    if (overflow) throw tooLong(context);
  }

  return {
    feed(text) {
      if (events === 0 && head.length < 8000) head += text; // longer than what is shown: the key must not be cut in two
      const clean = stripMarks(text, lineStart);
      if (clean !== "") lineStart = /[\r\n]$/.test(clean);
      parser.feed(clean);
      return coalesce(drain(false));
    },
    *end() {
      parser.feed("\n\n"); // the last event may lack its blank line
      yield* coalesce(drain(true));
      if (events === 0) throw notAReply(context, head);
    },
  };
}

/** Takes byte order marks off the starts of lines, where they would hide the field name: some proxies insert them. */
function stripMarks(text: string, atLineStart: boolean): string {
  if (!text.includes("\uFEFF")) return text;
  const stripped = text.replaceAll(/([\r\n])\uFEFF/g, "$1");
  return atLineStart && stripped.startsWith("\uFEFF") ? stripped.slice(1) : stripped;
}

/** The commonest event as api.anthropic.com writes it: most of a stream. Read so, it costs a fraction of JSON.parse. */
const plainTextDelta =
  /^\{"type":"content_block_delta","index":(\d+),"delta":\{"type":"text_delta","text":"([^"\\]*)"\} *\}$/;

/** The event in one SSE message, or undefined if there is nothing to do: switches on the JSON's `type`, not on `event`. */
function payload(context: FailureContext, { event, data }: EventSourceMessage, last: boolean): WireEvent | undefined {
  const plain = plainTextDelta.exec(data);
  if (plain) {
    return { type: "content_block_delta", index: Number(plain[1]), delta: { type: "text_delta", text: plain[2] } };
  }
  const text = data.trim();
  if (text === "[DONE]") return { type: text };
  if (text === "" && event !== "error") return undefined;
  const value = parseJson(data) ?? parseJson(escapeControls(data));
  if (value === undefined && event !== "error") {
    if (last) return undefined;
    throw new ApiFailure({
      kind: "protocol",
      message: `${context.name} sent an event that is not JSON: ${cut(context.redact(text), 200)}`,
      raw: context.redact(cut(text, 8000)),
    });
  }
  if (event === "error" && !isObject(value)) throw replyFailure(context, data);
  if (!isObject(value)) return undefined;
  if (data.length > SHALLOW && isTooDeep(value)) {
    throw new ApiFailure({ kind: "protocol", message: `${context.name} sent JSON that is nested too deeply.` });
  }
  if (isError(value) || (event === "error" && !hasType(value))) throw replyFailure(context, value);
  return hasType(value) ? value : { ...value, type: event ?? "" };
}

function hasType(value: JsonObject): value is WireEvent {
  return asText(value["type"]) !== "";
}

/** Gateways send raw line feeds and tabs inside JSON strings; JSON wants them escaped. */
function escapeControls(json: string): string {
  const parts: string[] = [];
  let from = 0;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const character = json[at] ?? "";
    if (character === '"') inString = !inString;
    else if (character === "\\") at++;
    else if (character < " " && inString) {
      parts.push(json.slice(from, at), `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
      from = at + 1;
    }
  }
  return parts.join("") + json.slice(from);
}

const growing: ReadonlyMap<string, string> = new Map([
  ["text_delta", "text"],
  ["thinking_delta", "thinking"],
  ["input_json_delta", "partial_json"],
]);

/** Joins neighbouring deltas of one block: what arrived together is delivered together. */
function* coalesce(events: Iterable<WireEvent>): Iterable<WireEvent> {
  let run: DeltaRun | undefined;
  try {
    for (const event of events) {
      const delta = event.type === "content_block_delta" && isObject(event["delta"]) ? event["delta"] : undefined;
      const field = delta && growing.get(asText(delta["type"]));
      const piece = field && delta[field];
      if (run && field === run.field && event["index"] === run.event["index"] && typeof piece === "string") {
        run.pieces.push(piece);
        run.estimate += asCount(delta?.["estimated_tokens"]) ?? 0;
        continue;
      }
      if (run) yield joined(run);
      run = undefined;
      if (delta && field && typeof piece === "string") {
        run = { event, delta, field, pieces: [piece], estimate: asCount(delta["estimated_tokens"]) ?? 0 };
      } else yield event;
    }
  } catch (error) {
    if (run) yield joined(run); // what came before the failure counts
    throw error;
  }
  if (run) yield joined(run);
}

/** Neighbouring deltas of one block. */
interface DeltaRun {
  readonly event: WireEvent;
  readonly delta: JsonObject;
  readonly field: string;
  readonly pieces: string[];
  estimate: number;
}

/** One flat string: a rope of slices would keep every chunk of the stream in memory. */
function joined({ event, delta, field, pieces, estimate }: DeltaRun): WireEvent {
  if (pieces.length === 1) return event;
  return {
    ...event,
    delta: { ...delta, [field]: pieces.join(""), ...(estimate > 0 && { estimated_tokens: estimate }) },
  };
}

function tooLong(context: FailureContext): ApiFailure {
  return new ApiFailure({ kind: "protocol", message: `${context.name} sent an event of more than 64 MB.` });
}
