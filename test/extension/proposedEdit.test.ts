import assert from "node:assert/strict";
import { commands, TabInputTextDiff, Uri, window, workspace, WorkspaceEdit, Range, type Tab } from "vscode";
import { PROPOSED } from "../../src/host/editInParts";
import { ProposedEdits } from "../../src/host/proposedEdit";
import { fixture } from "./support";

describe("a proposed change of a file", () => {
  let edits: ProposedEdits;
  let file: Uri;

  beforeEach(async () => {
    edits = new ProposedEdits();
    file = fixture(`proposed-${crypto.randomUUID()}.txt`);
    await workspace.fs.writeFile(file, new TextEncoder().encode("one\r\ntwo\r\nthree\r\n"));
  });

  afterEach(async () => {
    edits.dispose();
    await commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await commands.executeCommand("workbench.action.closeAllEditors");
    await workspace.fs.delete(file).then(undefined, () => undefined);
  });

  const diffs = () =>
    window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) => tab.input instanceof TabInputTextDiff && tab.input.modified.scheme === PROPOSED);

  /** Resolves with the right side of the diff that is open. */
  async function diff(): Promise<Uri> {
    for (;;) {
      const [tab] = diffs();
      if (tab?.input instanceof TabInputTextDiff) return tab.input.modified;
      await new Promise<void>((resolve) => {
        const subscription = window.tabGroups.onDidChangeTabs(() => {
          subscription.dispose();
          resolve();
        });
      });
    }
  }

  const textOf = async (uri: Uri) => (await workspace.openTextDocument(uri)).getText();
  const shout = (now: string) => now.replace("two", "TWO\nand more");

  it("changes nothing until it is accepted, and is undone in one step", async () => {
    const verdict = edits.propose(file, shout);
    const shown = await diff();
    assert.equal(await textOf(shown), "one\r\nTWO\r\nand more\r\nthree\r\n");
    assert.equal(await textOf(file), "one\r\ntwo\r\nthree\r\n");

    edits.accept(shown);
    assert.equal(await verdict, "accepted");
    assert.equal(await textOf(file), "one\r\nTWO\r\nand more\r\nthree\r\n");
    assert.deepEqual(diffs(), []);
    assert.equal(window.activeTextEditor?.document.uri.toString(), file.toString());
    await commands.executeCommand("undo");
    assert.equal(await textOf(file), "one\r\ntwo\r\nthree\r\n");
  });

  it("keeps what the user changes meanwhile", async () => {
    const verdict = edits.propose(file, shout);
    const shown = await diff();
    const edit = new WorkspaceEdit();
    edit.replace(file, new Range(2, 0, 2, 5), "drei");
    await workspace.applyEdit(edit);
    edits.accept(shown);
    assert.equal(await verdict, "accepted");
    assert.equal(await textOf(file), "one\r\nTWO\r\nand more\r\ndrei\r\n");
  });

  it("is not made when it does not fit any more", async () => {
    const verdict = edits.propose(file, shout);
    await diff();
    const edit = new WorkspaceEdit();
    edit.replace(file, new Range(1, 0, 1, 3), "zwei");
    await Promise.all([assert.rejects(verdict, /changed meanwhile/), workspace.applyEdit(edit)]);
    assert.equal(await textOf(file), "one\r\nzwei\r\nthree\r\n");
    assert.deepEqual(diffs(), []);
  });

  it("is rejected by its button and by closing the diff", async () => {
    const first = edits.propose(file, shout);
    edits.reject(await diff());
    assert.equal(await first, "rejected");

    const second = edits.propose(file, shout);
    await diff();
    await window.tabGroups.close(diffs() as [Tab]);
    assert.equal(await second, "rejected");
    assert.equal(await textOf(file), "one\r\ntwo\r\nthree\r\n");
  });

  it("may be a new file", async () => {
    await workspace.fs.delete(file);
    const verdict = edits.propose(file, (now) => `${now}new\n`);
    edits.accept(await diff());
    assert.equal(await verdict, "accepted");
    assert.equal(await textOf(file), "new\n");
  });

  it("adds lines at the end of a file without a last line break", async () => {
    await workspace.fs.writeFile(file, new TextEncoder().encode("one"));
    const verdict = edits.propose(file, (now) => `${now}\ntwo\n`);
    edits.accept(await diff());
    assert.equal(await verdict, "accepted");
    assert.equal(await textOf(file), "one\ntwo\n");
  });

  it("is not shown when there is nothing to change", async () => {
    await assert.rejects(
      edits.propose(file, (now) => now),
      /has these lines already/,
    );
    assert.deepEqual(diffs(), []);
  });
});
