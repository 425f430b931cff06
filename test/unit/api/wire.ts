/** Pieces of streams, and the table form of a case. Needs nothing of Node. */
import type { FailureKind } from "../../../src/api/failure";
import { type Bytes, events, type Json } from "./harness";

export function start(more: Json = {}): Json & { type: string } {
  return {
    type: "message_start",
    message: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "claude-opus-5-5",
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 21, output_tokens: 1 },
      ...more,
    },
  };
}

export const blockStart = (index: unknown, block: Json) => ({
  type: "content_block_start",
  index,
  content_block: block,
});
export const blockDelta = (index: unknown, delta: Json) => ({ type: "content_block_delta", index, delta });
export const blockStop = (index: unknown) => ({ type: "content_block_stop", index });
export const textStart = (index: unknown, text = "") => blockStart(index, { type: "text", text });
export const textDelta = (index: unknown, text: unknown) => blockDelta(index, { type: "text_delta", text });
export const jsonDelta = (index: unknown, json: string) =>
  blockDelta(index, { type: "input_json_delta", partial_json: json });
export const toolStart = (index: unknown, id: string, more: Json = { input: {} }) =>
  blockStart(index, { type: "tool_use", id, name: "read_file", ...more });
export const messageDelta = (
  reason: unknown = "end_turn",
  usage: unknown = { output_tokens: 9 },
): Json & { type: string } => ({
  type: "message_delta",
  delta: { stop_reason: reason, stop_sequence: null },
  usage,
});
export const messageStop = { type: "message_stop" };
export const ping = { type: "ping" };

/** A text block, whole. */
export const text = (index: unknown, ...pieces: readonly string[]) => [
  textStart(index),
  ...pieces.map((piece) => textDelta(index, piece)),
  blockStop(index),
];

/** A tool call, its input in pieces. */
export const tool = (index: unknown, id: string, ...pieces: readonly string[]) => [
  toolStart(index, id),
  ...pieces.map((piece) => jsonDelta(index, piece)),
  blockStop(index),
];

export const ending = [messageDelta(), messageStop];

/** "Grüß Gott 漢字 😀👩‍👩‍👧🇦🇹" in two pieces: characters of 1 to 4 bytes and clusters of several. */
export const greeting = "Grüß Gott 漢字 😀👩‍👩‍👧🇦🇹";

export const hello = events(start(), ...text(0, greeting.slice(0, 4), greeting.slice(4)), ...ending);

/** The usual stream with something put in after the first `at` of its six events. */
export function helloWith(at: number, inserted: string): string {
  const parts = hello.split(/(?<=\n\n)/);
  return [...parts.slice(0, at), inserted, ...parts.slice(at)].join("");
}

export interface WireCase {
  readonly name: string;
  readonly wire: string | Bytes;
  readonly headers?: Readonly<Record<string, string>>;
  /** How the connection ends. */
  readonly ends?: "close" | "error";
  /** Blocks of the message, whole or partial. A string stands for one text block. */
  readonly content?: string | readonly unknown[];
  /** Undefined: the message is whole. */
  readonly failure?: FailureKind;
  /** What the failure's sentence must say. */
  readonly says?: RegExp;
  /** Other fields of the message. */
  readonly message?: Json;
  /** Ids of calls that must not run. */
  readonly invalid?: readonly string[];
  /** How many; 0 if not given. */
  readonly warnings?: number;
  /** Also cut once at every byte. */
  readonly everyByte?: boolean;
  /** Only cut into chunks of so many bytes: for large streams. */
  readonly size?: number;
}
