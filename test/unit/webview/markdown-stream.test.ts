import assert from "node:assert/strict";
import { markdownNodes, type MarkdownNode } from "../../../src/webview/markdown-nodes";
import { parseMarkdown } from "../../../src/webview/markdown-parser";
import { markdownStream } from "../../../src/webview/markdown-stream";

/** A small repeatable generator (mulberry32), so that a failure can be seen again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function oneShot(text: string): MarkdownNode[] {
  return markdownNodes(parseMarkdown(text.replace(/\r\n?/g, "\n"), {}));
}

/** Streams the text in pieces of up to `most` characters and tells how many blocks were final before the end. */
function streamed(text: string, most: number, random: (below: number) => number) {
  const stream = markdownStream();
  const nodes: MarkdownNode[] = [];
  for (let at = 0; at < text.length;) {
    const end = at + 1 + random(most);
    stream.append(text.slice(at, end));
    at = end;
    nodes.push(...stream.update().finished);
  }
  const early = nodes.length;
  const last = stream.finish();
  return { nodes: last.all ?? [...nodes, ...last.finished], early, redone: last.all !== undefined };
}

/** Lines that stand for everything that can begin, go on or end a block. */
const POOLS = {
  mixed: [
    "",
    "",
    "",
    "plain words",
    "two *words*  ",
    "# Heading",
    "Heading",
    "===",
    "---",
    "- item",
    "  more of it",
    "  - nested",
    "1. first",
    "2. second",
    "> quote",
    "> > deeper",
    "lazy",
    "    code",
    "```ts",
    "const a = 1;",
    "```",
    "~~~",
    "| a | b |",
    "|---|---|",
    "| 1 | 2 |",
    "***",
    "- [x] done",
    "<b>raw</b>",
    "![alt](https://a.example/b.png)",
    "https://a.example/c",
    "\tindented",
  ],
  lists: [
    "",
    "",
    "- a",
    "- b",
    "* c",
    "  - d",
    "    - e",
    "  text",
    "1. f",
    "2. g",
    "3) h",
    "   - i",
    "- [ ] j",
    "-",
    "words",
  ],
  tables: ["", "", "| a | b |", "|---|:-:|", "|--", "| 1 | 2 |", "1 | 2", "words", "> | a |", "> |---|", "|---|"],
  fences: ["", "```", "````js", "~~~", "``` ", "  ```", "    ```", "code `a`", "  code", "- item", "  ```py", "> ```"],
  references: [
    "",
    "",
    "[a]",
    "[b][a] and [c]",
    "[a]: https://a.example",
    "[b]: <https://b.example> 'B'",
    "[c]:",
    "https://c.example",
    "'title",
    "more'",
    "- [a]",
    "> [c]: https://d.example",
  ],
};

const ANSWER = `Intro with **bold** and a [late link][docs].

Heading
-------

1. one

   with a paragraph
2. two
   - nested \`code\`

| a | b |
|--:|---|
| 1 | 2 |

> quote
> - list
>
>   \`\`\`py
>   print(1)
>   \`\`\`

~~~rust
fn main() {}

// end
~~~

[docs]: https://docs.example "Docs"

\`\`\`ts
const open = true;
`;

describe("markdown stream", () => {
  for (const [pool, lines] of Object.entries(POOLS)) {
    it(`ends with what one parse of the whole text gives: ${pool}`, () => {
      let early = 0;
      for (let seed = 1; seed <= 1000; seed++) {
        const random = randomFrom(seed);
        const text = Array.from({ length: 2 + random(14) }, () => lines[random(lines.length)]).join("\n");
        const result = streamed(text, 1 + random(20), random);
        assert.deepEqual(result.nodes, oneShot(text), `seed ${seed}: ${JSON.stringify(text)}`);
        early += result.early;
      }
      assert.ok(early > 1000, `only ${early} blocks were final before the end`);
    }).timeout(20_000);
  }

  it("is the same for every size of the pieces", () => {
    for (let most = 1; most <= ANSWER.length; most++) {
      assert.deepEqual(streamed(ANSWER, most, () => most - 1).nodes, oneShot(ANSWER), `pieces of ${most}`);
    }
  });

  it("takes CRLF as one line end, also when it is split", () => {
    const text = "a\r\n\r\n- b\r\n- c\r\n\r\n```\r\nd\r\n```\r\n";
    assert.deepEqual(streamed(text, 1, () => 0).nodes, oneShot(text));
  });

  it("waits for the title of a definition, which may be on the lines below it", () => {
    for (const text of [
      "[a]: https://a.example\n'title\nmore'\n\n[a]\n",
      "> [a]: https://a.example\n'title\n> more\nand more'\n\n[a]\n",
      "> [a]: https://a.example\n'title\n> more\n\n[a]\n",
    ]) {
      assert.deepEqual(streamed(text, 1, () => 0).nodes, oneShot(text), text);
    }
  });

  it("draws all again for a definition after its use, and only then", () => {
    assert.equal(streamed("[a]\n\ntext\n\n[a]: https://a.example\n\nend\n", 1, () => 0).redone, true);
    assert.equal(streamed("[a]: https://a.example\n\n[a]\n\ntext\n", 1, () => 0).redone, false);
  });

  it("finishes a block when the next one has begun", () => {
    const stream = markdownStream();
    stream.append("one\n\ntw");
    assert.deepEqual(stream.update(), { finished: [], tail: [paragraph("one"), paragraph("tw")] });
    stream.append("o\n");
    assert.deepEqual(stream.update(), { finished: [paragraph("one")], tail: [paragraph("two")] });
  });

  it("finishes a fence with its closing line", () => {
    const stream = markdownStream();
    stream.append("```ts\na\nb");
    assert.deepEqual(stream.update().tail, [{ tag: "code-block", language: "ts", text: "a\nb", open: true }]);
    stream.append("\n``");
    assert.deepEqual(stream.update().tail, [{ tag: "code-block", language: "ts", text: "a\nb\n", open: true }]);
    stream.append("`\n");
    assert.deepEqual(stream.update(), {
      finished: [{ tag: "code-block", language: "ts", text: "a\nb\n" }],
      tail: [],
    });
  });

  it("holds back a last line of markers, which could still mean anything", () => {
    const stream = markdownStream();
    stream.append("Some words:\n-");
    assert.deepEqual(stream.update().tail, [paragraph("Some words:")]);
    stream.append(" item");
    assert.deepEqual(stream.update().tail, [
      paragraph("Some words:"),
      { tag: "ul", children: [{ tag: "li", children: ["item"] }] },
    ]);
  });
});

function paragraph(text: string): MarkdownNode {
  return { tag: "p", children: [text] };
}
