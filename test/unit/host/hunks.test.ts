import assert from "node:assert/strict";
import { applyHunks, hunksBetween, linesOf, moveHunks } from "../../../src/host/hunks";
import { randomFrom } from "../api/harness";

const lines = (...list: string[]) => list.map((it) => `${it}\n`).join("");

describe("hunks", () => {
  const base = lines("a", "b", "c", "d", "e");
  const changed = lines("a", "B", "c", "d", "e", "f");

  it("are the runs of lines that differ", () => {
    const hunks = hunksBetween(base, changed);
    assert.deepEqual(hunks, [
      { start: 2, removed: "b\n", added: "B\n" },
      { start: 10, removed: "", added: "f\n" },
    ]);
    assert.deepEqual(
      hunks.map((it) => linesOf(base, it)),
      [
        { first: 2, removed: 1, added: 1 },
        { first: 6, removed: 0, added: 1 },
      ],
    );
  });

  it("give the base with those of them that are wanted", () => {
    const [first, second] = hunksBetween(base, changed);
    assert.ok(first && second);
    assert.equal(applyHunks(base, [first]), lines("a", "B", "c", "d", "e"));
    assert.equal(applyHunks(base, [second]), lines("a", "b", "c", "d", "e", "f"));
    assert.equal(applyHunks(base, []), base);
  });

  it("know line ends and a last line without one", () => {
    assert.deepEqual(hunksBetween("a\r\nb", "a\r\nc"), [{ start: 3, removed: "b", added: "c" }]);
    assert.deepEqual(hunksBetween("", "new\n"), [{ start: 0, removed: "", added: "new\n" }]);
    assert.deepEqual(hunksBetween("same", "same"), []);
  });

  it("move with their lines when the text is changed elsewhere", () => {
    const now = lines("new", "a", "b", "c", "d!", "e");
    assert.deepEqual(applied(base, changed, now), lines("new", "a", "B", "c", "d!", "e", "f"));
  });

  it("are lost when their own lines were changed", () => {
    const now = lines("a", "mine", "c", "d", "e");
    assert.deepEqual(moveHunks(hunksBetween(base, changed), base, now), [
      undefined,
      { start: 13, removed: "", added: "f\n" },
    ]);
  });

  it("are lost when something was put between the lines that they remove", () => {
    const hunks = hunksBetween(base, lines("a", "e"));
    assert.deepEqual(moveHunks(hunks, base, lines("a", "b", "mine", "c", "d", "e")), [undefined]);
  });

  it("never touch what somebody else wrote meanwhile", () => {
    const seed = Date.now();
    const random = randomFrom(seed);
    const text = (length: number) =>
      Array.from({ length }, () => `${["x", "y", "z"][Math.floor(random() * 3)] ?? ""}\n`).join("");
    for (let round = 0; round < 300; round++) {
      const from = text(8);
      const hunks = hunksBetween(from, text(8));
      const now = text(8);
      const moved = moveHunks(hunks, from, now).filter((it) => it !== undefined);
      for (const { start, removed } of moved) {
        assert.equal(now.slice(start, start + removed.length), removed, `seed ${seed}, round ${round}`);
      }
      // With nothing changed meanwhile they say what they said.
      assert.deepEqual(moveHunks(hunks, from, from), hunks);
    }
  });
});

function applied(base: string, changed: string, now: string): string {
  return applyHunks(
    now,
    moveHunks(hunksBetween(base, changed), base, now).filter((it) => it !== undefined),
  );
}
