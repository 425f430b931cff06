import assert from "node:assert/strict";
import { highlight, type Run } from "../../../src/webview/highlight";

function kinds(code: string, language: string): Record<string, string> {
  const runs = highlight(code, language)?.runs ?? [];
  return Object.fromEntries(runs.filter(({ kind }) => kind).map(({ text, kind }) => [text.trim(), String(kind)]));
}

/** One character a run, so that runs that are cut differently compare equal. What is white has no colour. */
function characters(runs: readonly Run[]): string[] {
  return runs.flatMap(({ text, kind }) =>
    Array.from(text, (character) => (character.trim() ? `${character} ${kind}` : character)),
  );
}

const CODE = {
  typescript: `// one
export class Stack<T> {
  #items: T[] = [];
  /* two
     lines */
  push(item: T): void {
    this.#items.push(item);
  }
}
const text = \`a
\${1 + 2} b\`;
`,
  python: `import os


def fib(n: int) -> int:
    """Two
    lines."""
    return n if n < 2 else fib(n - 1)
`,
  rust: `fn main() {
    let a = "text";
    println!("{a}");
}
`,
  json: `{
  "a": [1, true, null],
  "b": "c"
}
`,
};

describe("highlight", () => {
  it("gives every character of the code back, in order", () => {
    for (const [language, code] of Object.entries(CODE)) {
      const text = highlight(code, language)?.runs.map((run) => run.text);
      assert.equal(text?.join(""), code, language);
    }
    const html = "<p>a</p><script>let b = 1;</script><style>c { d: e }</style>\n";
    assert.equal(
      highlight(html, "html")
        ?.runs.map((run) => run.text)
        .join(""),
      html,
    );
  });

  it("tells keywords, strings, numbers, comments and names apart", () => {
    const found = kinds('const a = "b"; // c\nf(1);', "typescript");
    assert.deepEqual(found, { const: "keyword", '"b"': "string", "// c": "comment", f: "function", "1": "number" });
  });

  it("makes few runs: spaces go with what is before them, and what has one colour is one", () => {
    const runs = highlight("export const a = b;\n// c\n// d\nf();", "typescript")?.runs;
    assert.deepEqual(runs, [
      { text: "export const", kind: "keyword" },
      { text: " a = b;\n", kind: undefined },
      { text: "// c\n// d\n", kind: "comment" },
      { text: "f", kind: "function" },
      { text: "();", kind: undefined },
    ]);
  });

  it("starts again at a line end where nothing is open, with the same result", () => {
    for (const [language, code] of Object.entries(CODE)) {
      const whole = highlight(code, language)?.runs ?? [];
      const parts: Run[] = [];
      let restarts = 0;
      let pending = "";
      for (const line of code.split(/(?<=\n)/)) {
        pending += line;
        const result = highlight(pending, language);
        if (!result?.atRoot) continue;
        parts.push(...result.runs);
        pending = "";
        restarts++;
      }
      assert.equal(pending, "", language);
      assert.ok(restarts > 1, language);
      assert.deepEqual(characters(parts), characters(whole), language);
    }
  });

  it("tells that a comment or a string is still open", () => {
    assert.equal(highlight("/* a\n", "typescript")?.atRoot, false);
    assert.equal(highlight('"""a\n', "python")?.atRoot, false);
    assert.equal(highlight("a();\n", "typescript")?.atRoot, true);
  });

  it("knows VS Code's language ids and leaves what it does not know alone", () => {
    for (const id of ["typescriptreact", "javascriptreact", "shellscript", "jsonc", "csharp", "cpp", "objective-c"]) {
      assert.notEqual(highlight("a", id), undefined, id);
    }
    assert.equal(highlight("a", "klingon"), undefined);
    assert.equal(highlight("a", ""), undefined);
  });
});
