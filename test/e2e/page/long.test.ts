import assert from "node:assert/strict";
import type { MessageView } from "../../../src/shared/views";
import { IDLE, longConversation } from "./long-conversation";
import type { OpenPage } from "./open-page";
import { usePages } from "./use-pages";

/** Long enough for sections that the browser skips. */
const longText = `${"Some words of a long paragraph of this answer, and more.\n\n".repeat(300)}The end of the first part.\n\n`;
const thousand = longConversation(1000);

describe("a long conversation", () => {
  const openPage = usePages();
  let open: OpenPage;

  async function show(messages: readonly MessageView[], earlier = 0, kept?: unknown): Promise<void> {
    open = await openPage({ ...IDLE, messages, earlier }, kept);
  }

  const log = () => open.page.getByRole("log", { name: "Conversation" });
  const jump = () => open.page.getByRole("button", { name: "Jump to latest", exact: true });
  const frames = (count: number) =>
    open.page.evaluate(async (times) => {
      for (let n = 0; n < times; n++) await new Promise((done) => requestAnimationFrame(done));
    }, count);

  const numbers = () =>
    log().evaluate((it) => ({
      above: it.scrollTop,
      below: it.scrollHeight - it.clientHeight - it.scrollTop,
      drawn: it.querySelectorAll("article:not(.undrawn)").length,
      nodes: it.querySelectorAll("*").length,
    }));

  /** Waits until nothing more is drawn. */
  async function settled(): Promise<void> {
    for (let before = -1, now = 0; before !== now;) {
      before = now;
      await frames(5);
      now = (await numbers()).drawn;
    }
  }

  /** The message in the middle of what is seen. */
  const middle = () =>
    log().evaluate((it) => {
      const { top, height } = it.getBoundingClientRect();
      const articles = [...it.querySelectorAll("article")];
      const found = articles.find((article) => article.getBoundingClientRect().bottom > top + height / 2);
      return { id: found?.dataset["id"] ?? "", undrawn: found?.classList.contains("undrawn") };
    });

  const message = (id: string) => log().locator(`[data-id=${id}]`);
  const topOf = (id: string) => message(id).evaluate((it) => it.getBoundingClientRect().top);

  describe("of 1,000 messages", () => {
    it("is there at once, drawn where it is looked at, whole for a screen reader and a selection", async () => {
      await show(thousand);
      await settled();
      const { below, drawn, nodes } = await numbers();
      assert.ok(below <= 2);
      assert.ok(drawn > 0 && drawn < 40, `${drawn} are drawn`);
      assert.ok(nodes < 4000, `${nodes} elements`);

      const session = await open.page.context().newCDPSession(open.page);
      const { root } = await session.send("DOM.getDocument");
      const found = await session.send("Accessibility.queryAXTree", { nodeId: root.nodeId, role: "article" });
      assert.equal(found.nodes.filter(({ name }) => /^(You|Claude)$/.test(String(name?.value))).length, 1000);

      const selected = await log().evaluate((it) => {
        getSelection()?.selectAllChildren(it);
        return getSelection()?.toString() ?? "";
      });
      for (const { id } of thousand) assert.match(selected, new RegExp(`Needle ${id.slice(1)}\\.`));
    });

    it("keeps in place what is read while one scrolls up into what was never drawn", async () => {
      await show(thousand);
      await settled();
      await log().hover();
      for (let step = 0; step < 24; step++) {
        const { id, undrawn } = await middle();
        assert.equal(undrawn, false);
        const before = await topOf(id);
        const { above } = await numbers();
        await open.page.mouse.wheel(0, -300);
        await open.page.waitForFunction(
          ([selector, top]) => (document.querySelector(selector)?.getBoundingClientRect().top ?? 0) >= top,
          [`[data-id=${id}]`, before + 299] as const,
        );
        await frames(3);
        const moved = (await topOf(id)) - before;
        assert.ok(Math.abs(moved - 300) < 2, `step ${step}, at ${above}: moved by ${moved}`);
      }
    });

    it("is drawn before it is seen where one jumps to", async () => {
      await show(thousand);
      await settled();
      for (const part of [0.5, 0.1, 0.9, 0]) {
        // A frame calls its scroll listeners, then this, then paints.
        await log().evaluate((it, to) => {
          it.scrollTop = to * it.scrollHeight;
          return new Promise(requestAnimationFrame);
        }, part);
        assert.equal((await middle()).undrawn, false);
      }
      await message("m0").getByText("Needle 0.").waitFor();
    });

    it("gives its memory back when a new chat begins", async () => {
      await show([]);
      const session = await open.page.context().newCDPSession(open.page);
      const counts = async () => {
        await session.send("HeapProfiler.collectGarbage");
        return session.send("Memory.getDOMCounters");
      };
      const start = await counts();
      for (let round = 0; round < 3; round++) {
        await open.post({ type: "snapshot", number: 1, view: { ...IDLE, messages: thousand } });
        await settled();
        await log().evaluate((it) => (it.scrollTop = it.scrollHeight / 2));
        await settled();
        assert.ok((await counts()).nodes > start.nodes + 3000);
        await open.post({ type: "snapshot", number: 1, view: IDLE });
        await open.page.waitForFunction(() => !document.querySelector("article"));
      }
      // Until the host has told which names are symbols, the page keeps the places that would be links.
      await open.page.evaluate(() => {
        for (const { type, ...request } of globalThis.fake.posted) {
          if (type === "request" && "id" in request)
            window.postMessage({ type: "reply", id: request.id, result: [] }, "*");
        }
      });
      // What a frame or a timer still holds is let go of a little later.
      for (
        let end = await counts();
        end.nodes > start.nodes + 100 || end.jsEventListeners > start.jsEventListeners + 30;
      ) {
        await frames(5);
        end = await counts();
      }
    });
  });

  describe("whose answer streams", () => {
    const count = 41;
    const streaming: MessageView = {
      id: "m41",
      role: "assistant",
      state: "streaming",
      blocks: [{ type: "text", text: "" }],
    };
    let stop = () => Promise.resolve();

    /** Appends words until `stop` is called. */
    function stream(): void {
      const stopping = new AbortController();
      const loop = (async () => {
        for (let n = 0; !stopping.signal.aborted; n++) {
          const text = n % 10 ? `word ${n} of the answer ` : `\n\n## Part ${n}\n\n`;
          await open.update({ type: "append", message: "m41", index: 0, text });
          await frames(1);
        }
      })();
      stop = () => {
        stopping.abort();
        return loop;
      };
    }

    beforeEach(async () => {
      await show([...thousand.slice(0, count), streaming]);
      await open.update({ type: "append", message: "m41", index: 0, text: longText });
      await message("m41").getByText("The end of the first part.").waitFor();
      await settled();
      stream();
    });

    const grows = async () => {
      const { length } = (await message("m41").textContent()) ?? "";
      await open.page.waitForFunction(
        (before) => (document.querySelector("[data-id=m41]")?.textContent?.length ?? 0) > before + 200,
        length,
      );
    };

    it("lets go at the slightest scroll up of any kind, and jumps back", async () => {
      const session = await open.page.context().newCDPSession(open.page);
      const box = await log().boundingBox();
      const [x, y] = [(box?.x ?? 0) + 50, (box?.y ?? 0) + 150];
      const touch = (type: "touchStart" | "touchMove" | "touchEnd", at?: number) =>
        session.send("Input.dispatchTouchEvent", { type, touchPoints: at === undefined ? [] : [{ x, y: at }] });
      const ways: Record<string, () => Promise<unknown>> = {
        wheel: () => open.page.mouse.wheel(0, -1),
        key: () => log().press("ArrowUp"),
        page: () => log().press("PageUp"),
        bar: () => log().evaluate((it) => (it.scrollTop -= 1)),
        touch: async () => {
          await touch("touchStart", y);
          for (let moved = 5; moved <= 60; moved += 5) await touch("touchMove", y + moved);
          await touch("touchEnd");
        },
      };
      await open.page.mouse.move(x, y);
      for (const [name, scrollUp] of Object.entries(ways)) {
        await grows();
        assert.ok(await jump().isHidden(), `${name}: followed before`);
        await scrollUp();
        await jump().waitFor();
        await frames(20); // keys scroll smoothly
        const { above } = await numbers();
        await grows();
        const now = await numbers();
        assert.equal(now.above, above, `${name}: stays while text comes`);
        assert.ok(now.below > 20);
        await jump().click();
        await jump().waitFor({ state: "hidden" });
        await grows();
        assert.ok((await numbers()).below <= 2, `${name}: follows again`);
      }
      await stop();
    });

    it("tells on the button what is new, and stays where the reader is when something is sent", async () => {
      await log().press("PageUp");
      await jump().waitFor();
      await grows();
      await stop();
      await jump().getByText("new text").waitFor();
      await frames(20);
      const { above } = await numbers();
      const sent: MessageView[] = [
        { id: "n1", role: "user", state: "complete", blocks: [{ type: "text", text: "And then?" }] },
        { id: "n2", role: "assistant", state: "streaming", blocks: [] },
      ];
      await open.update({ type: "end", message: "m41", state: "complete" });
      await open.update(...sent.map((it) => ({ type: "message", message: it }) as const));
      await jump().getByText("2 new messages").waitFor();
      assert.equal(await jump().getAttribute("aria-description"), "2 new messages");
      assert.equal((await numbers()).above, above);
      await jump().click();
      await message("n1").getByText("And then?").waitFor();
      assert.ok((await numbers()).below <= 2);
      await log().press("PageUp");
      await jump().waitFor();
      assert.equal(await jump().getAttribute("aria-description"), null);
    });
  });

  describe("whose answer is long", () => {
    const words = "All work and no play. ".repeat(20);
    const paragraph = (n: number) => `Paragraph ${n}. ${words}\n\n`;
    const answer = (text: string): MessageView => ({
      id: "a",
      role: "assistant",
      state: "streaming",
      blocks: [{ type: "text", text }],
    });
    let count = 0;

    beforeEach(async () => {
      count = 0;
      await show([answer("")]);
    });

    async function add(more: number): Promise<void> {
      for (const end = count + more; count < end; count++) {
        await open.update({ type: "append", message: "a", index: 0, text: paragraph(count) });
        await frames(2);
      }
    }

    const found = (n: number) => message("a").getByText(`Paragraph ${n}.`);

    it("is for the browser few sections, but where something is selected or has the focus", async () => {
      const sections = () => message("a").locator(".section").count();
      await add(1);
      await found(0).evaluate((it) => {
        it.tabIndex = 0;
        it.focus({ preventScroll: true });
      });
      await add(90);
      const focused = await sections();
      assert.ok(focused > 20, `${focused} sections`);
      await log().focus();
      await found(3).evaluate((it) => getSelection()?.selectAllChildren(it));
      await add(4);
      assert.ok((await sections()) >= focused);
      await open.page.evaluate(() => getSelection()?.removeAllRanges());
      await add(80); // with each update one goes to the others
      await found(count - 1).waitFor();
      const apart = await sections();
      assert.ok(apart < focused - 10, `${apart} of ${focused} sections`);
      assert.ok((await numbers()).below <= 2, "the end is followed");
      const texts = await message("a").locator(".section > p").allTextContents();
      assert.deepEqual(
        texts,
        Array.from({ length: count }, (_, n) => paragraph(n).trim()),
      );
    });

    it("leaves a short table in it a table", async () => {
      await add(10);
      await open.update({
        type: "append",
        message: "a",
        index: 0,
        text: "| a | b |\n|---|---|\n| 1 | 2 |\n\nEnd.\n\n",
      });
      const cells = message("a").getByRole("cell");
      await cells.nth(1).waitFor();
      const [first, second] = await cells.evaluateAll((all) => all.map((it) => it.getBoundingClientRect().top));
      assert.ok(first !== undefined);
      assert.equal(first, second);
    });

    it("is at the same place when the page comes back, whose sections are others", async () => {
      await add(40);
      await found(30).evaluate((it) => it.scrollIntoView({ block: "start" }));
      await jump().waitFor();
      await log().evaluate((it) => (it.scrollTop += 20));
      await frames(5);
      const top = async () => (await found(30).boundingBox())?.y ?? Number.NaN;
      const before = await top();
      await open.page.evaluate(() => globalThis.dispatchEvent(new Event("pagehide")));
      const kept = await open.state();
      await open.page.close();
      const text = Array.from({ length: count }, (_, n) => paragraph(n)).join("");
      await show([{ ...answer(text), state: "complete" }], 0, kept);
      await found(30).waitFor();
      await frames(5);
      assert.ok(Math.abs((await top()) - before) < 3, `${await top()} instead of ${before}`);
    });
  });

  describe("that comes in pieces", () => {
    const earlier = thousand.slice(0, 80);
    const last = thousand.slice(80, 100);

    it("stays where it is while the rest arrives", async () => {
      await show(last, 80);
      await settled();
      await log().evaluate((it) => (it.scrollTop -= 500));
      await jump().waitFor();
      await settled();
      const { id } = await middle();
      const before = await topOf(id);
      await open.update({ type: "earlier", messages: earlier.slice(40) });
      await open.update({ type: "earlier", messages: earlier.slice(0, 40) });
      await message("m0").waitFor({ state: "attached" });
      await settled();
      assert.ok(Math.abs((await topOf(id)) - before) < 2);
      const ids = await log()
        .getByRole("article")
        .evaluateAll((all) => all.map((it) => it.dataset["id"]));
      assert.deepEqual(
        ids,
        thousand.slice(0, 100).map((it) => it.id),
      );
    });

    it("is shown when the place where the reader was has arrived", async () => {
      await show(last, 80, {
        conversation: "c",
        box: { text: "" },
        place: { end: false, message: "m7", part: 0, offset: 30 },
      });
      await frames(5);
      assert.ok(await log().isHidden());
      await open.update({ type: "earlier", messages: earlier });
      await message("m7").getByText("Needle 7.").waitFor({ state: "visible" });
      await settled();
      const top = await log().evaluate((it) => it.getBoundingClientRect().top);
      assert.ok(Math.abs((await topOf("m7")) - top + 30) < 2);
    });

    it("is shown from its end when that place is gone", async () => {
      await show(last, 80, {
        conversation: "c",
        box: { text: "" },
        place: { end: false, message: "gone", part: 0, offset: 30 },
      });
      await open.update({ type: "earlier", messages: earlier });
      await message("m99").getByText("Needle 99.").waitFor({ state: "visible" });
      assert.ok((await numbers()).below <= 2);
    });
  });
});
