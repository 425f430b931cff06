// Opens a real VS Code with Sidenote in it: node start.js [--desktop]
//   (nothing)  serves VS Code to a browser and prints the address
//   --desktop  the same in the desktop `code` that is installed
// Without ANTHROPIC_API_KEY in the environment a simulated Messages API answers.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { startSimulatedApi } from "./api/server";
import { installServer } from "./vscode/install";
import { createSandbox, type Sandbox } from "./vscode/sandbox";
import { startServer } from "./vscode/server";

async function main(desktop: boolean): Promise<void> {
  const api = (process.env["ANTHROPIC_API_KEY"] ?? "") === "" ? await startSimulatedApi() : undefined;
  const sandbox = await createSandbox(
    api && {
      "sidenote.model": "demo/claude-sonnet-5-5",
      "sidenote.endpoints": { demo: { name: "Simulated API", baseUrl: api.url, auth: "none" } },
    },
  );
  try {
    await cp(resolve("test/support/opener"), join(sandbox.extensions, "sidenote.opener-0.0.0"), { recursive: true });
    console.log(api ? `The simulated Messages API listens on ${api.url}` : "Requests go to api.anthropic.com.");
    await (desktop ? runDesktop(sandbox) : serve(sandbox));
  } finally {
    await api?.close();
    await sandbox.remove();
  }
}

/** Serves VS Code until Ctrl+C. */
async function serve(sandbox: Sandbox): Promise<void> {
  const server = await startServer(await installServer("current"), sandbox.userData);
  // The address of the window is long: a short one leads there.
  const location = server.address({ folder: sandbox.workspace, extension: resolve(".") });
  const redirect = createServer((_, response) => response.writeHead(302, { location }).end()).listen(0, "127.0.0.1");
  await once(redirect, "listening");
  const { port } = redirect.address() as AddressInfo;
  console.log(`\n  Open http://127.0.0.1:${port}/ in a browser. Ctrl+C ends it.\n`);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM"), server.ended]);
  redirect.close();
  await server.close();
}

/** Runs the installed desktop build until its window is closed. */
async function runDesktop(sandbox: Sandbox): Promise<void> {
  const windows = process.platform === "win32";
  const quote = (text: string) => (windows ? `"${text}"` : text); // there `code` is a script, which needs a shell
  const args = [
    "--wait",
    `--user-data-dir=${sandbox.userData}`,
    `--extensions-dir=${sandbox.extensions}`,
    `--extensionDevelopmentPath=${resolve(".")}`,
    sandbox.workspace,
  ];
  const code = spawn("code", args.map(quote), { stdio: "inherit", shell: windows });
  const stop = () => code.kill();
  process.once("SIGINT", stop);
  try {
    await once(code, "close"); // fails on "error"
  } catch (error) {
    throw new Error("No desktop `code` can be started: `npm start` shows VS Code in a browser.", { cause: error });
  } finally {
    process.removeListener("SIGINT", stop);
  }
}

main(process.argv.includes("--desktop")).catch((error: unknown) => {
  console.error(String(error));
  process.exitCode = 1;
});
