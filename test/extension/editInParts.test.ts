import assert from "node:assert/strict";
import { commands, Position, Range, Uri, window, workspace, WorkspaceEdit, type TextDocument } from "vscode";
import { ProposedEdits } from "../../src/host/proposedEdit";
import { fixture } from "./support";

describe("an edit in parts", () => {
  const before = "one\ntwo\nthree\nfour\nfive\n";
  const after = "ONE\ntwo\nthree\nfour\nFIVE\n";
  let edits: ProposedEdits;
  let file: Uri;
  let document: TextDocument;

  beforeEach(async () => {
    edits = new ProposedEdits();
    file = fixture(`numbers-${crypto.randomUUID()}.txt`);
    await workspace.fs.writeFile(file, new TextEncoder().encode(before));
    document = await workspace.openTextDocument(file);
  });

  afterEach(async () => {
    edits.dispose();
    await commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await commands.executeCommand("workbench.action.closeAllEditors");
    await workspace.fs.delete(file);
  });

  async function type(text: string, place: Position | Range): Promise<void> {
    const edit = new WorkspaceEdit();
    edit.replace(file, place instanceof Range ? place : new Range(place, place), text);
    assert.ok(await workspace.applyEdit(edit));
  }

  async function onDisk(): Promise<string> {
    return new TextDecoder().decode(await workspace.fs.readFile(file));
  }

  it("change the file by the accepted parts, in one step that can be undone", async () => {
    const edit = await edits.open(file, after);
    const [first, second] = edit.parts;
    assert.ok(first && second && edit.parts.length === 2);
    edit.decide(first, "rejected");
    assert.equal(edit.text, "one\ntwo\nthree\nfour\nFIVE\n", "what was rejected is not proposed any more");
    assert.equal(document.getText(), before, "nothing is changed before all is decided");
    edit.decideAll("accepted");

    assert.equal(await edit.decided, true);
    assert.deepEqual(await edit.apply(), { wasDirty: false });
    await document.save();
    assert.equal(await onDisk(), "one\ntwo\nthree\nfour\nFIVE\n");
    await window.showTextDocument(document);
    await commands.executeCommand("undo");
    assert.equal(document.getText(), before);
  });

  it("change nothing when all is rejected", async () => {
    const edit = await edits.open(file, after);
    edit.decideAll("rejected");
    assert.equal(await edit.decided, false);
    assert.equal(await onDisk(), before);
  });

  it("keep what the user changed elsewhere in the file meanwhile, unsaved", async () => {
    const edit = await edits.open(file, after);
    await type("zero\n", new Position(0, 0));
    assert.equal(edit.text, "zero\nONE\ntwo\nthree\nfour\nFIVE\n");
    edit.decideAll("accepted");
    assert.deepEqual(await edit.apply(), { wasDirty: true });
    assert.equal(document.getText(), "zero\nONE\ntwo\nthree\nfour\nFIVE\n");
    assert.equal(await onDisk(), before);
  });

  it("lose the part whose lines the user changed meanwhile", async () => {
    const edit = await edits.open(file, after);
    await type("mine", new Range(0, 0, 0, 3));
    assert.deepEqual(
      edit.parts.map(({ decision }) => decision),
      ["lost", "open"],
    );
    edit.decideAll("accepted");
    await edit.apply();
    assert.equal(document.getText(), "mine\ntwo\nthree\nfour\nFIVE\n");
  });

  it("are over when the user changed all their lines meanwhile", async () => {
    const edit = await edits.open(file, "one\ntwo\nTHREE\nfour\nfive\n");
    await type("mine", new Range(2, 0, 2, 5));
    assert.equal(await edit.decided, false);
  });

  it("see a change that comes between the decision and the writing", async () => {
    const edit = await edits.open(file, "one\ntwo\nTHREE\nfour\nfive\n");
    edit.decideAll("accepted");
    await edit.decided;
    await type("mine", new Range(2, 0, 2, 5));
    await assert.rejects(edit.apply(), /changed meanwhile\. Nothing was changed/);
    assert.equal(document.getText(), "one\ntwo\nmine\nfour\nfive\n");
  });

  it("make a new file, but not over one that came meanwhile", async () => {
    const fresh = fixture(`fresh-${crypto.randomUUID()}.txt`);
    const edit = await edits.open(fresh, "new\n");
    edit.decideAll("accepted");
    await edit.apply();
    assert.equal(new TextDecoder().decode(await workspace.fs.readFile(fresh)), "new\n");
    await workspace.fs.delete(fresh);

    const again = await edits.open(fresh, "new\n");
    await workspace.fs.writeFile(fresh, new TextEncoder().encode("theirs\n"));
    again.decideAll("accepted");
    await assert.rejects(again.apply(), /made by somebody else/);
    assert.equal(new TextDecoder().decode(await workspace.fs.readFile(fresh)), "theirs\n");
    await workspace.fs.delete(fresh);
  });
});
