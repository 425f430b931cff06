import { appendFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Uri } from "vscode";

/** What differs between the Node host and the web worker: here the Node side. `web.ts` has the same exports. */

/** Adds text at the end of a file of ours, which is on this machine's disk; makes the file and its folder when they are missing. */
export async function appendText(file: Uri, text: string): Promise<void> {
  // `workspace.fs` asks the window first, and what must be on disk within a second cannot wait for a busy one.
  await mkdir(dirname(file.fsPath), { recursive: true });
  await appendFile(file.fsPath, text, "utf8");
}

/** Writes a file of ours whole, and its folder when it is missing: whoever reads the file sees the old one or the new one. */
export async function replaceFile(file: Uri, bytes: Uint8Array): Promise<void> {
  // `workspace.fs.rename` removes the old file first, so there would be a moment without any.
  await mkdir(dirname(file.fsPath), { recursive: true });
  const draft = `${file.fsPath}.${crypto.randomUUID()}.tmp`;
  try {
    await writeFile(draft, bytes);
    await rename(draft, file.fsPath);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

export function environmentVariable(name: string): string | undefined {
  return process.env[name];
}

/** Headers that only a browser has to send. */
export const browserHeaders: Readonly<Record<string, string>> = {};
