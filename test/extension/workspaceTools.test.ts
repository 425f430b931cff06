import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  commands,
  Diagnostic,
  DiagnosticSeverity,
  Disposable,
  extensions,
  languages,
  Location,
  Position,
  Range,
  Selection,
  ShellExecution,
  SymbolInformation,
  SymbolKind,
  Task,
  tasks,
  TaskScope,
  Uri,
  window,
  workspace,
} from "vscode";
import { ProposedEdits } from "../../src/host/proposedEdit";
import { workspaceTools } from "../../src/host/tools/workspaceTools";
import { accept, caller, deny } from "./callTool";
import { fixture, needsTerminals } from "./support";

describe("tools of the workspace", () => {
  const edits = new ProposedEdits();
  const { asked, call, shown } = caller(workspaceTools(edits).tools());
  let undo: Disposable[] = [];

  beforeEach(() => asked.splice(0));
  afterEach(() => {
    for (const it of undo.splice(0)) it.dispose();
  });
  after(() => edits.dispose());

  it("find_symbols names those of files that may be read, and no others", async () => {
    const symbol = (name: string, uri: Uri) =>
      new SymbolInformation(name, SymbolKind.Function, "shop", new Location(uri, new Position(4, 0)));
    writeFileSync(fixture(".env").fsPath, "A=1");
    undo.push(
      new Disposable(() => rmSync(fixture(".env").fsPath)),
      languages.registerWorkspaceSymbolProvider({
        provideWorkspaceSymbols: (query) => [
          symbol(`${query}One`, fixture("src/cart.ts")),
          symbol(`${query}Secret`, fixture(".env")),
          symbol(`${query}Outside`, Uri.file("/etc/passwd")),
        ],
      }),
    );
    const found = await call("find_symbols", { name: "teaPot" });
    assert.match(found, /^src\/cart\.ts:5: Function teaPotOne in shop$/m);
    assert.doesNotMatch(found, /Secret|Outside|passwd|\.env/);
  });

  it("find_references gives the lines on which a symbol is used", async () => {
    undo.push(
      languages.registerReferenceProvider("rust", {
        provideReferences: (document, position) => [
          new Location(document.uri, position),
          new Location(fixture("src/cart.ts"), new Position(0, 0)),
          new Location(Uri.file("/etc/passwd"), new Position(0, 0)),
        ],
      }),
    );
    const source = readFileSync(fixture("src/search.rs").fsPath, "utf8").split("\n");
    const line = source.findIndex((it) => it.includes("fn ")) + 1;
    const [, symbol = ""] = /fn (\w+)/.exec(source[line - 1] ?? "") ?? [];
    const found = await call("find_references", { path: "src/search.rs", line, symbol });
    assert.deepEqual(
      found.split("\n").map((it) => it.split(": ")[0]),
      ["src/cart.ts:1", `src/search.rs:${line}`],
    );
    assert.ok(found.includes(`fn ${symbol}`));
    await assert.rejects(call("find_references", { path: "src/search.rs", line, symbol: "nowhere" }), /does not have/);
  });

  it("read_problems gives what VS Code shows, of all files or of one", async () => {
    const problems = languages.createDiagnosticCollection("test");
    undo.push(problems);
    const problem = (message: string) => new Diagnostic(new Range(2, 0, 2, 4), message, DiagnosticSeverity.Warning);
    problems.set(fixture("src/cart.ts"), [problem("Too dear")]);
    problems.set(fixture("src/search.rs"), [problem("Too slow")]);
    problems.set(Uri.file("/etc/passwd"), [problem("Not yours")]);
    const all = await call("read_problems", {});
    assert.match(all, /^src\/cart\.ts:3: Warning: Too dear$/m);
    assert.match(all, /^src\/search\.rs:3: Warning: Too slow$/m);
    assert.doesNotMatch(all, /Not yours/);
    const one = await call("read_problems", { path: "src/cart.ts" });
    assert.doesNotMatch(one, /Too slow/);
  });

  it("read_selection gives what is selected in the editor", async () => {
    const editor = await window.showTextDocument(fixture("src/cart.ts"));
    editor.selection = new Selection(0, 0, 1, 5);
    const text = editor.document.getText(editor.selection);
    assert.equal(await call("read_selection", {}), `src/cart.ts, lines 1 to 2:\n${text}`);
    editor.selection = new Selection(3, 0, 3, 0);
    assert.match(await call("read_selection", {}), /^Nothing is selected\. The cursor is in src\/cart\.ts, line 4\.$/);
    await commands.executeCommand("workbench.action.closeAllEditors");
  });

  it("git_diff and git_log read changes and commits, without those of secret files", async () => {
    const folder = fixture("repository").fsPath;
    undo.push(new Disposable(() => rmSync(folder, { recursive: true })));
    mkdirSync(folder);
    const git = (...words: string[]) => execFileSync("git", words, { cwd: folder, stdio: "pipe" });
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    git("init", "-q");
    git("config", "user.name", "Ada");
    git("config", "user.email", "ada@example.org");
    write("tea.txt", "Assam\n");
    write(".env", "KEY=old\n");
    git("add", "-A");
    git("commit", "-q", "-m", "Sell Assam");
    write("tea.txt", "Darjeeling\n");
    write(".env", "KEY=tea-secret\n");
    const extension = extensions.getExtension<{
      getAPI(version: 1): { openRepository(uri: Uri): Promise<{ status(): Promise<void> } | null> };
    }>("vscode.git");
    const repository = await (await extension?.activate())?.getAPI(1).openRepository(Uri.file(folder));
    await repository?.status();
    const diff = await call("git_diff", { path: "repository/tea.txt" });
    assert.match(diff, /^-Assam\n\+Darjeeling$/m);
    const all = await call("git_diff", {});
    assert.match(all, /^\+Darjeeling$/m);
    assert.match(all, /\(The changes of \.env are left out/);
    assert.doesNotMatch(all, /tea-secret/);
    assert.match(await call("git_diff", { path: "repository/.env" }, deny), /did not allow/);
    assert.match(asked.at(-1)?.caution ?? "", /passwords or keys/);
    assert.match(await call("git_log", { path: "repository/tea.txt", count: 5 }), /^[0-9a-f]{10} .*Ada Sell Assam$/);
  });

  it("run_task runs the task that was shown and says how it ended", async function () {
    await needsTerminals(this);
    const run = (name: string, command: string) =>
      new Task({ type: "tea" }, TaskScope.Workspace, name, "tea", new ShellExecution(command));
    undo.push(
      tasks.registerTaskProvider("tea", {
        provideTasks: () => [run("brew", "exit 3"), run("serve", "exit 0")],
        resolveTask: () => undefined,
      }),
    );
    assert.match(await call("run_task", { task: "brew" }), /^The task ended with exit code 3\.$/);
    assert.deepEqual(shown(), ["Task: brew (tea)", 'Defined as: {\n  "type": "tea"\n}']);
    await assert.rejects(call("run_task", { task: "boil" }), /There is no task “boil”\. There are: .*brew/);
  });

  it("create_file makes the file that was accepted, and its folder", async () => {
    const path = "menu/new/tea.md";
    undo.push(new Disposable(() => rmSync(fixture("menu").fsPath, { recursive: true, force: true })));
    assert.equal(await call("create_file", { path, content: "# Tea\n" }, accept), `“${path}” was made.`);
    assert.equal(readFileSync(fixture(path).fsPath, "utf8"), "# Tea\n");
    await assert.rejects(call("create_file", { path, content: "" }, accept), /is there already; change it instead/);
    const rejected = await call("create_file", { path: "menu/no.md", content: "" }, () => ({
      choice: "deny",
      reason: "No",
    }));
    assert.equal(rejected, "The user did not allow this call: No");
    assert.ok(!existsSync(fixture("menu/no.md").fsPath));
  });

  it("the text editor reads, makes and changes files as those tools do, and what they were allowed counts", async () => {
    const editor = "str_replace_based_edit_tool";
    const path = "menu.md";
    const file = fixture(path).fsPath;
    undo.push(new Disposable(() => rmSync(file, { force: true })));
    await call(editor, { command: "create", path, file_text: "one\ntwo\nthree\n" }, accept);
    await call(editor, { command: "str_replace", path, old_str: "two", new_str: "2" }, accept);
    await call(editor, { command: "insert", path, insert_line: 3, insert_text: "four" }, accept);
    await call(editor, { command: "insert", path, insert_line: 0, insert_text: "zero\n" }, accept);
    assert.equal(readFileSync(file, "utf8"), "zero\none\n2\nthree\nfour\n");
    await call("read_file", { path }, () => ({ choice: "chat" }), "editor");
    const questions = asked.length;
    const seen = await call(editor, { command: "view", path, view_range: [2, -1] }, undefined, "editor");
    assert.equal(seen, "menu.md:\n     2\tone\n     3\t2\n     4\tthree\n     5\tfour");
    assert.equal(asked.length, questions, "to view is to read");
    assert.match(await call(editor, { command: "view", path: "." }), /^menu\.md$/m);
    await assert.rejects(call(editor, { command: "view", path: "../secret" }), /is refused/);
    await assert.rejects(
      call(editor, { command: "insert", path, insert_line: 9, insert_text: "x" }),
      /has 5 lines only/,
    );
    await assert.rejects(call(editor, { command: "view", path, view_range: [9, 10] }), /There are no lines 9 to 10/);
    await call(editor, { command: "view", path: ".env" }, () => ({ choice: "deny", reason: "" })).catch(
      () => undefined,
    );
    await workspace.fs.writeFile(fixture(".env"), new Uint8Array());
    undo.push(new Disposable(() => rmSync(fixture(".env").fsPath)));
    await call(editor, { command: "view", path: ".env" }, deny, "editor");
    assert.match(asked.at(-1)?.caution ?? "", /passwords or keys/, "a secret is asked about all the same");
  });
});
