import assert from "node:assert/strict";
import type { MarkdownNode } from "../../../src/webview/markdown-nodes";
import { markdownStream } from "../../../src/webview/markdown-stream";
import { oneShot, streamed, type Cuts } from "../../support/markdown";
import { randomFrom } from "../../support/random";

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
  formulas: ["", "$$", "$$x_1$$", "  $$", "a_1 \\\\", "words", "- item", "  $$", "> $$", "> b", "```", "$$ c"],
  fences: ["", "```", "````js", "~~~", "``` ", "  ```", "    ```", "code `a`", "  code", "- item", "  ```py", "> ```"],
  quotes: [
    "",
    "> a",
    "> b",
    ">",
    "> - c",
    ">   d",
    ">   - e",
    "> ```",
    "> > f",
    "g",
    "> - h",
    "> 1. i",
    "- > j",
    "  > k",
  ],
  long: [
    "| a | b |\n|---|:-:|" + "\n| 1 | two *words* |".repeat(40),
    "- a\n  ```ts\n" + "  const a = 1;\n".repeat(50),
    "~~~\n" + "some > text\n".repeat(60),
    "  more",
    "$$\n" + "a_1 + b_1 > c \\\\\n".repeat(40),
    "| c |",
    "```",
    "~~~",
    "$$",
    "",
    "  b",
    "- d",
  ],
  notes: [
    "",
    "",
    "text[^a] more[^b]",
    "[^A] and [^none]",
    "[^a]: note",
    "[^b]:",
    "[^b]: > quote",
    "    more",
    "\tmore[^a]",
    "lazy",
    "  - item",
    "    - item",
    "    ```",
    "    code",
    "> [^c]: [^d]: quoted",
    ">     deep",
    ">",
    "- [^a]: of an item",
    "      more",
    "[^a](https://a.example)",
    "[a]: https://a.example",
  ],
  paragraphs: [
    "words of a sentence that goes on and on for a while, with nothing in it. ".repeat(16),
    "more **bold words** and *other ones*, `code` and [a link](https://a.example/b), ".repeat(12),
    "snake_case_names, 2 * 3 * 4, ~ 5, [x] and https://b.example/c_d, ".repeat(16),
    "plain words, ".repeat(80),
    "and **bold** ones. ".repeat(60),
    "Lines.\n".repeat(150),
    "a star that * opens nothing, an odd ` tick, ",
    "an *open one ",
    "an open [bracket ",
    "_under score_ and __two__ ",
    "~~gone and ",
    "closed~~ ",
    "closed](https://c.example) ",
    "closed* ",
    "a | b | c ",
    "hard  \nbreak ",
    "back\\\nslash ",
    "[^1] ",
    "\n",
    " \n",
    "\n---\n",
    "\n===\n",
    "\n|---|---|---|\n",
    "\n- item ",
    "\n> quote ",
    "\n\n",
    "\n    ",
  ],
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
    "- - [b]",
    "> [c]: https://d.example",
    "```",
    "| [a] |\n|---|\n| [b] |",
  ],
};

/** Ends paragraphs before they are cut just anywhere, which one parse would not do. */
function notTooLong(parts: readonly string[]): string[] {
  let length = 0;
  return parts.map((part) => {
    length = part === "\n\n" ? 0 : length + part.length;
    if (length < 4500) return part;
    length = 0;
    return `${part}\n\n`;
  });
}

/** What is cut in documents of a pool. */
const CUT: Readonly<Record<string, readonly string[]>> = {
  lists: ["ul", "ol", "li"],
  quotes: ["blockquote", "ul"],
  notes: ["div", "ul"],
  long: ["code-block", "tbody"],
  paragraphs: ["p"],
};

/** Documents of each pool; a longer run is asked for in the environment. */
const MOST = Number(process.env["SIDENOTE_FUZZ"] ?? 300);

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
      let redone = 0;
      const words = pool === "paragraphs";
      const documents = Math.ceil(pool === "long" ? MOST / 20 : words ? MOST / 6 : MOST);
      const cuts: Cuts = new Map();
      for (let seed = 1; seed <= documents; seed++) {
        const random = randomFrom(seed);
        const parts = Array.from(
          { length: (2 + random(14)) * (words ? 4 : 1) },
          () => lines[random(lines.length)] ?? "",
        );
        const text = words ? notTooLong(parts).join("") : parts.join("\n");
        const result = streamed(text, (1 + random(20)) * (words ? 50 : 1), random, cuts);
        assert.deepEqual(result.nodes, oneShot(text), `seed ${seed}: ${JSON.stringify(text)}`);
        early += result.early;
        redone += result.redone.length;
      }
      assert.ok(early >= documents, `only ${early} blocks were final before the end`);
      if (pool === "references") assert.ok(redone > documents / 10, `only ${redone} blocks were drawn again`);
      for (const tag of CUT[pool] ?? [])
        assert.ok((cuts.get(tag) ?? 0) > documents / 4, `${tag}: ${cuts.get(tag)} cuts`);
    }).timeout(20_000 + 50 * MOST);
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

  it("draws again what used a definition before it came, and only that", () => {
    const late = "[a]\n\ntext [b]\n\n- one\n- [x][a]\n\n```\n[a]\n```\n\n[a]: https://a.example\n\n[a]\n";
    assert.deepEqual(streamed(late, 1, () => 0).redone, [0, 2]);
    assert.deepEqual(streamed("[a]: https://a.example\n\n[a]\n\ntext\n", 1, () => 0).redone, []);
  });

  it("finishes a block when the next one has begun", () => {
    const stream = markdownStream();
    stream.append("one\n\ntw");
    assert.deepEqual(stream.update(), {
      nodes: [paragraph("one"), paragraph("tw")],
      final: 0,
    });
    stream.append("o\n");
    assert.deepEqual(stream.update(), {
      nodes: [paragraph("one"), paragraph("two")],
      final: 1,
    });
  });

  it("finishes a fence with its closing line", () => {
    const stream = markdownStream();
    stream.append("```ts\na\nb");
    assert.deepEqual(stream.update().nodes, [{ tag: "code-block", language: "ts", text: "a\nb", open: true }]);
    stream.append("\n``");
    assert.deepEqual(stream.update().nodes, [{ tag: "code-block", language: "ts", text: "a\nb\n", open: true }]);
    stream.append("`\n");
    assert.deepEqual(stream.update().nodes, [{ tag: "code-block", language: "ts", text: "a\nb\n" }]);
  });

  it("looks at the lines of an open fence once", () => {
    const stream = markdownStream();
    stream.append(`\`\`\`ts\n${"const a = 1;\n".repeat(50)}`);
    stream.update();
    for (const code of ["let b;\nlet", " c;\n\n", "``\n> d\n", "e"]) {
      stream.append(code);
      const [node, ...others] = stream.update().nodes;
      assert.ok(typeof node === "object" && node.tag === "code-block" && others.length === 0);
      assert.ok((node.kept ?? 0) >= 650 && node.text.length < 20, `${node.text.length} characters`);
    }
  });

  it("holds back a last line of markers, which could still mean anything", () => {
    const stream = markdownStream();
    stream.append("Some words:\n-");
    assert.deepEqual(stream.update().nodes, [paragraph("Some words:")]);
    stream.append(" item");
    assert.deepEqual(stream.update().nodes, [
      paragraph("Some words:"),
      { tag: "ul", children: [{ tag: "li", children: [paragraph("item")] }] },
    ]);
  });
});

function paragraph(text: string): MarkdownNode {
  return { tag: "p", children: [text] };
}
