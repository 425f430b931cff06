import {
  commands,
  EventEmitter,
  Range,
  TabInputTextDiff,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
  type Disposable,
  type Tab,
  type TextDocumentContentProvider,
} from "vscode";
import { UserProblem } from "./userProblem";
import { displayName } from "./workspaceNames";

/** The scheme of what is proposed; `package.json` shows Accept and Reject above its diff. */
export const PROPOSED = "sidenote-proposed";

export type Verdict = "accepted" | "rejected";

/**
 * What a file shall become, from what it is now; both with line breaks as "\n", and "" for a file that is not there.
 * Throws a UserProblem when the change does not fit any more.
 */
export type Change = (now: string) => string;

interface Proposal {
  readonly file: Uri;
  /** The right side of the diff. */
  readonly shown: Uri;
  readonly change: Change;
  /** The last text that the change gave: shown while it does not fit. */
  text: string;
  readonly settle: (verdict: Verdict) => void;
}

/**
 * Changes of files that are shown in VS Code's own diff editor until somebody accepts or rejects them. The diff follows what
 * the user does to the file meanwhile, and Accept makes the change to the file as it is then: nothing of theirs is overwritten.
 */
export class ProposedEdits implements TextDocumentContentProvider, Disposable {
  readonly #changed = new EventEmitter<Uri>();
  readonly onDidChange = this.#changed.event;
  /** By the address of the right side. */
  readonly #open = new Map<string, Proposal>();
  readonly #subscriptions: Disposable[];

  constructor() {
    this.#subscriptions = [
      workspace.registerTextDocumentContentProvider(PROPOSED, this),
      workspace.onDidChangeTextDocument(({ document }) => {
        for (const proposal of this.#open.values()) {
          if (document.uri.toString() === proposal.file.toString()) this.#changed.fire(proposal.shown);
        }
      }),
      // Who closes the diff does not want it.
      window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const tab of closed) {
          const proposal = this.#proposalOf(tab);
          if (proposal) this.#end(proposal, "rejected");
        }
      }),
    ];
  }

  /** Shows the change of a file, new or not, and resolves with what the user decides. The change is made then already. */
  async propose(file: Uri, change: Change): Promise<Verdict> {
    const before = await textOf(file);
    const text = change(before ?? "");
    if (text === before) throw new UserProblem(`“${displayName(file)}” has these lines already.`);
    const shown = file.with({ scheme: PROPOSED, authority: "", query: crypto.randomUUID(), fragment: "" });
    const left = before === undefined ? shown.with({ query: "" }) : file;
    const verdict = new Promise<Verdict>((settle) => {
      this.#open.set(shown.toString(), { file, shown, change, text, settle });
    });
    await commands.executeCommand("vscode.diff", left, shown, `${displayName(file)} (proposed)`, { preview: false });
    return verdict;
  }

  /** @param shown the right side of a diff, as its menu passes it; of the active editor when left out */
  async accept(shown: unknown): Promise<void> {
    const proposal = this.#find(shown);
    await applyChange(proposal.file, proposal.change);
    await this.#close(proposal, "accepted");
    await window.showTextDocument(proposal.file);
  }

  /** @param shown as for `accept` */
  async reject(shown: unknown): Promise<void> {
    await this.#close(this.#find(shown), "rejected");
  }

  /** For VS Code: the text of the right side, and the left one, which is empty, for a new file. */
  async provideTextDocumentContent(uri: Uri): Promise<string | undefined> {
    const proposal = this.#open.get(uri.toString());
    if (!proposal) return uri.query === "" ? "" : undefined;
    const now = (await textOf(proposal.file)) ?? "";
    try {
      proposal.text = proposal.change(now);
    } catch (error) {
      if (!(error instanceof UserProblem)) throw error; // Accept will say it
    }
    return proposal.text;
  }

  dispose(): void {
    for (const proposal of this.#open.values()) this.#end(proposal, "rejected");
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  #find(shown: unknown): Proposal {
    const proposal =
      shown instanceof Uri
        ? this.#open.get(shown.toString())
        : this.#proposalOf(window.tabGroups.activeTabGroup.activeTab);
    if (!proposal) throw new UserProblem("There is no proposed change in the active editor.");
    return proposal;
  }

  #proposalOf(tab: Tab | undefined): Proposal | undefined {
    return tab?.input instanceof TabInputTextDiff ? this.#open.get(tab.input.modified.toString()) : undefined;
  }

  async #close(proposal: Proposal, verdict: Verdict): Promise<void> {
    const tabs = window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) => this.#proposalOf(tab) === proposal);
    this.#end(proposal, verdict);
    await window.tabGroups.close(tabs);
  }

  #end(proposal: Proposal, verdict: Verdict): void {
    this.#open.delete(proposal.shown.toString());
    proposal.settle(verdict);
  }
}

/** Changes a file, in its editor if it is open, in one step that can be undone; it is not saved. */
export async function applyChange(file: Uri, change: Change): Promise<void> {
  const edit = new WorkspaceEdit();
  const now = await textOf(file);
  const text = change(now ?? "");
  if (now === undefined) edit.createFile(file, { contents: new TextEncoder().encode(text) });
  else edit.replace(file, ...difference(now, text));
  if (!(await workspace.applyEdit(edit))) {
    throw new UserProblem(`“${displayName(file)}” could not be changed: it is read-only.`);
  }
}

/** Undefined when there is no such file. With "\n" as line breaks. Throws a UserProblem for a file that is not text. */
async function textOf(file: Uri): Promise<string | undefined> {
  try {
    if (file.scheme !== "untitled") await workspace.fs.stat(file);
  } catch {
    return undefined;
  }
  try {
    return (await workspace.openTextDocument(file)).getText().replaceAll("\r\n", "\n");
  } catch {
    throw new UserProblem(`“${displayName(file)}” cannot be read as text.`);
  }
}

/** The lines that differ, and what they become: cursors and folded lines elsewhere stay as they are. */
function difference(before: string, after: string): [Range, string] {
  const old = before.split("\n");
  const now = after.split("\n");
  const shorter = Math.min(old.length, now.length);
  let same = 0;
  while (same < shorter && old[same] === now[same]) same++;
  let sameEnd = 0;
  while (sameEnd < shorter - same && old.at(-1 - sameEnd) === now.at(-1 - sameEnd)) sameEnd++;
  const lines = now.slice(same, now.length - sameEnd);
  if (sameEnd > 0) return [new Range(same, 0, old.length - sameEnd, 0), lines.map((line) => `${line}\n`).join("")];
  const end = [old.length - 1, old.at(-1)?.length ?? 0] as const;
  if (same === 0) return [new Range(0, 0, ...end), after];
  return [new Range(same - 1, old[same - 1]?.length ?? 0, ...end), lines.map((line) => `\n${line}`).join("")];
}
