import {
  DiagnosticSeverity,
  languages,
  RelativePattern,
  Uri,
  window,
  workspace,
  type NotebookCell,
  type WorkspaceFolder,
} from "vscode";
import { problemText } from "./codeActions";
import { shortened } from "./commitDiff";
import { folderTree } from "./folderTree";
import { gitRepository } from "./git";
import { snapshot } from "./selection";
import { Exclusions } from "./tools/workspaceFiles";
import type { NewCode } from "./newAttachment";
import { UserProblem } from "./userProblem";
import { displayName } from "./workspaceNames";

/** What can go beside a message and is no file: snapshots, each with where it can be taken again. */

const MOST_PROBLEMS = 200;
const MOST_FILES = 20_000;

/** What the settings leave out of searches, such as node_modules: VS Code alone leaves less out when an extension asks for files. */
export function notSearched(scope?: WorkspaceFolder): string {
  const globs = ["files", "search"].flatMap((section) => {
    const exclude = workspace.getConfiguration(section, scope).get<Record<string, unknown>>("exclude", {});
    return Object.entries(exclude).flatMap(([glob, on]) => (on === true ? [glob] : []));
  });
  return globs.length === 1 ? (globs[0] ?? "") : `{${globs.join(",")}}`;
}

/** Errors and warnings of the workspace, or all problems of one file. @throws UserProblem when there are none */
export function problems(file?: Uri): NewCode {
  const all = file ? [[file, languages.getDiagnostics(file)] as const] : languages.getDiagnostics();
  const found = all.flatMap(([uri, list]) =>
    list
      .filter(({ severity }) => file ?? (severity <= DiagnosticSeverity.Warning && workspace.getWorkspaceFolder(uri)))
      .map((it) => `${displayName(uri)} ${problemText(it)}`),
  );
  const where = file ? `“${displayName(file)}”` : "the workspace";
  if (found.length === 0)
    throw new UserProblem(`There are no ${file ? "problems" : "errors and warnings"} in ${where}.`);
  const more = found.length > MOST_PROBLEMS ? [`… and ${found.length - MOST_PROBLEMS} more`] : [];
  const name = file ? `problems of ${displayName(file)}` : "problems";
  const text = [...found.slice(0, MOST_PROBLEMS), ...more].join("\n");
  return {
    attachment: snapshot(name, "text", text),
    source: { kind: "problems", ...(file && { uri: file.toString() }) },
  };
}

/**
 * What git tells of the index (`staged`) or of the files, all or one of them.
 * @throws UserProblem when nothing has changed, or there is no git
 */
export async function changes(staged: boolean, file?: Uri): Promise<NewCode> {
  const repository = await gitRepository(file);
  const path = file?.path.slice(repository.rootUri.path.replace(/\/$/, "").length + 1);
  const diff = (await repository.diff(staged))
    .split(/^(?=diff --git )/m)
    .filter(
      (part) =>
        path === undefined || part.startsWith(`diff --git a/${path} b/`) || headerOf(part).endsWith(` b/${path}`),
    )
    .join("");
  const what = staged ? "staged changes" : "changes";
  if (diff.trim() === "") {
    throw new UserProblem(
      file
        ? `There are no ${what} of “${displayName(file)}”: git compares files that it tracks.`
        : staged
          ? "Nothing is staged."
          : "There are no changes to tracked files.",
    );
  }
  const attachment = snapshot(file ? `${what} of ${displayName(file)}` : what, "diff", shortened(diff));
  return { attachment, source: { kind: "changes", staged, ...(file && { file: file.toString() }) } };
}

function headerOf(part: string): string {
  return part.slice(0, part.indexOf("\n"));
}

/** The selected cells of the active notebook. @throws UserProblem when there are none */
export function notebookCells(): NewCode[] {
  const editor = window.activeNotebookEditor;
  const cells = editor?.selections.flatMap((range) => editor.notebook.getCells(range)) ?? [];
  if (cells.length === 0) throw new UserProblem("Open a notebook and select a cell.");
  return cells.map(cellCode);
}

/** A cell of a notebook that is open. @throws UserProblem when it is not there */
export function notebookCell(uri: string, index: number): NewCode {
  const notebook = workspace.notebookDocuments.find((it) => it.uri.toString() === uri);
  if (!notebook) throw new UserProblem(`“${displayName(Uri.parse(uri))}” is not open.`);
  if (index >= notebook.cellCount) {
    throw new UserProblem(`“${displayName(notebook.uri)}” has no cell ${index + 1} any more.`);
  }
  return cellCode(notebook.cellAt(index));
}

function cellCode({ document, index, notebook: { uri } }: NotebookCell): NewCode {
  const name = `${displayName(uri)}, cell ${index + 1}`;
  const attachment = snapshot(name, document.languageId, document.getText());
  return { attachment, source: { kind: "cell", uri: uri.toString(), index } };
}

/**
 * A folder as the tree of its files: their names, not what is in them. What git and the settings leave out is left out.
 * @throws UserProblem when it is not there, or holds nothing
 */
export async function folder(uri: Uri): Promise<NewCode> {
  const name = `${displayName(uri).replace(/\/$/, "")}/`;
  const root = workspace.getWorkspaceFolder(uri);
  if (!root) throw new UserProblem(`“${name}” is not in the workspace.`);
  const exclusions = new Exclusions();
  const paths: string[] = [];
  for (const file of await workspace.findFiles(new RelativePattern(uri, "**/*"), notSearched(root), MOST_FILES)) {
    const path = file.path.slice(root.uri.path.length + 1);
    if ((await exclusions.reasonFor({ folder: root, path })) === undefined) {
      paths.push(file.path.slice(uri.path.replace(/\/$/, "").length + 1));
    }
  }
  if (paths.length === 0) throw new UserProblem(`There are no files in “${name}”.`);
  return { attachment: snapshot(name, "text", folderTree(paths)), source: { kind: "folder", uri: uri.toString() } };
}
