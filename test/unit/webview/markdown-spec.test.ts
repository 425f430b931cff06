import assert from "node:assert/strict";
import { tests } from "commonmark-spec";
import MarkdownIt, { type Token } from "markdown-it";
import { oneShot, streamed } from "../../support/markdown";

const tab = (text: string) => text.replaceAll("→", "\t");
const examples = tests.map((test) => ({ ...test, markdown: tab(test.markdown), html: tab(test.html) }));

/** Sections and examples of CommonMark 0.31.2 with another result here, all for one reason: raw HTML is text. */
const RAW_HTML_SECTIONS = new Set(["HTML blocks", "Raw HTML"]);
const RAW_HTML = [21, 31, 201, 308, 309, 344, 475, 476, 477, 491, 494, 524, 536, 642, 643];

/** From GFM 0.29: tables and strikethrough. `s` and `style` stand for the `del` and `align` that it writes. */
const GFM = [
  [
    "| foo | bar |\n| --- | --- |\n| baz | bim |",
    "<table><thead><tr><th>foo</th><th>bar</th></tr></thead><tbody><tr><td>baz</td><td>bim</td></tr></tbody></table>",
  ],
  [
    "| abc | defghi |\n:-: | -----------:\nbar | baz",
    '<table><thead><tr><th style="text-align:center">abc</th><th style="text-align:right">defghi</th></tr></thead><tbody><tr><td style="text-align:center">bar</td><td style="text-align:right">baz</td></tr></tbody></table>',
  ],
  [
    "| f\\|oo  |\n| ------ |\n| b `\\|` az |\n| b **\\|** im |",
    "<table><thead><tr><th>f|oo</th></tr></thead><tbody><tr><td>b <code>|</code> az</td></tr><tr><td>b <strong>|</strong> im</td></tr></tbody></table>",
  ],
  [
    "| abc | def |\n| --- | --- |\n| bar | baz |\n> bar",
    "<table><thead><tr><th>abc</th><th>def</th></tr></thead><tbody><tr><td>bar</td><td>baz</td></tr></tbody></table><blockquote><p>bar</p></blockquote>",
  ],
  [
    "| abc | def |\n| --- | --- |\n| bar | baz |\nbar\n\nbar",
    "<table><thead><tr><th>abc</th><th>def</th></tr></thead><tbody><tr><td>bar</td><td>baz</td></tr><tr><td>bar</td><td></td></tr></tbody></table><p>bar</p>",
  ],
  ["| abc | def |\n| --- |\n| bar |", "<p>| abc | def |\n| --- |\n| bar |</p>"],
  [
    "| abc | def |\n| --- | --- |\n| bar |\n| bar | baz | boo |",
    "<table><thead><tr><th>abc</th><th>def</th></tr></thead><tbody><tr><td>bar</td><td></td></tr><tr><td>bar</td><td>baz</td></tr></tbody></table>",
  ],
  ["| abc | def |\n| --- | --- |", "<table><thead><tr><th>abc</th><th>def</th></tr></thead></table>"],
  ["~~Hi~~ Hello, there world!", "<p><s>Hi</s> Hello, there world!</p>"],
  ["This ~~has a\n\nnew paragraph~~.", "<p>This ~~has a</p><p>new paragraph~~.</p>"],
] as const;

/** Its task lists and autolinks: what they give is tested with the nodes. */
const GFM_OTHERS = [
  "- [ ] foo\n- [x] bar",
  "- [x] foo\n  - [ ] bar\n  - [x] baz\n- [ ] bim",
  "www.google.com/search?q=Markup+(business)))+ok",
  "(Visit https://encrypted.google.com/search?q=Markup+(business)) foo@bar.baz",
];

/** The parser as the page has it, but for what it does not let through: the specification's links are relative. */
const parser = new MarkdownIt({ html: false });
parser.validateLink = () => true;

/** What the specification shows its results in. */
function html(tokens: readonly Token[]): string {
  return tokens.map(tokenHtml).join("");
}

function tokenHtml(token: Token): string {
  const attributes = (token.attrs ?? []).map(([name, value]) => ` ${name}="${escaped(String(value))}"`).join("");
  if (token.hidden) return "";
  switch (token.type) {
    case "inline":
      return html(token.children ?? []);
    case "softbreak":
      return "\n";
    case "hardbreak":
      return "<br />\n";
    case "hr":
      return "<hr />";
    case "code_inline":
      return `<code>${escaped(token.content)}</code>`;
    case "image":
      return `<img${attributes.replace('alt=""', `alt="${plain(token.children ?? [])}"`)} />`;
    case "fence":
    case "code_block": {
      // Escapes and references count in it as they do in text; the page takes it as it was written.
      const [language] = plain(parser.parse(token.info.trim(), {})[1]?.children ?? []).split(/\s/);
      return `<pre><code${language ? ` class="language-${language}"` : ""}>${escaped(token.content)}</code></pre>`;
    }
    default:
      if (token.nesting === 1) return `<${token.tag}${attributes}>`;
      return token.nesting === -1 ? `</${token.tag}>` : escaped(token.content);
  }
}

function plain(tokens: readonly Token[]): string {
  return tokens
    .map((token) =>
      token.children ? plain(token.children) : token.type.endsWith("break") ? "\n" : escaped(token.content),
    )
    .join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Line ends around tags mean nothing. */
function normal(text: string): string {
  return text.replace(/\n*(<[^>]*>)\n*/g, "$1").trim();
}

describe("markdown as specified", () => {
  it("gives CommonMark's results, but for raw HTML", () => {
    const others = examples
      .filter(({ section }) => !RAW_HTML_SECTIONS.has(section))
      .filter(({ markdown, html: expected }) => normal(html(parser.parse(markdown, {}))) !== normal(expected))
      .map(({ number }) => number);
    assert.deepEqual(others, RAW_HTML);
  });

  it("gives GitHub's results for tables and strikethrough", () => {
    for (const [text, expected] of GFM) assert.equal(normal(html(parser.parse(text, {}))), expected);
  });

  for (const size of [1, 7, 33]) {
    it(`gives the same in pieces of ${size}`, () => {
      const texts = [...examples.map(({ markdown }) => markdown), ...GFM.map(([text]) => text), ...GFM_OTHERS];
      assert.ok(texts.length > 650);
      for (const text of texts) assert.deepEqual(streamed(text, size, () => size - 1).nodes, oneShot(text), text);
    }).timeout(20_000);
  }
});
