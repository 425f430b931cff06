import assert from "node:assert/strict";
import type { Fact, NewAnswer, Outcome } from "../../../src/chat/conversation";
import type { DatedFact } from "../../../src/chat/journal";
import { groupSpending, inMonth, spendingOf, totalOf } from "../../../src/chat/spending";

/** Local noon of a day of November 2026. */
const on = (day: number) => new Date(2026, 10, day, 12).getTime();

const complete: Outcome = { kind: "complete", stopReason: "end_turn" };
const failed: Outcome = { kind: "failed", failure: { kind: "network", message: "", advice: "" } };

type End = Partial<Extract<Fact, { type: "answered" }>>;

/** An answer by a model on a day of November. */
function answer(id: string, model: string, day: number, end: End): DatedFact[] {
  const turn: NewAnswer = { role: "assistant", id, parent: null, endpoint: "e", model, content: [], notes: [] };
  return [
    { at: on(day), type: "turn", turn },
    { at: on(day), type: "answered", turn: id, content: [], outcome: complete, ...end },
  ];
}

const usage = { input_tokens: 10, cache_read_input_tokens: 20, cache_creation_input_tokens: 30, output_tokens: 40 };

describe("spending", () => {
  it("adds up a conversation by day and model", () => {
    const spending = spendingOf([
      ...answer("1", "m", 20, { usage, cost: { usd: 1, estimate: true } }),
      ...answer("2", "m", 20, { usage, cost: { usd: 0.5, estimate: false } }),
      ...answer("3", "n", 20, { usage, cost: { usd: 0.25, estimate: false } }),
      ...answer("4", "m", 21, { usage }),
    ]);
    assert.deepEqual(
      spending.map(({ day, model, answers, cost, unpriced }) => ({ day, model, answers, cost, unpriced })),
      [
        { day: "2026-11-20", model: "m", answers: 2, cost: { usd: 1.5, estimate: true }, unpriced: 0 },
        { day: "2026-11-20", model: "n", answers: 1, cost: { usd: 0.25, estimate: false }, unpriced: 0 },
        { day: "2026-11-21", model: "m", answers: 1, cost: null, unpriced: 1 },
      ],
    );
    assert.deepEqual(totalOf(spending), {
      answers: 4,
      input: 40,
      cacheRead: 80,
      cacheWrite: 120,
      output: 160,
      cost: { usd: 1.75, estimate: true },
      unpriced: 1,
    });
  });

  it("knows nothing of what an endpoint did not tell or told wrong", () => {
    const wrong = { input_tokens: Number.NaN, output_tokens: -1 };
    const [unknown] = spendingOf(answer("1", "m", 20, { usage: wrong, cost: { usd: Number.NaN, estimate: true } }));
    assert.deepEqual(unknown && { ...unknown, day: "" }, {
      day: "",
      endpoint: "e",
      model: "m",
      answers: 1,
      input: null,
      cacheRead: null,
      cacheWrite: null,
      output: null,
      cost: null,
      unpriced: 1,
    });
  });

  it("does not count a failure that took nothing, nor an answer twice", () => {
    assert.deepEqual(spendingOf(answer("1", "m", 20, { outcome: failed, usage: {} })), []);
    assert.equal(spendingOf(answer("1", "m", 20, { outcome: failed, usage })).length, 1);
    const [turn, end] = answer("1", "m", 20, { usage });
    assert.ok(turn && end);
    assert.equal(spendingOf([turn, end, end])[0]?.answers, 1);
  });

  it("counts answers that were deleted, and no copies", () => {
    const facts = answer("1", "m", 20, { usage });
    assert.equal(spendingOf([...facts, { at: on(20), type: "removed", turn: "1" }]).length, 1);
    const copied: DatedFact = { at: on(20), type: "copied" };
    assert.equal(spendingOf([...facts, copied, ...answer("2", "m", 20, { usage })])[0]?.answers, 1);
  });

  it("counts a title that a model wrote", () => {
    const title: DatedFact = { at: on(20), type: "title", title: "Sky" };
    assert.deepEqual(spendingOf([title]), []);
    const [spent] = spendingOf([{ ...title, writtenBy: { endpoint: "e", model: "m" }, usage }]);
    assert.deepEqual([spent?.model, spent?.output], ["m", 40]);
  });

  it("tells months apart, and groups in the order of the keys", () => {
    const spending = [1, 30, 31].flatMap((day) => spendingOf(answer("1", "m", day, { usage })));
    const days = (month: number) => inMonth(spending, new Date(2026, month, 1)).map(({ day }) => day);
    assert.deepEqual(days(10), ["2026-11-01", "2026-11-30"]);
    assert.deepEqual(days(11), ["2026-12-01"]);
    assert.deepEqual([...groupSpending(spending, ({ day }) => day.slice(0, 7)).keys()], ["2026-11", "2026-12"]);
  });

  it("has no totals of nothing", () => {
    const nothing = {
      answers: 0,
      input: null,
      cacheRead: null,
      cacheWrite: null,
      output: null,
      cost: null,
      unpriced: 0,
    };
    assert.deepEqual(totalOf([]), nothing);
  });
});
