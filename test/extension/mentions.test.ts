import assert from "node:assert/strict";
import { commands, Diagnostic, languages, Position, Range, Selection, window } from "vscode";
import { Mentions, ranked } from "../../src/host/mentions";
import { deferred, fixture } from "./support";

describe("what @ offers", () => {
  const close = () => commands.executeCommand("workbench.action.closeAllEditors");
  let mentions: Mentions;

  beforeEach(async () => {
    await close();
    mentions = new Mentions();
  });
  after(close);

  /** Searches, and reads what has this label. */
  async function take(typed: string, label: string) {
    const offered = await mentions.search(typed);
    const found = offered.find((it) => it.label === label);
    assert.ok(found, `${label} is not among ${offered.map((it) => it.label).join(", ")}`);
    return (await mentions.read(found.id)).map(({ attachment }) => attachment);
  }

  it("are sources first, then files and folders", async () => {
    const labels = (await mentions.search("")).map(({ label }) => label);
    const sources = ["selection", "editors", "problems", "file-problems", "staged", "unstaged", "terminal", "cell"];
    assert.deepEqual(labels.slice(0, 8), sources);
    assert.ok(labels.includes("cart.ts") && labels.includes("src/"));
    assert.deepEqual((await mentions.search("cart")).map(({ label, detail }) => [label, detail])[0], [
      "cart.ts",
      "src",
    ]);
  });

  it("puts recent ones first", () => {
    const names = ["src/a.ts", "src/ab.ts", "lib/abc.ts", "readme.md"];
    assert.deepEqual(ranked(names, "a", new Set()), ["src/a.ts", "src/ab.ts", "lib/abc.ts", "readme.md"]);
    assert.deepEqual(ranked(names, "a", new Set(["lib/abc.ts"]))[0], "lib/abc.ts");
    assert.deepEqual(ranked(names, "sab", new Set()), ["src/ab.ts"], "letters in this order");
    assert.deepEqual(ranked(names, "zzz", new Set()), []);
  });

  it("is taken as it was offered, also when an earlier search ends late", async () => {
    const slow = deferred<void>();
    const provider = languages.registerWorkspaceSymbolProvider({
      async provideWorkspaceSymbols(query) {
        if (query === "ca") await slow.promise;
        return [];
      },
    });
    try {
      const early = mentions.search("ca");
      const [chart] = await mentions.search("chart");
      slow.resolve(undefined);
      await early;
      assert.ok(chart?.label === "chart.png");
      const [taken] = await mentions.read(chart.id);
      assert.equal(taken?.attachment.name, "images/chart.png");
    } finally {
      provider.dispose();
    }
  });

  it("takes a snapshot of a file, an image and a folder", async () => {
    const [file] = await take("cart", "cart.ts");
    assert.ok(file?.type === "code" && file.name === "src/cart.ts" && file.text.length > 10);
    const [image] = await take("chart", "chart.png");
    assert.equal(image?.type, "image");
    const [folder] = await take("src", "src/");
    assert.ok(folder?.type === "code");
    assert.equal(folder.text, "cart.ts\nsearch.rs");
  });

  it("has what was taken last before others of its kind", async () => {
    await take("cart", "cart.ts");
    const files = (await mentions.search("")).slice(8);
    assert.equal(files[0]?.label, "cart.ts");
  });

  it("takes the selection, the open editors and the problems", async () => {
    const editor = await window.showTextDocument(fixture("src/cart.ts"));
    editor.selection = new Selection(new Position(1, 0), new Position(3, 5));
    const [selected] = await take("sel", "selection");
    assert.ok(selected?.type === "code" && selected.lines?.[0] === 2 && selected.lines[1] === 4);
    await window.showTextDocument(fixture("README.md"), { preview: false });
    assert.deepEqual((await take("", "editors")).map(({ name }) => name).toSorted(), ["README.md", "src/cart.ts"]);

    const problems = languages.createDiagnosticCollection("mentions");
    problems.set(fixture("src/cart.ts"), [new Diagnostic(new Range(4, 0, 4, 1), "Too many teas.")]);
    const [list] = await take("pro", "problems");
    await window.showTextDocument(fixture("src/cart.ts"));
    const [ofFile] = await take("file", "file-problems");
    problems.dispose();
    assert.ok(ofFile?.type === "code" && ofFile.name === "problems of src/cart.ts");
    assert.ok(list?.type === "code");
    assert.match(list.text, /src\/cart\.ts line 5: Too many teas\./);
  });

  it("says what is missing, and gives nothing that was not offered", async () => {
    await assert.rejects(take("", "editors"), /No text editor is open/);
    await assert.rejects(take("", "cell"), /Open a notebook/);
    await assert.rejects(take("", "selection"), /Open a file/);
    await assert.rejects(mentions.read("99"), /not offered/);
    await assert.rejects(mentions.read("../../etc/passwd"), /not offered/);
  });
});
