import { spawn } from "node:child_process";
import { appendFile, mkdir, open, realpath, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Uri } from "vscode";
import type { Command, CommandResult } from "./command";

/** What differs between the Node host and the web worker: here the Node side. `web.ts` has the same exports. */

/** Adds to the end of a file of ours, which is on this machine's disk; makes the file and its folder when they are missing. */
export async function append(file: Uri, added: string | Uint8Array): Promise<void> {
  // `workspace.fs` asks the window first, and what must be on disk within a second cannot wait for a busy one.
  await mkdir(dirname(file.fsPath), { recursive: true });
  await appendFile(file.fsPath, added);
}

/**
 * Writes a file on this machine's disk whole, and its folder when it is missing: whoever reads the file sees the old one or the
 * new one.
 *
 * @param bytes all of them, or one piece after the other, of which only one is in memory
 */
export async function replaceFile(file: Uri, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
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

/** A file of ours, of which parts are read. */
export async function openFile(file: Uri): Promise<OpenFile> {
  const handle = await open(file.fsPath);
  return {
    size: (await handle.stat()).size,
    async read(at, into) {
      const { bytesRead } = await handle.read(into, 0, into.length, at);
      return into.subarray(0, bytesRead);
    },
    close: () => handle.close(),
  };
}

interface OpenFile {
  readonly size: number;
  read(at: number, into: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** The body of a request as the network of this host takes it: here streams are. */
export function sendable(init: RequestInit): RequestInit | Promise<RequestInit> {
  return init;
}

/** Where a path on this machine leads when all links in it are followed; undefined when that cannot be told. */
export async function realPath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    return undefined;
  }
}

export function environmentVariable(name: string): string | undefined {
  return process.env[name];
}

/** Headers that only a browser has to send. */
export const browserHeaders: Readonly<Record<string, string>> = {};

export const canRunCommands: boolean = true;

/** Runs a program without a shell. Resolves when it has ended, whatever ended it. */
export function runCommand({ command, input, folder, timeout, longest, signal }: Command): Promise<CommandResult> {
  const [program = "", ...words] = command;
  // A group of its own, so that what it starts can be ended with it. Windows has no groups; taskkill walks the tree.
  const group = process.platform !== "win32";
  return new Promise((resolve) => {
    const child = spawn(program, words, { cwd: folder, detached: group, windowsHide: true, stdio: "pipe" });
    const stdout = collector(longest);
    const stderr = collector(longest);
    let end: CommandResult["end"] = "exited";

    function kill(why: CommandResult["end"]): void {
      if (end === "exited") end = why;
      if (child.pid === undefined) return;
      if (group) {
        try {
          process.kill(-child.pid, "SIGKILL");
        } catch {
          // It has ended already.
        }
      } else {
        spawn("taskkill", ["/pid", String(child.pid), "/t", "/f"], { windowsHide: true }).on("error", () =>
          child.kill(),
        );
      }
    }

    function settle(exitCode: number | null): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      resolve({ exitCode: end === "exited" ? exitCode : null, stdout: stdout.text(), stderr: stderr.text(), end });
    }

    const timer = setTimeout(() => kill("timeout"), timeout);
    const onAbort = () => kill("aborted");
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    child.stdout.on("data", (bytes: Buffer) => {
      if (!stdout.add(bytes)) kill("tooLong");
    });
    child.stderr.on("data", (bytes: Buffer) => stderr.add(bytes));
    child.on("error", () => {
      if (child.pid === undefined) end = "missing";
      settle(null);
    });
    child.on("close", settle);
    child.stdin.on("error", () => {}); // it may end without reading
    child.stdin.end(input);
  });
}

/** Keeps so many bytes; `add` tells whether all were kept so far. */
function collector(longest: number) {
  const kept: Buffer[] = [];
  let size = 0;
  return {
    add(bytes: Buffer): boolean {
      if (size < longest) kept.push(bytes.subarray(0, longest - size));
      size += bytes.length;
      return size <= longest;
    },
    text: () => Buffer.concat(kept).toString("utf8"),
  };
}
