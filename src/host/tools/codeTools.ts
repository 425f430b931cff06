import {
  commands,
  DiagnosticSeverity,
  languages,
  Position,
  SymbolKind,
  workspace,
  type Location,
  type SymbolInformation,
  type Uri,
} from "vscode";
import { lastEditor } from "../lastEditor";
import { UserProblem } from "../userProblem";
import { displayName } from "../workspaceNames";
import { define, fileReader, pathProperty, quoted, textOutput } from "./kit";
import type { PreparedCall, Tool } from "./tool";
import { asWorkspaceFile, Exclusions } from "./workspaceFiles";

const MOST_RESULTS = 200;

const findSymbols: Tool = {
  definition: define(
    "find_symbols",
    "Finds functions, classes and other symbols of the workspace by a part of their name.",
    { name: { type: "string", minLength: 1, maxLength: 200 } },
    ["name"],
  ),
  source: "Sidenote",
  effect: "reads",
  describe: ({ name }) => `Find symbols named ${quoted(name)}`,
  async call({ name }) {
    const symbols = await commands.executeCommand<SymbolInformation[] | undefined>(
      "vscode.executeWorkspaceSymbolProvider",
      String(name),
    );
    const lines: string[] = [];
    const allowed = readableFiles();
    for (const { name: symbol, kind, location, containerName } of symbols ?? []) {
      if (lines.length >= MOST_RESULTS) break;
      const file = await allowed(location.uri);
      const within = containerName ? ` in ${containerName}` : "";
      if (file !== undefined) {
        lines.push(`${file}:${location.range.start.line + 1}: ${SymbolKind[kind]} ${symbol}${within}`);
      }
    }
    return textOutput(lines.join("\n") || "No symbol was found, or no extension for this language tells of them.");
  },
};

const findReferences = fileReader(
  {
    definition: define(
      "find_references",
      "Finds where a symbol is used: give a line of a file on which it stands.",
      {
        path: pathProperty,
        line: { type: "integer", minimum: 1 },
        symbol: { type: "string", minLength: 1, maxLength: 200, description: "As it is written on that line." },
      },
      ["path", "line", "symbol"],
    ),
    describe: ({ path, line, symbol }) => `Find uses of ${quoted(symbol)} from ${quoted(path)}, line ${String(line)}`,
  },
  async (file, { line, symbol }) => {
    const document = await workspace.openTextDocument(file.uri);
    const row = Number(line) - 1;
    const column = row < document.lineCount ? document.lineAt(row).text.indexOf(String(symbol)) : -1;
    if (column < 0) throw new UserProblem(`Line ${String(line)} of “${file.name}” does not have ${quoted(symbol)}.`);
    const locations = await commands.executeCommand<Location[] | undefined>(
      "vscode.executeReferenceProvider",
      file.uri,
      new Position(row, column),
    );
    const lines: string[] = [];
    const allowed = readableFiles();
    for (const { uri, range } of (locations ?? []).slice(0, MOST_RESULTS)) {
      const name = await allowed(uri);
      if (name === undefined) continue;
      const text = (await workspace.openTextDocument(uri)).lineAt(range.start.line).text.trim();
      lines.push(`${name}:${range.start.line + 1}: ${text.slice(0, 300)}`);
    }
    return textOutput(lines.join("\n") || "No use was found, or no extension for this language tells of them.");
  },
);

const readProblems: Tool = {
  definition: define(
    "read_problems",
    "Reads the errors and warnings that VS Code shows for the files of the workspace.",
    {
      path: { ...pathProperty, description: "Only those of this file; of all files when left out." },
    },
  ),
  source: "Sidenote",
  effect: "reads",
  describe: ({ path }) =>
    path === undefined ? "Read the problems of all files" : `Read the problems of ${quoted(path)}`,
  async call({ path }) {
    const allowed = readableFiles();
    const lines: string[] = [];
    for (const [uri, problems] of languages.getDiagnostics()) {
      const name = problems.length > 0 ? await allowed(uri) : undefined;
      if (name === undefined || (path !== undefined && name !== path)) continue;
      for (const { range, severity, message, source } of problems) {
        lines.push(
          `${name}:${range.start.line + 1}: ${DiagnosticSeverity[severity]}: ${message}${source ? ` (${source})` : ""}`,
        );
      }
    }
    const more = lines.length > MOST_RESULTS ? `\n(${lines.length - MOST_RESULTS} more are left out.)` : "";
    return textOutput(lines.slice(0, MOST_RESULTS).join("\n") + more || "There are no problems.");
  },
};

const prepareSelection = async (): Promise<PreparedCall> => {
  const editor = lastEditor();
  if (!editor) throw new UserProblem("No text editor is open.");
  const { document } = editor;
  const name = displayName(document.uri);
  const file = document.isUntitled ? undefined : await asWorkspaceFile(document.uri);
  if (!file && !document.isUntitled) throw new UserProblem("The active editor shows no file of the workspace.");
  const reason = file && (await new Exclusions().reasonFor(file));
  return {
    subject: { type: "file", path: file?.name ?? name },
    details: [{ label: "File", text: name }],
    ...(reason !== undefined && { caution: `This file ${reason}.`, covers: null }),
    run: async () => {
      const { selection } = editor;
      if (selection.isEmpty) {
        return textOutput(`Nothing is selected. The cursor is in ${name}, line ${selection.active.line + 1}.`);
      }
      const lines = `lines ${selection.start.line + 1} to ${selection.end.line + 1}`;
      return textOutput(`${name}, ${lines}:\n${document.getText(selection)}`);
    },
  };
};

const readSelection: Tool = {
  definition: define("read_selection", "Reads what the user has selected in the active editor.", {}),
  source: "Sidenote",
  effect: "reads",
  describe: () => "Read the selection in the active editor",
  prepare: prepareSelection,
  call: async (_input, context) => (await prepareSelection()).run(context),
};

export const codeTools: readonly Tool[] = [findSymbols, findReferences, readProblems, readSelection];

/** Names the files that may be read without being asked; undefined for all others. */
function readableFiles(): (uri: Uri) => Promise<string | undefined> {
  const exclusions = new Exclusions();
  const known = new Map<string, Promise<string | undefined>>();
  const look = async (uri: Uri) => {
    const file = await asWorkspaceFile(uri);
    return file && (await exclusions.reasonFor(file)) === undefined ? file.name : undefined;
  };
  return (uri) => {
    const found = known.get(uri.toString()) ?? look(uri);
    known.set(uri.toString(), found);
    return found;
  };
}
