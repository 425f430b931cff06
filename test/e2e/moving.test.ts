import assert from "node:assert/strict";
import type { FrameLocator } from "playwright-core";
import type { SimulatedApi } from "../support/api/server";
import type { VSCodeWindow } from "../support/vscode/window";
import { useWindow } from "./use-window";

describe("a person who moves the chat", () => {
  let api: SimulatedApi;
  let window: VSCodeWindow;

  useWindow({ tokensPerSecond: 5000 }, {}, (opened) => {
    ({ api, window } = opened);
  });

  beforeEach(async () => {
    await window.newChat();
    await box(window.chat).fill("[[long kb=20]] [[gate]]");
    await box(window.chat).press("Enter");
    await half(window.chat);
    await box(window.chat).fill("Half a question");
  });

  const box = (page: FrameLocator) => page.getByRole("textbox", { name: "Message" });
  const answer = (page: FrameLocator) => page.locator("article[aria-label=Claude]");
  /** The answer runs so far and then waits. */
  const half = (page: FrameLocator) => answer(page).getByText("A remark on part 62").waitFor();
  const whole = async (page: FrameLocator) => {
    await page.locator("article[aria-label=Claude][aria-busy=false]").waitFor();
    await answer(page).getByText("A remark on part 118").waitFor();
  };

  it("to an editor tab while an answer runs, and back", async () => {
    await window.command("Sidenote: Open Chat in Editor");
    await half(window.tab);
    await window.tab.locator("textarea:focus").waitFor();
    assert.equal(await box(window.tab).inputValue(), "Half a question");
    await box(window.tab).press("ControlOrMeta+End");
    await box(window.tab).pressSequentially(", and more");
    await window.screenshots("editor-tab");
    api.release();
    await whole(window.tab);
    await window.page
      .locator(".tabs-container .tab.active")
      .getByRole("button", { name: /^Close/ })
      .click();
    await whole(window.chat);
    assert.equal(await box(window.chat).inputValue(), "Half a question, and more");
  });

  it("with an editor tab open through a reload of the window", async () => {
    api.release();
    await whole(window.chat);
    await window.command("Sidenote: Open Chat in Editor");
    await whole(window.tab);
    const there = await scrollUp(window.tab);
    await window.reload();
    await whole(window.tab);
    assert.equal(await box(window.tab).inputValue(), "Half a question");
    await there();
    await window.screenshots("tab-reloaded");
    await window.page
      .locator(".tabs-container .tab.active")
      .getByRole("button", { name: /^Close/ })
      .click();
  });

  // The last: the view stays there.
  it("to the other side bar while an answer runs, and reads on there", async () => {
    const there = await scrollUp(window.chat);
    const option = (name: RegExp) => window.page.locator(".quick-input-widget").getByRole("option", { name });
    const moved = window.command("View: Move View"); // ends when its questions are answered
    await option(/^Chat, /).click();
    await option(/^New Side Bar Entry/).click();
    await moved;
    await half(window.chat);
    await there();
    await window.screenshots("moved");
    api.release();
    await whole(window.chat);
    await there();
    assert.equal(await box(window.chat).inputValue(), "Half a question");
  });

  /** Scrolls up. Gives a check that the same is still, or again, to be read at the top. */
  async function scrollUp(page: FrameLocator): Promise<() => Promise<void>> {
    const reading = () =>
      page.locator("body").evaluate(() => {
        const parts = [...document.querySelectorAll("article :is(p, li, pre, tr, h2, h3)")];
        return parts.find((it) => it.getBoundingClientRect().bottom > 60)?.textContent ?? "";
      });
    await page.getByRole("log").evaluate((log) => (log.scrollTop = log.scrollHeight / 3));
    await page.getByRole("button", { name: "Jump to latest" }).waitFor();
    let text = "";
    for (let now = await reading(); now === "" || now !== text; now = await reading()) text = now;
    return async () => {
      const place = page.getByText(text.slice(0, 60)).first();
      await place.waitFor();
      while (!(await reading()).startsWith(text.slice(0, 60))) {
        await place.evaluate(() => new Promise(requestAnimationFrame));
      }
    };
  }
});
