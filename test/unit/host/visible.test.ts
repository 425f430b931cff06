import assert from "node:assert/strict";
import { visible } from "../../../src/host/tools/visible";

describe("texts that the user decides by", () => {
  const shown: readonly [what: string, text: string, seen: string][] = [
    ["right-to-left overrides", "rm x \u202Etxt", "rm x [U+202E]txt"],
    ["isolates", "a\u2066b\u2069", "a[U+2066]b[U+2069]"],
    ["zero width", ".e\u200Bnv\u2060\uFEFF", ".e[U+200B]nv[U+2060][U+FEFF]"],
    ["tags", "a\u{E0041}", "a[U+E0041]"],
    ["variation selectors", "a\uFE0E\u{E0100}", "a[U+FE0E][U+E0100]"],
    ["control characters", "ls\r\u001B[2K\trm", "ls[U+000D][U+001B][2K[U+0009]rm"],
    ["other spaces and line ends", "a\u00A0b\u2028c\u2029d\u3000e", "a[U+00A0]b[U+2028]c[U+2029]d[U+3000]e"],
    ["fillers", "a\u3164b\u2800c\u115F", "a[U+3164]b[U+2800]c[U+115F]"],
    ["a gap of spaces", `ls${" ".repeat(500)}; rm x`, "ls[500 spaces]; rm x"],
    ["a gap of lines", `ls${"\n".repeat(40)}rm x`, "ls\n[39 empty lines]\nrm x"],
    ["a gap of lines with spaces", `ls${"\n  ".repeat(40)}\nrm x`, "ls\n[40 empty lines]\nrm x"],
    ["letters of another alphabet", "src/c\u0430rt.ts", "src/c[U+0430]rt.ts"],
    ["Greek ones", "\u03BFpen x", "[U+03BF]pen x"],
    ["wide forms", "\uFF0E\uFF0Fa\uFF21", "[U+FF0E][U+FF0F]a[U+FF21]"],
    ["strokes that are no slash", "a\u2215b\u2044c", "a[U+2215]b[U+2044]c"],
    ["mathematical letters", "\u{1D41A}", "[U+1D41A]"],
  ];
  for (const [what, text, seen] of shown) {
    it(`spell out ${what}`, () => assert.equal(visible(text), seen));
  }

  it("stay as they are when they are plain", () => {
    for (const text of [
      "npm test\n  --watch",
      "src/Käse/файл.ts",
      "echo 你好！",
      "για",
      "a\n\n\nb",
      "x".repeat(5000),
      "👍",
    ]) {
      assert.equal(visible(text), text);
    }
  });
});
