import { FileSystemError, workspace, type Uri } from "vscode";
import type { Command, CommandResult } from "./command";
import type * as node from "./node";

/** The web worker side of `node.ts`. */

async function append(file: Uri, added: string | Uint8Array): Promise<void> {
  // `workspace.fs` cannot append, so the file is written whole. Only this window writes it.
  const before = await readOrEmpty(file);
  const end = typeof added === "string" ? new TextEncoder().encode(added) : added;
  await workspace.fs.writeFile(file, joined([before, end]));
}

async function readOrEmpty(file: Uri): Promise<Uint8Array> {
  try {
    return await workspace.fs.readFile(file);
  } catch (error) {
    // Any other failure must not look like an empty file: the next write would wipe what is there.
    if (error instanceof FileSystemError && error.code === "FileNotFound") return new Uint8Array();
    throw error;
  }
}

async function replaceFile(file: Uri, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  const parts: Uint8Array[] = [];
  if (bytes instanceof Uint8Array) parts.push(bytes);
  else for await (const part of bytes) parts.push(part.slice());
  await workspace.fs.writeFile(file, joined(parts)); // one transaction of the browser's database
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The browser's storage has no parts of files: the file is in memory while it is open. */
async function openFile(file: Uri): ReturnType<typeof node.openFile> {
  const bytes = await workspace.fs.readFile(file);
  return {
    size: bytes.length,
    async read(at, into) {
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      return into.subarray(0, part.length);
    },
    close: async () => {},
  };
}

/** Browsers send streams over HTTP/2 only, so what is sent is collected first. They set its length themselves. */
async function sendable(init: RequestInit): Promise<RequestInit> {
  if (!(init.body instanceof ReadableStream)) return init;
  const { duplex: _, ...rest } = init;
  const headers = new Headers(init.headers);
  headers.delete("content-length");
  return { ...rest, headers, body: await new Response(init.body).blob() };
}

async function realPath(_path: string): Promise<string | undefined> {
  return undefined;
}

function environmentVariable(_name: string): string | undefined {
  return undefined;
}

/** Without it api.anthropic.com refuses calls from a browser (Messages API, request headers). */
const browserHeaders = { "anthropic-dangerous-direct-browser-access": "true" };

const canRunCommands = false;

function runCommand(_command: Command): Promise<CommandResult> {
  return Promise.reject(new Error("no commands in a browser"));
}

export {
  append,
  browserHeaders,
  canRunCommands,
  environmentVariable,
  openFile,
  realPath,
  replaceFile,
  runCommand,
  sendable,
};

// The compiler refuses an export that is missing here or of another type.
({
  append,
  browserHeaders,
  canRunCommands,
  environmentVariable,
  openFile,
  realPath,
  replaceFile,
  runCommand,
  sendable,
}) satisfies typeof node;
