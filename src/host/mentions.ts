import { commands, TabInputText, Uri, window, workspace, type SymbolInformation } from "vscode";
import type { MentionView } from "../shared/views";
import { readAll } from "./attach";
import { lastEditor } from "./lastEditor";
import { codeAtCursor, codeIn, readAttachment } from "./selection";
import { terminalSelection } from "./terminal";
import type { NewAttachment } from "./newAttachment";
import { UserProblem } from "./userProblem";
import { displayName } from "./workspaceNames";
import { changes, folder, notebookCells, notSearched, problems } from "./workspaceSources";

/** Something that "@" offers. */
interface Mention {
  readonly label: string;
  readonly detail: string;
  /** Of a file or a folder, as it is named to the user: those that were taken last come first. */
  readonly path?: string;
  read(): Promise<readonly NewAttachment[]>;
}

/** How many files are looked through, and are offered. */
const MOST_FILES = 20_000;
const MOST_OFFERED = 30;
const MOST_RECENT = 20;
/** What so many searches have offered can be taken: several run at once while one types, and two pages may show the chat. */
const SEARCHES_KEPT = 20;
/** Files and symbols are searched from so many characters on. */
const SHORTEST_SYMBOL = 2;

/** What is not a file. */
const sources: readonly Mention[] = [
  {
    label: "selection",
    detail: "What is selected in the editor",
    read: () => codeAtCursor("Open a file and select some code."),
  },
  { label: "editors", detail: "All open editors", read: openEditors },
  { label: "problems", detail: "Errors and warnings of the workspace", read: async () => [problems()] },
  { label: "file-problems", detail: "All problems of the file in the editor", read: async () => [problemsOfFile()] },
  { label: "staged", detail: "Git: what is staged", read: async () => [await changes(true)] },
  { label: "unstaged", detail: "Git: what is changed and not staged", read: async () => [await changes(false)] },
  { label: "terminal", detail: "What is selected in the terminal", read: async () => [await terminalSelection()] },
  { label: "cell", detail: "The selected cells of the notebook", read: async () => notebookCells() },
];

/** Knows what it has offered, so that a page can ask for nothing else. */
export class Mentions {
  #files: Promise<readonly Uri[]> | undefined;
  /** By their ids, of each search; the newest first. */
  #offered: readonly ReadonlyMap<string, Mention>[] = [];
  #recent: readonly string[] = [];

  /** What fits what was typed after "@": the sources, then recent and other files, folders and symbols. */
  async search(typed: string): Promise<MentionView[]> {
    if (typed === "" || !this.#files)
      this.#files = Promise.resolve(workspace.findFiles("**/*", notSearched(), MOST_FILES));
    const files = await this.#files;
    const names = files.map(displayName);
    const open = openFiles().map(displayName);
    const first = new Set([...this.#recent, ...open]);
    const byName = new Map(files.map((uri, index) => [names[index] ?? "", uri]));
    const found = [
      ...sources.filter(({ label }) => label.startsWith(typed.toLowerCase())),
      ...ranked(names, typed, first).map((name) => fileMention(name, byName.get(name))),
      ...ranked(foldersOf(names), typed, first).map((name) => folderMention(name, byName)),
      ...(await symbols(typed)),
    ];
    const offered = new Map(found.slice(0, MOST_OFFERED).map((it) => [crypto.randomUUID(), it]));
    this.#offered = [offered, ...this.#offered].slice(0, SEARCHES_KEPT);
    return [...offered].map(([id, { label, detail }]) => ({ id, label, detail }));
  }

  /**
   * Takes a snapshot of what was offered.
   * @throws UserProblem when it cannot be read
   */
  async read(id: string): Promise<readonly NewAttachment[]> {
    const mention = this.#offered.find((it) => it.has(id))?.get(id);
    if (!mention) throw new UserProblem("This was not offered; type @ again.");
    const read = await mention.read();
    const { path } = mention;
    if (path !== undefined) this.#recent = [path, ...this.#recent.filter((it) => it !== path)].slice(0, MOST_RECENT);
    return read;
  }
}

function fileMention(name: string, uri: Uri | undefined): Mention {
  const slash = name.lastIndexOf("/");
  return {
    label: name.slice(slash + 1),
    detail: name.slice(0, Math.max(0, slash)),
    path: name,
    read: async () => (uri ? [await readAttachment(uri)] : []),
  };
}

/** @param name with a "/" at the end */
function folderMention(name: string, files: ReadonlyMap<string, Uri>): Mention {
  return {
    label: name,
    detail: "Folder: the tree of its files",
    path: name,
    read: async () => {
      const [inside, uri] = [...files].find(([it]) => it.startsWith(name)) ?? [];
      if (inside === undefined || !uri) return [];
      // As many steps up as the file lies below it.
      const up = inside
        .slice(name.length)
        .split("/")
        .map(() => "..");
      return [await folder(Uri.joinPath(uri, ...up))];
    },
  };
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
  return readAll(files, readAttachment);
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
      read: async () => [await codeIn(location.uri, location.range)],
    }));
}

function problemsOfFile(): NewAttachment {
  const editor = lastEditor();
  if (!editor) throw new UserProblem("Open a file to add its problems.");
  return problems(editor.document.uri);
}
