import assert from "node:assert/strict";
import { commitMessageIn, commitQuestion, shortened } from "../../../src/host/commitDiff";

describe("a commit message", () => {
  const file = (name: string, length: number) => `diff --git a/${name} b/${name}\n+${"x".repeat(length)}\n`;

  it("is asked for with the repository's own style, and what the author has begun", () => {
    const question = commitQuestion(["fix(cart): sum twice\n\nBody", "feat: search"], "fix: ");
    assert.match(question, /<message>\nfix\(cart\): sum twice\n\nBody\n<\/message>\n<message>\nfeat: search/);
    assert.match(question, /begun it like this: fix:$/);
    assert.match(commitQuestion([], ""), /at most 72 characters/);
    assert.doesNotMatch(commitQuestion([], " "), /begun/);
  });

  it("is asked for with a diff that is short enough, and says what is left out", () => {
    assert.equal(shortened(file("a", 10)), file("a", 10));
    const long = shortened(file("a", 50_000) + file("b", 10));
    assert.ok(long.length < 21_000);
    assert.match(long, /x\n\[… the rest of this file is left out\]\ndiff --git a\/b b\/b\n/);
    const many = shortened(Array.from({ length: 9 }, (_, n) => file(`f${n}`, 19_000)).join(""));
    assert.ok(many.length <= 121_000);
    assert.match(many, /\[left out: f6, f7, f8\]\n$/);
  });

  it("is taken out of what a model puts around it", () => {
    const message = "Add a cart\n\nIt holds `items`.";
    for (const reply of [
      message,
      `\n${message}\n`,
      `\`\`\`\n${message}\n\`\`\``,
      `Here it is:\n\n\`\`\`text\n${message}\n\`\`\`\n`,
    ]) {
      assert.equal(commitMessageIn(reply), message);
    }
    assert.equal(commitMessageIn("Commit message: Add a cart"), "Add a cart");
    assert.equal(commitMessageIn('"Add a cart"'), "Add a cart");
    assert.equal(commitMessageIn("Say `a` and `b`"), "Say `a` and `b`");
  });
});
