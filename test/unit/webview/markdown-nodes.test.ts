import assert from "node:assert/strict";
import MarkdownIt from "markdown-it";
import { isAllowedLink } from "../../../src/webview/links";
import { codeLabel, markdownNodes, type MarkdownNode } from "../../../src/webview/markdown-nodes";
import { parseMarkdown } from "../../../src/webview/markdown-parser";

function nodes(text: string): MarkdownNode[] {
  return markdownNodes(parseMarkdown(text, {}));
}

/** All links of a reply, wherever they are. */
function links(all: readonly MarkdownNode[]): string[] {
  return all.flatMap((node) => {
    if (typeof node === "string" || node.tag === "code-block") return [];
    return [...(node.href === undefined ? [] : [node.href]), ...links(node.children)];
  });
}

describe("markdown nodes", () => {
  it("keeps GitHub's tables, task lists and strikethrough", () => {
    assert.deepEqual(nodes("| a | b |\n|--:|---|\n| 1 | ~~2~~ |"), [
      {
        tag: "div",
        className: "table",
        children: [
          {
            tag: "table",
            children: [
              {
                tag: "thead",
                children: [
                  {
                    tag: "tr",
                    children: [
                      { tag: "th", className: "align-right", children: ["a"] },
                      { tag: "th", children: ["b"] },
                    ],
                  },
                ],
              },
              {
                tag: "tbody",
                children: [
                  {
                    tag: "tr",
                    children: [
                      { tag: "td", className: "align-right", children: ["1"] },
                      { tag: "td", children: [{ tag: "s", children: ["2"] }] },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    ]);
    assert.deepEqual(nodes("- [x] a\n- [ ] *b*\n- c [x] d"), [
      {
        tag: "ul",
        children: [
          {
            tag: "li",
            className: "task-item",
            children: [
              { tag: "p", children: [{ tag: "input", className: "task", checked: true, children: [] }, " a"] },
            ],
          },
          {
            tag: "li",
            className: "task-item",
            children: [
              {
                tag: "p",
                children: [
                  { tag: "input", className: "task", checked: false, children: [] },
                  " ",
                  { tag: "em", children: ["b"] },
                ],
              },
            ],
          },
          { tag: "li", children: [{ tag: "p", children: ["c [x] d"] }] },
        ],
      },
    ]);
  });

  it("gives a list that starts elsewhere its number", () => {
    assert.deepEqual(nodes("7. a"), [
      { tag: "ol", start: 7, children: [{ tag: "li", children: [{ tag: "p", children: ["a"] }] }] },
    ]);
  });

  it("takes the first word after a fence as its language", () => {
    for (const info of ["ts", " ts title=a", "ts{1,3}", "ts,linenos"]) {
      assert.deepEqual(nodes(`\`\`\`${info}\nx\n\`\`\``), [{ tag: "code-block", language: "ts", text: "x\n" }]);
    }
  });

  it("keeps formulas and diagrams as code, with a label", () => {
    const formula = { tag: "code-block", language: "math", text: "a_1 * b_2 * c\n" };
    assert.deepEqual(nodes("so\n$$\na_1 * b_2 * c\n$$\n$$a_1 * b_2 * c$$\n```math\na_1 * b_2 * c\n```"), [
      { tag: "p", children: ["so"] },
      formula,
      formula,
      formula,
    ]);
    assert.deepEqual(nodes("$$ is the process, $$ too\n\n    $$"), [
      { tag: "p", children: ["$$ is the process, $$ too"] },
      { tag: "code-block", language: "", text: "$$\n" },
    ]);
    assert.equal(codeLabel("math"), "Formula (TeX)");
    assert.equal(codeLabel("Mermaid"), "Diagram (Mermaid)");
    assert.equal(codeLabel("ts"), "ts");
  });

  it("shows what is nested too deeply as it was written, and the rest as it should be", () => {
    const deep = `${">".repeat(10_000)} a`;
    assert.deepEqual(nodes(`b\n\n${deep}\n\nc`), [
      { tag: "p", children: ["b"] },
      { tag: "code-block", language: "", text: deep },
      { tag: "p", children: ["c"] },
    ]);
  });

  it("shows raw HTML as text", () => {
    assert.deepEqual(nodes("<script>alert(1)</script>"), [{ tag: "p", children: ["<script>alert(1)</script>"] }]);
    assert.deepEqual(nodes("a <img src=x onerror=alert(1)>"), [
      { tag: "p", children: ["a <img src=x onerror=alert(1)>"] },
    ]);
  });

  it("never loads a picture: it shows a link with the address", () => {
    assert.deepEqual(nodes("![chart](https://a.example/b.png)"), [
      {
        tag: "p",
        children: [{ tag: "a", href: "https://a.example/b.png", children: ["chart (https://a.example/b.png)"] }],
      },
    ]);
  });

  it("links to the web and to mail only", () => {
    const hostile = [
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      "java\nscript:alert(1)",
      "&#106;avascript:alert(1)",
      "\u0001javascript:alert(1)",
      "vbscript:msgbox(1)",
      "data:text/html,<script>alert(1)</script>",
      "data:image/png;base64,iVBORw0KGgo=",
      "command:workbench.action.quit",
      "vscode:extension/evil",
      "vscode-insiders://evil",
      "file:///etc/passwd",
      "blob:null/1",
      "//a.example",
      "/etc/passwd",
      "#top",
      "https:",
      "http:a.example",
      "https://[",
    ];
    for (const href of hostile) {
      assert.equal(isAllowedLink(href), false, href);
      const forms = [`[a](${href})`, `[a](<${href}>)`, `<${href}>`, `[a]\n\n[a]: ${href}`, `![a](${href})`, href];
      for (const form of forms) assert.deepEqual(links(nodes(form)), [], form);
    }
    for (const href of [
      "https://a.example/b?c#d",
      "http://127.0.0.1:8000",
      "mailto:a@b.example",
      "HTTPS://a.example",
    ]) {
      assert.equal(isAllowedLink(href), true, href);
      assert.equal(links(nodes(`[a](${href})`)).length, 1, href);
    }
  });

  it("knows GitHub's footnotes, and that what looks like one may be a link", () => {
    assert.deepEqual(nodes("a[^1] `[^2]` [^3](https://a.example) [^ 4]"), [
      {
        tag: "p",
        children: [
          "a",
          { tag: "sup", label: "1", children: ["1"] },
          " ",
          { tag: "code", children: ["[^2]"] },
          " ",
          { tag: "a", href: "https://a.example", children: ["^3"] },
          " [^ 4]",
        ],
      },
    ]);
    const note = (label: string, ...children: MarkdownNode[]) => ({
      tag: "div",
      className: "footnote",
      label,
      children,
    });
    const paragraph = (text: string): MarkdownNode => ({ tag: "p", children: [text] });
    assert.deepEqual(
      nodes("Text\n[^a]: One\nlazy\n\n    two\n[^b]:\n    three\n\n      four\nno\n\nend\n\n    [^c]: code\n"),
      [
        paragraph("Text"),
        note("a", paragraph("One\nlazy"), paragraph("two")),
        note("b", paragraph("three"), paragraph("four\nno")),
        paragraph("end"),
        { tag: "code-block", language: "", text: "[^c]: code\n" },
      ],
    );
  });

  it("does not rely on the parser for that", () => {
    const permissive = new MarkdownIt();
    permissive.validateLink = () => true;
    const tokens = permissive.parse("[a](command:b) ![c](vscode:d) <javascript:e>", {});
    assert.deepEqual(links(markdownNodes(tokens)), []);
  });

  it("joins the texts of a paragraph", () => {
    assert.deepEqual(nodes("a\nb \\* c"), [{ tag: "p", children: ["a\nb * c"] }]);
  });

  it("makes links of addresses with a scheme, not of file names", () => {
    assert.deepEqual(links(nodes("see https://a.example/b and main.rs and node.js")), ["https://a.example/b"]);
  });

  it("spells out controls that reorder text, in words and in inline code", () => {
    assert.deepEqual(nodes("a\u202Eb `c\u2066d`"), [
      { tag: "p", children: ["a[U+202E]b ", { tag: "code", children: ["c[U+2066]d"] }] },
    ]);
  });
});
