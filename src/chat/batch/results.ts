import { readResultLine, type BatchLine, type BatchResult } from "../../api/batches";
import { ApiFailure, cut } from "../../api/failure";
import { isObject, parseJson } from "../../api/json";
import { costOf, type Cost } from "../../api/price";
import type { Prices } from "../../api/types";
import type { LargeDisk } from "../disk";
import { takenBy, totalOf, type Totals as Taken } from "../spending";
import { ARRIVED, REQUESTS_INDEX, RESULTS, RESULTS_INDEX } from "./batchStore";
import type { BatchUsage } from "./spending";
import { lineWriter, linesWithPlaces, openIndex, textOf, type Index, type Place } from "./files";

/** So often it is tried again in a row without anything new coming. */
const ATTEMPTS = 3;

/** So many results are read from the disk at the same time. */
const AT_ONCE = 16;

const FIRST_LINE = 160;

export interface Download {
  readonly disk: LargeDisk;
  /** Of the batch. */
  readonly folder: string;
  /** The server's results from the beginning. */
  readonly results: (signal: AbortSignal) => AsyncIterable<BatchLine>;
  /** How many there must be; undefined when that is not known. */
  readonly expected: number | undefined;
  readonly onProgress: (results: number) => void;
  /** Waits before it is tried again, in milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Writes the results as they come to `results.part`, each once. What an earlier attempt has written stays, and a stream that is
 * cut, with an error or without, is read again from its beginning: not every server can go on in the middle.
 *
 * @returns how many lines of the server could not be read
 * @throws ApiFailure when nothing new comes any more; what came is kept for the next time
 */
export async function downloadResults(download: Download): Promise<{ readonly unreadable: number }> {
  const { disk, folder, results, expected, onProgress, wait, signal } = download;
  const file = `${folder}/${ARRIVED}`;
  const { seen, size } = await readArrived(disk, folder);
  const lines = lineWriter(disk, file, size);
  for (let attempt = 1; ; attempt++) {
    const before = seen.size;
    let unreadable = 0;
    let failure: ApiFailure | undefined;
    try {
      for await (const line of results(signal)) {
        if (line.type === "unreadable") {
          unreadable++;
          continue;
        }
        if (seen.has(line.customId)) continue;
        await lines.write(line.raw);
        seen.add(line.customId);
        onProgress(seen.size);
      }
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      failure = error;
    } finally {
      await lines.flush();
    }
    if (failure && !isCut(failure)) throw failure;
    if (!failure && (expected === undefined || seen.size >= expected)) return { unreadable };
    if (seen.size > before) attempt = 0;
    else if (attempt >= ATTEMPTS) {
      if (failure) throw failure;
      return { unreadable }; // the server has no more: what is missing is shown as missing
    }
    await wait(1000 * attempt);
  }
}

function isCut({ kind, retryable }: ApiFailure): boolean {
  return retryable || kind === "network" || kind === "timeout";
}

/** The ids that are there, and how many of them succeeded. A last line that is torn gets its end, and counts as nothing. */
export async function readArrived(
  disk: LargeDisk,
  folder: string,
): Promise<{ readonly seen: Set<string>; readonly size: number; readonly succeeded: number }> {
  const seen = new Set<string>();
  let succeeded = 0;
  if (!(await disk.list(folder)).includes(ARRIVED)) return { seen, size: 0, succeeded };
  const file = `${folder}/${ARRIVED}`;
  let end = 0;
  for await (const { at, length, text } of linesWithPlaces(disk, file)) {
    const { id, type } = stored(text);
    if (id !== undefined && !seen.has(id)) {
      seen.add(id);
      if (type === "succeeded") succeeded++;
    }
    end = at + length;
  }
  const size = await disk.size(file);
  if (size === end && size > 0) {
    await disk.append(file, "\n");
    return { seen, size: size + 1, succeeded };
  }
  return { seen, size, succeeded };
}

/** Without an id the line is no JSON object, and so is torn. */
function stored(line: string): { readonly id: string | undefined; readonly type: unknown } {
  const value = parseJson(line);
  const { custom_id: id, result } = isObject(value) ? value : {};
  return { id: typeof id === "string" ? id : undefined, type: isObject(result) ? result["type"] : undefined };
}

export type ResultStatus = BatchResult["type"] | "missing";

/** A row of the table, and where the result stands in results.jsonl. */
export interface ResultRow extends Place {
  readonly customId: string;
  readonly status: ResultStatus;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Of the answer, or the sentence of its failure. */
  readonly firstLine: string;
  /** The input file, as a URI. */
  readonly input: string | null;
}

export interface Ordering {
  readonly disk: LargeDisk;
  readonly folder: string;
  /** The endpoint's name, for the sentences of failures. */
  readonly endpointName: string;
  /** That was asked; null: several, and what the results say counts. */
  readonly model: string | null;
  /** What a request without a result is. */
  readonly without: "missing" | "canceled";
  readonly prices: (model: string) => Prices | undefined;
  /** What the batch price is. Undefined: the results say it themselves. */
  readonly tier: "batch" | undefined;
  readonly onProgress: (results: number) => void;
  readonly signal: AbortSignal;
}

export interface Totals {
  /** How many rows have each status. */
  readonly counts: Record<string, number>;
  readonly cost: Cost | null;
  readonly usage: BatchUsage;
}

/**
 * Writes `results.jsonl`, in the order of the requests, and `results.index` from `results.part`. Memory holds the ids and the
 * places, never the results. Results that no request has come last.
 */
export async function orderResults(ordering: Ordering): Promise<Totals> {
  const { disk, folder, without, onProgress, signal } = ordering;
  const places = placesById();
  const arrived = (await disk.list(folder)).includes(ARRIVED);
  if (arrived) {
    for await (const { at, length, text } of linesWithPlaces(disk, `${folder}/${ARRIVED}`)) {
      const { id } = stored(text);
      if (id !== undefined) places.add(id, { at, length });
    }
  }
  for (const file of [RESULTS, RESULTS_INDEX]) await disk.write(`${folder}/${file}`, new Uint8Array());
  const lines = lineWriter(disk, `${folder}/${RESULTS}`);
  const index = lineWriter(disk, `${folder}/${RESULTS_INDEX}`);
  const sums = totals();
  const part = arrived ? await disk.open(`${folder}/${ARRIVED}`) : undefined;
  let done = 0;

  const write = async (wanted: readonly { readonly customId: string; readonly input: string | null }[]) => {
    signal.throwIfAborted();
    const found = await Promise.all(
      wanted.map(async ({ customId }) => {
        const place = places.take(customId);
        return place && part ? part.read(place.at, new Uint8Array(place.length)) : undefined;
      }),
    );
    for (const [number, { customId, input }] of wanted.entries()) {
      const line = found[number];
      const place = line ? await lines.write(line) : { at: 0, length: 0 };
      const result = line && readResultLine(ordering.endpointName, textOf(line));
      sums.add(result, without, ordering);
      const row = { customId, input, ...place, ...summaryOf(result, without) };
      await index.write(JSON.stringify(wireRow(row)));
    }
    done += wanted.length;
    onProgress(done);
  };

  try {
    for await (const group of inGroups(requestIds(disk, folder))) await write(group);
    for await (const group of inGroups(places.ids())) await write(group.map((customId) => ({ customId, input: null })));
    await lines.flush();
    await index.flush();
  } finally {
    await part?.close();
  }
  return sums.total();
}

/** Where the result of each id stands: the first one, when a server sends two. Numbers, for there may be 100,000. */
function placesById() {
  const numbers = new Map<string, number>();
  const ats: number[] = [];
  const lengths: number[] = [];
  return {
    add(id: string, { at, length }: Place) {
      if (numbers.has(id)) return;
      numbers.set(id, ats.push(at) - 1);
      lengths.push(length);
    },
    /** Once. */
    take(id: string): Place | undefined {
      const number = numbers.get(id);
      numbers.delete(id);
      return number === undefined ? undefined : { at: ats[number] ?? 0, length: lengths[number] ?? 0 };
    },
    /** Those that were not taken. */
    ids: () => numbers.keys(),
  };
}

/** The ids in the order of the requests, with their input files; none for a batch that was made elsewhere. */
async function* requestIds(disk: LargeDisk, folder: string) {
  if (!(await disk.list(folder)).includes(REQUESTS_INDEX)) return;
  for await (const { text } of linesWithPlaces(disk, `${folder}/${REQUESTS_INDEX}`)) {
    const { customId, input } = requestPlace(parseJson(text));
    yield { customId, input };
  }
}

async function* inGroups<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T[], void, void> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < AT_ONCE) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

function summaryOf(result: BatchResult | undefined, without: "missing" | "canceled") {
  const none = { inputTokens: null, outputTokens: null };
  if (!result) return { status: without, ...none, firstLine: "" };
  if (result.type === "errored") return { status: result.type, ...none, firstLine: oneLine(result.failure.message) };
  if (result.type !== "succeeded") return { status: result.type, ...none, firstLine: "" };
  const { usage } = result.message;
  const cached = (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
  return {
    status: result.type,
    inputTokens: typeof usage.input_tokens === "number" ? usage.input_tokens + cached : null,
    outputTokens: usage.output_tokens ?? null,
    firstLine: oneLine(answerOf(result)),
  };
}

function oneLine(text: string): string {
  return cut(/\S.*/.exec(text.slice(0, 10_000))?.[0] ?? "", FIRST_LINE);
}

/** The answer as the model wrote it; the sentence of a failure; empty when there is neither. */
export function answerOf(result: BatchResult): string {
  if (result.type === "errored") return result.failure.message;
  if (result.type !== "succeeded") return "";
  return result.message.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("");
}

/** So many answers are added up at once; more of them would outlive a collection of garbage, and the heap would grow. */
const ADDED_AT_ONCE = 16;

function totals() {
  const counts: Record<string, number> = {};
  const taken = new Map<string, Taken[]>();
  return {
    add(result: BatchResult | undefined, without: ResultStatus, { model, prices, tier }: Ordering) {
      const status = result?.type ?? without;
      counts[status] = (counts[status] ?? 0) + 1;
      if (result?.type !== "succeeded") return;
      const { message } = result;
      const usage = tier ? { ...message.usage, service_tier: tier } : message.usage;
      const of = taken.get(model ?? message.model) ?? [];
      taken.set(model ?? message.model, of);
      of.push(takenBy(usage, costOf({ ...message, usage }, prices(message.model))));
      if (of.length >= ADDED_AT_ONCE) of.splice(0, of.length, totalOf(of));
    },
    total(): Totals {
      const usage = [...taken].map(([model, of]) => ({ model, ...totalOf(of) }));
      const { cost, unpriced } = totalOf(usage);
      return { counts, cost: unpriced > 0 ? null : (cost ?? { usd: 0, estimate: false }), usage };
    },
  };
}

function wireRow({ customId, at, length, status, inputTokens, outputTokens, firstLine, input }: ResultRow): unknown[] {
  return [customId, at, length, status, inputTokens, outputTokens, firstLine, input];
}

function rowOf(value: unknown): ResultRow {
  const [customId, at, length, status, inputTokens, outputTokens, firstLine, input] = (
    Array.isArray(value) ? value : []
  ) as unknown[];
  const known: readonly ResultStatus[] = ["succeeded", "errored", "canceled", "expired"];
  const count = (it: unknown) => (typeof it === "number" ? it : null);
  return {
    customId: typeof customId === "string" ? customId : "",
    at: Number(at) || 0,
    length: Number(length) || 0,
    status: known.find((it) => it === status) ?? "missing",
    inputTokens: count(inputTokens),
    outputTokens: count(outputTokens),
    firstLine: typeof firstLine === "string" ? firstLine : "",
    input: typeof input === "string" ? input : null,
  };
}

/** Where a request stands in requests.jsonl. */
export interface RequestPlace extends Place {
  readonly customId: string;
  readonly input: string | null;
}

function requestPlace(value: unknown): RequestPlace {
  const [customId, at, length, input] = (Array.isArray(value) ? value : []) as unknown[];
  return {
    customId: typeof customId === "string" ? customId : "",
    at: Number(at) || 0,
    length: Number(length) || 0,
    input: typeof input === "string" ? input : null,
  };
}

export function resultRows(disk: LargeDisk, folder: string): Promise<Index<ResultRow>> {
  return openIndex(disk, `${folder}/${RESULTS_INDEX}`, rowOf);
}

/** In the order of the rows: request n has row n. */
export function requestPlaces(disk: LargeDisk, folder: string): Promise<Index<RequestPlace>> {
  return openIndex(disk, `${folder}/${REQUESTS_INDEX}`, requestPlace);
}
