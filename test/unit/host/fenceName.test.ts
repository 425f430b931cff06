import assert from "node:assert/strict";
import { namedFile } from "../../../src/host/fenceName";

describe("the file that an answer names for its code", () => {
  const code = "let a;\n\nlet b;\n";
  const fence = (info: string, above = "Some words:") => `${above}\n\n\`\`\`${info}\n${code}\`\`\`\n`;

  for (const info of ["ts src/a.ts", "ts:src/a.ts", 'ts title="src/a.ts"', "src/a.ts", "ts {file=src/a.ts}"]) {
    it(`may stand in the info string: ${info}`, () => assert.equal(namedFile(fence(info), code), "src/a.ts"));
  }

  for (const above of ["**src/a.ts**", "In `src/a.ts`:", "### src/a.ts", "Change `src/a.ts`", "2. **`src/a.ts`**:"]) {
    it(`may stand above: ${above}`, () => assert.equal(namedFile(fence("ts", above), code), "src/a.ts"));
  }

  it("may stand in a comment in the first line", () => {
    assert.equal(namedFile("", "// src/a.ts\nlet a;\n"), "src/a.ts");
    assert.equal(namedFile("", "# File: tools/a.py\n"), "tools/a.py");
    assert.equal(namedFile("", "<!-- index.html -->\n"), "index.html");
  });

  it("is the one of the same block", () => {
    const source = `a.ts:\n\`\`\`\nlet c;\n\`\`\`\nb.ts:\n\n> - quoted\n>   \`\`\`ts\n>   ${code.replaceAll("\n", "\n>   ")}\`\`\`\n`;
    assert.equal(namedFile(source, "let c;\n"), "a.ts");
    assert.equal(namedFile(`x.ts:\n${source}`, code), undefined);
  });

  it("is not there when none is named", () => {
    for (const above of ["Some words:", "This is it.", "For example, e.g.", ""]) {
      assert.equal(namedFile(fence("ts", above), code), undefined, above);
    }
  });

  it("is not searched for in endless lines", () => {
    const hostile = "a/".repeat(200_000);
    assert.equal(namedFile(fence("ts", hostile), code), undefined);
    assert.equal(namedFile(fence(hostile), `${hostile}\n`), undefined);
  });
});
