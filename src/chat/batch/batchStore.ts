import { isConversationId as isUuid, type LargeDisk } from "../disk";
import type { Spending } from "../spending";
import { RECORD_VERSION, parseRecord, type BatchRecord } from "./record";
import { readSpendingLines, spendingLines, spendingOfBatch } from "./spending";

/** The files in the folder of a batch. */
const RECORD = "batch.json";
/** `{custom_id, params}` on each line, as the API has it. */
export const REQUESTS = "requests.jsonl";
/** `[custom_id, offset, length, input file or null]` on each line, in bytes of requests.jsonl. */
export const REQUESTS_INDEX = "requests.index";
/** Results in the order of their coming, while they come. */
export const ARRIVED = "results.part";
/** The results in the order of the requests. */
export const RESULTS = "results.jsonl";
/** One line for each request; see results.ts. */
export const RESULTS_INDEX = "results.index";

/** What deleted batches took, a line each; see spending.ts. */
const SPENT = "spent.jsonl";

/** A draft whose window was closed while it was made is removed after a day, in milliseconds. */
const LEFT_BEHIND = 24 * 60 * 60 * 1000;

export interface BatchSpending {
  readonly spending: readonly Spending[];
  readonly unread: number;
}

/** Batches on disk: a folder each, which any window may read and change. */
export class BatchStore {
  readonly disk: LargeDisk;
  readonly #now: () => number;
  #task: Promise<unknown> = Promise.resolve();

  constructor(disk: LargeDisk, now: () => number = Date.now) {
    this.disk = disk;
    this.#now = now;
  }

  async create(fields: Omit<BatchRecord, "format" | "version" | "id" | "createdAt">): Promise<BatchRecord> {
    const id = crypto.randomUUID();
    const record: BatchRecord = {
      format: "sidenote-batch",
      version: RECORD_VERSION,
      id,
      createdAt: this.#now(),
      ...fields,
    };
    await this.#write(record);
    return record;
  }

  /** All that can be read, the newest first. What was left half made is removed. */
  async list(): Promise<BatchRecord[]> {
    const ids = (await this.disk.list("")).filter(isUuid);
    const found = await Promise.all(ids.map((id) => this.read(id)));
    const records = found.filter((record) => record !== undefined);
    for (const { id, state, createdAt } of records) {
      if (state === "preparing" && createdAt < this.#now() - LEFT_BEHIND) await this.remove(id);
    }
    return records.filter(({ state }) => state !== "preparing").toSorted((a, b) => b.createdAt - a.createdAt);
  }

  /** Undefined when there is none, or when a later version wrote it. */
  async read(id: string): Promise<BatchRecord | undefined> {
    if (!isUuid(id)) return undefined;
    try {
      const record = parseRecord(new TextDecoder().decode(await this.disk.read(`${id}/${RECORD}`)));
      return record?.id === id ? record : undefined;
    } catch {
      return undefined;
    }
  }

  /** Another window may have changed it meanwhile, so it is read anew. Undefined when it is not there any more. */
  update(id: string, change: (record: BatchRecord) => Partial<BatchRecord>): Promise<BatchRecord | undefined> {
    return this.#alone(async () => {
      const record = await this.read(id);
      if (!record) return undefined;
      const changed = { ...record, ...change(record) };
      await this.#write(changed);
      return changed;
    });
  }

  /** What it took still counts. */
  async remove(id: string): Promise<void> {
    if (!isUuid(id)) return;
    await this.#alone(async () => {
      const record = await this.read(id);
      const lines = record ? spendingLines(spendingOfBatch(record)) : "";
      if (lines !== "") await this.disk.append(SPENT, lines);
      await this.disk.remove(id);
    });
  }

  /** What the batches took, and how many have ended whose results, and so their cost, were not read yet. */
  async spending(): Promise<BatchSpending> {
    const records = await this.list();
    const lines = (await this.disk.list("")).includes(SPENT) ? await this.disk.read(SPENT) : new Uint8Array();
    const unread = records.filter(({ state, results, foreign }) => state === "ended" && !results && foreign !== true);
    return {
      spending: [...records.flatMap(spendingOfBatch), ...readSpendingLines(new TextDecoder().decode(lines))],
      unread: unread.length,
    };
  }

  async #write(record: BatchRecord): Promise<void> {
    const text = `${JSON.stringify(record, null, 1)}\n`;
    await this.disk.write(`${record.id}/${RECORD}`, new TextEncoder().encode(text));
  }

  #alone<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#task.then(task);
    this.#task = result.catch(() => undefined);
    return result;
  }
}
