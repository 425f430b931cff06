import { readResultLine } from "../../api/batches";
import type { LargeDisk } from "../disk";
import { plain } from "../plain";
import { RESULTS } from "./batchStore";
import { readText, type Index } from "./files";
import { answerOf, type ResultRow } from "./results";

/** The answers of a batch as markdown, in the order of the requests, piece by piece. */
export async function* markdownOf(
  disk: LargeDisk,
  folder: string,
  name: string,
  rows: Index<ResultRow>,
): AsyncGenerator<string, void, void> {
  yield `# ${plain(name)}\n`;
  for await (const { row, text } of answersOf(disk, folder, rows)) {
    const body = row.status === "succeeded" ? text : `*${row.status}${text === "" ? "" : `: ${plain(text)}`}*`;
    yield `\n## ${plain(row.customId)}\n\n${body.trim()}\n`;
  }
}

/** Each row with its text, one at a time. */
export async function* answersOf(
  disk: LargeDisk,
  folder: string,
  rows: Index<ResultRow>,
): AsyncGenerator<{ readonly row: ResultRow; readonly text: string }, void, void> {
  const file = await disk.open(`${folder}/${RESULTS}`);
  try {
    for await (const row of rows.all()) {
      const result = row.length > 0 ? readResultLine("The endpoint", await readText(file, row)) : undefined;
      yield { row, text: result ? answerOf(result) : "" };
    }
  } finally {
    await file.close();
  }
}

/**
 * The files beside the inputs: photo.png → photo.md. Where two inputs would share one, or the input is that file itself, the
 * whole name stays: photo.png.md.
 *
 * @param inputs paths or URIs, each once
 */
export function besideNames(inputs: readonly string[]): Map<string, string> {
  const short = (input: string) => input.replace(/(?<=[^/])\.[^./]+$/, "") + ".md";
  const wanted = new Map<string, number>();
  for (const input of inputs) {
    const name = sameFile(short(input));
    wanted.set(name, (wanted.get(name) ?? 0) + 1);
  }
  const taken = new Set(inputs.map(sameFile));
  return new Map(
    inputs.map((input) => {
      let name = wanted.get(sameFile(short(input))) === 1 ? short(input) : `${input}.md`;
      if (taken.has(sameFile(name))) name = `${input}.md`;
      while (taken.has(sameFile(name))) name += ".md";
      taken.add(sameFile(name));
      return [input, name];
    }),
  );
}

/** Equal for names that are one file on some disk: macOS and Windows do not tell cases apart, macOS no composed characters. */
export function sameFile(pathOrUri: string): string {
  return decoded(pathOrUri).normalize("NFC").toLowerCase();
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a path with a "%"
  }
}

/** Devices of Windows, whatever the extension (Microsoft, "Naming Files, Paths, and Namespaces"). */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;

/** Disks take 255 bytes; a character has up to four of them in UTF-8. */
const LONGEST = 60;

/** A name that any disk takes, from any text; without extension. */
export function fileNameOf(text: string): string {
  const name = text
    .normalize("NFC")
    .replaceAll(/[^\p{L}\p{M}\p{N} ._-]+/gu, "-") // also what turns the direction of text around
    .replaceAll(/^[. ]+/g, "");
  const short = Array.from(name)
    .slice(0, LONGEST)
    .join("")
    .replaceAll(/[. ]+$/g, "");
  return RESERVED.test(short) ? `_${short}` : short || "batch";
}
