import assert from "node:assert/strict";
import type { MessageView } from "../../../src/shared/views";
import { IDLE, longConversation } from "./long-conversation";
import type { OpenPage } from "./open-page";
import { usePages } from "./use-pages";

describe("finding in the conversation", () => {
  const openPage = usePages();
  let open: OpenPage;

  async function show(messages: readonly MessageView[]): Promise<void> {
    open = await openPage({ ...IDLE, messages });
    await press("ControlOrMeta+F");
    await field().waitFor();
  }

  const field = () => open.page.getByRole("textbox", { name: "Find in conversation" });
  const says = (text: string) => open.page.locator(".find-count", { hasText: new RegExp(`^${text}$`) }).waitFor();
  const press = (key: string) => open.page.keyboard.press(key);
  /** What is marked as the match that one is at, and whether it can be seen. */
  const marked = () =>
    open.page.evaluate(() => {
      const [found] = CSS.highlights.get("find-current") ?? [];
      if (!found) return null;
      const range = document.createRange();
      range.setStart(found.startContainer, found.startOffset);
      range.setEnd(found.endContainer, found.endOffset);
      const { top, bottom, height } = range.getBoundingClientRect();
      const message = found.startContainer.parentElement?.closest("article")?.dataset["id"];
      const { bottom: bar = 0 } = document.querySelector(".find")?.getBoundingClientRect() ?? {};
      return { text: range.toString(), seen: height > 0 && top >= bar && bottom <= innerHeight, message };
    });
  const frames = () =>
    open.page.evaluate(async () => {
      for (let n = 0; n < 6; n++) await new Promise((done) => requestAnimationFrame(done));
    });

  /** The number of the match that one is at. */
  const at = async () => Number.parseInt((await open.page.locator(".find-count").textContent()) ?? "", 10);

  const text = (id: string, words: string): MessageView => ({
    id,
    role: "assistant",
    state: "complete",
    blocks: [{ type: "text", text: words }],
  });

  it("counts what is drawn and what is not, and goes there", async () => {
    await show(longConversation(400));
    await field().fill("needle 7.");
    await says("1 of 1");
    await frames();
    assert.deepEqual(await marked(), { text: "Needle 7.", seen: true, message: "m7" });
    await field().fill("needle");
    await says("\\d+ of 400");
    await press("Enter");
    await press("Shift+Enter");
    await press("F3");
    await frames();
    assert.equal((await marked())?.seen, true);
  });

  it("finds what is seen, not what was written for it, and unfolds it", async () => {
    const folded: MessageView = { ...text("b", ""), blocks: [{ type: "thinking", text: "A hidden thought." }] };
    await show([text("a", "One **bold** word and `code`.\n\n```ts\nconst bold = 1;\n```\n"), folded]);
    await field().fill("bold word and code");
    await says("1 of 1");
    await field().fill("**");
    await says("No results");
    await field().fill("const bold =");
    await says("1 of 1");
    await field().fill("hidden thought");
    await says("1 of 1");
    await frames();
    assert.deepEqual(await marked(), { text: "hidden thought", seen: true, message: "b" });
  });

  it("minds case, words and regular expressions, and says what is wrong with one", async () => {
    await show([text("a", "Cat cat concat")]);
    await field().fill("cat");
    await says("1 of 3");
    await press("Alt+C");
    await says("1 of 2");
    await press("Alt+W");
    await says("1 of 1");
    await press("Alt+C");
    await press("Alt+R");
    await field().fill("c.t|(");
    await open.page
      .getByText(/Invalid regular expression/)
      .first()
      .waitFor();
    assert.equal(await field().getAttribute("aria-invalid"), "true");
    await field().fill("c.t");
    await says("1 of 2");
  });

  it("counts on while an answer streams, and gives the focus back", async () => {
    await show([{ ...text("a", "tea "), state: "streaming" }]);
    await field().fill("tea");
    await says("1 of 1");
    await open.update({ type: "append", message: "a", index: 0, text: "and tea\n\n- tea\n" });
    await says("1 of 3");
    await press("Escape");
    await field().waitFor({ state: "hidden" });
    assert.deepEqual(await open.posted("stop"), []);
    assert.equal(await open.page.evaluate(() => CSS.highlights.size), 0);
  });

  it("marks the nearest 2,000 matches, and counts and goes to all", async () => {
    const line = "tea and tea and tea\n\n";
    await show([text("a", line.repeat(800)), text("b", line.repeat(400))]);
    await field().fill("tea");
    await says("\\d+ of 3600");
    assert.equal(await open.page.evaluate(() => CSS.highlights.get("find")?.size), 2000);
    await field().fill("tea and");
    await says("\\d+ of 2400");
    await press("Alt+R");
    await field().fill("^tea");
    await says("\\d+ of 1200");
    const place = await at();
    await press("Shift+Enter");
    await says(`${place === 1 ? 1200 : place - 1} of 1200`);
    await frames();
    assert.equal((await marked())?.seen, true);
  });

  it("searches a long message in pieces, one a frame", async () => {
    const long = `${"The **quick** fox, `code` and words. ".repeat(50)}\n\n`.repeat(30);
    const messages = [text("a", `${long}A needle.`), ...longConversation(12)];
    open = await openPage({ ...IDLE, messages });
    // A clock by which each piece takes longer than a frame may: what is left to it would be all in one.
    await open.page.evaluate(() => {
      let now = performance.now();
      performance.now = () => (now += 10);
      let count = 0;
      const request = requestAnimationFrame;
      globalThis.requestAnimationFrame = (callback) => {
        count++;
        return request(callback);
      };
      Object.assign(globalThis, { asked: () => count });
    });
    await open.post({ type: "find" });
    await field().fill("a needle.");
    await says("1 of 1");
    const asked = await open.page.evaluate(() => (globalThis as unknown as { asked(): number }).asked());
    // Each of the others is one piece at least.
    assert.ok(asked > 2 * messages.length + long.length / 4000, `${asked} frames`);
  });

  it("finds what tools were told and gave, and unfolds it", async () => {
    const call: MessageView = {
      ...text("t", ""),
      blocks: [
        {
          type: "tool",
          call: "c",
          name: "read_file",
          description: "Read notes.md",
          source: "Sidenote",
          state: "done",
          input: '{"path":"hidden-input.md"}',
          result: [{ type: "text", text: "A hidden result." }],
        },
      ],
    };
    await show([call]);
    for (const words of ["notes.md", "hidden-input", "hidden result"]) {
      await field().fill(words);
      await says("1 of 1");
      await frames();
      assert.deepEqual(await marked(), { text: words, seen: true, message: "t" });
    }
  });

  it("leaves the focus on the message of the match, if it was in the conversation", async () => {
    open = await openPage({ ...IDLE, messages: longConversation(12) });
    const focused = () => open.page.evaluate(() => document.activeElement?.getAttribute("data-id"));
    await open.page.getByRole("log").focus();
    await press("ArrowUp");
    assert.equal(await focused(), "m11");
    await open.post({ type: "find" }); // the command
    await field().fill("needle 4.");
    await says("1 of 1");
    await press("Escape");
    assert.equal(await focused(), "m4");
    await press("ArrowUp");
    assert.equal(await focused(), "m3");

    await open.page.getByRole("textbox", { name: "Message" }).focus();
    await open.post({ type: "find" });
    await says("1 of 1");
    await press("Escape");
    assert.equal(await open.page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Message");
  });
});
