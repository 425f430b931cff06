import * as v from "valibot";
import type { Cost } from "../api/price";
import type { Usage } from "../api/types";
import type { DatedFact } from "./journal";

/** What some answers took. */
export interface Totals {
  readonly answers: number;
  /** Tokens of the answers that tell them; null when none does. */
  readonly input: number | null;
  readonly cacheRead: number | null;
  readonly cacheWrite: number | null;
  readonly output: number | null;
  /** Of the answers whose cost is known; null when none is. */
  readonly cost: Cost | null;
  /** How many answers have no known cost. */
  readonly unpriced: number;
}

/** What a conversation took on one day from one model. */
export interface Spending extends Totals {
  /** Of the local calendar, as `2026-11-21`. */
  readonly day: string;
  /** The endpoint's id. */
  readonly endpoint: string;
  readonly model: string;
  /** At batch price. */
  readonly batch?: boolean;
}

const tokens = v.nullable(v.number());
export const totalsEntries = {
  answers: v.number(),
  input: tokens,
  cacheRead: tokens,
  cacheWrite: tokens,
  output: tokens,
  cost: v.nullable(v.object({ usd: v.number(), estimate: v.boolean() })),
  unpriced: v.number(),
};
export const spendingSchema = v.object({
  day: v.string(),
  endpoint: v.string(),
  model: v.string(),
  batch: v.exactOptional(v.boolean()),
  ...totalsEntries,
});

type Source = Pick<Spending, "endpoint" | "model">;

/** What a conversation has taken, by day and model. Answers that were deleted from the tree count, copied ones do not. */
export function spendingOf(facts: readonly DatedFact[]): Spending[] {
  const running = new Map<string, Source>();
  const spending: Spending[] = [];
  for (const fact of facts) {
    if (fact.type === "turn" && fact.turn.role === "assistant") running.set(fact.turn.id, fact.turn);
    else if (fact.type === "copied") spending.length = 0; // it counts where it was asked
    else if (fact.type === "title" && fact.writtenBy)
      spending.push(spent(fact.at, fact.writtenBy, fact.usage, fact.cost));
    else if (fact.type === "answered") {
      const source = running.get(fact.turn);
      running.delete(fact.turn);
      const free = fact.outcome.kind === "failed" && known(fact.usage?.input_tokens) === null && !fact.cost;
      if (source && !free) spending.push(spent(fact.at, source, fact.usage, fact.cost));
    }
  }
  const groups = groupSpending(spending, ({ day, endpoint, model }) => `${day} ${endpoint}/${model}`);
  return [...groups.values()].map(([first, ...others]) => ({ ...first, ...totalOf([first, ...others]) }));
}

/** The same spending by a key, in the order in which the keys come. No group is empty. */
export function groupSpending(
  spending: Iterable<Spending>,
  keyOf: (it: Spending) => string,
): Map<string, [Spending, ...Spending[]]> {
  const groups = new Map<string, [Spending, ...Spending[]]>();
  for (const it of spending) {
    const group = groups.get(keyOf(it));
    if (group) group.push(it);
    else groups.set(keyOf(it), [it]);
  }
  return groups;
}

/** The sums. What is known of some answers only is the sum of those. */
export function totalOf(parts: readonly Totals[]): Totals {
  const costs = parts.flatMap(({ cost }) => (cost ? [cost] : []));
  return {
    answers: sum(parts.map(({ answers }) => answers)) ?? 0,
    input: sum(parts.map(({ input }) => input)),
    cacheRead: sum(parts.map(({ cacheRead }) => cacheRead)),
    cacheWrite: sum(parts.map(({ cacheWrite }) => cacheWrite)),
    output: sum(parts.map(({ output }) => output)),
    cost:
      costs.length === 0
        ? null
        : { usd: sum(costs.map(({ usd }) => usd)) ?? 0, estimate: costs.some(({ estimate }) => estimate) },
    unpriced: sum(parts.map(({ unpriced }) => unpriced)) ?? 0,
  };
}

/** Null when nothing is known. */
function sum(numbers: readonly (number | null)[]): number | null {
  const told = numbers.filter((it) => it !== null);
  return told.length === 0 ? null : told.reduce((all, it) => all + it, 0);
}

/** The spending of a month of the local calendar. */
export function inMonth(spending: readonly Spending[], month: Date): Spending[] {
  const prefix = dayOf(month.getTime()).slice(0, "2026-11".length);
  return spending.filter(({ day }) => day.startsWith(prefix));
}

function spent(at: number, { endpoint, model }: Source, usage: Usage | undefined, cost: Cost | undefined): Spending {
  return { day: dayOf(at), endpoint, model, ...takenBy(usage, cost) };
}

/** What one answer took. */
export function takenBy(usage: Usage | undefined, cost: Cost | undefined): Totals {
  const priced = cost && known(cost.usd) !== null ? { usd: cost.usd, estimate: cost.estimate } : null;
  return {
    answers: 1,
    input: known(usage?.input_tokens),
    cacheRead: known(usage?.cache_read_input_tokens),
    cacheWrite: known(usage?.cache_creation_input_tokens),
    output: known(usage?.output_tokens),
    cost: priced,
    unpriced: priced ? 0 : 1,
  };
}

/** Journals are read with few checks: a number that is none, or a negative one, counts as not known. */
function known(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null;
}

/** @param at milliseconds since 1970 */
export function dayOf(at: number): string {
  const date = new Date(at);
  const digits = (value: number, count: number) => String(value).padStart(count, "0");
  return [digits(date.getFullYear(), 4), digits(date.getMonth() + 1, 2), digits(date.getDate(), 2)].join("-");
}
