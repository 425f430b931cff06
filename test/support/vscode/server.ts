import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { InstalledServer } from "./install";

/** A VS Code that listens on this machine. */
export interface RunningServer {
  /** The address that opens a window. Folders and files are absolute paths. */
  address(window: { folder: string; extension: string; tests?: string }): string;
  /** What the server has written so far: the place to look at when a window does not come up. */
  log(): string;
  /** Resolves when the server has ended, by `close` or by itself. */
  ended: Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a VS Code server and waits until it listens.
 * @param userData the folder with the user's settings, from `createSandbox`
 * @param env what differs from this process's environment, for the server and the extension host
 * @param trust folders are in Restricted Mode until they are trusted; else each is trusted from the start
 */
export async function startServer(
  { node, main }: InstalledServer,
  userData: string,
  env: NodeJS.ProcessEnv = {},
  trust = false,
): Promise<RunningServer> {
  const token = randomUUID(); // without it, whatever runs on this machine could use the server
  const child = spawn(
    node,
    [
      main,
      "--host=127.0.0.1",
      "--port=0",
      `--connection-token=${token}`,
      "--accept-server-license-terms",
      "--disable-telemetry",
      ...(trust ? [] : ["--disable-workspace-trust"]),
      "--enable-smoke-test-driver", // the address may then name extensions and tests to load
      `--server-data-dir=${join(userData, "..")}`,
    ],
    { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] },
  );
  // Also when this process fails, or is asked to end by a signal that the browser's driver turns into an exit.
  const kill = () => child.kill();
  process.once("exit", kill);
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  let log = "";
  const port = await new Promise<string>((done, fail) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        log += text;
        const listening = /Extension host agent listening on (\d+)/.exec(log);
        if (listening?.[1] !== undefined) done(listening[1]);
      });
    }
    child.once("error", fail);
    child.once("close", (code) => fail(new Error(`The VS Code server ended with ${code}.\n${log}`)));
  });

  const authority = `127.0.0.1:${port}`;
  const remote = (file: string) => `vscode-remote://${authority}${pathToFileURL(file).pathname}`;
  return {
    address({ folder, extension, tests }) {
      const payload = [
        ["extensionDevelopmentPath", remote(extension)],
        ...(tests === undefined ? [] : [["extensionTestsPath", remote(tests)]]),
        ["skipWelcome", "true"],
      ];
      const query = new URLSearchParams({
        tkn: token,
        folder: pathToFileURL(folder).pathname,
        payload: JSON.stringify(payload),
      });
      return `http://${authority}/?${query}`;
    },
    log: () => log,
    ended,
    async close() {
      kill();
      await ended;
      process.removeListener("exit", kill);
    },
  };
}
