import { FileSystemError, Uri, workspace } from "vscode";
import { appendText, replaceFile } from "#env";
import type { Disk } from "../chat/disk";

/** The folder `conversations` of the extension's storage. */
export function storageDisk(storage: Uri): Disk {
  const at = (path: string) => Uri.joinPath(storage, "conversations", path);
  return {
    async list(folder) {
      try {
        return (await workspace.fs.readDirectory(at(folder))).map(([name]) => name);
      } catch (error) {
        // `code` is "FileNotFound" for folders too.
        if (error instanceof FileSystemError && error.code === "FileNotFound") return [];
        throw error;
      }
    },
    size: async (file) => (await workspace.fs.stat(at(file))).size,
    read: async (file) => workspace.fs.readFile(at(file)),
    append: (file, text) => appendText(at(file), text),
    write: (file, bytes) => replaceFile(at(file), bytes),
    remove: async (folder) => workspace.fs.delete(at(folder), { recursive: true }),
  };
}
