import assert from "node:assert/strict";
import { placeCode } from "../../../src/host/placeCode";

const FILE = `import { tax } from "./tax";

/** A line of a cart. */
export interface Item {
  readonly price: number;
}

export function total(items: readonly Item[]): number {
  let sum = 0;
  for (const { price } of items) {
    sum += price;
  }
  return sum + tax(sum);
}

class Cart {
  add(item: Item) {
    this.items.push(item);
  }

  clear() {
    this.items = [];
  }
}
`;

describe("code in a file", () => {
  it("takes the place of the block that begins with the same line", () => {
    const code = `export function total(items: readonly Item[]): number {\n  return 0;\n}\n`;
    const placed = placeCode(FILE, code, "ts");
    assert.match(placed ?? "", /number \{\n {2}return 0;\n\}\n\nclass Cart/);
    assert.ok(placed?.startsWith(`import { tax }`));
  });

  it("finds a function by its name when the rest of the line has changed", () => {
    const code = `export function total(items: readonly Item[], discount: number): number {\n  return discount;\n}\n`;
    assert.match(
      placeCode(FILE, code, "ts") ?? "",
      /\}\n\nexport function total\(.*discount: number\).*\n {2}return discount;\n\}\n\nclass/,
    );
  });

  it("goes as deep as what it replaces", () => {
    const code = `clear() {\n  this.items.length = 0;\n}\n`;
    assert.match(placeCode(FILE, code, "ts") ?? "", /\n {2}clear\(\) \{\n {4}this\.items\.length = 0;\n {2}\}\n\}\n$/);
  });

  it("puts what is new beside what has a place", () => {
    const code = `import { rate } from "./rate";\n\nexport function total(items: readonly Item[]): number {\n  return rate;\n}\n\nexport function none(): number {\n  return 0;\n}\n`;
    const placed = placeCode(FILE, code, "ts") ?? "";
    assert.match(placed, /import \{ rate \} from ".\/rate";\n\nexport function total/);
    assert.match(placed, /return rate;\n\}\n\nexport function none\(\): number \{\n {2}return 0;\n\}\n\nclass Cart/);
  });

  it("may be a block of a language without brackets", () => {
    const file = "import os\n\ndef a(x):\n    y = x\n\n    return y\n\ndef b():\n    pass\n";
    assert.equal(
      placeCode(file, "def a(x):\n    return x + 1\n", "python"),
      "import os\n\ndef a(x):\n    return x + 1\n\ndef b():\n    pass\n",
    );
  });

  it("takes the place of the whole file when it has most of its lines", () => {
    const code = FILE.replace("sum += price", "sum += 2 * price").replace(/\n {2}clear[^}]+\}\n/, "");
    assert.equal(placeCode(FILE, code, "ts"), code);
    assert.equal(placeCode("", "new\n", "ts"), "new\n");
  });

  it("is not placed by guessing", () => {
    assert.equal(placeCode(FILE, "const unrelated = 1;\n", "ts"), undefined);
    assert.equal(placeCode(FILE, "export function total(items) {\n  // ... existing code ...\n}\n", "ts"), undefined);
    const twice = "a = 1\nb = 2\nc = 3\na = 1\nd = 4\ne = 5\nf = 6\n";
    assert.equal(placeCode(twice, "a = 1\n", "py"), undefined);
    const order = `class Cart {\n}\n\nexport function total(items: readonly Item[]): number {\n}\n`;
    assert.equal(placeCode(FILE, order, "ts"), undefined);
  });

  it("passes over a line that stands for what was left out", () => {
    const code = `// ... imports\n\nexport function total(items: readonly Item[]): number {\n  return 1;\n}\n`;
    const placed = placeCode(FILE, code, "ts") ?? "";
    assert.doesNotMatch(placed, /imports/);
    assert.match(placed, /return 1;/);
  });

  it("may be a patch, whose line numbers do not count", () => {
    const patch = `--- a/cart.ts\n+++ b/cart.ts\n@@ -1,2 +900,3 @@\n   let sum = 0;\n+  let count = 0;\n   for (const { price } of items) {\n@@ @@\n-    this.items = [];\n+    this.items.length = 0;\n`;
    const placed = placeCode(FILE, patch, "diff") ?? "";
    assert.match(placed, /let sum = 0;\n {2}let count = 0;\n {2}for/);
    assert.match(placed, /\n {4}this\.items\.length = 0;\n/);
    assert.equal(placeCode(FILE, "-not there\n+x\n", "diff"), undefined);
    assert.equal(placeCode("a\na\n", "-a\n+b\n", "diff"), undefined);
  });
});
