import { cp } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { FrameLocator, Page } from "playwright-core";
import { installServer } from "./install";
import { openBrowser } from "./page";
import { createSandbox } from "./sandbox";
import { startServer } from "./server";

/** What a person does in a window of VS Code. Everything waits until it can be done. */
export interface Hands {
  readonly page: Page;
  /** The page in the side bar, also after a reload. */
  readonly chat: FrameLocator;
  /** The page in an editor tab. */
  readonly tab: FrameLocator;
  /** Runs a command by its whole title, from the command palette. */
  command(title: string): Promise<void>;
  /** Shows an empty chat, whose message box then has the focus. */
  newChat(): Promise<void>;
  /** Chooses an item of the menu that is open. */
  chooseFromMenu(item: string): Promise<void>;
  /** Opens a file by a part of its path that no other file has. */
  openFile(path: string): Promise<void>;
  /** Selects files of the Explorer, by paths like "images/chart.png", and chooses an item of their context menu. */
  chooseInExplorer(files: readonly string[], item: string): Promise<void>;
  /** Runs "Reload Window". */
  reload(): Promise<void>;
}

/** A window of VS Code with Sidenote in it. */
export interface VSCodeWindow extends Hands {
  /** The folder that is open: a copy of the sample workspace. */
  readonly workspace: string;
  /** Where VS Code keeps its settings, storage and logs. */
  readonly userData: string;
  /** Sets what is not of application scope, at once, for this window. Settings that are left out are as at the start. */
  changeSettings(settings: Record<string, unknown>): Promise<void>;
  /** Saves test-results/NAME-dark.png, NAME-light.png and NAME-contrast.png. */
  screenshots(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Each with the class that tells that the window, and that the page in the side bar, has it. */
const themes = {
  dark: { setting: "Default Dark Modern", window: "vs-dark", page: "vscode-dark" },
  light: { setting: "Default Light Modern", window: "vs", page: "vscode-light" },
  contrast: { setting: "Default High Contrast", window: "hc-black", page: "vscode-high-contrast" },
};

/**
 * Starts a VS Code server and a browser, and opens the sample workspace.
 * @param settings of the user, from the start
 * @param extensions folders of extensions that are installed beside Sidenote
 * @param trust the workspace is not trusted
 */
export async function openWindow(
  settings: Record<string, unknown>,
  { extensions = [], trust = false }: { readonly extensions?: readonly string[]; readonly trust?: boolean } = {},
): Promise<VSCodeWindow> {
  const opened: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const task of opened.splice(0).toReversed()) await task();
  };
  try {
    const sandbox = await createSandbox(settings);
    opened.push(() => sandbox.remove());
    for (const folder of extensions) await cp(folder, join(sandbox.extensions, basename(folder)), { recursive: true });
    const vscode = await installServer("current");
    // The key of the person who runs the tests stays out of them.
    const server = await startServer(vscode, sandbox.userData, { ANTHROPIC_API_KEY: undefined }, trust);
    opened.push(() => server.close());
    const browser = await openBrowser();
    opened.push(() => browser.close());
    const page = await browser.newPage();
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(server.address({ folder: sandbox.workspace, extension: resolve(".") }));
    const hands = await handsOn(page);

    let changed: Record<string, unknown> = {};
    return {
      ...hands,
      workspace: sandbox.workspace,
      userData: sandbox.userData,
      async changeSettings(values) {
        changed = values;
        await sandbox.changeSettings(changed);
      },
      async screenshots(name) {
        for (const [short, theme] of Object.entries(themes)) {
          await sandbox.changeSettings({ ...changed, "workbench.colorTheme": theme.setting });
          await page.locator(`.monaco-workbench.${theme.window}`).waitFor();
          await hands.chat.locator(`body.${theme.page}`).waitFor();
          await page.screenshot({ path: `test-results/${name}-${short}.png` });
        }
        await sandbox.changeSettings(changed);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Runs in the page: presses an option of the palette. Of a click by the mouse that is given up one cannot tell whether it was
 * done; the command would then be run twice, or its dialog be in the way of the palette for good.
 */
function press(option: Element): void {
  for (const type of ["mousedown", "mouseup", "click"]) {
    option.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, detail: 1 }));
  }
}

/** Waits until a window of VS Code in a browser shows its folder. */
export async function handsOn(page: Page): Promise<Hands> {
  const palette = page.locator(".quick-input-widget");
  const input = palette.locator("input");
  const quickOpen = async (text: string, name: string) => {
    // The list does not follow when commands are added, and those of extensions come a little after the window; and what
    // takes the focus meanwhile closes the palette. So what is not there soon is asked for again.
    const timeout = 1500;
    const choose = async () => {
      // Not by a key: those do nothing when a page took the focus while a menu was open.
      if (!(await input.isVisible())) await page.locator(".command-center-quick-pick").click({ timeout });
      await input.fill("", { timeout });
      await input.fill(text, { timeout });
      const option = palette.getByRole("option", { name }).first();
      await option.hover({ timeout }); // away from the command centre, whose hover would be in the way of what comes next
      await option.evaluate(press, undefined, { timeout });
    };
    while (!page.isClosed()) {
      const done = await choose().then(
        () => true,
        () => false,
      );
      if (done) break;
    }
    await palette.waitFor({ state: "hidden" });
  };
  const item = (path: string) =>
    page.getByRole("treeitem", { name: path.slice(path.lastIndexOf("/") + 1), exact: true });
  const ready = () => page.getByRole("treeitem").first().waitFor();
  const command = (title: string) => quickOpen(`>${title}`, title);
  const chooseFromMenu = async (name: string) => {
    await page.getByRole("menuitem", { name }).hover();
    await page.keyboard.press("Enter"); // a fresh menu ignores clicks
  };
  // A tab names the box that lies over it; the view is what no tab names. The address of the page does not tell them apart: it says
  // what it is for only until the view is hidden for the first time.
  const own = "xpath=//iframe[contains(@src, 'extensionId=sidenote.sidenote')]";
  const ofTab = "../@id = //*[starts-with(@id, 'webview-editor-element')]/@aria-flowto";
  const chat = page.frameLocator(`${own}[not(${ofTab})]`).frameLocator("#active-frame");
  const tab = page.frameLocator(`${own}[${ofTab}]`).frameLocator("#active-frame");
  await ready();
  return {
    page,
    chat,
    tab,
    command,
    async newChat() {
      // The command ends with the cursor in the message box; if it were there before, its end could not be seen.
      await page.getByRole("tree", { name: "Files Explorer" }).focus();
      await command("Sidenote: New Chat");
      await chat.locator("textarea:focus").waitFor();
    },
    chooseFromMenu,
    openFile: (path) => quickOpen(path, path.slice(path.lastIndexOf("/") + 1)),
    async chooseInExplorer(files, menuItem) {
      for (const file of files) {
        const folder = item(file.slice(0, file.lastIndexOf("/")));
        if ((await folder.getAttribute("aria-expanded")) === "false") await folder.click();
      }
      await page.getByRole("tree", { name: "Files Explorer" }).press("Escape"); // clears the selection
      // A click without Ctrl would open the file, and the Explorer would then select that one alone.
      if (files.length > 1) for (const file of files) await item(file).click({ modifiers: ["ControlOrMeta"] });
      await item(files.at(-1) ?? "").click({ button: "right" });
      await chooseFromMenu(menuItem);
    },
    async reload() {
      await Promise.all([page.waitForEvent("domcontentloaded"), command("Developer: Reload Window")]);
      await ready();
    },
  };
}
