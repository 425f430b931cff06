import assert from "node:assert/strict";
import {
  commands,
  Selection,
  TabInputText,
  ViewColumn,
  window,
  workspace,
  type Disposable,
  type TextDocument,
  type WebviewPanel,
} from "vscode";
import { lastEditor, watchEditors } from "../../src/host/lastEditor";
import { ProposedEdits } from "../../src/host/proposedEdit";
import { codeToAdd } from "../../src/host/selection";
import { useCode } from "../../src/host/useCode";
import { fixture } from "./support";

describe("the last editor, while a tab shows the chat", () => {
  let watching: Disposable;
  let document: TextDocument;
  let panel: WebviewPanel;

  beforeEach(async () => {
    watching = watchEditors();
    document = await workspace.openTextDocument(fixture("src/search.rs"));
    const editor = await window.showTextDocument(document, { preview: false });
    editor.selection = new Selection(1, 0, 2, 0);
    const left = new Promise<void>((resolve) => {
      const subscription = window.onDidChangeActiveTextEditor((active) => {
        if (active) return;
        subscription.dispose();
        resolve();
      });
    });
    panel = window.createWebviewPanel("test", "Chat", ViewColumn.Active);
    await left;
    assert.equal(window.activeTextEditor, undefined);
  });

  afterEach(async () => {
    watching.dispose();
    panel.dispose();
    if (document.isDirty) {
      await window.showTextDocument(document);
      await commands.executeCommand("workbench.action.files.revert");
    }
    await commands.executeCommand("workbench.action.closeAllEditors");
  });

  it("is what is added to the chat", () => {
    assert.deepEqual(
      codeToAdd().map(({ attachment: { text, lines } }) => ({ text, lines })),
      [{ text: `${document.lineAt(1).text}\n`, lines: [2, 2] }],
    );
  });

  it("takes code in the place of its selection, and comes to the front", async () => {
    const lines = document.lineCount;
    const edits = new ProposedEdits();
    await useCode(edits, "replace", { text: "2();\n", language: "ts", source: "" });
    edits.dispose();
    assert.equal(document.lineAt(1).text, "2();");
    assert.equal(document.lineCount, lines);
    assert.equal(window.activeTextEditor?.document, document);
  });

  it("is forgotten when its file is closed", async () => {
    assert.equal(lastEditor()?.document, document);
    const tab = window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ input }) => input instanceof TabInputText);
    assert.ok(tab);
    await window.tabGroups.close(tab);
    assert.equal(lastEditor(), undefined);
  });
});
