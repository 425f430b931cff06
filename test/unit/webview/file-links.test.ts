import assert from "node:assert/strict";
import { mentionIn, mentionsIn } from "../../../src/webview/file-links";

describe("files that an answer names", () => {
  for (const [code, path, lines] of [
    ["src/app.ts", "src/app.ts", undefined],
    ["app.ts", "app.ts", undefined],
    ["./src/app.ts:12", "./src/app.ts", [12, 12]],
    ["src/app.ts:12:5", "src/app.ts", [12, 12]],
    ["src/app.ts:12-20", "src/app.ts", [12, 20]],
    ["src/app.ts#L12-L20", "src/app.ts", [12, 20]],
    ["src/app.ts#L12", "src/app.ts", [12, 12]],
    ["src/app.ts:20-12", "src/app.ts", [20, 20]],
    ["docs/größe.md", "docs/größe.md", undefined],
    ["bin/run", "bin/run", undefined],
  ] as const) {
    it(`finds ${code} in code`, () => {
      assert.deepEqual(mentionIn(code), lines ? { path, lines } : { path });
    });
  }

  for (const code of [
    "total",
    "a b.ts",
    "/etc/passwd",
    "https://a.example/b.ts",
    "a//b.ts",
    "x = y.z()",
    "src\\a.ts",
  ]) {
    it(`finds nothing in ${code}`, () => assert.equal(mentionIn(code), undefined));
  }

  it("finds them in prose, with the signs of the sentence left out", () => {
    const text = "See src/app.ts:12, (lib/a.b.ts) and README.md. Not https://a.example/x.ts, /etc/host.conf or x@y.de/";
    assert.deepEqual(
      mentionsIn(text).map(({ at, length }) => text.slice(at, at + length)),
      ["src/app.ts:12", "lib/a.b.ts", "README.md"],
    );
  });

  it("takes no time for what is no prose", () => {
    assert.deepEqual(mentionsIn("x/".repeat(9_999)), []);
    assert.deepEqual(mentionsIn("a.ts ".repeat(10_000)), []);
  });
});
