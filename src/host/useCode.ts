import { languages, Uri, window, workspace, type TextEditor } from "vscode";
import type { CodeUse } from "../shared/protocol";
import { namedFile } from "./fenceName";
import { inFront, lastEditor } from "./lastEditor";
import { showWarningMessage } from "./notifications";
import { placeCode } from "./placeCode";
import type { Change, ProposedEdits } from "./proposedEdit";
import { shellTells } from "./shellIntegration";
import { UserProblem } from "./userProblem";
import { displayName, findByName } from "./workspaceNames";

/** What the page's buttons do with a block of code. */

/** A block of code of a message. */
export interface Code {
  readonly text: string;
  /** As the model named it: "ts", "python". Empty when it did not. */
  readonly language: string;
  /** The message it stands in, in markdown. */
  readonly source: string;
}

/** Milliseconds that a new terminal gets for its prompt. */
const SHELL_STARTS = 3000;

export async function useCode(edits: ProposedEdits, how: CodeUse, code: Code): Promise<void> {
  switch (how) {
    case "insert":
      return insertAtCursor(code.text);
    case "replace":
      return replaceSelection(code.text);
    case "newFile":
      return newFile(code);
    case "apply":
      return applyCode(edits, code);
    case "run":
      return runInTerminal(code.text);
  }
}

/** Inserts at each cursor of the editor that was active last, or replaces its selections. */
async function insertAtCursor(text: string): Promise<void> {
  const found = writableEditor();
  if (!found) throw new UserProblem("Open a file and place the cursor where the code shall go.");
  const editor = await inFront(found);
  const inserted = await editor.edit((edit) => {
    for (const selection of editor.selections) {
      // The line break at the end of a block is right for whole lines only.
      const whole = selection.start.character === 0 && selection.end.character === 0;
      edit.replace(selection, whole ? text : text.replace(/\n$/, ""));
    }
  });
  if (!inserted) throw new UserProblem("The code could not be inserted: the file is read-only.");
  await window.showTextDocument(editor.document, editor.viewColumn);
}

/** As `insertAtCursor`, but only where something is selected. */
async function replaceSelection(text: string): Promise<void> {
  const selected = writableEditor()?.selections.some((selection) => !selection.isEmpty);
  if (!selected) throw new UserProblem("Select what the code shall replace.");
  await insertAtCursor(text);
}

/** Opens the code as a new file that is not saved yet, under the name that the answer gives it, else in its language. */
async function newFile({ text, language, source }: Code): Promise<void> {
  const name = namedFile(source, text);
  const file = name === undefined ? undefined : inWorkspace(name);
  if (file && !(await findByName(workspace.asRelativePath(file)))) {
    const document = await workspace.openTextDocument(file.with({ scheme: "untitled" }));
    const editor = await window.showTextDocument(document);
    if (document.getText() === "") await editor.edit((edit) => edit.insert(document.positionAt(0), text));
    return;
  }
  const known = await languages.getLanguages();
  const id = LANGUAGES[language.toLowerCase()] ?? language.toLowerCase();
  await window.showTextDocument(
    await workspace.openTextDocument({ language: known.includes(id) ? id : "plaintext", content: text }),
  );
}

/** Shows the code as a change of the file that it is for; resolves when the diff was accepted or rejected. */
async function applyCode(edits: ProposedEdits, { text, language, source }: Code): Promise<void> {
  const file = await chooseFile(namedFile(source, text));
  if (!file) return;
  const change = await changeOf(file, text, language);
  if (change) await edits.propose(file, change);
}

/** Puts a command into the terminal, where the user may run it. Of several lines one is chosen: a line break would run the others. */
async function runInTerminal(text: string): Promise<void> {
  if (!workspace.isTrusted) throw new UserProblem("In Restricted Mode nothing is put into a terminal.");
  const lines = commandsOf(text);
  if (lines.length === 0) throw new UserProblem("There is no command in this code.");
  const line =
    lines.length === 1
      ? lines[0]
      : await window.showQuickPick(lines, { title: "Run in Terminal", placeHolder: "Which command?" });
  if (line === undefined) return;
  // Some of these run what stands before them, as Enter does; others show it as something else.
  if (/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u.test(line)) {
    throw new UserProblem("This command has hidden characters in it, so it was not put into the terminal.");
  }
  const { activeTerminal } = window;
  const terminal = activeTerminal ?? window.createTerminal();
  terminal.show();
  // What comes before the prompt would be shown twice.
  if (!activeTerminal) await shellTells(terminal, SHELL_STARTS, ({ cwd }) => cwd !== undefined);
  terminal.sendText(line, false);
}

/** The commands of a shell's code, or of a record of a session: without prompts, comments and what was printed. */
export function commandsOf(text: string): string[] {
  const lines = text
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.trim().replaceAll("\t", " "));
  const prompted = lines.filter((line) => /^[$>%] /.test(line)).map((line) => line.slice(2).trim());
  return prompted.length > 0 ? prompted : lines.filter((line) => line !== "" && !line.startsWith("#"));
}

/** Undefined when the user does not want it after all. */
async function changeOf(file: Uri, text: string, language: string): Promise<Change | undefined> {
  const name = displayName(file);
  const placed: Change = (now) => {
    const result = placeCode(now, text, language);
    if (result === undefined) throw new UserProblem(`It is not clear where this code belongs in “${name}”.`);
    return result;
  };
  const editor = window.visibleTextEditors.find(({ document }) => document.uri.toString() === file.toString());
  const now = await workspace.openTextDocument(file).then(
    (document) => document.getText().replaceAll("\r\n", "\n"),
    () => "", // a new file
  );
  if (placeCode(now, text, language) !== undefined) return placed;
  const selected = editor?.document.getText(editor.selection).replaceAll("\r\n", "\n");
  if (selected) return replacing(selected, text, name);
  const choice = await showWarningMessage(
    `It is not clear where this code belongs in “${name}”. Select the lines that it shall replace, or place the cursor and use Insert at Cursor.`,
    "Replace the Whole File",
  );
  return choice ? () => text : undefined;
}

function replacing(selected: string, text: string, name: string): Change {
  const wanted = selected.endsWith("\n") ? text : text.replace(/\n$/, "");
  return (now) => {
    const [before, after, ...more] = now.split(selected);
    if (before === undefined || after === undefined || more.length > 0) {
      throw new UserProblem(`The lines of “${name}” that were selected cannot be told from others any more.`);
    }
    return before + wanted + after;
  };
}

/** The file that was named, else the one in the editor, else one that is asked for. */
async function chooseFile(name: string | undefined): Promise<Uri | undefined> {
  if (name !== undefined) {
    const [first, second] = await workspace.findFiles(`**/${name}`, undefined, 2);
    const found = (await findByName(name)) ?? (second ? undefined : first);
    // "Node.js" looks like the name of a file too: a new one has a folder.
    const file = found ?? (name.includes("/") ? inWorkspace(name) : undefined);
    if (file) return file;
  }
  const editor = writableEditor();
  if (editor) return editor.document.uri;
  return (await window.showOpenDialog({ title: "Apply to File", openLabel: "Apply" }))?.[0];
}

/** A file of the first folder, there or not; undefined when the name leads out of the folder. */
function inWorkspace(name: string): Uri | undefined {
  const [folder] = workspace.workspaceFolders ?? [];
  const file = folder && Uri.joinPath(folder.uri, name);
  return file && workspace.getWorkspaceFolder(file) ? file : undefined;
}

/** The editor of a file that was active last, else one that is seen. */
function writableEditor(): TextEditor | undefined {
  const editors = [lastEditor(), ...window.visibleTextEditors].filter((editor) => editor !== undefined);
  return editors.find(
    ({ document: { uri } }) => uri.scheme === "untitled" || workspace.fs.isWritableFileSystem(uri.scheme) === true,
  );
}

/** VS Code's ids of languages that models name otherwise. */
const LANGUAGES: Readonly<Record<string, string>> = {
  bash: "shellscript",
  "c#": "csharp",
  "c++": "cpp",
  cmd: "bat",
  console: "shellscript",
  cs: "csharp",
  docker: "dockerfile",
  golang: "go",
  js: "javascript",
  jsx: "javascriptreact",
  kt: "kotlin",
  md: "markdown",
  patch: "diff",
  ps1: "powershell",
  pwsh: "powershell",
  py: "python",
  rb: "ruby",
  rs: "rust",
  sh: "shellscript",
  shell: "shellscript",
  ts: "typescript",
  tsx: "typescriptreact",
  yml: "yaml",
  zsh: "shellscript",
};
