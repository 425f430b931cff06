import { createWriteStream, rmSync } from "node:fs";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { format } from "node:util";
import { chromium, type BrowserContext, type Page } from "playwright-core";
import { findBrowser } from "./browser";

/** Starts a headless browser with a fresh profile, which talks to nobody but VS Code. */
export async function openBrowser(...moreFlags: string[]): Promise<BrowserContext> {
  const executablePath = await findBrowser();
  const profile = await mkdtemp(join(tmpdir(), "sidenote-browser-"));
  await mkdir(join(profile, "Default"));
  await writeFile(join(profile, "Default", "Preferences"), JSON.stringify(preferences));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: [...flags, ...moreFlags],
  });
  browser.once("close", () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
  return browser;
}

/** The web build shows each webview from a host of its own, with a service worker: third-party storage to a browser. */
const preferences = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } };

const flags = [
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
