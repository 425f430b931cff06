// Takes pictures of each look of the page in each theme, narrow and wide, and puts them on a few sheets to look at:
//   node esbuild.js --tests && node dist/test/support/take-pictures.js [STATE…]
// They are in test-results/looks. With names of states, of these only.
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { openState, resize, THEMES, wear } from "../e2e/page/open-state";
import { STATES } from "../e2e/page/states";
import { root } from "./root";
import { openBrowser } from "./vscode/page";

const OUT = join(root, "test-results", "looks");
/** Of the page in pixels, and how many go on one sheet. */
const SIZES = [
  { width: 300, height: 600, columns: 4, most: 8 },
  { width: 800, height: 600, columns: 2, most: 4 },
];

interface Picture {
  readonly state: string;
  /** PNG in base64. */
  readonly data: string;
}

async function main(): Promise<void> {
  const chosen = process.argv.slice(2);
  const browser = await openBrowser();
  try {
    await rm(OUT, { recursive: true, force: true });
    await mkdir(OUT, { recursive: true });
    const pictures = new Map<string, Picture[]>();
    for (const state of chosen.length > 0 ? chosen : Object.keys(STATES)) {
      const { page } = await openState(browser, state);
      for (const [theme, colours] of THEMES) {
        await wear(page, colours);
        for (const { width, height } of SIZES) {
          await resize(page, width, height);
          const data = (await page.screenshot()).toString("base64");
          const name = `${theme} ${width}`;
          pictures.set(name, [...(pictures.get(name) ?? []), { state, data }]);
        }
      }
      await page.close();
    }
    for (const [name, taken] of pictures) await putOnSheets(browser, name, taken);
  } finally {
    await browser.close();
  }
}

async function putOnSheets(browser: BrowserContext, name: string, taken: readonly Picture[]): Promise<void> {
  const size = SIZES.find(({ width }) => name.endsWith(String(width)));
  if (!size) return;
  const { width, columns, most } = size;
  for (let first = 0; first < taken.length; first += most) {
    const some = taken.slice(first, first + most);
    const figures = some.map(
      ({ state, data }) =>
        `<figure><figcaption>${state}</figcaption><img src="data:image/png;base64,${data}" /></figure>`,
    );
    const page = await browser.newPage();
    await page.setContent(`<style>
      body { display: grid; grid-template-columns: repeat(${columns}, ${width}px); gap: 8px; margin: 8px; width: max-content; background: #888; font: 14px sans-serif }
      figure { margin: 0 } img { display: block }
    </style>${figures.join("")}`);
    const number = taken.length > most ? ` ${first / most + 1}` : "";
    await page.locator("body").screenshot({ path: join(OUT, `${name}${number}.png`) });
    await page.close();
  }
}

void main();
