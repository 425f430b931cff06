import assert from "node:assert/strict";
import { symbolIn } from "../../../src/webview/symbol-links";

describe("symbols in inline code", () => {
  it("are names, of members as well, with or without a call", () => {
    const names = [
      "MessagesClient",
      "foo()",
      "total(a, b)",
      "Cart.total()",
      "std::vector",
      "Cart#total",
      "größe",
      "$el",
    ];
    assert.deepEqual(names.map(symbolIn), [
      "MessagesClient",
      "foo",
      "total",
      "Cart.total",
      "std::vector",
      "Cart#total",
      "größe",
      "$el",
    ]);
  });

  it("are nothing else", () => {
    for (const code of [
      "i",
      "npm install",
      "--flag",
      "a + b",
      "f(g())",
      "src/app.ts",
      "[a]",
      "a..b",
      "3px",
      "x".repeat(101),
    ]) {
      assert.equal(symbolIn(code), undefined, code);
    }
  });
});
