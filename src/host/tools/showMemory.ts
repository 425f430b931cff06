import { ThemeIcon, window, workspace, type QuickPickItem, type Uri } from "vscode";
import { askInDialog, showInformationMessage } from "../notifications";
import { listMemory } from "./memoryFiles";
import { visible } from "./visible";

interface FileItem extends QuickPickItem {
  readonly uri: Uri;
}

const DELETE = "Delete";

/** Lists the files of the memory: each can be opened, and so changed, or deleted. */
export async function showMemory(root: Uri): Promise<void> {
  const items = await itemsOf(root);
  if (items.length === 0) {
    await showInformationMessage(
      "The memory of this workspace is empty. Claude writes into it where the tool “memory” is on, after you have seen what.",
    );
    return;
  }
  const picker = window.createQuickPick<FileItem>();
  picker.title = "Memory";
  picker.placeholder = "Notes that Claude keeps for later chats in this workspace";
  picker.items = items;
  picker.buttons = [{ iconPath: new ThemeIcon("clear-all"), tooltip: "Delete All" }];
  picker.ignoreFocusOut = true; // the dialog takes the focus
  const chosen = await new Promise<FileItem | undefined>((resolve, reject) => {
    const change = async (question: string, files: readonly FileItem[]) => {
      if ((await askInDialog(question, undefined, DELETE)) !== DELETE) return;
      for (const { uri } of files) await workspace.fs.delete(uri);
      picker.items = await itemsOf(root);
      if (picker.items.length === 0) picker.hide();
    };
    picker.onDidTriggerItemButton(({ item }) => {
      change(`Delete “${item.label}” from the memory?`, [item]).catch(reject);
    });
    picker.onDidTriggerButton(() => {
      change(`Delete all ${picker.items.length} files of the memory?`, picker.items).catch(reject);
    });
    picker.onDidAccept(() => resolve(picker.selectedItems[0]));
    picker.onDidHide(() => resolve(undefined));
    picker.show();
  }).finally(() => picker.dispose());
  if (chosen) await window.showTextDocument(chosen.uri);
}

async function itemsOf(root: Uri): Promise<FileItem[]> {
  return (await listMemory(root)).map(({ uri, name, size }) => ({
    uri,
    label: visible(name),
    description: `${size.toLocaleString("en")} bytes`,
    buttons: [{ iconPath: new ThemeIcon("trash"), tooltip: "Delete" }],
  }));
}
