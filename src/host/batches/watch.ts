import { EventEmitter, window, type Disposable, type LogOutputChannel } from "vscode";
import type { BatchStore } from "../../chat/batch/batchStore";
import { giveLeaseBack, nextLook, takeLease } from "../../chat/batch/polling";
import { isHeld, isUnfinished, type BatchRecord } from "../../chat/batch/record";
import type { Keys } from "../keys";
import { connectBatches, fieldsOf } from "./work";

/** The window that asks says so for so long, and again at half of it; then another one takes over. In milliseconds. */
const LEASE = 10_000;

/** So often the others read what it has learned, in milliseconds. */
const FOLLOW = 5000;

/**
 * Knows the batches and looks at those that run, as long as there are any. Of all windows one asks the servers; the others read
 * from the disk what it has learned.
 */
export class BatchWatch implements Disposable {
  readonly #store: BatchStore;
  readonly #keys: Keys;
  readonly #window: string;
  readonly #log: LogOutputChannel;
  readonly #changed = new EventEmitter<readonly BatchRecord[]>();
  readonly #ended = new EventEmitter<BatchRecord>();
  readonly #focus: Disposable;
  /** When each is looked at next, and how often that failed in a row. */
  readonly #plans = new Map<string, { at: number; failures: number }>();
  #timer: unknown;
  #working: Promise<void> | undefined;
  #disposed = false;

  readonly onChange = this.#changed.event;
  /** A batch has ended that nobody was told of yet; in one window only. */
  readonly onEnded = this.#ended.event;

  constructor(store: BatchStore, keys: Keys, name: string, log: LogOutputChannel) {
    this.#store = store;
    this.#keys = keys;
    this.#window = name;
    this.#log = log;
    this.#focus = window.onDidChangeWindowState(({ focused }) => {
      if (focused) void this.refresh(); // another window may have made one
    });
  }

  /** Reads the disk, and asks the servers where it is time. */
  refresh(): Promise<void> {
    this.#working ??= this.#look().finally(() => (this.#working = undefined));
    return this.#working;
  }

  /** Asks for this batch at once, whoever else may be asking. */
  async lookAt(record: BatchRecord): Promise<void> {
    await this.#ask(record);
    await this.refresh();
  }

  dispose(): void {
    this.#disposed = true;
    giveLeaseBack(this.#store.disk, this.#window).catch(() => undefined); // its time will be over
    clearTimeout(this.#timer);
    this.#focus.dispose();
    this.#changed.dispose();
    this.#ended.dispose();
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const records = await this.#store.list();
      if (this.#disposed) return;
      this.#changed.fire(records);
      const remote = records.filter((it) => it.way === "batch" && it.remoteId !== undefined && isUnfinished(it));
      const now = Date.now();
      const due = remote.filter(({ id }) => (this.#plans.get(id)?.at ?? 0) <= now);
      const asks = remote.length > 0 && (await takeLease(this.#store.disk, this.#window, LEASE, now));
      if (asks && due.length > 0) {
        for (const record of due) await this.#ask(record);
        if (!this.#disposed) this.#changed.fire(await this.#store.list());
      }
      const holds = records
        .filter((it) => it.way === "oneByOne" && isHeld(it, now))
        .map(({ held }) => held?.until ?? 0);
      const looks = remote.map(({ id }) => (asks ? (this.#plans.get(id)?.at ?? 0) : Infinity));
      if (remote.length > 0 || holds.length > 0) {
        // A window that works on one may be gone when its hold is over.
        this.#schedule(Math.min(now + (asks ? LEASE / 2 : FOLLOW), ...looks, ...holds.map((until) => until + 1)));
      }
    } catch (error) {
      this.#log.warn("The batches could not be read", error instanceof Error ? error.message : "");
    }
  }

  #schedule(at: number): void {
    if (this.#disposed) return;
    this.#timer = setTimeout(() => void this.refresh(), Math.max(1000, at - Date.now()));
  }

  async #ask(record: BatchRecord): Promise<void> {
    const { id, remoteId, sentAt, createdAt } = record;
    if (remoteId === undefined) return;
    const failures = this.#plans.get(id)?.failures ?? 0;
    const plan = (count: number) => {
      const at = Date.now() + nextLook(Date.now() - (sentAt ?? createdAt), count);
      this.#plans.set(id, { at, failures: count });
    };
    try {
      const { batches } = await connectBatches(this.#keys, record);
      const fields = fieldsOf(await batches.retrieve(remoteId, new AbortController().signal));
      if (this.#disposed) return; // nobody would be told
      let announced = false;
      const changed = await this.#store.update(id, (before) => {
        announced = before.announced === true;
        return {
          ...fields,
          // A server may not tell any more that it is being cancelled.
          ...(before.state === "canceling" && fields.state === "running" ? { state: "canceling" } : {}),
          ...(fields.state === "ended" ? { announced: true, endedAt: fields.endedAt ?? Date.now() } : {}),
          problem: undefined,
        };
      });
      plan(0);
      if (changed?.state === "ended" && !announced) this.#ended.fire(changed);
    } catch (error) {
      plan(failures + 1);
      const problem = error instanceof Error ? error.message : "It could not be asked for.";
      this.#log.warn(`${record.name}: ${problem}`);
      await this.#store.update(id, () => ({ problem }));
    }
  }
}
