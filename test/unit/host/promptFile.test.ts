import assert from "node:assert/strict";
import { fillIn, parsePromptFile, variablesOf } from "../../../src/host/promptFile";

describe("a prompt file", () => {
  it("tells description, model and tools in its front matter", () => {
    const source = `---\r\ndescription: "Review: the strict way"\r\nmodel: anthropic/claude-opus-5-5\r\ntools: ['search', fetch]\r\nagent: ask\r\n---\r\n\r\n# Review\r\nLook at \${selection}.\r\n`;
    assert.deepEqual(parsePromptFile("review.prompt.md", source), {
      name: "review",
      description: "Review: the strict way",
      model: "anthropic/claude-opus-5-5",
      tools: ["search", "fetch"],
      text: "# Review\nLook at ${selection}.",
    });
  });

  it("is described by its first line without front matter, and named by its file or itself", () => {
    assert.deepEqual(parsePromptFile("to do.md", "\n## Do it\nNow."), {
      name: "to-do",
      description: "Do it",
      text: "## Do it\nNow.",
    });
    assert.equal(parsePromptFile("a.md", "---\nname: Größe 2\n---\nx").name, "Größe-2");
  });

  it("keeps as text what is no front matter", () => {
    for (const source of ["---\n: [ broken\n---\ntext", "---\n- a\n- list\n---\ntext", "--- a rule\n\n---\n"]) {
      assert.equal(parsePromptFile("a.md", source).text, source.trim());
    }
  });

  it("passes over fields of another type", () => {
    const { model, tools, text } = parsePromptFile("a.md", "---\nmodel: {a: 1}\ntools: 7\nname: [x]\n---\nbody");
    assert.deepEqual([model, tools, text], [undefined, undefined, "body"]);
  });

  it("has each variable once, and takes no other text for one", () => {
    const text =
      "${selection} ${selectedText} ${input:what:What to say} ${input:what} ${HOME} $selection ${constructor}";
    assert.deepEqual(variablesOf(text), [{ kind: "selection" }, { kind: "input", name: "what", hint: "What to say" }]);
    assert.equal(
      fillIn(text, (variable) => (variable.kind === "input" ? "${selection}" : "S")),
      "S S ${selection} ${selection} ${HOME} $selection ${constructor}",
    );
  });
});
