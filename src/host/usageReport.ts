import { plain } from "../chat/plain";
import { groupSpending, inMonth, totalOf, type Spending, type Totals } from "../chat/spending";
import { costText } from "../shared/cost";

export interface ReportOptions {
  readonly now: Date;
  /** US dollars a month; undefined when there is none. */
  readonly budget: number | undefined;
  /** A sentence on why the numbers are not complete. */
  readonly notice: string | undefined;
  /** Have ended, and their results were not read. */
  readonly unreadBatches: number;
}

const monthName = new Intl.DateTimeFormat("en", { month: "long", year: "numeric" });

/** What this month and the last one took, as markdown. */
export function usageReport(
  spending: readonly Spending[],
  { now, budget, notice, unreadBatches }: ReportOptions,
): string {
  const months = [0, 1].map((back) => new Date(now.getFullYear(), now.getMonth() - back, 1));
  return [
    "# Usage",
    ...(notice === undefined ? [] : [`*${notice}*`]),
    ...(unreadBatches === 0
      ? []
      : [
          unreadBatches === 1
            ? "*One batch has ended whose cost is not known yet: open its results.*"
            : `*${count(unreadBatches)} batches have ended whose cost is not known yet: open their results.*`,
        ]),
    ...months.flatMap((month, back) => monthReport(inMonth(spending, month), month, back === 0 ? budget : undefined)),
    [
      "---",
      "",
      "~ marks an estimate from list prices. Days are those of the local calendar.",
      "Answers that were deleted from a conversation still count; a deleted conversation counts as long as its files are kept,",
      "which is seven days. What was copied or imported counts where it was first asked. Batches count at batch price on the day of",
      "their end, also when they were deleted since.",
    ].join("\n"),
  ]
    .join("\n\n")
    .concat("\n");
}

function monthReport(spending: readonly Spending[], month: Date, budget: number | undefined): string[] {
  const title = `## ${monthName.format(month)}`;
  const total = totalOf(spending);
  const limit = budget === undefined ? "" : ` of a budget of ${costText({ usd: budget, estimate: false })}`;
  if (spending.length === 0) return [title, `No answers${limit && `; nothing${limit}`}.`];
  const answers = total.answers === 1 ? "1 answer" : `${count(total.answers)} answers`;
  return [
    title,
    `**${cost(total)}**${limit} for ${answers}.`,
    table(
      "Day",
      spending,
      ({ day }) => day,
      (a, b) => b.localeCompare(a),
    ),
    table("Model", spending, ({ model, batch }) => (batch === true ? `${model}, in batches` : model)),
    table("Endpoint", spending, ({ endpoint }) => endpoint),
  ];
}

/** A row for each key: the dearest first, if no other order is wanted. */
function table(
  heading: string,
  spending: readonly Spending[],
  keyOf: (it: Spending) => string,
  order?: (a: string, b: string) => number,
): string {
  const rows = [...groupSpending(spending, keyOf)]
    .map(([key, group]) => ({ key, total: totalOf(group) }))
    .toSorted((a, b) => order?.(a.key, b.key) ?? (b.total.cost?.usd ?? 0) - (a.total.cost?.usd ?? 0))
    .map(({ key, total }) => {
      const counts = [total.answers, total.input, total.cacheRead, total.cacheWrite, total.output].map(count);
      return `| ${[plain(key), ...counts, cost(total)].join(" | ")} |`;
    });
  return [
    `| ${heading} | Answers | Input | Cache read | Cache write | Output | Cost |`,
    "| :-- | --: | --: | --: | --: | --: | --: |",
    ...rows,
  ].join("\n");
}

function count(value: number | null): string {
  return value === null ? "unknown" : value.toLocaleString("en");
}

/** "$1.20", "unknown", or both where the cost of some answers is not known. */
function cost({ cost: known, answers, unpriced }: Totals): string {
  if (!known) return "unknown";
  return unpriced === 0 ? costText(known) : `${costText(known)} + ${count(unpriced)} of ${count(answers)} unknown`;
}
