import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { AxeResults } from "axe-core";
import type { BrowserContext } from "playwright-core";
import { openBrowser } from "../../support/vscode/page";
import { openState, resize, THEMES, wear } from "./open-state";
import { STATES } from "./states";

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

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

  for (const state of Object.keys(STATES)) {
    it(`is without barriers in every theme, narrow and wide: ${state}`, async () => {
      const { page } = await openState(browser, state);
      try {
        await page.evaluate(AXE);
        const found: string[] = [];
        for (const [name, theme] of THEMES) {
          await wear(page, theme);
          // The narrowest is a view of 300 pixels at a zoom of 200 %.
          for (const width of [150, 300, 800]) {
            await resize(page, width, 720);
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
          }
        }
        assert.deepEqual(found, []);
      } finally {
        await page.close();
      }
    });
  }
});
