import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { format } from "node:util";
import { chromium, type Browser, type Page } from "playwright-core";

/** Starts a headless browser that talks to nobody but VS Code. */
export async function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: browserFlags });
}

const browserFlags = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];

/**
 * Opens a VS Code window whose address names an `extensionTestsPath`, shows what mocha writes, and waits for the end of
 * the tests.
 * @param log the file for all that the window and its extension host write
 * @returns the exit code of the tests: 0 when all have passed
 */
export async function runTestsInPage(page: Page, address: string, log: string): Promise<number> {
  await mkdir(dirname(log), { recursive: true });
  const lines = createWriteStream(log);
  let begun = false;
  const relay = (type: string, args: unknown[]) => {
    const text = format(...args);
    lines.write(`${type}: ${text}\n`);
    // VS Code has much to say about itself, and nothing tells whose line it is; but only mocha writes in colour.
    if (!text.includes("\u001B[")) return;
    begun = true;
    console.log(text);
  };
  try {
    const code = await new Promise<number>((done, fail) => {
      page.once("crash", () => fail(new Error("The window crashed.")));
      page.once("close", () => fail(new Error("The window was closed.")));
      // VS Code calls these two functions of a page that runs tests.
      Promise.all([page.exposeFunction("codeAutomationLog", relay), page.exposeFunction("codeAutomationExit", done)])
        .then(() => page.goto(address))
        .catch(fail);
    });
    if (code !== 0) console.log(`${begun ? "" : "The tests did not begin. "}What the window wrote is in ${log}`);
    return code;
  } finally {
    lines.end();
  }
}
