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
 * Opens a VS Code window whose address names an `extensionTestsPath`, relays what the extension host writes to its
 * console, and waits for the end of the tests.
 * @returns their exit code: 0 when all have passed
 */
export async function runTestsInPage(page: Page, address: string): Promise<number> {
  // VS Code calls these two functions, if the page has them, when it runs tests.
  await page.exposeFunction("codeAutomationLog", (_type: string, args: unknown[]) => console.log(format(...args)));
  const result = new Promise<number>((done, fail) => {
    page.once("crash", () => fail(new Error("The page crashed.")));
    page.once("close", () => fail(new Error("The page was closed.")));
    page
      .exposeFunction("codeAutomationExit", done)
      .then(() => page.goto(address), fail)
      .catch(fail);
  });
  return result;
}
