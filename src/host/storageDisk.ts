import { FileSystemError, Uri, workspace } from "vscode";
import { append, openFile, replaceFile } from "#env";
import type { LargeDisk } from "../chat/disk";

/** A folder of the extension's storage. */
export function storageDisk(storage: Uri, root: "conversations" | "batches"): LargeDisk {
  const at = (path: string) => Uri.joinPath(storage, root, path);
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
    append: (file, added) => append(at(file), added),
    write: (file, bytes) => replaceFile(at(file), bytes),
    open: (file) => openFile(at(file)),
    remove: async (folder) => workspace.fs.delete(at(folder), { recursive: true }),
  };
}
