import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { MessageView } from "../../../src/shared/views";
import { IDLE, type OpenPage } from "./open-page";
import { usePages } from "./use-pages";

describe("an answer that is read", () => {
  const openPage = usePages();
  let open: OpenPage;

  const log = () => open.page.getByRole("log");
  const frame = () => open.page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  const answer = (id: string, text: string): MessageView => ({
    id,
    role: "assistant",
    state: "complete",
    blocks: [{ type: "text", text }],
  });

  it("has its footnotes at the end, with links there and back, in a message of its own", async () => {
    const text = `One[^long] two[^b] and again[^LONG].\n\n[^b]: Bee[^c]\n[^long]: Long\n\n    more\n[^c]: Sea\n[^d]: Unused\n`;
    open = await openPage({
      ...IDLE,
      messages: [answer("a", text), answer("b", `${"Line\n\n".repeat(60)}${text}`)],
    });
    const last = log().getByRole("article").last();
    const notes = last.locator(".footnotes li");
    await notes.first().waitFor();
    assert.deepEqual(await last.locator("sup").allTextContents(), ["1", "2", "1", "3"]);
    assert.deepEqual(await notes.allTextContents(), ["Longmore↩↩", "Bee3↩", "Sea↩", "Unused"]);
    assert.deepEqual(await log().evaluate((it) => it.querySelectorAll(".footnote, [data-label]:not(sup)").length), 0);
    const ids = await log().evaluate((it) => [...it.querySelectorAll("[id]")].map(({ id }) => id));
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.length >= 16);

    const isFocused = async (made: Locator) => {
      await open.page.waitForFunction((it) => it === document.activeElement, await made.elementHandle());
      await frame();
      return made.evaluate((it) => {
        const { top, bottom } = it.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      });
    };
    const again = last.locator('[aria-label="Footnote 1"]').last();
    await again.focus();
    await again.press("Enter");
    assert.ok(await isFocused(notes.first()));
    await last.locator('[aria-label="Back to reference 1-2"]').click();
    assert.ok(await isFocused(again));
    assert.deepEqual(await open.posted("openLink"), []);
  });

  describe("by a screen reader", () => {
    /** Collects all that the live regions ever say. */
    const listen = () =>
      open.page.evaluate(() => {
        const heard: string[] = [];
        for (const region of document.querySelectorAll("[aria-live=polite]")) {
          new MutationObserver(() => heard.push(region.textContent)).observe(region, { childList: true });
        }
        Object.assign(globalThis, { heard });
      });
    const heard = () => open.page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard.join(" "));
    const hears = async (words: string) => {
      await open.page.waitForFunction(
        (it) => (globalThis as unknown as { heard: string[] }).heard.join(" ").includes(it),
        words,
      );
      return heard();
    };
    const append = (text: string) => open.update({ type: "append", message: "a", index: 0, text });

    beforeEach(async () => {
      const messages: MessageView[] = [{ ...answer("a", ""), state: "streaming" }];
      open = await openPage({ ...IDLE, messages, status: { kind: "streaming", since: 0 } });
      await listen();
    });

    it("is told no marks that are not closed yet, and code as it is", async () => {
      await append("Take `**all` and _not __one. Go");
      assert.equal(await hears("one."), "Take **all and not one.");
    });

    it("is told by whole sentences, each once, and what is no prose when it is complete", async () => {
      await append("It **grows. Word");
      assert.equal(await hears("It grows."), "It grows.");
      await append(" by** word[^1]. And");
      assert.equal(await hears("Word by word."), "It grows. Word by word.");
      await append(" on.\n\n- one\n- [x] two\n\n```ts\nlet a;\nlet b;\n");
      assert.equal(await hears("two"), "It grows. Word by word. And on. one Done: two");
      await open.page.locator(".token-keyword").first().waitFor(); // names of languages come with their colours
      await append("```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[^1]: Note.\n\nEnd");
      await open.update({ type: "end", message: "a", state: "complete" });
      assert.equal(
        await hears("complete."),
        "It grows. Word by word. And on. one Done: two " +
          "Code block, TypeScript, 2 lines. Table, 2 columns, 1 row. End Footnote 1: Note. Answer complete.",
      );
    });

    it("is not told what is over", async () => {
      await append("One sentence. Two sentences. ");
      await hears("One sentence.");
      await append(`${"More of it. ".repeat(40)}\n`);
      await open.update({ type: "end", message: "a", state: "stopped" });
      assert.equal(await hears("Stopped."), "One sentence. Stopped.");
    });
  });
});
