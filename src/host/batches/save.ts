import { commands, FileType, Uri, window, workspace } from "vscode";
import { replaceFile } from "#env";
import { RESULTS, type BatchStore } from "../../chat/batch/batchStore";
import { joinBytes } from "../../api/lines";
import { encoded, piecesOf } from "../../chat/batch/files";
import { answersOf, besideNames, fileNameOf, markdownOf, sameFile } from "../../chat/batch/output";
import type { BatchRecord } from "../../chat/batch/record";
import { resultRows } from "../../chat/batch/results";
import { UserProblem } from "../userProblem";
import { displayName } from "../workspaceNames";
import { notWritten } from "../writeFile";
import { askInDialog, showInformationMessage, showWarningMessage, withProgress } from "../notifications";

/** Saves the results of a batch, which are on disk, in a form that the user chooses. */
export async function saveResults(store: BatchStore, record: BatchRecord): Promise<void> {
  const rows = await resultRows(store.disk, record.id);
  const inputs = new Set<string>();
  for await (const { input } of rows.all()) if (input !== null) inputs.add(input);
  const forms = [
    ...(inputs.size > 0
      ? [{ label: "One File beside Each Input", detail: "photo.png → photo.md", form: "beside" as const }]
      : []),
    { label: "Markdown", detail: "All answers in one file, to be read", form: "md" as const },
    { label: "JSONL", detail: "As the API sends them, in the order of the requests", form: "jsonl" as const },
  ];
  const picked = await window.showQuickPick(forms, { title: "Save Results", ignoreFocusOut: true });
  if (!picked) return;
  if (picked.form === "beside") return saveBeside(store, record, [...inputs]);
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const file = await window.showSaveDialog({
    title: "Save Results",
    filters: { [picked.label]: [picked.form] },
    ...(folder && { defaultUri: Uri.joinPath(folder, `${fileNameOf(record.name)}.${picked.form}`) }),
  });
  if (!file) return;
  const pieces =
    picked.form === "jsonl"
      ? piecesOf(store.disk.open(`${record.id}/${RESULTS}`))
      : encoded(markdownOf(store.disk, record.id, record.name, rows));
  await withProgress(`Saving the results of “${record.name}”`, { cancellable: true }, (progress, signal) => {
    let bytes = 0;
    const onPiece = ({ length }: Uint8Array) => {
      bytes += length;
      progress.report({ message: `${Math.round(bytes / 1_000_000)} MB` });
    };
    return write(file, stoppable(pieces, signal, onPiece)).catch((error: unknown) => {
      if (signal.aborted) throw error;
      throw notWritten(file);
    });
  });
  const choice = await showInformationMessage(`“${displayName(file)}” was saved.`, "Open");
  // Not as a document for extensions, which may not be larger than 50 MB.
  if (choice) await commands.executeCommand("vscode.open", file);
}

async function write(file: Uri, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  if (file.scheme === "file") return replaceFile(file, bytes);
  if (bytes instanceof Uint8Array) return workspace.fs.writeFile(file, bytes);
  const all: Uint8Array[] = []; // elsewhere VS Code writes whole files only
  for await (const piece of bytes) all.push(piece.slice());
  await workspace.fs.writeFile(file, joinBytes(all));
}

async function* stoppable(
  pieces: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  onPiece: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const piece of pieces) {
    signal.throwIfAborted();
    yield piece;
    onPiece(piece);
  }
}

async function saveBeside(store: BatchStore, record: BatchRecord, inputs: readonly string[]): Promise<void> {
  const names = besideNames(inputs);
  const { there, links } = await existing([...names.values()]);
  let overwrite = true;
  if (there.size > 0) {
    const question = `${there.size} of ${names.size} files are there already.`;
    const choice = await askInDialog(question, undefined, "Overwrite", "Only the Others");
    if (!choice) return;
    overwrite = choice === "Overwrite";
  }
  const rows = await resultRows(store.disk, record.id);
  let written = 0;
  const failed: string[] = [];
  await withProgress(`Writing the answers of “${record.name}”`, { cancellable: true }, async (progress, signal) => {
    for await (const { row, text } of answersOf(store.disk, record.id, rows)) {
      if (signal.aborted) break;
      const name = row.input === null ? undefined : names.get(row.input);
      if (name === undefined || row.status !== "succeeded" || text.trim() === "") continue;
      // A link could lead out of the folder.
      if (links.has(name) || (there.has(name) && !overwrite)) continue;
      const target = Uri.parse(name);
      const bytes = new TextEncoder().encode(text.endsWith("\n") ? text : `${text}\n`);
      try {
        await write(target, bytes);
      } catch {
        failed.push(displayName(target));
        continue;
      }
      written++;
      progress.report({ message: `${written} written` });
    }
  });
  if (written === 0 && links.size > 0) throw new UserProblem("Nothing was written: the files are links to others.");
  const sentence = `${written} ${written === 1 ? "file was" : "files were"} written.`;
  if (failed.length === 0) void showInformationMessage(sentence);
  else {
    const more = failed.length > 3 ? ` and ${failed.length - 3} more` : "";
    void showWarningMessage(
      `${sentence} Not written, see whether disk and folder allow it: ${failed.slice(0, 3).join(", ")}${more}.`,
    );
  }
}

/** Which of the files are there, or would be on some disk; links apart, those too that lead nowhere. */
async function existing(files: readonly string[]): Promise<{ there: Set<string>; links: Set<string> }> {
  const there = new Set<string>();
  const links = new Set<string>();
  const folders = new Map<string, Map<string, FileType>>();
  for (const file of files) {
    const uri = Uri.parse(file);
    const folder = Uri.joinPath(uri, "..");
    let names = folders.get(folder.toString());
    if (!names) {
      const read = await workspace.fs.readDirectory(folder).then(undefined, () => []);
      names = new Map(read.map(([name, type]) => [sameFile(encodeURIComponent(name)), type]));
      folders.set(folder.toString(), names);
    }
    const type = names.get(sameFile(file.slice(file.lastIndexOf("/") + 1)));
    if (type === undefined) continue;
    if ((type & FileType.SymbolicLink) !== 0) links.add(file);
    else there.add(file);
  }
  return { there, links };
}
