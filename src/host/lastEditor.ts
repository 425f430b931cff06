import { TabInputText, window, type Disposable, type TextEditor } from "vscode";

let last: TextEditor | undefined;

/** Remembers the editor that was active last: VS Code knows of none while an editor tab shows the chat. */
export function watchEditors(): Disposable {
  last = window.activeTextEditor;
  return window.onDidChangeActiveTextEditor((editor) => {
    last = editor ?? last;
  });
}

/** The editor that the user is in, or was in last if its file is still open. It may be behind another tab by now. */
export function lastEditor(): TextEditor | undefined {
  return window.activeTextEditor ?? (last && isOpen(last) ? last : undefined);
}

/** The same editor, where it can be edited: one behind another tab is brought to the front. */
export async function inFront(editor: TextEditor): Promise<TextEditor> {
  if (window.visibleTextEditors.includes(editor)) return editor;
  const { document, selections, viewColumn } = editor;
  const shown = await window.showTextDocument(document, viewColumn);
  shown.selections = selections;
  return shown;
}

function isOpen(editor: TextEditor): boolean {
  if (window.visibleTextEditors.includes(editor)) return true;
  const uri = editor.document.uri.toString();
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.some(({ input }) => input instanceof TabInputText && input.uri.toString() === uri);
}
