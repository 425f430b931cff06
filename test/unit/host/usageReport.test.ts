import assert from "node:assert/strict";
import type { Spending } from "../../../src/chat/spending";
import { usageReport } from "../../../src/host/usageReport";

const now = new Date(2026, 0, 15);
const spent: Spending = {
  day: "2026-01-02",
  endpoint: "anthropic",
  model: "claude-a",
  answers: 2,
  input: 1234,
  cacheRead: 0,
  cacheWrite: null,
  output: 50,
  cost: { usd: 1.5, estimate: true },
  unpriced: 0,
};
const report = (
  spending: readonly Spending[],
  options: { budget?: number; notice?: string; unreadBatches?: number } = {},
) =>
  usageReport(spending, {
    now,
    budget: options.budget,
    notice: options.notice,
    unreadBatches: options.unreadBatches ?? 0,
  });

describe("usage report", () => {
  it("tells this month and the last one, also over the turn of the year", () => {
    const text = report([spent, { ...spent, day: "2025-12-31", cost: { usd: 3, estimate: false } }]);
    assert.match(
      text,
      /## January 2026\n\n\*\*~\$1\.50\*\* for 2 answers\.[^]*## December 2025\n\n\*\*\$3\.00\*\* for 2 answers\./,
    );
    assert.ok(text.includes("| 2026-01-02 | 2 | 1,234 | 0 | unknown | 50 | ~$1.50 |"));
    assert.ok(text.includes("| claude-a | 2 | 1,234"));
    assert.ok(text.includes("| anthropic | 2 | 1,234"));
  });

  it("puts the newest day and the dearest model first", () => {
    const dear: Spending = { ...spent, day: "2026-01-01", model: "claude-b", cost: { usd: 9, estimate: true } };
    const text = report([dear, spent]);
    assert.ok(text.indexOf("2026-01-02") < text.indexOf("2026-01-01"));
    assert.ok(text.indexOf("claude-b") < text.indexOf("claude-a"));
  });

  it("says what is unknown, and never NaN", () => {
    const unknown: Spending = { ...spent, model: "local", input: null, output: null, cost: null, unpriced: 2 };
    const text = report([spent, unknown]);
    assert.ok(text.includes("| local | 2 | unknown | 0 | unknown | unknown | unknown |"));
    assert.ok(text.includes("**~$1.50 + 2 of 4 unknown** for 4 answers."));
    assert.doesNotMatch(text, /NaN|null|undefined/);
  });

  it("names the budget of this month, and what is missing", () => {
    assert.match(report([spent], { budget: 20 }), /\*\*~\$1\.50\*\* of a budget of \$20\.00 for 2 answers\./);
    assert.match(report([], { notice: "Not all." }), /\*Not all\.\*\n\n## January 2026\n\nNo answers\./);
  });

  it("tells batches from answers at the normal price, and names those whose cost is not known", () => {
    const text = report([spent, { ...spent, batch: true, cost: { usd: 0.75, estimate: true } }], { unreadBatches: 2 });
    assert.match(text, /\*\*~\$2\.25\*\* for 4 answers/);
    assert.match(text, /\| claude-a \| 2 .*\$1\.50 \|\n\| claude-a, in batches \| 2 .*\$0\.75 \|/);
    assert.match(text, /2 batches have ended whose cost is not known yet/);
    assert.doesNotMatch(report([spent]), /batches have/);
  });

  it("shows a name as text", () => {
    assert.ok(report([{ ...spent, model: "a|b`<c>[d](e)" }]).includes(String.raw`| a\|b\`\<c\>\[d\](e) |`));
  });
});
