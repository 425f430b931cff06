import assert from "node:assert/strict";
import MarkdownIt from "markdown-it";
import { plain } from "../../../src/chat/plain";

describe("plain text in markdown", () => {
  /** What markdown makes of a text, if that is nothing but text. */
  function asText(markdown: string): string | undefined {
    const children = new MarkdownIt().parse(markdown, {}).flatMap((token) => token.children ?? []);
    return children.every(({ type }) => type === "text") ? children.map(({ content }) => content).join("") : undefined;
  }

  for (const text of [
    "*a*",
    "_a_",
    "`a`",
    "[a](b:c)",
    "![a](b)",
    "<b>a</b>",
    "&amp;",
    "~~a~~",
    String.raw`\*a`,
    "$a$",
  ]) {
    it(`is ${text} as it is written`, () => {
      assert.equal(asText(plain(text)), text);
    });
  }

  it("would be more than text without it", () => {
    assert.equal(asText("*a*"), undefined);
  });

  it("ends no cell and no line", () => {
    assert.equal(plain("a | b\nc"), String.raw`a \| b c`);
  });
});
