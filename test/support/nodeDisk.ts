import { appendFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LargeDisk } from "../../src/chat/disk";

/** A folder of this machine as the conversations' disk, without VS Code. */
export function nodeDisk(root: string): LargeDisk {
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
    async append(file, added) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await appendFile(join(root, file), added);
    },
    async open(file) {
      const handle = await open(join(root, file));
      return {
        size: (await handle.stat()).size,
        read: async (at, into) => into.subarray(0, (await handle.read(into, 0, into.length, at)).bytesRead),
        close: () => handle.close(),
      };
    },
    async write(file, bytes) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, `${file}.tmp`), bytes);
      await rename(join(root, `${file}.tmp`), join(root, file));
    },
    remove: (folder) => rm(join(root, folder), { recursive: true }),
  };
}
