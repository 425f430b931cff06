import { commands, EventEmitter, Range, Uri, workspace, WorkspaceEdit, type TextDocument } from "vscode";
import { isThere } from "./fileType";
import { applyHunks, hunksBetween, linesOf, moveHunks, type Hunk } from "./hunks";
import { UserProblem } from "./userProblem";
import { displayName } from "./workspaceNames";

/** The scheme of what is proposed; `package.json` shows buttons above its diff. */
export const PROPOSED = "sidenote-proposed";

/** One part of a proposed edit, which can be accepted or rejected on its own. */
export interface Part {
  readonly hunk: Hunk;
  /** "lost": its lines were changed by somebody else meanwhile, so it cannot be applied any more. */
  readonly decision: "open" | "accepted" | "rejected" | "lost";
}

/**
 * A text that is proposed in the place of a file's, or for a new file. It lies before the user as a diff until each of its parts
 * is decided; then `apply` changes the file by what was accepted. What others change in the file meanwhile stays: the parts move
 * with their lines, and a part whose lines were changed is lost.
 */
export class EditInParts {
  readonly id = crypto.randomUUID();
  readonly file: Uri;
  readonly isNew: boolean;
  /** The proposed text as it is now: what was rejected is not in it any more. */
  readonly proposed: Uri;
  readonly #changed = new EventEmitter<void>();
  readonly onChange = this.#changed.event;
  /** True when each part is decided and at least one is accepted. False also when the edit was withdrawn. */
  readonly decided: Promise<boolean>;
  #settle: (accepted: boolean) => void = () => undefined;
  #over = false;
  #base: string;
  #parts: readonly Part[];

  private constructor(file: Uri, base: string | undefined, text: string) {
    this.file = file;
    this.isNew = base === undefined;
    this.#base = base ?? "";
    this.proposed = file.with({ scheme: PROPOSED, authority: "", query: this.id, fragment: "" });
    this.#parts = hunksBetween(this.#base, text).map((hunk): Part => ({ hunk, decision: "open" }));
    this.decided = new Promise((resolve) => (this.#settle = resolve));
  }

  /**
   * @param text the whole proposed text; its line ends are made those of the file
   * @throws UserProblem when the file cannot be read as text, or is that text already
   */
  static async create(file: Uri, text: string): Promise<EditInParts> {
    const document = (await exists(file)) ? await openText(file) : undefined;
    const lines = document?.getText().includes("\r\n")
      ? text.replaceAll(/\r?\n/g, "\r\n")
      : text.replaceAll("\r\n", "\n");
    const edit = new EditInParts(file, document?.getText(), lines);
    if (document && edit.parts.length === 0) throw new UserProblem(`“${displayName(file)}” has these lines already.`);
    return edit;
  }

  get parts(): readonly Part[] {
    return this.#parts;
  }

  /** All parts are decided, or the edit was withdrawn. */
  get over(): boolean {
    return this.#over;
  }

  get base(): string {
    return this.#base;
  }

  /** The text on the right side of the diff. */
  get text(): string {
    return applyHunks(this.#base, this.#shown());
  }

  /** Where a part stands on the right side: the first line, from 0, and how many there are. Undefined when it is not shown. */
  placeOf(part: Part): { readonly line: number; readonly lines: number } | undefined {
    const shown = this.#shown();
    const index = shown.indexOf(part.hunk);
    if (index < 0) return undefined;
    const { first, added } = linesOf(this.#base, part.hunk);
    const shift = shown.slice(0, index).reduce((sum, hunk) => {
      const before = linesOf(this.#base, hunk);
      return sum + before.added - before.removed;
    }, 0);
    return { line: first - 1 + shift, lines: added };
  }

  decide(part: Part, decision: "accepted" | "rejected" | "open"): void {
    if (this.#over || part.decision === "lost") return;
    this.#update(this.#parts.map((it) => (it === part ? { ...it, decision } : it)));
  }

  /** Decides all that is open. An edit without any part, such as a new empty file, is decided by this alone. */
  decideAll(decision: "accepted" | "rejected"): void {
    if (this.#over) return;
    this.#update(this.#parts.map((it) => (it.decision === "open" ? { ...it, decision } : it)));
    if (!this.#over) this.#end(decision === "accepted");
  }

  /** Takes the proposal back: nothing will be applied. */
  withdraw(): void {
    if (!this.#over) this.#end(false);
  }

  /** Brings the diff to the front; the cursor stays where it is. */
  async show(): Promise<void> {
    const name = displayName(this.file);
    const title = this.isNew ? `${name} (proposed new file)` : `${name} (proposed change)`;
    const left = this.isNew ? this.proposed.with({ query: "" }) : this.file;
    await commands.executeCommand("vscode.diff", left, this.proposed, title, { preview: false, preserveFocus: true });
  }

  /** Follows what others have changed in the file. */
  follow(now: string): void {
    if (now === this.#base) return;
    const moved = moveHunks(
      this.#parts.map(({ hunk }) => hunk),
      this.#base,
      now,
    );
    this.#base = now;
    const parts = this.#parts.map((part, index): Part => {
      const hunk = moved[index];
      if (part.decision === "lost") return part;
      return hunk ? { ...part, hunk } : { ...part, decision: part.decision === "rejected" ? "rejected" : "lost" };
    });
    this.#update(parts);
  }

  /**
   * Changes the file by the accepted parts, as one step that can be undone. It is not saved.
   * @returns the file had unsaved changes before
   * @throws UserProblem when it cannot be done; the file is then as it was
   */
  async apply(): Promise<{ readonly wasDirty: boolean }> {
    const name = displayName(this.file);
    const edit = new WorkspaceEdit();
    let wasDirty = false;
    if (this.isNew) {
      if (await exists(this.file)) {
        throw new UserProblem(`“${name}” was made by somebody else meanwhile. Nothing was changed.`);
      }
      edit.createFile(this.file, { contents: new TextEncoder().encode(this.text) });
    } else {
      const document = await openText(this.file);
      wasDirty = document.isDirty;
      this.follow(document.getText());
      const accepted = this.#parts.filter(({ decision }) => decision === "accepted");
      if (accepted.length === 0) {
        throw new UserProblem(`The lines of “${name}” were changed meanwhile. Nothing was changed.`);
      }
      for (const { hunk } of accepted) {
        const range = new Range(document.positionAt(hunk.start), document.positionAt(hunk.start + hunk.removed.length));
        edit.replace(this.file, range, hunk.added);
      }
    }
    // VS Code refuses an edit of a version that is not the newest any more.
    if (!(await workspace.applyEdit(edit))) {
      throw new UserProblem(`“${name}” could not be changed: it is read-only, or it is being changed right now.`);
    }
    return { wasDirty };
  }

  #shown(): Hunk[] {
    return this.#parts.filter(({ decision }) => decision === "open" || decision === "accepted").map(({ hunk }) => hunk);
  }

  #update(parts: readonly Part[]): void {
    this.#parts = parts;
    if (!this.#over && parts.length > 0 && parts.every(({ decision }) => decision !== "open")) {
      this.#end(parts.some(({ decision }) => decision === "accepted"));
    } else {
      this.#changed.fire();
    }
  }

  #end(accepted: boolean): void {
    this.#over = true;
    this.#settle(accepted);
    this.#changed.fire();
  }
}

/**
 * The text of a file, with "\n" as line breaks; undefined when there is no such file.
 * @throws UserProblem for a file that is not text
 */
export async function textOf(file: Uri): Promise<string | undefined> {
  return (await exists(file)) ? (await openText(file)).getText().replaceAll("\r\n", "\n") : undefined;
}

async function openText(file: Uri): Promise<TextDocument> {
  try {
    return await workspace.openTextDocument(file);
  } catch {
    throw new UserProblem(`“${displayName(file)}” cannot be read as text.`);
  }
}

async function exists(file: Uri): Promise<boolean> {
  return file.scheme === "untitled" || isThere(file);
}
