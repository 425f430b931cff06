import assert from "node:assert/strict";
import { movedLines } from "../../../src/chat/movedLines";

describe("lines that were taken from a text", () => {
  const FUNCTION = ["function a() {", "  one();", "}"];
  const others = ["import x;", "", "function b() {", "  one();", "}", ""];
  const find = (now: readonly string[], before: readonly string[], first: number) => {
    const { first: begins, last, same } = movedLines(now, before, first) ?? {};
    return begins === undefined ? undefined : [begins, last, same];
  };

  it("are found where they have moved, nearest to where they were", () => {
    assert.deepEqual(find([...others, ...FUNCTION], FUNCTION, 0), [6, 8, true]);
    assert.deepEqual(find([...FUNCTION, ...others, ...FUNCTION], FUNCTION, 8), [9, 11, true]);
  });

  it("grow and shrink with what was changed between their first and their last", () => {
    const grown = ["function a() {", "  one();", "  if (x) {", "  }", "  two();", "}"];
    assert.deepEqual(find([...grown, ...others], FUNCTION, 0), [0, 5, false]);
    assert.deepEqual(find([...others, "function a() {", "}"], FUNCTION, 4), [6, 7, false]);
  });

  it("may begin and end within a line", () => {
    assert.deepEqual(find(["let y;", "let x = sum(1, 2);"], ["sum(1, 2)"], 0), [1, 1, true]);
    assert.deepEqual(find(["", "let x = sum(", "  1);"], ["sum(", "  1"], 0), [1, 2, true]);
    assert.deepEqual(find(["let x = sum(", "  2,", "  1);"], ["sum(", "  1"], 0), [0, 2, false]);
  });

  it("are gone when their first is", () => {
    assert.equal(find(others, FUNCTION, 0), undefined);
    assert.equal(find([], FUNCTION, 5), undefined);
    assert.equal(find(["a", "", "b"], ["", "x"], 0), undefined, "blank lines tell nothing");
  });

  it("end with the text at last", () => {
    assert.deepEqual(find(["function a() {", "  two();"], FUNCTION, 0), [0, 1, false]);
  });
});
