import {
  commands,
  FileSystemError,
  Range,
  workspace,
  type DocumentSymbol,
  type SymbolInformation,
  type TextDocument,
  type TextEditor,
  type Uri,
} from "vscode";
import type { CodeAttachment } from "../chat/conversation";
import { movedLines } from "../chat/movedLines";
import { documentAttachment } from "./documents";
import { causeOf, looksLikePicture, readBytes, readPicture } from "./images";
import { lastEditor } from "./lastEditor";
import type { NewAttachment, NewCode } from "./newAttachment";
import { UserProblem } from "./userProblem";
import { displayName } from "./workspaceNames";

/** More than this many characters of one attachment would fill most of a model's context window. */
const MAX_TEXT = 1_000_000;

/**
 * What "explain" is about in the active editor: each selection; without one the innermost symbol around the cursor, else the
 * cursor's line. Throws a UserProblem when there is nothing to explain.
 */
export async function codeToExplain(): Promise<NewCode[]> {
  return codeAtCursor("Open a file and select the code to explain.");
}

/** The same for another purpose. @param missing the sentence for a window without an editor */
export async function codeAtCursor(missing: string): Promise<NewCode[]> {
  const editor = lastEditor();
  if (!editor) throw new UserProblem(missing);
  const selected = editor.selections.filter((selection) => !selection.isEmpty);
  const ranges = selected.length > 0 ? selected : [await rangeAtCursor(editor)];
  const code = ranges
    .map((range) => codeAttachment(editor.document, range))
    .filter(({ attachment }) => attachment.text.trim() !== "");
  if (code.length === 0) throw new UserProblem("There is no code here: select some first.");
  return code;
}

/** What "add to chat" takes from the active editor: each selection, else the whole file. */
export function codeToAdd(): NewCode[] {
  const editor = lastEditor();
  if (!editor) throw new UserProblem("Open a file to add it to the chat.");
  const selected = editor.selections.filter((selection) => !selection.isEmpty);
  if (selected.length > 0) return selected.map((range) => codeAttachment(editor.document, range));
  return [wholeFile(editor.document)];
}

/** The whole file of the active editor. @param missing the sentence for a window without one */
export function activeFile(missing: string): NewCode {
  const editor = lastEditor();
  if (!editor) throw new UserProblem(missing);
  return wholeFile(editor.document);
}

/** A text file as an attachment. Throws a UserProblem for a file that is not text. */
export async function readTextFile(file: Uri): Promise<NewCode> {
  return wholeFile(await openText(file));
}

async function openText(file: Uri): Promise<TextDocument> {
  await refuseUnreadable(file);
  try {
    return await workspace.openTextDocument(file);
  } catch {
    // VS Code does not tell why.
    const cause: unknown = await workspace.fs.readFile(file).then(
      () => undefined,
      (error: unknown) => error,
    );
    const why = cause instanceof FileSystemError ? `. ${causeOf(cause)}` : " as text.";
    throw new UserProblem(`“${displayName(file)}” cannot be read${why}`);
  }
}

/** The text of a file of which there are only the bytes; its encoding is told as VS Code tells it. */
export async function textOfBytes(name: string, bytes: Uint8Array): Promise<CodeAttachment> {
  const text = await decoded(name, bytes);
  refuseText(name, text, `“${name}”`);
  const dot = name.lastIndexOf(".");
  return asDocument(snapshot(name, dot > 0 ? name.slice(dot + 1).toLowerCase() : "plaintext", text));
}

async function decoded(name: string, bytes: Uint8Array): Promise<string> {
  try {
    return await workspace.decode(bytes);
  } catch {
    throw new UserProblem(`“${name}” is not a text file.`); // VS Code has found it to be binary
  }
}

/** What is gone, and what is too large: opening that takes long, and in no encoding has it few enough characters. */
async function refuseUnreadable(file: Uri): Promise<void> {
  const size = await workspace.fs.stat(file).then(
    (found) => found.size,
    (error: unknown) => {
      const known = error instanceof FileSystemError && ["FileNotFound", "NoPermissions"].includes(error.code);
      if (known) throw new UserProblem(`“${displayName(file)}” cannot be read. ${causeOf(error)}`);
      return 0; // not on a disk, or not to be read: opening it tells
    },
  );
  if (size <= 4 * MAX_TEXT) return;
  const megabytes = Math.round(size / 1024 / 1024);
  throw new UserProblem(
    `“${displayName(file)}” has ${megabytes} MB; at most one million characters can be sent. Select a part of it.`,
  );
}

/** A file as it goes beside a message: an image, a PDF, or text. */
export async function readAttachment(file: Uri): Promise<NewAttachment> {
  const source = { kind: "file", uri: file.toString() } as const;
  if (looksLikePicture(file)) return { ...(await readPicture(file)), source };
  const name = displayName(file);
  if (/\.pdf$/i.test(file.path)) return { ...(await documentAttachment(name, await readBytes(file, name))), source };
  return readTextFile(file);
}

/** A part of a text file. */
export async function codeIn(file: Uri, range: Range): Promise<NewCode> {
  return codeAttachment(await workspace.openTextDocument(file), range);
}

/**
 * The lines of a file that an attachment has, as they are now: where they have moved, and with what was put in between.
 * @throws UserProblem when they are not there any more
 */
export async function linesAgain({ lines, text }: CodeAttachment, file: Uri): Promise<NewCode> {
  const document = await openText(file);
  const now = document.getText().split(/\r?\n/);
  const before = text.replace(/\r?\n$/, "").split(/\r?\n/);
  const found = movedLines(now, before, (lines?.[0] ?? 1) - 1);
  if (!found) throw new UserProblem(`The selected lines of “${displayName(file)}” are not there any more.`);
  const code = codeAttachment(document, new Range(found.first, 0, found.last, document.lineAt(found.last).text.length));
  return found.same ? { ...code, attachment: { ...code.attachment, text } } : code;
}

/** A text that is no part of a file. */
export function snapshot(name: string, language: string, text: string): CodeAttachment {
  return { type: "code", id: crypto.randomUUID(), name, language, text };
}

function wholeFile(document: TextDocument): NewCode {
  const { lines: _, ...whole } = codeAttachment(document, new Range(0, 0, document.lineCount, 0)).attachment;
  if (whole.text === "") throw new UserProblem(`“${whole.name}” is empty.`);
  return { attachment: asDocument(whole), source: { kind: "file", uri: document.uri.toString() } };
}

/** By VS Code's ids, and by the ends of names of files that were dropped. */
const PROSE = /^(plaintext|txt|markdown|md|restructuredtext|rst|asciidoc|adoc|latex|tex|csv|tsv)$/;

/** A whole text that people read goes as a document, which can be cited; code goes with its path and language. */
function asDocument(whole: CodeAttachment): CodeAttachment {
  return PROSE.test(whole.language) ? { ...whole, document: true } : whole;
}

function codeAttachment(document: TextDocument, range: Range): NewCode {
  const name = displayName(document.uri);
  const text = document.getText(range);
  refuseText(name, text, `The selection of “${name}”`);
  // A selection that ends before the first character of a line does not touch that line.
  const last = range.end.character === 0 && range.end.line > range.start.line ? range.end.line - 1 : range.end.line;
  const lines = [range.start.line + 1, last + 1] as const;
  const attachment: CodeAttachment = {
    type: "code",
    id: crypto.randomUUID(),
    name,
    language: document.languageId,
    lines,
    text,
  };
  return { attachment, source: { kind: "lines", uri: document.uri.toString(), lines } };
}

function refuseText(name: string, text: string, what: string): void {
  if (text.length > MAX_TEXT) {
    const size = (text.length / 1_000_000).toFixed(1);
    throw new UserProblem(`${what} has ${size} million characters; at most one million can be sent. Select less.`);
  }
  if (text.includes("\0")) throw new UserProblem(`“${name}” is not a text file.`);
}

async function rangeAtCursor({ document, selection }: TextEditor): Promise<Range> {
  return (await symbolAround(document, selection)) ?? document.lineAt(selection.active.line).range;
}

/** Lines above and below a place that no symbol is around. */
const LINES_AROUND = 10;

/** The innermost symbol around a place of a document, else the lines near it. */
export async function codeAround(document: TextDocument, place: Range): Promise<NewCode> {
  const first = Math.max(0, place.start.line - LINES_AROUND);
  const last = Math.min(document.lineCount - 1, place.end.line + LINES_AROUND);
  const near = new Range(first, 0, last, document.lineAt(last).text.length);
  return codeAttachment(document, (await symbolAround(document, place)) ?? near);
}

async function symbolAround(document: TextDocument, place: Range): Promise<Range | undefined> {
  const symbols = await commands.executeCommand<(DocumentSymbol | SymbolInformation)[] | undefined>(
    "vscode.executeDocumentSymbolProvider",
    document.uri,
  );
  const around = (symbols ?? [])
    .flatMap(withChildren)
    .filter((range) => range.contains(place))
    .toSorted((a, b) => lineCount(a) - lineCount(b));
  return around[0];
}

function withChildren(symbol: DocumentSymbol | SymbolInformation): Range[] {
  if (!("children" in symbol)) return [symbol.location.range];
  return [symbol.range, ...symbol.children.flatMap(withChildren)];
}

function lineCount(range: Range): number {
  return range.end.line - range.start.line;
}
