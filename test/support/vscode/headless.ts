// Takes the place of VS Code's desktop executable on a machine without a display: it understands the same arguments,
// and shows the window in a headless browser. `runTests` of @vscode/test-electron starts it as
//   node headless.js [--floor] FOLDER --extensionDevelopmentPath=… --extensionTestsPath=… --user-data-dir=…
import { parseArgs } from "node:util";
import { installServer } from "./install";
import { openBrowser, runTestsInPage } from "./page";
import { startServer } from "./server";

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    strict: false, // the desktop build has many more options, which mean nothing here
    allowPositionals: true,
    options: {
      floor: { type: "boolean" },
      extensionDevelopmentPath: { type: "string" },
      extensionTestsPath: { type: "string" },
      "user-data-dir": { type: "string" },
    },
  });
  const text = (value: unknown, name: string) => {
    if (typeof value !== "string") throw new Error(`${name} is missing.`);
    return value;
  };
  const vscode = await installServer(values["floor"] === true ? "floor" : "current");
  const browser = await openBrowser();
  try {
    const server = await startServer(vscode, text(values["user-data-dir"], "--user-data-dir"));
    const address = server.address({
      folder: text(positionals[0], "The folder to open"),
      extension: text(values["extensionDevelopmentPath"], "--extensionDevelopmentPath"),
      tests: text(values["extensionTestsPath"], "--extensionTestsPath"),
    });
    const code = await Promise.race([
      runTestsInPage(await browser.newPage(), address, "test-results/extension-host.log"),
      server.ended.then(() => Promise.reject(new Error(`The VS Code server ended.\n${server.log()}`))),
    ]);
    await server.close();
    return code;
  } finally {
    await browser.close();
  }
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
