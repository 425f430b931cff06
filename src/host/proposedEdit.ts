import {
  Disposable,
  EventEmitter,
  MarkdownString,
  OverviewRulerLane,
  Position,
  Range,
  Selection,
  TabInputTextDiff,
  TextEditorRevealType,
  ThemeColor,
  Uri,
  window,
  workspace,
  type DecorationOptions,
  type Tab,
  type TextEditor,
} from "vscode";
import { EditInParts, PROPOSED, textOf, type Part } from "./editInParts";
import { UserProblem } from "./userProblem";
import { displayName } from "./workspaceNames";

export type Verdict = "accepted" | "rejected";

/**
 * What a file shall become, from what it is now; both with line breaks as "\n", and "" for a file that is not there.
 * Throws a UserProblem when the change does not fit.
 */
export type Change = (now: string) => string;

/**
 * Changes of files that are shown in VS Code's own diff editor until somebody accepts or rejects them, as a whole or by their
 * parts. The diff follows what the user does to the file meanwhile: nothing of theirs is overwritten.
 */
export class ProposedEdits implements Disposable {
  /** By their ids. */
  readonly #open = new Map<string, EditInParts>();
  /** Closing their diff rejects them: they are asked about nowhere else. */
  readonly #closable = new Set<EditInParts>();
  readonly #changed = new EventEmitter<Uri>();
  readonly #marks = window.createTextEditorDecorationType({
    after: { color: new ThemeColor("editorCodeLens.foreground"), margin: "0 0 0 3em" },
    overviewRulerLane: OverviewRulerLane.Left,
  });
  readonly #subscriptions = Disposable.from(
    workspace.registerTextDocumentContentProvider(PROPOSED, {
      onDidChange: this.#changed.event,
      // The left side for a new file has no id, and is empty.
      provideTextDocumentContent: (uri) => (uri.query === "" ? "" : this.#open.get(uri.query)?.text),
    }),
    workspace.onDidChangeTextDocument(({ document }) => {
      for (const edit of this.#open.values()) {
        if (document.uri.toString() === edit.file.toString()) edit.follow(document.getText());
        if (document.uri.query === edit.id) this.#mark(edit);
      }
    }),
    window.onDidChangeVisibleTextEditors(() => {
      for (const edit of this.#open.values()) this.#mark(edit);
    }),
    window.tabGroups.onDidChangeTabs(({ closed }) => {
      for (const tab of closed) {
        const edit = this.#editOf(tab);
        if (edit && this.#closable.has(edit)) edit.withdraw();
      }
    }),
    this.#changed,
    this.#marks,
  );

  /** Shows the change of a file, new or not, and resolves with what the user decides. The change is made then already. */
  async propose(file: Uri, change: Change): Promise<Verdict> {
    const edit = await EditInParts.create(file, change((await textOf(file)) ?? ""));
    this.#closable.add(edit);
    await this.#show(edit);
    const accepted = await edit.decided;
    await this.#close(edit);
    if (accepted) {
      await edit.apply();
      await window.showTextDocument(file);
      return "accepted";
    }
    if (edit.parts.some(({ decision }) => decision === "lost")) {
      throw new UserProblem(`The lines of “${displayName(file)}” were changed meanwhile, so the proposal was closed.`);
    }
    return "rejected";
  }

  /**
   * Shows a text in the place of a file's, or for a new file, as a diff. Await `decided`, then `apply`.
   * @throws UserProblem when the file cannot be read as text, or is that text already
   */
  async open(file: Uri, text: string): Promise<EditInParts> {
    const edit = await EditInParts.create(file, text);
    void edit.decided.then(() => this.#close(edit));
    await this.#show(edit);
    return edit;
  }

  /** An edit of which all is accepted already, without showing it. Its file changes with `apply` only. */
  async silently(file: Uri, text: string): Promise<EditInParts> {
    const edit = await EditInParts.create(file, text);
    edit.decideAll("accepted");
    return edit;
  }

  /** Accepts all of an edit that is not decided. @param shown the right side of a diff; of the active editor when left out */
  accept(shown: unknown): void {
    this.#find(shown).decideAll("accepted");
  }

  /** @param shown as for `accept` */
  reject(shown: unknown): void {
    this.#find(shown).decideAll("rejected");
  }

  /**
   * Decides one part of an edit.
   * @param which the id of an edit, or as for `accept`
   * @param index of the part; when it is none: the part at the cursor, else the next one that is open
   */
  decide(decision: Verdict, which: unknown, index: unknown): void {
    const edit = typeof which === "string" ? this.#open.get(which) : this.#find(which);
    const editor = edit && editorOf(edit);
    const part = typeof index === "number" ? edit?.parts[index] : edit && partAt(edit, editor);
    if (!edit || !part) return;
    edit.decide(part, decision);
    const next = edit.parts.find((it) => it.decision === "open");
    const place = next && edit.placeOf(next);
    if (editor && place) goTo(editor, place.line);
  }

  dispose(): void {
    for (const edit of this.#open.values()) edit.withdraw();
    this.#subscriptions.dispose();
  }

  #find(shown: unknown): EditInParts {
    const edit =
      shown instanceof Uri ? this.#open.get(shown.query) : this.#editOf(window.tabGroups.activeTabGroup.activeTab);
    if (!edit) throw new UserProblem("There is no proposed change in the active editor.");
    return edit;
  }

  #editOf(tab: Tab | undefined): EditInParts | undefined {
    return tab?.input instanceof TabInputTextDiff ? this.#open.get(tab.input.modified.query) : undefined;
  }

  async #show(edit: EditInParts): Promise<void> {
    this.#open.set(edit.id, edit);
    edit.onChange(() => {
      this.#changed.fire(edit.proposed);
      this.#mark(edit);
    });
    await edit.show();
  }

  async #close(edit: EditInParts): Promise<void> {
    const tabs = window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ input }) => input instanceof TabInputTextDiff && input.modified.query === edit.id);
    this.#open.delete(edit.id);
    this.#closable.delete(edit);
    await window.tabGroups.close(tabs, true);
  }

  /** Says beside each part what it is and how it stands. */
  #mark(edit: EditInParts): void {
    editorOf(edit)?.setDecorations(
      this.#marks,
      edit.parts.flatMap((part, index) => decorations(edit, part, index)),
    );
  }
}

function editorOf(edit: EditInParts): TextEditor | undefined {
  return window.visibleTextEditors.find(({ document }) => document.uri.query === edit.id);
}

function partAt(edit: EditInParts, editor: TextEditor | undefined): Part | undefined {
  const line = editor?.selection.active.line ?? 0;
  const open = edit.parts.flatMap((part) => {
    const place = part.decision === "open" ? edit.placeOf(part) : undefined;
    return place ? [{ part, last: lastLine(place) }] : [];
  });
  return (open.find(({ last }) => last >= line) ?? open[0])?.part;
}

function goTo(editor: TextEditor, line: number): void {
  const position = new Position(line, 0);
  editor.selection = new Selection(position, position);
  editor.revealRange(new Range(position, position), TextEditorRevealType.InCenterIfOutsideViewport);
}

function decorations(edit: EditInParts, part: Part, index: number): DecorationOptions[] {
  const place = edit.placeOf(part);
  if (!place) return [];
  const link = (label: string, command: string) =>
    `[${label}](command:${command}?${encodeURIComponent(JSON.stringify([edit.id, index]))})`;
  const hoverMessage = new MarkdownString(
    `${link("Accept this change", "sidenote.acceptChange")} · ${link("Reject it", "sidenote.rejectChange")}`,
  );
  hoverMessage.isTrusted = { enabledCommands: ["sidenote.acceptChange", "sidenote.rejectChange"] };
  const state = part.decision === "accepted" ? ", accepted" : "";
  return [
    {
      range: new Range(place.line, 0, place.line, Number.MAX_SAFE_INTEGER),
      renderOptions: { after: { contentText: `Change ${index + 1} of ${edit.parts.length}${state}` } },
    },
    { range: new Range(place.line, 0, lastLine(place), Number.MAX_SAFE_INTEGER), hoverMessage },
  ];
}

function lastLine({ line, lines }: { readonly line: number; readonly lines: number }): number {
  return line + Math.max(lines - 1, 0);
}
