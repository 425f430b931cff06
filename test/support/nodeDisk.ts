import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Disk } from "../../src/chat/disk";

/** A folder of this machine as the conversations' disk, without VS Code. */
export function nodeDisk(root: string): Disk {
  return {
    async list(folder) {
      try {
        return await readdir(join(root, folder));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
        throw error;
      }
    },
    size: async (file) => (await stat(join(root, file))).size,
    read: (file) => readFile(join(root, file)),
    async append(file, text) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await appendFile(join(root, file), text);
    },
    async write(file, bytes) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, `${file}.tmp`), bytes);
      await rename(join(root, `${file}.tmp`), join(root, file));
    },
    remove: (folder) => rm(join(root, folder), { recursive: true }),
  };
}
