import * as v from "valibot";
import { parseJson } from "../../api/json";
import { dayOf, spendingSchema, totalsEntries, type Spending } from "../spending";
import type { BatchRecord } from "./record";

/** What the answers of a batch took, for each model. */
export const usageSchema = v.array(v.object({ model: v.string(), ...totalsEntries }));
export type BatchUsage = v.InferOutput<typeof usageSchema>;

/** What a batch took, on the day of its end. Nothing is known before its results are read; what was made elsewhere counts there. */
export function spendingOfBatch({
  results,
  foreign,
  endpoint,
  model,
  way,
  endedAt,
  createdAt,
}: BatchRecord): Spending[] {
  if (!results || foreign === true) return [];
  const source = { day: dayOf(endedAt ?? createdAt), endpoint, batch: way === "batch" };
  if (results.usage) return results.usage.map((usage) => ({ ...source, ...usage }));
  const answers = results.counts["succeeded"] ?? 0; // read by an earlier version
  if (answers === 0) return [];
  const unknown = { input: null, cacheRead: null, cacheWrite: null, output: null };
  const { cost } = results;
  return [{ ...source, model: model ?? "several models", answers, ...unknown, cost, unpriced: cost ? 0 : answers }];
}

/** As it is kept when the batch is deleted: a line each. */
export function spendingLines(spending: readonly Spending[]): string {
  return spending.map((it) => `${JSON.stringify(it)}\n`).join("");
}

/** Lines that are torn or a later version's are passed over. */
export function readSpendingLines(text: string): Spending[] {
  return text.split("\n").flatMap((line) => {
    const parsed = v.safeParse(spendingSchema, parseJson(line));
    return parsed.success ? [parsed.output] : [];
  });
}
