import assert from "node:assert/strict";
import {
  commands,
  Diagnostic,
  env,
  EventEmitter,
  extensions,
  languages,
  Range,
  Selection,
  window,
  workspace,
  type CodeAction,
  type DiagnosticCollection,
} from "vscode";
import { problemQuestion } from "../../src/host/codeActions";
import { terminalSelection } from "../../src/host/terminal";
import { fixture } from "./support";

describe("code actions", () => {
  const file = fixture("src/cart.ts");
  const place = new Range(3, 2, 3, 8);
  let problems: DiagnosticCollection;

  before(async () => {
    await extensions.getExtension("sidenote.sidenote")?.activate(); // they come with the first use of Sidenote
    problems = languages.createDiagnosticCollection("test");
    const problem = new Diagnostic(place, "Cannot find name 'x'.");
    problem.source = "ts";
    problem.code = { value: 2304, target: file };
    problems.set(file, [problem]);
  });

  after(async () => {
    problems.dispose();
    await commands.executeCommand("workbench.action.closeAllEditors");
  });

  async function offered(range: Range): Promise<CodeAction[]> {
    const actions = await commands.executeCommand<CodeAction[]>("vscode.executeCodeActionProvider", file, range);
    return actions.filter(({ title }) => title.endsWith("with Sidenote"));
  }

  it("are offered on a problem and on a selection, and nowhere else", async () => {
    await workspace.openTextDocument(file);
    const commandsOf = (actions: readonly CodeAction[]) => actions.map(({ command }) => command?.command);
    assert.deepEqual(commandsOf(await offered(place)), ["sidenote.explainProblem", "sidenote.fixProblem"]);
    assert.deepEqual(commandsOf(await offered(new Range(7, 0, 8, 3))), [
      "sidenote.explainSelection",
      "sidenote.fixSelection",
    ]);
    assert.deepEqual(await offered(new Range(7, 0, 7, 0)), []);
  });

  it("ask about the problem with the code around it", async () => {
    const { text, attachments } = await problemQuestion("fix", file, place);
    assert.match(
      text,
      /^Fix this problem in src\/cart\.ts, lines? .*\n\n- line 4: Cannot find name 'x'\. \(ts 2304\)$/,
    );
    const code = attachments[0]?.attachment;
    assert.ok(code?.type === "code" && code.lines && code.lines[0] <= 4 && code.lines[1] >= 4);
  });

  it("find the problem at the cursor, and say when there is none", async () => {
    const editor = await window.showTextDocument(file);
    editor.selection = new Selection(place.start, place.start);
    assert.match((await problemQuestion("explain", undefined, undefined)).text, /^Explain this problem/);
    editor.selection = new Selection(0, 0, 0, 0);
    await assert.rejects(problemQuestion("explain", undefined, undefined), /no problem at this place/);
  });
});

describe("a terminal's selection", () => {
  it("is read, and the clipboard is as before", async () => {
    const written = new EventEmitter<string>();
    const shown = new Promise<void>((resolve) => {
      const pty = {
        onDidWrite: written.event,
        open() {
          written.fire("error: no such file\r\n");
          resolve();
        },
        close: () => undefined,
      };
      window.createTerminal({ name: "build", pty }).show();
    });
    await shown;
    await env.clipboard.writeText("mine");
    await commands.executeCommand("workbench.action.terminal.selectAll");
    const { name, text } = (await terminalSelection()).attachment;
    assert.equal(name, "terminal build");
    assert.match(text, /error: no such file/);
    assert.equal(await env.clipboard.readText(), "mine");
    await commands.executeCommand("workbench.action.terminal.clearSelection");
    await assert.rejects(terminalSelection(), /Select some text/);
    assert.equal(await env.clipboard.readText(), "mine");
    window.activeTerminal?.dispose();
  });

  it("puts the clipboard back also when the terminal cannot be asked", async () => {
    const { executeCommand } = commands;
    await env.clipboard.writeText("mine");
    Object.assign(commands, { executeCommand: () => Promise.reject(new Error("no terminal")) });
    try {
      await assert.rejects(terminalSelection(), /no terminal/);
    } finally {
      Object.assign(commands, { executeCommand });
    }
    assert.equal(await env.clipboard.readText(), "mine");
  });
});
