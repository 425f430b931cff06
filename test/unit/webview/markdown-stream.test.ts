import assert from "node:assert/strict";
import type { MarkdownNode } from "../../../src/webview/markdown-nodes";
import { markdownStream } from "../../../src/webview/markdown-stream";
import { oneShot, streamed, type Cuts, type Frozen } from "../../support/markdown";
import { randomFrom } from "../../support/random";

/** Documents are made of a pool's parts at random. */
interface Pool {
  readonly parts: readonly string[];
  /** Documents begin with one of these. */
  readonly starts?: readonly string[];
  /** What stands between them, a line end if nothing is told. */
  readonly glue?: string;
  /** How many parts a document has at most, and how many kinds of them: the same should go on for a while. */
  readonly length: number;
  readonly kinds?: number;
  /** How many documents there are for each one that was asked for. */
  readonly share?: number;
  /** What is frozen at least 1,000 times in as many documents as the unit tests have. */
  readonly freezes: readonly Frozen[];
}

const WORDS = "words of a sentence that goes on, with nothing in it, and on. ";
/** A long paragraph is cut only while nothing in it is open: in most of them nothing is. */
const PLAIN = Array.from({ length: 12 }, () => "");

/** Lines that stand for everything that can begin, go on or end a block, and parts of long paragraphs. */
const POOLS: Readonly<Record<string, Pool>> = {
  mixed: {
    parts: [
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
    length: 30,
    freezes: ["block"],
  },
  lists: {
    parts: [
      "",
      "",
      "- a",
      "- b",
      "* c",
      "  - d",
      "  - e",
      "\n  - e",
      "    - f",
      "      g",
      "  text",
      "1. h",
      "2. i",
      "3) j",
      "   - k",
      "- [ ] l",
      "-",
      "words",
    ],
    starts: ["- a\n  - b", "1. a\n\n   - b", "- a\n\n  1. b"],
    length: 40,
    share: 2,
    freezes: ["item", "nested item", "block in an item"],
  },
  tables: {
    parts: [
      "",
      "",
      "| a | b |\n|---|:-:|",
      "| a | b |",
      "|---|:-:|",
      "|--",
      "| 1 | 2 |",
      "| 3 | 4 |",
      "1 | 2",
      "words",
      "> | a |",
      "> |---|",
      "> | 5 |",
      "> 6 | 7",
      "|---|",
    ],
    starts: ["| a | b |\n|---|:-:|", "> | a | b |\n> |---|:-:|\n> | 1 | 2 |"],
    length: 40,
    freezes: ["table row"],
  },
  formulas: {
    parts: ["", "$$", "$$x_1$$", "  $$", "a_1 \\\\", "words", "- item", "  $$", "> $$", "> b", "```", "$$ c"],
    length: 16,
    freezes: [],
  },
  fences: {
    parts: [
      "",
      "```",
      "````js",
      "~~~",
      "``` ",
      "  ```",
      "    ```",
      "code `a`",
      "a line of code ``` and ~~~ ```",
      "  code",
      "- item",
      "  ```py",
      "> ```",
      "> code",
      "  $$",
    ],
    length: 20,
    share: 1.1,
    freezes: ["line of code"],
  },
  quotes: {
    parts: [
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
    starts: ["> a", "> - a"],
    length: 24,
    share: 2.5,
    freezes: ["block in a quote"],
  },
  notes: {
    parts: [
      "",
      "",
      "text[^a] more[^b]",
      "[^A] and [^none]",
      "[^a]: note",
      "[^b]:",
      "[^b]: > quote",
      "    more",
      "\n    more",
      "    # more",
      "    # more",
      "    ## more",
      "    ## more",
      "    - more",
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
    starts: ["[^a]: b", "[^a]: - b", "> [^a]: b"],
    length: 24,
    share: 3.1,
    kinds: 5,
    freezes: ["block in a footnote"],
  },
  paragraphs: {
    parts: [
      ...PLAIN,
      "more **bold words** and *other ones*, `code` and [a link](https://a.example/b), ".repeat(3),
      "snake_case_names, 2 * 3 * 4, ~ 5, [x] and https://b.example/c_d, ".repeat(4),
      "a short line\n".repeat(20),
      "a star that * opens nothing, an odd ` tick, ",
      "an *open one ",
      "closed* ",
      "an open [bracket ",
      "closed](https://c.example) ",
      "_under score_ and __two__ ",
      "~~gone and ",
      "closed~~ ",
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
    glue: WORDS.repeat(4),
    starts: [WORDS.repeat(18), "a short line of words\n".repeat(50)],
    length: 16,
    kinds: 4,
    share: 0.8,
    freezes: ["part of a paragraph"],
  },
  inside: {
    parts: [
      ...PLAIN,
      "more **bold words** and *other ones*, `code` and [a link](https://a.example/b), ".repeat(3),
      "a line\n".repeat(30),
      "a line\n> ".repeat(30),
      "a line  \n  ".repeat(30),
      "an *open one ",
      "closed* ",
      "a | b ",
      "\n- ",
      "\n1. ",
      "\n  - [ ] ",
      "\n> ",
      "\n> - ",
      "\n- > ",
      "\n  > ",
      "\n[^a]: ",
      "\n    ",
      "\n  ",
      "\n\n- ",
      "\n\n> ",
      "\n\n    ",
      "\n\n",
      "\n",
      "\n> |---|---|\n",
      "\n  |---|---|\n",
      "  \n  ===\n",
    ],
    glue: WORDS.repeat(4),
    starts: ["- ", "> ", "- a\n  - ", "> - ", "- > ", "1. a\n\n   > ", "[^a]: "].map(
      (start) => start + WORDS.repeat(18),
    ),
    length: 16,
    kinds: 4,
    freezes: ["part of a paragraph in a block"],
  },
  references: {
    parts: [
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
    length: 20,
    kinds: 16,
    freezes: [],
  },
};

/** So many of them, each at random. */
function some(parts: readonly string[], count: number, random: (below: number) => number): string[] {
  return Array.from({ length: count }, () => parts[random(parts.length)] ?? "");
}

/** Ends paragraphs before they are cut just anywhere, which one parse would not do. */
function notTooLong(parts: readonly string[], glue: string): string[] {
  let length = 0;
  return parts.map((part) => {
    length = part.startsWith("\n\n") ? 0 : length + part.length + glue.length;
    if (length < 4500) return part;
    length = 0;
    return `${part}\n\n`;
  });
}

/** Documents of each pool; a longer run is asked for in the environment. */
const USUAL = 300;
const MOST = Number(process.env["SIDENOTE_FUZZ"] ?? USUAL);

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
  for (const [name, { parts, starts = [], glue = "\n", length, kinds = 9, share = 1, freezes }] of Object.entries(
    POOLS,
  )) {
    it(`ends with what one parse of the whole text gives: ${name}`, () => {
      const words = glue !== "\n";
      const cuts: Cuts = new Map();
      let redone = 0;
      for (let seed = 1; seed <= MOST * share; seed++) {
        const random = randomFrom(seed);
        const chosen = [
          ...some(starts, Math.min(starts.length, 1), random),
          ...some(some(parts, 1 + random(kinds), random), 2 + random(length - 1), random),
        ];
        const text = (words ? notTooLong(chosen, glue) : chosen).join(glue);
        const result = streamed(text, (1 + random(40)) * (words ? 15 : 1), random, cuts, words ? 120 : 8);
        assert.deepEqual(result.nodes, oneShot(text), `seed ${seed}: ${JSON.stringify(text)}`);
        redone += result.redone.length;
      }
      for (const frozen of freezes) {
        const times = cuts.get(frozen) ?? 0;
        assert.ok(times >= (1000 * MOST) / USUAL, `${frozen}: frozen only ${times} times`);
      }
      if (name === "references") assert.ok(redone > MOST / 10, `only ${redone} blocks were drawn again`);
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

  it("looks at the words of a long paragraph once, wherever it is", () => {
    for (const [start, next] of [
      ["", ""],
      ["- ", ""],
      ["> ", "> "],
      ["1. a\n\n   > - ", "   > "],
      ["[^a]: ", "    "],
    ]) {
      const stream = markdownStream();
      stream.append(start + "words and more of them, ".repeat(300));
      stream.update();
      stream.append(`\n${next}${"other words, ".repeat(100)}`);
      const [node] = stream.update().nodes;
      const { length } = JSON.stringify(node);
      assert.ok(length < 4000, `${length} characters of ${start}`);
    }
  });

  it("goes on with another paragraph when one has 120,000 characters", () => {
    const text = "a word. ".repeat(40_000);
    const { nodes } = streamed(text, 8000, () => 7999);
    assert.ok(nodes.length === 3 && nodes.every((node) => typeof node === "object" && node.tag === "p"));
    assert.equal(texts(nodes).join(" "), text.trimEnd());
  });

  it("ends what it cannot cut after 20,000 characters", () => {
    for (const text of [
      `| a |\n|---|\n| ${"one row ".repeat(4000)}`,
      `# ${"one heading ".repeat(3000)}`,
      "[a]: https://a.example\n".repeat(2000),
    ]) {
      const stream = markdownStream();
      stream.append(text);
      stream.update();
      stream.append("\n\nmore");
      assert.ok(JSON.stringify(stream.update().nodes).length < 1000, text.slice(0, 20));
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

function texts(nodes: readonly MarkdownNode[]): string[] {
  return nodes.map((node) =>
    typeof node === "string" ? node : node.tag === "code-block" ? node.text : texts(node.children).join(""),
  );
}
