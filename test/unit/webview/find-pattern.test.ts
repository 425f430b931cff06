import assert from "node:assert/strict";
import { findPattern, type FindOptions } from "../../../src/webview/find-pattern";

const TEXT: FindOptions = { matchCase: false, wholeWord: false, regex: false };
const REGEX = { ...TEXT, regex: true };

const spans = (query: string, line: string, options = TEXT) =>
  [...findPattern(query, options)(line)].filter((span) => span !== undefined);
const found = (query: string, line: string, options = TEXT) =>
  spans(query, line, options).map(([start, end]) => line.slice(start, end));

describe("a search pattern", () => {
  it("finds text as it is typed, in any case", () => {
    assert.deepEqual(found("a.b(", "A.b( axb( a.B("), ["A.b(", "a.B("]);
    assert.deepEqual(found("a.b", "A.b a.b", { ...TEXT, matchCase: true }), ["a.b"]);
    assert.deepEqual(spans("é", "xÉé"), [
      [1, 2],
      [2, 3],
    ]);
  });

  it("finds whole words of any script", () => {
    const whole = { ...TEXT, wholeWord: true };
    assert.deepEqual(spans("cat", "cat concat cat_ (cat) catß", whole), [
      [0, 3],
      [17, 20],
    ]);
    assert.deepEqual(found("c.t", "cut scut", { ...whole, regex: true }), ["cut"]);
  });

  it("finds with regular expressions what JavaScript finds", () => {
    const lines = ["", "aab ab b", "foo(bar, baz) = 12.50;", "x😀y 😀😀", "aaaa", "The cat_1 sat. É é", "a\tb\\c]d-e"];
    const patterns = [
      "a+b",
      "a*?b",
      "(a|ab)(b|)",
      "^a|b$",
      String.raw`\bcat\w*`,
      String.raw`\Ba`,
      "[^a-f\\s]+",
      String.raw`\d+\.\d{2}`,
      "a{2}",
      "a{1,3}?",
      "a{2,}",
      "(?:foo|bar|baz)\\(?",
      "(?<n>s)at",
      ".",
      "é",
      String.raw`\p{L}+`,
      "[\\]\\\\]",
      "(a*)*",
      "(a*)+b?",
      "",
      "x?",
      "😀{2}",
      String.raw`\u{1F600}y?`,
      "(?:)",
      "a||b",
      String.raw`\x61\t`,
    ];
    for (const pattern of patterns) {
      for (const line of lines) {
        const expected = Array.from(line.matchAll(new RegExp(pattern, "giu")), ([match]) => match).filter(Boolean);
        assert.deepEqual(found(pattern, line, REGEX), expected, `${pattern} in ${line}`);
      }
    }
  });

  it("never takes for ever", () => {
    const line = "a".repeat(20_000);
    for (const pattern of ["(a+)+$b", "(a|a)*b", "a*a*a*a*a*b", "(a|aa)+$b", "(.*)(.*)(.*)(.*)[^a]"]) {
      assert.deepEqual(found(pattern, line, REGEX), []);
    }
    assert.equal(found("(a*)*b|a", line, REGEX).length, 20_000);
  });

  it("says what is wrong with a pattern", () => {
    const problem = (query: string) => {
      try {
        findPattern(query, REGEX);
        return "";
      } catch (error) {
        return error instanceof Error ? error.message : "";
      }
    };
    assert.match(problem("(a"), /Invalid regular expression/);
    assert.match(problem("a(?=b)"), /Looking ahead or behind is not possible/);
    assert.match(problem("(?<!a)b"), /Looking ahead or behind/);
    assert.match(problem(String.raw`(a)\1`), /reference to a group/);
    assert.match(problem("(a{1000}){1000}"), /too large/);
  });

  it("has places to stop in a long line", () => {
    const stops = [...findPattern("x.*y", REGEX)("x".repeat(50_000))].filter((it) => it === undefined);
    assert.ok(stops.length >= 5, `${stops.length}`);
  });
});
