import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { root } from "../../support/root";
import { openPage, type OpenPage } from "./open-page";
import { STATES } from "./states";

/** What VS Code tells a page in a theme; `test/support/take-themes.ts` took it from a real window. */
export interface Theme {
  readonly body: string;
  readonly variables: Readonly<Record<string, string | null>>;
}

/** By name. */
export const THEMES: readonly (readonly [name: string, theme: Theme])[] = [
  "dark",
  "light",
  "contrast",
  "contrast-light",
].map((name) => [name, JSON.parse(readFileSync(join(root, "test/support/themes", `${name}.json`), "utf8")) as Theme]);

/** What is open besides the state itself. */
const STEPS: Readonly<Record<string, (open: OpenPage) => Promise<void>>> = {
  complete: async ({ page }) => {
    await page.getByRole("article", { name: "Claude" }).getByRole("button", { name: "More Actions" }).click();
    await page.getByRole("menu", { name: "More Actions" }).waitFor();
  },
  stopped: async (open) => {
    const { page } = open;
    await page.getByRole("article", { name: "You" }).getByRole("button", { name: "Edit" }).click();
    await open.post({ type: "notice", text: "Not now." });
    await page.locator(".composer .notice", { hasText: "Not now." }).waitFor();
  },
  calls: async ({ page }) => {
    const closed = page.locator("details.tool:not([open]) > summary");
    while ((await closed.count()) > 0) await closed.first().click();
    await page.getByRole("group", { name: "Accept the change?" }).waitFor();
    await page.getByText("There is no such file.").waitFor();
  },
  sources: ({ page }) => page.getByText("1 source").click(),
  finding: async (open) => {
    await open.post({ type: "find" });
    await open.page.getByRole("textbox", { name: "Find in conversation" }).fill("total");
    await open.page.locator(".find-count", { hasText: "of" }).waitFor();
  },
  parameters: async ({ page }) => {
    await page.getByRole("button", { name: "Parameters", exact: true }).click();
    await page.getByRole("region", { name: "Parameters" }).waitFor();
  },
  prompts: async (open) => {
    await open.page.getByRole("textbox", { name: "Message" }).pressSequentially("/");
    await open.page.waitForFunction(() => globalThis.fake.posted.some(({ type }) => type === "request"));
    const [request] = await open.posted("request");
    const prompt = { id: "p", name: "review", description: "Looks for what is wrong", origin: "user" } as const;
    await open.post({ type: "reply", id: request?.id ?? 0, result: [prompt] });
    await open.page.getByRole("option").waitFor();
  },
  "long code": async ({ page }) => {
    await page.getByRole("button", { name: "Fold code" }).click();
    await page.getByRole("button", { name: "Show all 40 lines" }).waitFor();
  },
};

/** Opens the page in one of its states. */
export async function openState(browser: BrowserContext, name: string): Promise<OpenPage> {
  const view = STATES[name];
  if (!view) throw new Error(`There is no state “${name}”.`);
  const open = await openPage(browser, view);
  await STEPS[name]?.(open);
  return open;
}

/** Gives the page the colours of a theme. */
export function wear(page: Page, theme: Theme): Promise<void> {
  return page.evaluate(({ body, variables }) => {
    document.body.className = body;
    for (const [variable, value] of Object.entries(variables)) {
      document.documentElement.style.setProperty(variable, value);
    }
    document.body.style.setProperty("background", variables["--vscode-sideBar-background"] ?? "");
  }, theme);
}

/** The page hears of its new size with its next frame. */
export async function resize(page: Page, width: number, height: number): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}
