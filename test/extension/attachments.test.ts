import assert from "node:assert/strict";
import {
  commands,
  DocumentSymbol,
  languages,
  Position,
  Range,
  Selection,
  SymbolKind,
  Uri,
  window,
  workspace,
  type TextDocument,
  type TextEditor,
} from "vscode";
import { readImage } from "../../src/host/images";
import { codeToAdd, codeToExplain, readTextFile } from "../../src/host/selection";
import { fixture } from "./support";

describe("image files", () => {
  for (const [file, mediaType] of [
    ["images/chart.png", "image/png"],
    ["images/photo.jpg", "image/jpeg"],
    ["images/spinner.gif", "image/gif"],
    ["images/logo.webp", "image/webp"],
    ["images/wrong-name.png", "image/jpeg"],
  ] as const) {
    it(`tells ${file} from its bytes`, async () => {
      const { attachment, bytes } = await readImage(fixture(file));
      assert.ok(attachment.type === "image");
      assert.equal(attachment.mediaType, mediaType);
      assert.equal(attachment.bytes, bytes?.length);
      assert.ok(attachment.width > 0 && attachment.height > 0);
      assert.match(attachment.sha256, /^[0-9a-f]{64}$/);
    });
  }

  for (const [file, problem] of [
    ["images/not-an-image.png", /not-an-image\.png.* not an image/],
    ["images/empty.png", /empty\.png.* is empty/],
    ["images/deleted.png", /deleted\.png.* cannot be read/],
  ] as const) {
    it(`says what is wrong with ${file}`, async () => {
      await assert.rejects(readImage(fixture(file)), problem);
    });
  }

  it("names a format that Claude does not read", async () => {
    const file = fixture("images/drawing.png");
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="20"></svg>';
    await workspace.fs.writeFile(file, new TextEncoder().encode(svg));
    try {
      await assert.rejects(readImage(file), /drawing\.png.* is SVG; Claude reads PNG, JPEG, GIF and WebP/);
    } finally {
      await workspace.fs.delete(file);
    }
  });

  it("says that an animated image is seen by its first frame", async () => {
    const { attachment } = await readImage(fixture("images/spinner.gif"));
    assert.equal(attachment.type === "image" && attachment.animated, true);
    const still = await readImage(fixture("images/chart.png"));
    assert.equal(still.attachment.type === "image" && still.attachment.animated, false);
  });

  it("names a file outside the workspace without its folders", async () => {
    const outside = Uri.joinPath(fixture(".."), "outside.png");
    await workspace.fs.copy(fixture("images/chart.png"), outside, { overwrite: true });
    try {
      assert.equal((await readImage(outside)).attachment.name, "outside.png");
    } finally {
      await workspace.fs.delete(outside);
    }
  });
});

describe("code to explain", function () {
  // On a busy machine VS Code tells late which editor is active, and the change of an earlier test can come in between.
  this.retries(4);

  afterEach(async () => {
    await closeAll();
  });

  async function open(content: string, language = "plaintext") {
    return show(await workspace.openTextDocument({ content, language }));
  }

  it("is the selection, with file name, language and line numbers", async () => {
    const editor = await show(await workspace.openTextDocument(fixture("src/cart.ts")));
    editor.selection = new Selection(1, 0, 4, 0);
    const [{ attachment: code } = {}] = await codeToExplain();
    assert.equal(code?.name, "src/cart.ts");
    assert.equal(code?.language, "typescript");
    assert.deepEqual(code?.lines, [2, 4]);
    assert.equal(code?.text, editor.document.getText(editor.selection));
  });

  it("is each of several selections", async () => {
    const editor = await open("one\ntwo\nthree\n");
    editor.selections = [new Selection(0, 0, 0, 3), new Selection(2, 0, 2, 5)];
    assert.deepEqual(
      (await codeToExplain()).map(({ attachment: { text, lines } }) => [text, lines]),
      [
        ["one", [1, 1]],
        ["three", [3, 3]],
      ],
    );
  });

  it("is the innermost symbol around the cursor", async () => {
    const whole = new DocumentSymbol("Outer", "", SymbolKind.Class, new Range(0, 0, 5, 1), new Range(0, 0, 0, 5));
    whole.children = [
      new DocumentSymbol("inner", "", SymbolKind.Method, new Range(1, 0, 3, 3), new Range(1, 0, 1, 5)),
      new DocumentSymbol("other", "", SymbolKind.Method, new Range(4, 0, 4, 3), new Range(4, 0, 4, 3)),
    ];
    const provider = languages.registerDocumentSymbolProvider("plaintext", { provideDocumentSymbols: () => [whole] });
    try {
      const editor = await open("class Outer\n  inner {\n    code\n  }\n  other\nend\n");
      editor.selection = new Selection(2, 1, 2, 1);
      assert.deepEqual((await codeToExplain())[0]?.attachment.lines, [2, 4]);
      editor.selection = new Selection(0, 1, 0, 1);
      assert.deepEqual((await codeToExplain())[0]?.attachment.lines, [1, 6]);
    } finally {
      provider.dispose();
    }
  });

  it("works in an editor that cannot be written to", async () => {
    const content = workspace.registerTextDocumentContentProvider("read-only", {
      provideTextDocumentContent: () => "only\nto read\n",
    });
    try {
      const editor = await show(await workspace.openTextDocument(Uri.parse("read-only:/notes.txt")));
      editor.selection = new Selection(1, 0, 1, 7);
      const [{ attachment: code } = {}] = await codeToExplain();
      assert.deepEqual([code?.name, code?.text], ["notes.txt", "to read"]);
    } finally {
      content.dispose();
    }
  });

  it("is the line of the cursor where no symbol is known, also in an untitled file", async () => {
    const editor = await open("first\nsecond\n");
    editor.selection = new Selection(new Position(1, 2), new Position(1, 2));
    const [{ attachment: code } = {}] = await codeToExplain();
    assert.deepEqual([code?.text, code?.lines], ["second", [2, 2]]);
    assert.match(code?.name ?? "", /^Untitled/);
  });

  it("says so when there is nothing to explain", async () => {
    await open("\n\n");
    await assert.rejects(codeToExplain(), /no code here/);
    await closeAll();
    await assert.rejects(codeToExplain(), /Open a file/);
  });

  it("refuses what would fill the context window", async () => {
    const editor = await open("x".repeat(1_000_001));
    editor.selection = new Selection(0, 0, 0, 1_000_001);
    await assert.rejects(codeToExplain(), /at most one million/);
  });

  it("is the whole file for the chat when nothing is selected", async () => {
    await open("all of it", "plaintext");
    assert.deepEqual(
      codeToAdd().map(({ attachment: { text, lines } }) => [text, lines]),
      [["all of it", undefined]],
    );
  });

  it("says so when a file is not text", async () => {
    await assert.rejects(readTextFile(fixture("images/chart.png")), /cannot be read as text|not a text file/);
  });
});

/** Shows a document; resolves when it is the active editor, which VS Code may tell a little later. */
async function show(document: TextDocument): Promise<TextEditor> {
  const editor = await window.showTextDocument(document);
  while (window.activeTextEditor?.document !== document) {
    await new Promise<void>((resolve) => {
      const subscription = window.onDidChangeActiveTextEditor(() => {
        subscription.dispose();
        resolve();
      });
    });
  }
  return editor;
}

/** Closes all editors; what is not saved is dropped without a question. */
async function closeAll(): Promise<void> {
  while (window.tabGroups.activeTabGroup.activeTab) {
    await commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
}
