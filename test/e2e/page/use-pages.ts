import assert from "node:assert/strict";
import type { BrowserContext } from "playwright-core";
import type { ChatView } from "../../../src/shared/views";
import { openBrowser } from "../../support/vscode/page";
import { openPage, type OpenPage } from "./open-page";

/**
 * For a suite: a browser from before its first test until after its last. After each test its pages are closed, and nothing may
 * have broken in them.
 * @param begin what else comes before the first test
 * @returns opens a page as `openPage` does
 */
export function usePages(
  begin?: (browser: BrowserContext) => Promise<void>,
): (view: ChatView & { readonly earlier?: number }, kept?: unknown) => Promise<OpenPage> {
  let browser: BrowserContext | undefined;
  const opened: OpenPage[] = [];

  before(async () => {
    browser = await openBrowser();
    await begin?.(browser);
  });

  afterEach(async () => {
    const pages = opened.splice(0);
    for (const { page } of pages) await page.close();
    for (const { problems } of pages) assert.deepEqual(problems, []);
  });

  after(() => browser?.close());

  return async (view, kept) => {
    assert.ok(browser);
    const open = await openPage(browser, view, kept);
    opened.push(open);
    return open;
  };
}
