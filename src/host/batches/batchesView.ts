import {
  commands,
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  window,
  type Disposable,
  type TreeDataProvider,
} from "vscode";
import { isHeld, isHeldByOther, isPaused, type BatchRecord } from "../../chat/batch/record";

/** A batch, the same object as long as the list has it: VS Code knows its items by them. */
interface Batch {
  readonly id: string;
  record: BatchRecord;
}

type Node = Batch | { readonly label: string; readonly text: string };

/** The list of batches, the newest first; below each what is known of it. Hidden while there are none. */
export class BatchesView implements Disposable, TreeDataProvider<Node> {
  static readonly id = "sidenote.batches";

  readonly #changed = new EventEmitter<Batch[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view = window.createTreeView<Node>(BatchesView.id, { treeDataProvider: this });
  #batches: Batch[] = [];
  readonly #me: string;

  /** @param me the name of this window, as batches are held by it */
  constructor(me: string) {
    this.#me = me;
  }

  show(records: readonly BatchRecord[]): void {
    const before = this.#batches;
    this.#batches = records.map((record) =>
      Object.assign(before.find(({ id }) => id === record.id) ?? { id: record.id, record }, { record }),
    );
    const same = records.length === before.length && this.#batches.every((batch, index) => batch === before[index]);
    void commands.executeCommand("setContext", "sidenote.hasBatches", records.length > 0);
    const running = records.filter(({ state }) => state === "running" || state === "canceling").length;
    this.#view.badge = running > 0 ? { value: running, tooltip: `${running} running` } : undefined;
    // While a whole list is made anew, the command of a menu that is open would not be told its batch.
    this.#changed.fire(same ? this.#batches : undefined);
  }

  get records(): readonly BatchRecord[] {
    return this.#batches.map(({ record }) => record);
  }

  getChildren(node?: Node): Node[] {
    if (!node) return this.#batches;
    if ("label" in node) return [];
    return details(node.record, Date.now(), this.#me).map(([label, text]) => ({ label, text }));
  }

  getTreeItem(node: Node): TreeItem {
    if ("label" in node) {
      const item = new TreeItem(node.label);
      item.description = node.text;
      item.tooltip = `${node.label}: ${node.text}`;
      return item;
    }
    const { id, record } = node;
    const { name, state, problem } = record;
    const now = Date.now();
    const item = new TreeItem(name, TreeItemCollapsibleState.Collapsed);
    item.id = id;
    // A side bar is narrow, and the icon tells these states.
    const progress = progressOf(record);
    const told =
      progress.length > 0 &&
      (state === "running" || state === "ended") &&
      problem === undefined &&
      !isHeldByOther(record, this.#me, now);
    item.description = told ? [...progress, age(record, now)].join(" · ") : summary(record, now, this.#me);
    item.iconPath = iconOf(record, now);
    item.contextValue = contextOf(record, now);
    item.tooltip = [name, ...details(record, now, this.#me).map(([label, text]) => `${label}: ${text}`)].join("\n");
    item.accessibilityInformation = { label: `${name}, ${summary(record, now, this.#me)}` };
    return item;
  }

  dispose(): void {
    this.#view.dispose();
    this.#changed.dispose();
  }
}

/** What the menus go by. */
export function contextOf(record: BatchRecord, now: number): string {
  const { state, way } = record;
  if (state === "sending") return isHeld(record, now) ? "batch.sending" : "batch.draft";
  if (isPaused(record, now)) return "batch.paused";
  if (way === "oneByOne" && state === "running") return "batch.here";
  return `batch.${state}`;
}

/** One line: state, progress, age. @param me the name of this window, for a batch that may run in another one */
export function summary(record: BatchRecord, now: number, me = ""): string {
  const progress = progressOf(record);
  const parts = progress.length > 0 ? progress : [requestsText(record)];
  return [stateName(record, now, me), ...parts, age(record, now)].join(" · ");
}

/** "2 succeeded, 1 failed"; where the server does not count, the number of requests. */
export function outcome(record: BatchRecord): string {
  return progressOf(record).join(", ") || requestsText(record);
}

/** How far it is, or how it has ended; empty where that is not known. */
function progressOf(record: BatchRecord): string[] {
  const { results, counts, requests, state } = record;
  if (state === "ended") {
    const failed = failedCount(record);
    const succeeded = results ? (results.counts["succeeded"] ?? 0) : counts?.succeeded;
    return [
      ...(succeeded === undefined ? [] : [`${succeeded} succeeded`]),
      ...(failed > 0 ? [`${failed} failed`] : []),
    ];
  }
  const done = counts ? counts.succeeded + counts.errored + counts.canceled + counts.expired : 0;
  if (done === 0 || requests === 0) return [];
  const full = Math.floor(Math.min(1, done / requests) * BAR);
  return [`${"▰".repeat(full)}${"▱".repeat(BAR - full)} ${done} of ${requests}`];
}

/** Cells of the progress bar. */
const BAR = 6;

function requestsText({ requests }: BatchRecord): string {
  return requests === 1 ? "1 request" : `${requests} requests`;
}

/** How many requests have no answer, as far as it is known. */
export function failedCount({ results, counts }: BatchRecord): number {
  const of = results?.counts ?? counts ?? {};
  return Object.entries(of).reduce((sum, [name, count]) => (failedStates.has(name) ? sum + count : sum), 0);
}

const failedStates = new Set(["errored", "expired", "canceled", "missing"]);

function stateName(record: BatchRecord, now: number, me: string): string {
  const { state, problem } = record;
  if (state === "draft") return problem === undefined ? "not sent" : "not sent: failed";
  if (state === "sending" && !isHeld(record, now)) return "sending was interrupted";
  if (isPaused(record, now)) return "paused";
  if (state === "canceling") return "cancelling";
  if (state === "running" && problem !== undefined) return "in progress, but it could not be asked for";
  if (state === "running" && isHeldByOther(record, me, now)) return "in progress in another window";
  return state === "running" ? "in progress" : state;
}

function iconOf(record: BatchRecord, now: number): ThemeIcon {
  switch (isPaused(record, now) ? "paused" : record.state) {
    case "preparing":
    case "draft":
      return new ThemeIcon("edit");
    case "sending":
    case "running":
    case "canceling":
      return new ThemeIcon("sync");
    case "paused":
      return new ThemeIcon("debug-pause");
    case "ended":
      return failedCount(record) > 0
        ? new ThemeIcon("warning", new ThemeColor("list.warningForeground"))
        : new ThemeIcon("pass");
  }
}

const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function details(record: BatchRecord, now: number, me: string): [label: string, text: string][] {
  const { counts, results, expiresAt, state, sentAt } = record;
  const list: [string, string | undefined][] = [
    ["State", stateName(record, now, me)],
    ["Problem", record.problem],
    ["Endpoint", record.endpoint],
    ["Model", record.model ?? undefined],
    ["Requests", String(record.requests)],
    ["Progress", state === "ended" ? undefined : progressOf(record)[0]],
    ["Results", countsText(results?.counts ?? (state === "ended" ? counts : undefined))],
    [
      "Cost",
      results?.cost ? `$${results.cost.usd.toPrecision(3)}${results.cost.estimate ? " (estimate)" : ""}` : undefined,
    ],
    ["Unreadable lines", results && results.unreadable > 0 ? String(results.unreadable) : undefined],
    ["Sent", sentAt === undefined ? undefined : date.format(sentAt)],
    ["Expires", expiresAt === undefined || state === "ended" ? undefined : date.format(expiresAt)],
    ["Id", record.remoteId],
  ];
  return list.filter((entry): entry is [string, string] => entry[1] !== undefined);
}

function countsText(counts: Readonly<Record<string, number>> | undefined): string | undefined {
  if (!counts) return undefined;
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.map(([name, count]) => `${count} ${name}`).join(", ") || undefined;
}

function age({ sentAt, createdAt }: BatchRecord, now: number): string {
  const milliseconds = now - (sentAt ?? createdAt);
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  return minutes < 60 * 48 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}
