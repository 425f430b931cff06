/** Random messages, random streams that tell them, and random damage to such streams. */
import { bytesOf, type Bytes, event, type Json } from "./harness";
import { blockDelta, blockStart, blockStop, ping } from "./wire";

type Random = () => number;

const integer = (random: Random, below: number) => Math.floor(random() * below);

function pick<T>(random: Random, list: readonly [T, ...T[]]): T {
  return list[integer(random, list.length)] ?? list[0];
}

const alphabet = Array.from('abc XYZ019\n\t"\\/{}[]:,é漢😀\u2028\u0000\uFEFF') as [string, ...string[]];

function randomText(random: Random, longest: number): string {
  return Array.from({ length: integer(random, longest) }, () => pick(random, alphabet)).join("");
}

/** Without escapes: once V8 has seen the JSON {"a":1,"\\\\":2}, its JSON.parse reads the "\\t" of {"a":1,"\\t":2} as a backslash. */
function randomKey(random: Random): string {
  return Array.from({ length: integer(random, 6) }, () =>
    pick(random, ["a", "Z", "_", "0", " ", "é", "漢", "😀"]),
  ).join("");
}

function randomJson(random: Random, depth: number): unknown {
  const kind = integer(random, depth > 0 ? 6 : 4);
  if (kind === 0) return randomText(random, 12);
  if (kind === 1) return Math.round((random() - 0.5) * 1e6) / 8;
  if (kind === 2) return random() < 0.5;
  if (kind === 3) return null;
  if (kind === 4) return Array.from({ length: integer(random, 4) }, () => randomJson(random, depth - 1));
  return randomObject(random, depth - 1);
}

function randomObject(random: Random, depth: number): Json {
  return Object.fromEntries(
    Array.from({ length: integer(random, 4) }, () => [randomKey(random), randomJson(random, depth)]),
  );
}

function randomBlock(random: Random, id: string): Json {
  switch (integer(random, 6)) {
    case 0:
      return { type: "thinking", thinking: randomText(random, 40), signature: `Eq${integer(random, 1e9)}` };
    case 1:
      return { type: "tool_use", id, name: "read_file", input: randomObject(random, 3) };
    case 2:
      return { type: "redacted_thinking", data: randomText(random, 20) };
    case 3:
      return { type: "web_search_tool_result", tool_use_id: id, content: randomJson(random, 2) };
    default:
      return { type: "text", text: randomText(random, 60) };
  }
}

export interface RandomMessage extends Json {
  readonly content: readonly Json[];
  readonly usage: Json;
}

export function randomMessage(random: Random): RandomMessage {
  return {
    id: `msg_${integer(random, 1e9)}`,
    type: "message",
    role: "assistant",
    model: "claude-opus-5-5",
    content: Array.from({ length: integer(random, 5) }, (_, at) => randomBlock(random, `toolu_${at}`)),
    stop_reason: pick(random, ["end_turn", "tool_use", "stop_sequence"]),
    stop_sequence: random() < 0.2 ? "END" : null,
    usage: { input_tokens: integer(random, 1000), output_tokens: integer(random, 1000) },
  };
}

/** The text in up to three pieces, cut anywhere, also inside a surrogate pair's escape. */
function pieces(random: Random, text: string): string[] {
  const points = Array.from(text);
  const one = integer(random, points.length + 1);
  const two = one + integer(random, points.length - one + 1);
  return [points.slice(0, one), points.slice(one, two), points.slice(two)].map((part) => part.join(""));
}

function blockEvents(random: Random, index: number, block: Json): Json[] {
  const told = (empty: Json, deltas: Json[]) => [
    blockStart(index, { ...block, ...empty }),
    ...deltas.map((delta) => blockDelta(index, delta)),
    blockStop(index),
  ];
  switch (block["type"]) {
    case "text":
      return told(
        { text: "" },
        pieces(random, block["text"] as string).map((text) => ({ type: "text_delta", text })),
      );
    case "thinking":
      return told({ thinking: "", signature: "" }, [
        ...pieces(random, block["thinking"] as string).map((thinking) => ({ type: "thinking_delta", thinking })),
        { type: "signature_delta", signature: block["signature"] },
      ]);
    case "tool_use":
      return told(
        { input: {} },
        pieces(random, JSON.stringify(block["input"])).map((json) => ({
          type: "input_json_delta",
          partial_json: json,
        })),
      );
    default:
      return told({}, []);
  }
}

/** The wire events of a message, each as the text of one SSE event. */
export function eventsOf(message: RandomMessage, random: Random): string[] {
  const { content, stop_reason, stop_sequence, usage } = message;
  const opening = {
    type: "message_start",
    message: { ...message, content: [], stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 1 } },
  };
  const list: Json[] = [
    opening,
    ...content.flatMap((block, index) => blockEvents(random, index, block)),
    { type: "message_delta", delta: { stop_reason, stop_sequence }, usage: { output_tokens: usage["output_tokens"] } },
    { type: "message_stop" },
  ];
  return list.flatMap((data) => (random() < 0.1 ? [event(ping), event(data)] : [event(data)]));
}

/** A stream of the message with random padding and, unless it must conform in form too, comments and other line ends. */
export function streamOf(message: RandomMessage, random: Random, form: "conforming" | "odd"): string {
  const list = eventsOf(message, random).map((text) =>
    text.replace(/\}\n\n$/, `${" ".repeat(integer(random, 4))}}\n\n`),
  );
  if (form === "conforming") return list.join("");
  const end = pick(random, ["\n", "\r\n", "\r"]);
  return list
    .map((text) => {
      const comment = random() < 0.2 ? ": comment\n" : "";
      const named = random() < 0.3 ? text.replace(/^event: .*\n/, "") : text;
      return (comment + named).replaceAll("\n", end);
    })
    .join("");
}

/** The bytes of the events after one was dropped, doubled, swapped with the next, or one byte flipped. */
export function damaged(list: readonly string[], random: Random): Bytes {
  const at = integer(random, list.length);
  const [one = "", two = ""] = list.slice(at, at + 2);
  const around = (...middle: string[]) => [...list.slice(0, at), ...middle, ...list.slice(at + 2)].join("");
  switch (integer(random, 4)) {
    case 0:
      return bytesOf(around(two));
    case 1:
      return bytesOf(around(one, one, two));
    case 2:
      return bytesOf(around(two, one));
    default: {
      const bytes = bytesOf(list.join(""));
      const place = integer(random, bytes.length);
      bytes[place] = (bytes[place] ?? 0) ^ (1 << integer(random, 8));
      return bytes;
    }
  }
}
