import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import type { BrowserContext } from "playwright-core";
import { root } from "../../support/root";
import { openBrowser } from "../../support/vscode/page";
import { openPage, type OpenPage } from "./open-page";
import { STATES } from "./states";

/** What VS Code tells a page in a theme; `test/support/take-themes.ts` took it from a real window. */
interface Theme {
  readonly body: string;
  readonly variables: Readonly<Record<string, string | null>>;
}

const THEMES = ["dark", "light", "contrast", "contrast-light"].map((name): [string, Theme] => [
  name,
  JSON.parse(readFileSync(join(root, "test/support/themes", `${name}.json`), "utf8")) as Theme,
]);

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

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
    await page.locator(".composer .notice").waitFor();
  },
  calls: async ({ page }) => {
    for (const line of await page.locator("details.tool > summary").all()) await line.click();
  },
  sources: ({ page }) => page.getByText("1 source").click(),
  finding: async (open) => {
    await open.page.waitForFunction(() => "sidenoteFind" in globalThis);
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

/** Buttons that cannot be reached with a pointer: off the side, or with another on top of them. Runs in the page. */
function misplaced(): string[] {
  const shown = [
    ...document.querySelectorAll<HTMLElement>(".composer button, .actions button, .approval button"),
  ].filter((it) => it.checkVisibility() && it.getBoundingClientRect().width > 0);
  const boxes = shown.map((it) => ({ it, box: it.getBoundingClientRect() }));
  return boxes.flatMap(({ it, box }, n) => {
    const name = it.ariaLabel ?? it.textContent;
    const off = box.left < -1 || box.right > innerWidth + 1 ? [`${name} is off the side`] : [];
    const covered = boxes
      .slice(n + 1)
      .filter(
        (other) =>
          other.it.parentElement === it.parentElement &&
          other.box.left < box.right - 1 &&
          box.left < other.box.right - 1 &&
          other.box.top < box.bottom - 1 &&
          box.top < other.box.bottom - 1,
      );
    return [...off, ...covered.map((other) => `${name} is on ${other.it.ariaLabel ?? other.it.textContent}`)];
  });
}

describe("the page, for everybody", function () {
  this.timeout(180_000); // axe looks at each element in each theme
  let browser: BrowserContext;

  before(async () => {
    browser = await openBrowser();
  });

  after(() => browser.close());

  for (const [state, view] of Object.entries(STATES)) {
    it(`is without barriers in every theme, narrow and wide: ${state}`, async () => {
      const open = await openPage(browser, view);
      const { page } = open;
      try {
        await STEPS[state]?.(open);
        await page.evaluate(AXE);
        const found: string[] = [];
        for (const [name, theme] of THEMES) {
          await page.evaluate(({ body, variables }) => {
            document.body.className = body;
            for (const [variable, value] of Object.entries(variables)) {
              document.documentElement.style.setProperty(variable, value);
            }
            document.body.style.setProperty("background", variables["--vscode-sideBar-background"] ?? "");
          }, theme);
          // The narrowest is a view of 300 pixels at a zoom of 200 %.
          for (const width of [150, 300, 800]) {
            await page.setViewportSize({ width, height: 720 });
            // The page hears of its new size with its next frame.
            await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
            const wide = await page.evaluate(() => document.documentElement.scrollWidth);
            if (wide > width) found.push(`${name} ${width}: scrolls to the side`);
            found.push(...(await page.evaluate(misplaced)).map((it) => `${name} ${width}: ${it}`));
            if (width < 300) continue;
            const results = await page.evaluate(() =>
              (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
            );
            for (const { id, nodes } of results.violations) {
              for (const { html, failureSummary } of nodes) {
                found.push(`${name} ${width}: ${id}: ${html.slice(0, 160)}: ${failureSummary ?? ""}`);
              }
            }
            const file = `test-results/state ${state} ${name} ${width}.png`;
            await page.screenshot({ path: join(root, file) });
          }
        }
        assert.deepEqual(found, []);
      } finally {
        await page.close();
      }
    });
  }
});
