import {
  commands,
  DiagnosticSeverity,
  languages,
  TabInputText,
  Uri,
  window,
  workspace,
  type SymbolInformation,
} from "vscode";
import type { CodeAttachment } from "../chat/conversation";
import type { MentionView } from "../shared/protocol";
import { problemText } from "./codeActions";
import { shortened } from "./commitDiff";
import { gitRepository } from "./git";
import { codeAtCursor, codeIn, readAttachment, snapshot } from "./selection";
import { terminalSelection } from "./terminal";
import type { NewAttachment } from "./turns";
import { UserProblem } from "./userProblem";
import { displayName } from "./workspaceNames";

/** Something that "@" offers. */
interface Mention {
  readonly label: string;
  readonly detail: string;
  read(): Promise<readonly NewAttachment[]>;
}

/** How many files are looked through, are offered, and are in the picture of a folder. */
const MOST_FILES = 20_000;
const MOST_OFFERED = 30;
const MOST_IN_FOLDER = 500;
const MOST_PROBLEMS = 200;
/** Files and symbols are searched from so many characters on. */
const SHORTEST_SYMBOL = 2;

const code = (made: readonly CodeAttachment[]) => made.map((attachment) => ({ attachment }));

/** What is not a file. */
const sources: readonly Mention[] = [
  {
    label: "selection",
    detail: "What is selected in the editor",
    read: async () => code(await codeAtCursor("Open a file and select some code.")),
  },
  { label: "editors", detail: "All open editors", read: openEditors },
  { label: "problems", detail: "Errors and warnings of the workspace", read: async () => code([problems()]) },
  { label: "staged", detail: "Git: what is staged", read: () => changes(true) },
  { label: "unstaged", detail: "Git: what is changed and not staged", read: () => changes(false) },
  {
    label: "terminal",
    detail: "What is selected in the terminal",
    read: async () => code([await terminalSelection()]),
  },
  { label: "cell", detail: "The selected cells of the notebook", read: async () => code(notebookCells()) },
];

/** Knows what it has offered, so that a page can ask for nothing else. */
export class Mentions {
  #files: Promise<readonly Uri[]> | undefined;
  #offered: readonly Mention[] = [];
  #recent: readonly string[] = [];

  /** What fits what was typed after "@": the sources, then recent and other files, folders and symbols. */
  async search(typed: string): Promise<MentionView[]> {
    if (typed === "" || !this.#files) this.#files = Promise.resolve(workspace.findFiles("**/*", undefined, MOST_FILES));
    const files = await this.#files;
    const names = files.map(displayName);
    const open = openFiles().map(displayName);
    const first = new Set([...this.#recent, ...open]);
    const byName = new Map(files.map((uri, index) => [names[index] ?? "", uri]));
    const found = [
      ...sources.filter(({ label }) => label.startsWith(typed.toLowerCase())),
      ...ranked(names, typed, first).map((name) => this.#file(name, byName.get(name))),
      ...ranked(foldersOf(names), typed, first).map((name) => folder(name, names)),
      ...(await symbols(typed)),
    ];
    this.#offered = found.slice(0, MOST_OFFERED);
    return this.#offered.map(({ label, detail }, index) => ({ id: String(index), label, detail }));
  }

  /**
   * Takes a snapshot of what was offered.
   * @throws UserProblem when it cannot be read
   */
  async read(id: string): Promise<readonly NewAttachment[]> {
    const mention = this.#offered[Number(id)];
    if (!mention) throw new UserProblem("This was not offered; type @ again.");
    const read = await mention.read();
    this.#recent = [mention.label, ...this.#recent.filter((it) => it !== mention.label)].slice(0, 20);
    return read;
  }

  #file(name: string, uri: Uri | undefined): Mention {
    const slash = name.lastIndexOf("/");
    return {
      label: name.slice(slash + 1),
      detail: name.slice(0, Math.max(0, slash)),
      read: async () => (uri ? [await readAttachment(uri)] : []),
    };
  }
}

/**
 * The best names for what was typed, by its letters in this order: first those whose last part begins with it, then those that
 * have it, then the others; recent ones before others, short ones before long ones.
 */
export function ranked(names: readonly string[], typed: string, first: ReadonlySet<string>): string[] {
  const wanted = typed.toLowerCase();
  const scored: { name: string; rank: number }[] = [];
  for (const name of names) {
    const lower = name.toLowerCase();
    const last = lower.slice(lower.lastIndexOf("/", lower.length - 2) + 1);
    const rank = last.startsWith(wanted) ? 0 : lower.includes(wanted) ? 2 : hasLetters(lower, wanted) ? 4 : undefined;
    if (rank !== undefined) scored.push({ name, rank: rank - (first.has(name) ? 1 : 0) });
  }
  return scored
    .toSorted((a, b) => a.rank - b.rank || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_OFFERED)
    .map(({ name }) => name);
}

function hasLetters(text: string, letters: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function openFiles(): Uri[] {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  const uris = tabs.flatMap(({ input }) => (input instanceof TabInputText ? [input.uri] : []));
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}

async function openEditors(): Promise<NewAttachment[]> {
  const files = openFiles();
  if (files.length === 0) throw new UserProblem("No text editor is open.");
  return Promise.all(files.map(readAttachment));
}

/** With a "/" at the end. */
function foldersOf(names: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const name of names) {
    for (let slash = name.indexOf("/"); slash >= 0; slash = name.indexOf("/", slash + 1)) {
      folders.add(name.slice(0, slash + 1));
    }
  }
  return [...folders];
}

/** A folder goes as the list of its files: their names, not what is in them. */
function folder(name: string, names: readonly string[]): Mention {
  return {
    label: name,
    detail: "Folder: the names of its files",
    read: async () => {
      const inside = names.filter((it) => it.startsWith(name)).toSorted();
      const shown = inside.slice(0, MOST_IN_FOLDER).map((it) => it.slice(name.length));
      const more = inside.length > shown.length ? [`… and ${inside.length - shown.length} more`] : [];
      return code([snapshot(name, "text", [...shown, ...more].join("\n"))]);
    },
  };
}

async function symbols(typed: string): Promise<Mention[]> {
  if (typed.length < SHORTEST_SYMBOL || /[/.]/.test(typed)) return [];
  const found = await commands.executeCommand<SymbolInformation[] | undefined>(
    "vscode.executeWorkspaceSymbolProvider",
    typed,
  );
  return (found ?? [])
    .filter(({ location }) => workspace.getWorkspaceFolder(location.uri))
    .slice(0, 10)
    .map(({ name, location }) => ({
      label: name,
      detail: `${displayName(location.uri)}:${location.range.start.line + 1}`,
      read: async () => code([await codeIn(location.uri, location.range)]),
    }));
}

function problems(): CodeAttachment {
  const found = languages
    .getDiagnostics()
    .flatMap(([uri, list]) =>
      workspace.getWorkspaceFolder(uri)
        ? list
            .filter(({ severity }) => severity <= DiagnosticSeverity.Warning)
            .map((it) => `${displayName(uri)} ${problemText(it).replace(/^- /, "")}`)
        : [],
    );
  if (found.length === 0) throw new UserProblem("There are no errors and warnings in the workspace.");
  const more = found.length > MOST_PROBLEMS ? [`… and ${found.length - MOST_PROBLEMS} more`] : [];
  return snapshot("problems", "text", [...found.slice(0, MOST_PROBLEMS), ...more].join("\n"));
}

async function changes(staged: boolean): Promise<NewAttachment[]> {
  const diff = await (await gitRepository()).diff(staged);
  if (diff.trim() === "")
    throw new UserProblem(staged ? "Nothing is staged." : "There are no changes to tracked files.");
  return code([snapshot(staged ? "staged changes" : "changes", "diff", shortened(diff))]);
}

function notebookCells(): CodeAttachment[] {
  const editor = window.activeNotebookEditor;
  const cells = editor?.selections.flatMap((range) => editor.notebook.getCells(range)) ?? [];
  if (!editor || cells.length === 0) throw new UserProblem("Open a notebook and select a cell.");
  const name = displayName(editor.notebook.uri);
  return cells.map(({ document, index }) =>
    snapshot(`${name}, cell ${index + 1}`, document.languageId, document.getText()),
  );
}
