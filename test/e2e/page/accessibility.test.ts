import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { AxeResults, RunOptions } from "axe-core";
import type { BrowserContext } from "playwright-core";
import { openBrowser } from "../../support/vscode/page";
import { openState, resize, THEMES, wear } from "./open-state";
import { STATES } from "./states";

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** Buttons and boxes that cannot be reached with a pointer: off the side, or with another on top of them. Runs in the page. */
function misplaced(): string[] {
  const shown = [
    ...document.querySelectorAll<HTMLElement>(".composer button, .actions button, .tool :is(button, input, textarea)"),
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

/** Of two opaque colours, as WCAG has it. */
function contrast(...colours: [string, string]): number {
  const [dark = 0, light = 0] = colours
    .map((colour) => {
      const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
        const value = Number(part) / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    })
    .toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** What can be reached by keyboard and then looks as before. Runs in the page. */
function unseenWithFocus(): string[] {
  const all = [
    ...document.querySelectorAll<HTMLElement>("button, textarea, input, select, a, summary, [tabindex='0']"),
  ];
  const reachable = all.filter(
    (it) => it.tabIndex === 0 && it.checkVisibility() && !it.matches(":disabled, [type=file]"),
  );
  const look = (it: Element | null) => {
    if (!it) return "";
    const { outline, borderColor } = getComputedStyle(it);
    return outline + borderColor;
  };
  return reachable.flatMap((it) => {
    const frame = it.matches("input, textarea") ? it.closest(".box, .find-field") : null;
    (document.activeElement as HTMLElement | null)?.blur();
    const before = look(it) + look(frame);
    it.focus({ focusVisible: true, preventScroll: true });
    return look(it) + look(frame) === before ? [it.outerHTML.slice(0, 160)] : [];
  });
}

/** Runs in the page: all rules. What is not read of the results is not made: it takes as long as the rules. */
function runAxe(): Promise<AxeResults> {
  const { axe } = globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
  return axe.run({ resultTypes: ["violations"], preload: false, selectors: false });
}

describe("the page, for everybody", function () {
  this.timeout(180_000); // axe looks at each element in each theme
  let browser: BrowserContext;

  before(async () => {
    browser = await openBrowser();
  });

  after(() => browser.close());

  it("marks the match that one is at so that it can be read in high contrast", async () => {
    const { page } = await openState(browser, "finding");
    try {
      for (const [name, theme] of THEMES.filter(([it]) => it.startsWith("contrast"))) {
        await wear(page, theme);
        const [text, ground] = await page.locator("h2").evaluate((it) => {
          const { color, backgroundColor } = getComputedStyle(it, "::highlight(find-current)");
          return [color, backgroundColor];
        });
        assert.ok(contrast(text ?? "", ground ?? "") >= 7, `${name}: ${text} on ${ground}`);
      }
    } finally {
      await page.close();
    }
  });

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
            const results = await page.evaluate(runAxe);
            for (const { id, nodes } of results.violations) {
              for (const { html, failureSummary } of nodes) {
                found.push(`${name} ${width}: ${id}: ${html.slice(0, 160)}: ${failureSummary ?? ""}`);
              }
            }
          }
        }
        found.push(...(await page.evaluate(unseenWithFocus)).map((it) => `unseen with focus: ${it}`));
        assert.deepEqual(found, []);
      } finally {
        await page.close();
      }
    });
  }
});
