import { appendFile } from "node:fs/promises";
import type { Uri } from "vscode";

/** What differs between the Node host and the web worker: here the Node side. `web.ts` has the same exports. */

/** Adds text at the end of a file of ours, which is on this machine's disk; makes the file when it is missing. */
export async function appendText(file: Uri, text: string): Promise<void> {
  await appendFile(file.fsPath, text, "utf8");
}

export function environmentVariable(name: string): string | undefined {
  return process.env[name];
}

/** Headers that only a browser has to send. */
export const browserHeaders: Readonly<Record<string, string>> = {};
