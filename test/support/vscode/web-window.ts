import { once } from "node:events";
import { createRequire } from "node:module";
import { createServer, type AddressInfo } from "node:net";
import { resolve } from "node:path";
import { installWebBuild } from "./install";
import { openBrowser } from "./page";
import { handsOn, type Hands } from "./window";

/** What is used of `@vscode/test-web`, which is not among the packages of the project. */
interface TestWeb {
  open(options: {
    browserType: "none";
    host: string;
    port: number;
    extensionDevelopmentPath: string;
    folderPath: string;
    testRunnerDataDir: string;
    quality: "stable";
    commit: string;
  }): Promise<{ dispose(): void }>;
}

export interface WebWindow extends Hands {
  close(): Promise<void>;
}

/** Opens a VS Code that has no server: its extensions run in a web worker, and files and secrets stay in the browser. */
export async function openWebWindow(): Promise<WebWindow> {
  const { testWeb, ...build } = await installWebBuild();
  const port = await freePort();
  const server = await (createRequire(__filename)(testWeb) as TestWeb).open({
    browserType: "none",
    host: "localhost", // the hosts of its webviews are names under it
    port,
    extensionDevelopmentPath: resolve("."),
    folderPath: resolve("test/support/workspace"),
    ...build,
  });
  const browser = await openBrowser();
  const close = async () => {
    await browser.close();
    server.dispose();
  };
  try {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${port}/`);
    return { ...(await handsOn(page)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Writes the user's settings, which live in the browser, as a person does: in their editor. */
export async function writeUserSettings(window: WebWindow, settings: Record<string, unknown>): Promise<void> {
  await window.command("Preferences: Open User Settings (JSON)");
  const { page } = window;
  const editor = page.getByRole("dialog").locator(".monaco-editor");
  await editor.locator(".view-line").first().click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(JSON.stringify(settings));
  await page.keyboard.press("ControlOrMeta+s");
  await page.keyboard.press("Escape");
  await editor.waitFor({ state: "hidden" });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
