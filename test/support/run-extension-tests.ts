// Runs the tests under test/extension in a real extension host: node run-extension-tests.js [--floor | --desktop]
//   (nothing)  VS Code 1.139 without a display, in a headless browser
//   --floor    the same with VS Code 1.106, the oldest release that package.json allows
//   --desktop  the desktop build, which @vscode/test-electron downloads
import { join, resolve } from "node:path";
import { downloadAndUnzipVSCode, runTests } from "@vscode/test-electron";
import { findBrowser } from "./vscode/browser";
import { installServer } from "./vscode/install";
import { createSandbox } from "./vscode/sandbox";

async function main(flags: ReadonlySet<string>): Promise<void> {
  const [executable, first] = flags.has("--desktop") ? [await downloadDesktop(), []] : await prepareHeadless(flags);
  const sandbox = await createSandbox();
  try {
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: resolve("."),
      extensionTestsPath: join(__dirname, "..", "extension", "index.js"),
      launchArgs: [...first, sandbox.workspace, `--user-data-dir=${sandbox.userData}`],
      // A key of the person who runs the tests must not reach them.
      extensionTestsEnv: { ANTHROPIC_API_KEY: undefined },
    });
  } finally {
    await sandbox.remove();
  }
}

/** Fetches what is missing, here where the progress can be seen, and gives the executable and its first arguments. */
async function prepareHeadless(flags: ReadonlySet<string>): Promise<[executable: string, first: string[]]> {
  const floor = flags.has("--floor");
  await installServer(floor ? "floor" : "current");
  await findBrowser();
  return [process.execPath, [join(__dirname, "vscode", "headless.js"), ...(floor ? ["--floor"] : [])]];
}

async function downloadDesktop(): Promise<string> {
  try {
    return await downloadAndUnzipVSCode({ extensionDevelopmentPath: resolve(".") });
  } catch (error) {
    throw new Error(`The desktop build of VS Code cannot be downloaded (${String(error)}). \`npm test\` needs none.`, {
      cause: error,
    });
  }
}

main(new Set(process.argv.slice(2))).catch((error: unknown) => {
  console.error(String(error));
  process.exitCode = 1;
});
