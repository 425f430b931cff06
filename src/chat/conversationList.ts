import * as v from "valibot";
import { isConversationId, journalSize, readJournals, type Disk } from "./disk";
import { spendingSchema, type Spending } from "./spending";
import { excerptOf, inOrder, summarise, type Summary } from "./summary";

/** Of the two caches below. Another version, or a file that does not match, is made anew. */
const INDEX = "index.json";
const INDEX_VERSION = 2;
const TEXTS = "search";

/** The files of a deleted conversation are removed after this time, in milliseconds: seven days. */
const REMOVED_AFTER = 7 * 24 * 60 * 60 * 1000;

/** How many files are read at the same time. */
const AT_ONCE = 16;

/** A summary, and the size of the journals that it was made from. */
type Entry = Summary & { readonly size: number };

const time = v.number();
const entrySchema = v.object({
  id: v.pipe(v.string(), v.check(isConversationId)),
  title: v.string(),
  createdAt: time,
  updatedAt: time,
  pinned: v.boolean(),
  workspace: v.nullable(v.object({ uri: v.string(), name: v.string() })),
  deletedAt: v.nullable(time),
  turns: v.number(),
  readOnly: v.boolean(),
  spending: v.pipe(v.array(spendingSchema), v.readonly()),
  size: v.number(),
});
const indexSchema = v.object({ version: v.literal(INDEX_VERSION), conversations: v.array(entrySchema) });

/**
 * The list of all conversations. It is derived from their journals and cached in two kinds of files, which any window may
 * write and which can be deleted at any time: `index.json` with a summary of each, and `search/<two digits>.txt` with the
 * texts of those whose id begins so. A summary or a text counts only as long as the journals have the size that it was made from.
 */
export class ConversationList {
  readonly #disk: Disk;
  readonly #onProblem: (error: unknown) => void;
  readonly #now: () => number;
  #entries = new Map<string, Entry>();
  /** The caches are read, changed and written by one task at a time. */
  #task: Promise<unknown> = Promise.resolve();

  /** @param onProblem hears of conversations that cannot be read and of caches that cannot be written */
  constructor(disk: Disk, onProblem: (error: unknown) => void, now: () => number = Date.now) {
    this.#disk = disk;
    this.#onProblem = onProblem;
    this.#now = now;
  }

  /** Reads the index, which may be behind or missing; `refresh` mends that. */
  async load(): Promise<void> {
    this.#entries = await this.#readIndex();
  }

  /** What is known now, in the order of the list. Neither empty nor deleted ones. */
  summaries(): Summary[] {
    return inOrder(this.#entries.values());
  }

  /** What all of them took, as known now; deleted ones too, as long as their files are there. */
  spending(): Spending[] {
    return [...this.#entries.values()].flatMap(({ spending }) => spending);
  }

  /**
   * Reads what has changed on disk since the index was made; all of it when there is none. Resolves to how many conversations
   * cannot be read. Rejects when the folder of conversations cannot be listed.
   *
   * @param only look at this conversation alone
   */
  async refresh(only?: string): Promise<number> {
    const ids = only === undefined ? (await this.#disk.list("")).filter(isConversationId) : [only];
    const changed = new Set<string>();
    await inParallel(ids, async (id) => {
      const size = await journalSize(this.#disk, id).catch(() => undefined); // reading it will tell why
      if (size !== (this.#entries.get(id)?.size ?? 0)) changed.add(id);
    });
    if (only === undefined) {
      const there = new Set(ids);
      for (const id of this.#entries.keys()) if (!there.has(id)) changed.add(id);
      for (const id of await this.#removeDeleted()) changed.add(id);
    }
    let unreadable = 0;
    for (const [shard, some] of groupBy(changed, shardOf)) unreadable += (await this.#read(shard, some)).unreadable;
    if (changed.size > 0) await this.#save(changed);
    return unreadable;
  }

  /**
   * Finds the conversations whose title and text hold all the words; see `wordsOf`. One file of texts is in memory at a time
   * for each reader. Resolves to an excerpt by id, to nothing when the signal was aborted.
   */
  async search(words: readonly string[], signal: AbortSignal): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    await inParallel([...groupBy(this.summaries(), ({ id }) => shardOf(id))], async ([shard, summaries]) => {
      if (signal.aborted) return;
      const texts = await this.#textsOf(
        shard,
        summaries.map(({ id }) => id),
      );
      for (const { id, title } of summaries) {
        const excerpt = excerptOf(words, title, texts.get(id) ?? "");
        if (excerpt !== undefined) found.set(id, excerpt);
      }
    });
    return signal.aborted ? new Map<string, string>() : found;
  }

  /** From the cache; those that it does not have, or has from before a change, from their journals. */
  async #textsOf(shard: string, ids: readonly string[]): Promise<Map<string, string>> {
    const texts = new Map<string, string>();
    const missing: string[] = [];
    const cached = await this.#readTexts(shard);
    for (const id of ids) {
      const line = cached.get(id);
      if (line && line.size === this.#entries.get(id)?.size) texts.set(id, line.text);
      else missing.push(id);
    }
    if (missing.length > 0) {
      for (const [id, text] of (await this.#read(shard, missing)).texts) texts.set(id, text);
    }
    return texts;
  }

  /** Reads the journals of conversations that share a file of texts, and brings that file and the summaries up to date. */
  #read(shard: string, ids: readonly string[]): Promise<{ texts: Map<string, string>; unreadable: number }> {
    return this.#alone(async () => {
      const lines = await this.#readTexts(shard);
      const texts = new Map<string, string>();
      let unreadable = 0;
      await inParallel(ids, async (id) => {
        try {
          const files = await readJournals(this.#disk, id);
          if (files.length === 0) {
            this.#entries.delete(id);
            lines.delete(id);
            return;
          }
          const decoder = new TextDecoder();
          const { summary, text } = summarise(
            id,
            files.map((bytes) => decoder.decode(bytes)),
          );
          const size = files.reduce((sum, { length }) => sum + length, 0);
          this.#entries.set(id, { ...summary, size });
          lines.set(id, { size, text });
          texts.set(id, text);
        } catch (error) {
          unreadable++; // what was known of it stays
          this.#onProblem(error);
        }
      });
      const file = [...lines].map(([id, { size, text }]) => `${id}\t${size}\t${text}\n`).join("");
      await this.#writeCache(`${TEXTS}/${shard}.txt`, file);
      return { texts, unreadable };
    });
  }

  async #readTexts(shard: string): Promise<Map<string, { readonly size: number; readonly text: string }>> {
    const lines = new Map<string, { size: number; text: string }>();
    for (const line of (await this.#readCache(`${TEXTS}/${shard}.txt`)).split("\n").slice(0, -1)) {
      const [id = "", size = "", text] = line.split("\t");
      if (text !== undefined) lines.set(id, { size: Number(size), text });
    }
    return lines;
  }

  /** Removes the files of what was deleted long ago; resolves to the ids. */
  async #removeDeleted(): Promise<string[]> {
    const before = this.#now() - REMOVED_AFTER;
    const old = [...this.#entries.values()].filter(({ deletedAt }) => deletedAt !== null && deletedAt < before);
    const removed: string[] = [];
    for (const { id, size } of old) {
      try {
        // A window that still shows it may have brought it back a moment ago.
        if ((await journalSize(this.#disk, id)) !== size) continue;
        await this.#disk.remove(id);
        removed.push(id);
      } catch (error) {
        this.#onProblem(error);
      }
    }
    return removed;
  }

  async #readIndex(): Promise<Map<string, Entry>> {
    const index = v.safeParse(indexSchema, parseJson(await this.#readCache(INDEX)));
    return new Map(index.success ? index.output.conversations.map((entry) => [entry.id, entry]) : []);
  }

  /** Another window may have written the index meanwhile: only what has changed here is changed there. */
  #save(changed: ReadonlySet<string>): Promise<void> {
    return this.#alone(async () => {
      const entries = await this.#readIndex();
      for (const id of changed) {
        const entry = this.#entries.get(id);
        if (entry) entries.set(id, entry);
        else entries.delete(id);
      }
      const index: v.InferOutput<typeof indexSchema> = { version: INDEX_VERSION, conversations: [...entries.values()] };
      await this.#writeCache(INDEX, JSON.stringify(index));
    });
  }

  /** Empty when there is none. */
  async #readCache(file: string): Promise<string> {
    try {
      return new TextDecoder().decode(await this.#disk.read(file));
    } catch {
      return "";
    }
  }

  async #writeCache(file: string, text: string): Promise<void> {
    try {
      await this.#disk.write(file, new TextEncoder().encode(text));
    } catch (error) {
      this.#onProblem(error); // the list works without, only slower
    }
  }

  #alone<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#task.then(task);
    this.#task = result.catch(() => undefined);
    return result;
  }
}

/** 256 files of texts: each is small enough to be rewritten for one change, and 10,000 conversations need no more reads. */
function shardOf(id: string): string {
  return id.slice(0, 2);
}

function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

async function inParallel<T>(items: Iterable<T>, action: (item: T) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) await action(next.value);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
