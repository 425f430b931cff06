import assert from "node:assert/strict";
import { markdownNodes, type MarkdownNode } from "../../../src/webview/markdown-nodes";
import { parseMarkdown } from "../../../src/webview/markdown-parser";

/** The paragraph with each link as "{text}" or "{text → address}". */
function linked(text: string): string {
  const show = (nodes: readonly MarkdownNode[]): string =>
    nodes
      .map((node) => {
        if (typeof node === "string") return node;
        if (node.tag === "code-block") return node.text;
        const inside = show(node.children);
        if (node.tag !== "a") return inside;
        return inside === node.href ? `{${inside}}` : `{${inside} → ${node.href}}`;
      })
      .join("");
  return show(markdownNodes(parseMarkdown(text, {})));
}

describe("markdown-it's stand-ins", () => {
  it("make links of what GitHub makes links of", () => {
    for (const [text, expected] of [
      // GFM 0.29, section 6.9.
      ["www.commonmark.org", "{www.commonmark.org → http://www.commonmark.org}"],
      ["Visit www.commonmark.org/help for", "Visit {www.commonmark.org/help → http://www.commonmark.org/help} for"],
      ["Visit www.commonmark.org.", "Visit {www.commonmark.org → http://www.commonmark.org}."],
      [
        "www.google.com/search?q=Markup+(business)",
        "{www.google.com/search?q=Markup+(business) → http://www.google.com/search?q=Markup+(business)}",
      ],
      ["www.a.example/b(c)))", "{www.a.example/b(c) → http://www.a.example/b(c)}))"],
      ["(www.a.example/b(c)", "({www.a.example/b(c) → http://www.a.example/b(c)}"],
      ["www.a.example/(b))+ok", "{www.a.example/(b))+ok → http://www.a.example/(b))+ok}"],
      [
        "www.google.com/search?q=commonmark&hl=en",
        "{www.google.com/search?q=commonmark&hl=en → http://www.google.com/search?q=commonmark&hl=en}",
      ],
      [
        "www.google.com/search?q=commonmark&hl;",
        "{www.google.com/search?q=commonmark → http://www.google.com/search?q=commonmark}&hl;",
      ],
      ["www.commonmark.org/he<lp", "{www.commonmark.org/he → http://www.commonmark.org/he}<lp"],
      ["http://commonmark.org", "{http://commonmark.org}"],
      [
        "(Visit https://encrypted.google.com/search?q=Markup+(business))",
        "(Visit {https://encrypted.google.com/search?q=Markup+(business)})",
      ],
      ["foo@bar.baz", "{foo@bar.baz → mailto:foo@bar.baz}"],
      [
        "hello@mail+xyz.example isn't, but hello+xyz@mail.example is.",
        "hello@mail+xyz.example isn't, but {hello+xyz@mail.example → mailto:hello+xyz@mail.example} is.",
      ],
      [
        "a.b-c_d@a.b and a.b-c_d@a.b. and a.b-c_d@a.b- and a.b-c_d@a.b_",
        "{a.b-c_d@a.b → mailto:a.b-c_d@a.b} and {a.b-c_d@a.b → mailto:a.b-c_d@a.b}. and a.b-c_d@a.b- and a.b-c_d@a.b_",
      ],
      // What replies have.
      [
        "**https://a.example/b_c_d**, *www.a.example*",
        "{https://a.example/b_c_d}, {www.a.example → http://www.a.example}",
      ],
      ["“https://a.example/b?c=d*e”", "“{https://a.example/b?c=d*e}”"],
      ["见https://a.example/b。然后", "见{https://a.example/b}。然后"],
      ["http://localhost:3000/a and http://[::1]/", "{http://localhost:3000/a} and http://[::1]/"],
      ["[https://a.example](https://b.example)", "{https://a.example → https://b.example}"],
      ["[https://a.example]", "[{https://a.example}]"],
      ["https://bücher.example/ä", "{https://bücher.example/ä → https://xn--bcher-kva.example/%C3%A4}"],
      ["https://a_b.c.example and https://a.b_c.example", "{https://a_b.c.example} and https://a.b_c.example"],
      [
        "ftp://a.example xhttps://a.example awww.a.example www. http:// @ main.rs react@18.2.0 @a/b.c",
        "ftp://a.example xhttps://a.example awww.a.example www. http:// @ main.rs react@18.2.0 @a/b.c",
      ],
      ["`www.a.example` and \\www.a.example", "www.a.example and \\www.a.example"],
    ] as const) {
      assert.equal(linked(text), expected);
    }
  });

  it("take time in proportion to the text", () => {
    for (const piece of ["https://", "www.", "a@", "www.a.b)", "(https://a.b", "a.a@a.", "&a;", "https://a.b;&a;"]) {
      linked(piece.repeat(20_000)); // mocha's limit tells
    }
  }).timeout(10_000);

  it("encode addresses as browsers read them", () => {
    for (const [href, expected] of [
      ["https://a.example/%20%zz ä", "https://a.example/%20%25zz%20%C3%A4"],
      ["https://user@bücher.example:8080/", "https://user@xn--bcher-kva.example:8080/"],
      ["http://[::1]:8000/[a]", "http://[::1]:8000/%5Ba%5D"],
      ["https://a.example/\ud800", "https://a.example/%EF%BF%BD"],
      ["mailto:a@b.example", "mailto:a@b.example"],
    ] as const) {
      assert.equal(linked(`[x](<${href}>)`), `{x → ${expected}}`);
    }
  });

  it("know the character references of HTML 4, those of ASCII, and all numbers", () => {
    assert.equal(
      linked(
        "&lt;&amp;&quot;&apos;&copy;&eacute;&yuml;&OElig;&Omega;&omega;&hellip;&euro;&rarr;&hearts;&lang;&lbrace;&rcub;",
      ),
      "<&\"'©éÿŒΩω…€→♥⟨{}",
    );
    assert.equal(linked("&#65;&#x1F600;&#0;"), "A😀\ufffd");
    assert.equal(linked("&nothing; &constructor; &; &amp"), "&nothing; &constructor; &; &amp");
  });
});
