import { parseJson } from "../../api/json";
import { byteLines } from "../../api/lines";
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
  /** Adds a line at the end and tells where it stands, without its line end. One line after the other. */
  write(line: string | Uint8Array): Promise<Place>;
  /** Resolves when all lines are on disk. */
  flush(): Promise<void>;
}

/**
 * Collects lines in one piece of memory that is used again and again: what a hundred thousand lines leave behind otherwise makes the
 * heap grow.
 *
 * @param at the size of the file by now
 */
export function lineWriter(disk: Disk, file: string, at = 0): LineWriter {
  const piece = new Uint8Array(PIECE);
  let used = 0;
  const flush = async () => {
    const bytes = piece.subarray(0, used);
    used = 0;
    if (bytes.length > 0) await disk.append(file, bytes);
  };
  return {
    async write(line) {
      const most = typeof line === "string" ? line.length * 3 : line.length; // UTF-16 to UTF-8
      if (used + most + 1 > PIECE) await flush();
      let length: number;
      if (most + 1 > PIECE) {
        const bytes = typeof line === "string" ? encoder.encode(line) : line;
        ({ length } = bytes);
        await disk.append(file, bytes);
      } else if (typeof line === "string") {
        length = encoder.encodeInto(line, piece.subarray(used)).written;
        used += length;
      } else {
        ({ length } = line);
        piece.set(line, used);
        used += length;
      }
      piece[used++] = LF;
      const place = { at, length };
      at += length + 1;
      return place;
    },
    flush,
  };
}

const LF = 10;

/** The bytes of a file, in pieces, each good until the next one is asked for; closes it at the end. */
export async function* piecesOf(opening: Promise<OpenFile>): AsyncGenerator<Uint8Array, void, void> {
  const opened = await opening;
  const piece = new Uint8Array(PIECE); // one for all: they would pile up outside of the heap, where nothing hurries to free them
  try {
    for (let at = 0; at < opened.size;) {
      const read = await opened.read(at, piece);
      if (read.length === 0) break; // the file has become shorter
      yield read;
      at += read.length;
    }
  } finally {
    await opened.close();
  }
}

/** Texts as bytes, collected to pieces. */
export async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array, void, void> {
  let waiting: string[] = [];
  let length = 0;
  for await (const text of texts) {
    waiting.push(text);
    length += text.length;
    if (length < PIECE) continue;
    yield encoder.encode(waiting.join(""));
    [waiting, length] = [[], 0];
  }
  yield encoder.encode(waiting.join(""));
}

/** The lines of a file with their places, one after the other. What follows the last line end is a line too, if not empty. */
export async function* linesWithPlaces(
  disk: LargeDisk,
  file: string,
): AsyncGenerator<Place & { readonly text: string }, void, void> {
  let at = 0;
  for await (const line of byteLines(piecesOf(disk.open(file)))) {
    const { length } = line;
    yield { at, length, text: textOf(line) };
    at += length + 1;
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export async function readText(file: OpenFile, { at, length }: Place): Promise<string> {
  return textOf(await file.read(at, new Uint8Array(length)));
}

/** A file of short lines, of which memory holds the places only. */
export interface Index<T> {
  readonly count: number;
  /** Rejects when there is no such line. */
  lines(numbers: readonly number[]): Promise<T[]>;
  /** One after the other. */
  all(): AsyncGenerator<T, void, void>;
}

/** @param parse of what JSON.parse made of a line, or of undefined when it is no JSON */
export async function openIndex<T>(disk: LargeDisk, file: string, parse: (value: unknown) => T): Promise<Index<T>> {
  let starts = new Float64Array(1024);
  let count = 0;
  let end = 0;
  for await (const { length } of byteLines(piecesOf(disk.open(file)))) {
    if (count + 1 === starts.length) starts = grown(starts);
    end += length + 1;
    starts[++count] = end;
  }
  const placeOf = (number: number) => {
    const at = starts[number];
    const next = starts[number + 1];
    if (number >= count || at === undefined || next === undefined) throw new RangeError("There is no such line.");
    return { at, length: next - at - 1 };
  };
  return {
    count,
    async lines(numbers) {
      const opened = await disk.open(file);
      try {
        const found: T[] = [];
        for (const number of numbers) found.push(parse(parseJson(await readText(opened, placeOf(number)))));
        return found;
      } finally {
        await opened.close();
      }
    },
    async *all() {
      for await (const line of byteLines(piecesOf(disk.open(file)))) yield parse(parseJson(textOf(line)));
    },
  };
}

function grown(places: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(places.length * 2);
  larger.set(places);
  return larger;
}
