import { parseJson } from "../../api/json";
import type { Disk, LargeDisk, OpenFile } from "../disk";

/** Read and written in pieces of about this many bytes: the files of a batch may be larger than memory. */
const PIECE = 1 << 16;

const encoder = new TextEncoder();

/** A place in a file, in bytes. */
export interface Place {
  readonly at: number;
  readonly length: number;
}

export interface LineWriter {
  /** Adds a line at the end and tells where it stands, without its line end. */
  write(line: string): Promise<Place>;
  /** Resolves when all lines are on disk. */
  flush(): Promise<void>;
}

/** @param at the size of the file by now */
export function lineWriter(disk: Disk, file: string, at = 0): LineWriter {
  let waiting: string[] = [];
  let bytes = 0;
  const flush = async () => {
    const text = waiting.join("");
    waiting = [];
    bytes = 0;
    if (text !== "") await disk.append(file, text);
  };
  return {
    async write(line) {
      const { length } = encoder.encode(line);
      const place = { at, length };
      waiting.push(`${line}\n`);
      at += length + 1;
      bytes += length + 1;
      if (bytes >= PIECE) await flush();
      return place;
    },
    flush,
  };
}

/** The bytes of a file, in pieces; closes it at the end. */
export async function* piecesOf(disk: LargeDisk, file: string): AsyncGenerator<Uint8Array, void, void> {
  const opened = await disk.open(file);
  try {
    for (let at = 0; at < opened.size; at += PIECE) yield await opened.read(at, PIECE);
  } finally {
    await opened.close();
  }
}

/** The lines of a file with their places, one after the other. What follows the last line end is a line too, if not empty. */
export async function* linesWithPlaces(
  disk: LargeDisk,
  file: string,
): AsyncGenerator<Place & { readonly text: string }, void, void> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let begun: Uint8Array[] = [];
  let at = 0;
  const line = (end: Uint8Array) => {
    const bytes = begun.length === 0 ? end : join([...begun, end]);
    const found = { at, length: bytes.length, text: decoder.decode(bytes) };
    begun = [];
    at += bytes.length + 1;
    return found;
  };
  for await (const piece of piecesOf(disk, file)) {
    let from = 0;
    for (let to = piece.indexOf(LF); to >= 0; to = piece.indexOf(LF, from)) {
      yield line(piece.subarray(from, to));
      from = to + 1;
    }
    begun.push(piece.slice(from));
  }
  const last = line(new Uint8Array());
  if (last.length > 0) yield last;
}

const LF = 10;

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export async function readText(file: OpenFile, { at, length }: Place): Promise<string> {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await file.read(at, length));
}

/** A file of short lines that is held in memory as bytes; a line is parsed when it is asked for. */
export interface Index<T> {
  readonly count: number;
  line(number: number): T;
}

/** @param parse of what JSON.parse made of a line, or of undefined when it is no JSON */
export async function readIndex<T>(disk: Disk, file: string, parse: (value: unknown) => T): Promise<Index<T>> {
  const bytes = await disk.read(file);
  const decoder = new TextDecoder();
  const starts: number[] = [0];
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) starts.push(at + 1);
  return {
    count: starts.length - 1,
    line: (number) => parse(parseJson(decoder.decode(bytes.subarray(starts[number] ?? 0, starts[number + 1] ?? 0)))),
  };
}
