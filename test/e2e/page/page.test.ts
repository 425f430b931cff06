import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { BlockView, ChatView, MessageView } from "../../../src/shared/views";
import { IDLE, type OpenPage } from "./open-page";
import { usePages } from "./use-pages";

const text = (value: string): BlockView => ({ type: "text", text: value });
const question: MessageView = { id: "q", role: "user", state: "complete", blocks: [text("Why?")] };

function answer(value: string, more: Partial<MessageView> = {}): MessageView {
  return { id: "a", role: "assistant", state: "complete", blocks: [text(value)], ...more };
}

const STREAMING: ChatView = {
  ...IDLE,
  messages: [question, answer("", { state: "streaming" })],
  status: { kind: "streaming", since: 0 },
};

const LONG = Array.from({ length: 60 }, (_, n) => `Paragraph ${n}.\n\n`).join("");

describe("the page", () => {
  const openPage = usePages();
  let open: OpenPage;

  async function show(view: ChatView, kept?: unknown): Promise<OpenPage> {
    open = await openPage(view, kept);
    return open;
  }

  const button = (name: string) => open.page.getByRole("button", { name, exact: true });
  const box = () => open.page.getByRole("textbox", { name: "Message" });
  const log = () => open.page.getByRole("log", { name: "Conversation" });
  const append = (value: string) => open.update({ type: "append", message: "a", index: 0, text: value });
  const shown = (value: string) => log().getByText(value, { exact: true }).waitFor({ state: "attached" });
  const frame = () => open.page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  const focused = (it: Locator) => it.evaluate((node) => node === document.activeElement);

  /** Pixels above and below what is seen of the log. */
  const scrolled = () =>
    log().evaluate((it) => ({ above: it.scrollTop, below: it.scrollHeight - it.clientHeight - it.scrollTop }));

  /** Waits until nothing is below what is seen. */
  const atEnd = () =>
    open.page.waitForFunction(() => {
      const it = document.querySelector("[role=log]");
      return it && it.scrollHeight - it.clientHeight - it.scrollTop <= 2;
    });

  describe("without a key", () => {
    it("shows one button, which asks for the key", async () => {
      await show({ ...IDLE, setup: { endpoint: "Anthropic" } });
      assert.equal(await open.page.getByRole("button").count(), 1);
      await button("Set API Key").click();
      assert.equal((await open.posted("setKey")).length, 1);
    });
  });

  describe("the message box", () => {
    it("sends with Enter and lets go of the text only when the host has it", async () => {
      await show(IDLE);
      assert.ok(await button("Send").isDisabled());
      await box().fill("Hello");
      await box().press("Shift+Enter");
      await box().pressSequentially("you");
      await box().press("Enter");
      const [first] = await open.posted("request");
      assert.deepEqual(first?.params, { text: "Hello\nyou" });

      await open.post({ type: "refusal", id: first.id, message: "There is no key." });
      await open.page.getByText("There is no key.", { exact: true }).first().waitFor();
      assert.equal(await box().inputValue(), "Hello\nyou");

      await button("Send").click();
      const [, second] = await open.posted("request");
      await box().pressSequentially(" and more");
      await open.post({ type: "reply", id: second?.id ?? 0, result: null });
      await open.page.waitForFunction(() => document.querySelector("textarea")?.value === " and more");
      assert.ok(await focused(box()));
    });

    it("leaves Enter and Escape to an input method", async () => {
      await show(STREAMING);
      await box().fill("日本");
      for (const key of ["Enter", "Escape"]) {
        await box().dispatchEvent("keydown", { key, isComposing: true, bubbles: true });
        await box().dispatchEvent("keydown", { key, keyCode: 229, bubbles: true });
      }
      await button("Attach").click();
      assert.equal((await open.posted("attach")).length, 1);
      assert.deepEqual([...(await open.posted("stop")), ...(await open.posted("request"))], []);
    });

    it("stops a running answer with Escape and with the button, and keeps what is typed", async () => {
      await show(STREAMING);
      await box().fill("Next");
      await box().press("Enter");
      await box().press("Escape");
      await button("Stop").click();
      assert.equal((await open.posted("stop")).length, 2);
      assert.equal((await open.posted("request")).length, 0);
      assert.equal(await box().inputValue(), "Next");

      await open.update({ type: "view", view: { status: { kind: "idle" } } });
      await button("Send").waitFor();
      assert.ok(await focused(box()), "the focus does not stay on the button that went away");
      await box().press("Escape");
      assert.equal((await open.posted("stop")).length, 2);
    });

    it("keeps a draft and takes a suggestion only when it is empty", async () => {
      await show(IDLE, { conversation: "c", box: { text: "Typed before" }, place: { end: true } });
      assert.equal(await box().inputValue(), "Typed before");
      await open.post({ type: "suggestion", text: "Suggested" });
      await open.post({ type: "notice", text: "Not now." });
      await open.page.locator(".notice", { hasText: "Not now." }).waitFor();
      assert.equal(await box().inputValue(), "Typed before");
      await box().fill("");
      await open.post({ type: "suggestion", text: "Suggested later" });
      await open.page.waitForFunction(() => document.querySelector("textarea")?.value === "Suggested later");
      await open.page.waitForFunction(
        () => (globalThis.fake.state as { box?: { text: string } }).box?.text === "Suggested later",
      );
    });

    it("shows attachments with a button to remove each", async () => {
      const name = "app.ts";
      const attachment = { type: "code", id: "c", name, language: "typescript", lines: [3, 9], text: "x" } as const;
      await show({ ...IDLE, attachments: [attachment] });
      assert.ok(await button("Send").isEnabled(), "an attachment can go without words");
      await button("Remove app.ts:3–9").click();
      assert.deepEqual(await open.posted("removeAttachment"), [{ type: "removeAttachment", id: "c" }]);
    });

    it("takes an attachment again by keyboard, and keeps the focus with it", async () => {
      const code = (id: string, content: string) =>
        ({ type: "code", id, name: `${id}.ts`, language: "typescript", text: content, refreshable: true }) as const;
      await show({ ...IDLE, attachments: [code("a", "x"), code("b", "x")] });
      await button("Refresh b.ts").focus();
      await open.page.keyboard.press("Enter");
      assert.deepEqual(await open.posted("refreshAttachment"), [{ type: "refreshAttachment", id: "b" }]);
      await open.update({ type: "view", view: { attachments: [code("a", "x"), code("b", "new")] } });
      await open.update({
        type: "view",
        view: { attachments: [code("a", "x"), { ...code("b", "new"), lines: [1, 2] }] },
      });
      await button("Refresh b.ts:1–2").waitFor();
      assert.ok(await focused(button("Refresh b.ts:1–2")));
      await open.update({ type: "view", view: { attachments: [] } });
      await open.page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
    });
  });

  describe("an answer", () => {
    it("ends as it would have been drawn at once", async () => {
      const drawn = async () => (await log().locator(".markdown").innerHTML()).replaceAll(/note-\d+/g, "note-");
      const source = `One [late] and[^b] two[^A], not[^none].

[^b]: First *note*

    with more[^a]

- a
- [x] b

| c |
|---|
| d |

\`\`\`ts
const e = 1; // f
\`\`\`

[^a]: Second
[late]: https://late.example
`;
      await show(STREAMING);
      for (let at = 0; at < source.length; at += 7) {
        await append(source.slice(at, at + 7));
        await frame();
      }
      await open.update({ type: "end", message: "a", state: "complete" });
      await log().locator(".footnotes").waitFor();
      await log().locator(".token-comment").waitFor();
      const streamed = await drawn();
      await open.page.close();

      await show({ ...IDLE, messages: [question, answer(source)] });
      await log().locator(".token-comment").waitFor();
      assert.equal(streamed, await drawn());
    });

    it("fixes the columns of a long table, which stays one to a screen reader", async () => {
      const rows = Array.from({ length: 80 }, (_, n) => `| row ${n} | ${"word ".repeat(n % 9)}|`);
      const source = `| name | text |\n|---|---|\n${rows.join("\n")}\n`;
      await show(STREAMING);
      for (let at = 0; at < source.length; at += 400) {
        await append(source.slice(at, at + 400));
        await frame();
      }
      await open.update({ type: "end", message: "a", state: "complete" });
      await log().getByRole("cell", { name: "row 79", exact: true }).waitFor();
      const table = log().getByRole("table");
      assert.equal(await table.getByRole("row").count(), 81);
      const places = await table.locator("th:last-child, td:last-child").evaluateAll((cells) => {
        return [...new Set(cells.map((cell) => Math.round(cell.getBoundingClientRect().left)))];
      });
      assert.equal(places.length, 1, `columns at ${places.join(", ")}`);
      const drawn = () =>
        log()
          .locator(".table")
          .evaluate((it) => [it.className, it.getAttribute("style"), it.innerHTML]);
      const streamed = await drawn();
      assert.equal(streamed[0], "table long");
      await open.page.close();

      await show({ ...IDLE, messages: [question, answer(source)] });
      await log().getByRole("cell", { name: "row 79", exact: true }).waitFor();
      assert.deepEqual(streamed, await drawn());
    });

    it("gives its code and its source away", async () => {
      await show({ ...IDLE, messages: [question, answer("Text\n\n```ts\nlet a;\nlet b;\n```\n")] });
      await button("Copy code").click();
      await button("Insert at cursor").click();
      await button("Copy").click();
      assert.deepEqual(await open.posted("copy"), [{ type: "copy", text: "let a;\nlet b;\n" }]);
      assert.deepEqual(await open.posted("useCode"), [
        { type: "useCode", how: "insert", message: "a", language: "ts", text: "let a;\nlet b;\n" },
      ]);
      assert.deepEqual(await open.posted("copyMessage"), [{ type: "copyMessage", message: "a" }]);
    });

    for (const language of ["ts", "unknown"]) {
      it(`keeps code selectable as it is, in boxes of 32 lines: ${language}`, async () => {
        await show(STREAMING);
        const lines = Array.from({ length: 100 }, (_, n) => (n % 7 ? `  let a${n} = ${n}; ` : "")).join("\n");
        const source = `\`\`\`${language}\n${lines}\n\`\`\`\n`;
        for (let at = 0; at < source.length; at += 50) {
          await append(source.slice(at, at + 50));
          await frame();
        }
        await open.update({ type: "end", message: "a", state: "complete" });
        await button("Copy").waitFor();
        if (language === "ts") await log().locator(".token-number", { hasText: "99" }).waitFor();
        const code = log().locator("pre code");
        const selected = await code.evaluate((it) => {
          getSelection()?.selectAllChildren(it);
          return getSelection()?.toString();
        });
        assert.equal(selected?.replace(/\n$/, ""), lines);
        assert.equal(await code.locator("> div").count(), 4);
      });
    }

    it("colours all of code that ends while its lines are coloured", async () => {
      await show(STREAMING);
      const line = (n: number) => `const a${n} = [${`${n}, "b", `.repeat(12)}];\n`;
      const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => line(from + n)).join("");
      await append(`\`\`\`ts\n${lines(0, 31)}`);
      await log().locator(".token-keyword").first().waitFor();
      await append(`${lines(31, 34)}\`\`\`\n`);
      await open.update({ type: "end", message: "a", state: "complete" });
      await log().locator(".token-number", { hasText: "33" }).first().waitFor();
      assert.equal(await log().locator(".token-keyword").count(), 34);
    });

    it("opens links through the host and shows where they lead", async () => {
      await show({ ...IDLE, messages: [answer("[words](https://a.example/b)")] });
      const link = log().getByRole("link", { name: "words" });
      assert.equal(await link.getAttribute("title"), "https://a.example/b");
      await link.click();
      assert.deepEqual(await open.posted("openLink"), [{ type: "openLink", href: "https://a.example/b" }]);
      assert.equal(open.page.url(), "http://sidenote.test/");
    });

    it("cannot run, load or link to what a hostile text wants", async () => {
      const hostile = [
        "<script>document.title = 'hit'</script>",
        "<img src=x onerror=\"document.title = 'hit'\">",
        "[a](javascript:document.title='hit') <javascript:alert(1)> [b](command:workbench.action.quit)",
        "![c](http://sidenote.test/leak.png) ![d](data:image/png;base64,AAAA)",
        '```"><img src=http://sidenote.test/leak.png>\nx\n```',
        "| <iframe src=http://sidenote.test/leak> |\n|---|\n| <svg onload=alert(1)> |",
      ].join("\n\n");
      const requested: string[] = [];
      await show(STREAMING);
      open.page.on("request", (request) => requested.push(request.url()));
      await append(hostile);
      await open.update({ type: "end", message: "a", state: "complete" });
      await button("Copy").waitFor();
      for (const link of await log().getByRole("link").all()) await link.click();
      const opened = (await open.posted("openLink")).map(({ href }) => href);
      assert.deepEqual(opened, ["http://sidenote.test/leak.png", "http://sidenote.test/leak%3E"]);
      assert.equal(await log().locator("script, img, iframe, object, embed, form").count(), 0);
      assert.equal(await open.page.title(), "Sidenote");
      const foreign = requested.filter((url) => !url.startsWith("http://sidenote.test/dist/webview/"));
      assert.deepEqual(foreign, []);
    });

    it("offers what can be done about a failure", async () => {
      const failure = {
        message: "No.",
        advice: "Try.",
        action: "setKey",
        parameter: "top_k",
        retryable: true,
      } as const;
      await show({ ...IDLE, messages: [question, answer("", { state: "failed", blocks: [], failure })] });
      await button("Retry").click();
      await button("Set API Key").click();
      await button("Send Without top_k").click();
      assert.deepEqual(await open.posted("sendWithout"), [{ type: "sendWithout", message: "a" }]);
      assert.deepEqual(await open.posted("retry"), [{ type: "retry", message: "a" }]);
      assert.equal((await open.posted("setKey")).length, 1);
    });
  });

  describe("the versions of a message", () => {
    const siblings = { index: 2, count: 3 };
    const tree = { ...IDLE, messages: [{ ...question, siblings }, answer("Because.", { siblings })] };
    const you = () => log().getByRole("article", { name: "You" });
    const claude = () => log().getByRole("article", { name: "Claude" });
    const editing = () => open.page.getByRole("textbox", { name: "Edit message" });

    it("are gone through with arrows", async () => {
      await show(tree);
      await you().getByText("2 of 3").waitFor();
      await you().getByRole("button", { name: "Previous Version" }).click();
      await claude().getByRole("button", { name: "Next Version" }).click();
      assert.deepEqual(await open.posted("sibling"), [
        { type: "sibling", message: "q", step: -1 },
        { type: "sibling", message: "a", step: 1 },
      ]);
    });

    it("end at the first and the last", async () => {
      await show({ ...IDLE, messages: [{ ...question, siblings: { index: 1, count: 1 } }] });
      assert.ok(await button("Previous Version").isDisabled());
      assert.ok(await button("Next Version").isDisabled());
    });

    it("grow by editing a question, whose text stays in the box until the host has it", async () => {
      await show(tree);
      await you().getByRole("button", { name: "Edit" }).click();
      assert.equal(await editing().inputValue(), "Why?");
      await editing().fill("Why not?");
      await editing().press("Enter");
      const [first] = await open.posted("request");
      assert.deepEqual([first?.name, first?.params], ["edit", { message: "q", text: "Why not?" }]);
      await open.post({ type: "refusal", id: first?.id ?? 0, message: "Wait for the answer." });
      await you().getByText("Wait for the answer.").waitFor();
      assert.equal(await editing().inputValue(), "Why not?");

      await button("Send Edited").click();
      const [, second] = await open.posted("request");
      await open.post({ type: "reply", id: second?.id ?? 0, result: null });
      await editing().waitFor({ state: "detached" });
    });

    it("do not change when editing is cancelled", async () => {
      await show({ ...tree, status: { kind: "streaming", since: 0 } });
      await you().getByRole("button", { name: "Edit" }).click();
      await editing().fill("x");
      await editing().press("Escape");
      await you().getByText("Why?", { exact: true }).waitFor();
      assert.deepEqual([...(await open.posted("request")), ...(await open.posted("stop"))], []);
      assert.ok(await focused(you().getByRole("button", { name: "Edit" })));
    });

    it("grow by asking for another answer", async () => {
      await show(tree);
      await claude().getByRole("button", { name: "Regenerate" }).click();
      assert.deepEqual(await open.posted("retry"), [{ type: "retry", message: "a" }]);
    });

    it("have a menu that is used by keyboard", async () => {
      await show({ ...tree, status: { kind: "streaming", since: 0 } });
      const more = claude().getByRole("button", { name: "More Actions" });
      await more.press("Enter");
      await open.page.getByRole("menu").waitFor();
      await open.page.keyboard.press("ArrowUp");
      await open.page.keyboard.press("Enter");
      assert.deepEqual(await open.posted("deleteBranch"), [{ type: "deleteBranch", message: "a" }]);

      await more.press("Enter");
      await open.page.getByRole("menu").waitFor();
      await open.page.keyboard.press("Escape");
      await open.page.getByRole("menu").waitFor({ state: "detached" });
      assert.ok(await focused(more));
      assert.deepEqual(await open.posted("stop"), []);
    });

    it("have a menu that marks one item at a time, in one line each", async () => {
      await show(tree);
      await open.page.setViewportSize({ width: 300, height: 480 });
      await claude().getByRole("button", { name: "More Actions" }).press("Enter");
      const items = open.page.getByRole("menuitem");
      await items.first().waitFor();
      const last = items.last();
      await last.hover();
      assert.ok(await focused(last));
      const heights = await items.evaluateAll((all) => all.map((it) => it.getBoundingClientRect().height));
      assert.equal(new Set(heights).size, 1, "no item takes two lines");
    });
  });

  describe("what it takes", () => {
    it("is told for each answer and for the chat", async () => {
      const cost = { usd: 0.25, estimate: true };
      const totals = { cost, context: 50_000, contextWindow: 200_000 };
      await show({ ...STREAMING, totals });
      await open.page.getByText("25% ~$0.25", { exact: true }).waitFor();
      await open.update({ type: "end", message: "a", state: "complete", usage: { input: 1200, output: 34, cost } });
      await log().getByText("1.2K in 34 out ~$0.25").waitFor();
    });

    it("takes as many lines as it needs, and none of them begins or ends with a dot", async () => {
      const cost = { usd: 0.25, estimate: true };
      const toSend = { tokens: 46_000, exact: false, cost, contextWindow: 200_000 };
      await show({ ...STREAMING, totals: { cost, context: 50_000, contextWindow: 200_000 }, toSend });
      await open.update({ type: "end", message: "a", state: "complete", usage: { input: 1200, output: 34, cost } });
      await open.page.setViewportSize({ width: 180, height: 480 });
      for (const facts of [log().locator(".facts"), open.page.locator(".totals")]) {
        const lines = await facts.evaluate((root) => {
          const { left } = root.getBoundingClientRect();
          const cut = getComputedStyle(root).overflow === "hidden";
          return [...root.querySelectorAll("span")].map((fact) => ({
            top: fact.offsetTop,
            // The dot before a fact that begins a line is outside of the box.
            dot: !cut || fact.getBoundingClientRect().left - left > 4,
          }));
        });
        const begins = lines.filter(({ top }, n) => top !== lines[n - 1]?.top);
        assert.ok(begins.length > 1, "more than one line");
        assert.deepEqual(
          begins.filter(({ dot }) => dot),
          [],
        );
        assert.equal(lines.filter(({ dot }) => dot).length, lines.length - begins.length);
      }
    });

    it("is told whole beside a model with a long name", async () => {
      const cost = { usd: 0.25, estimate: true };
      const toSend = { tokens: 46_000, exact: false, cost, contextWindow: 200_000 };
      const model = { ...IDLE.model, label: "a-model-with-a-very-long-name-".repeat(5) };
      await show({ ...IDLE, model, totals: { cost, context: 50_000, contextWindow: 200_000 }, toSend });
      await open.page.setViewportSize({ width: 600, height: 480 });
      const totals = open.page.locator(".totals");
      await totals.getByText("chat ~$0.25").waitFor();
      assert.ok(await totals.evaluate((it) => it.scrollWidth <= it.clientWidth));
    });

    it("may be a long wait, which needs a yes", async () => {
      const until = Date.now() + 3_600_000;
      await show({ ...IDLE, status: { kind: "retrying", until, reason: "Too many requests.", askFirst: true } });
      await button("Wait").click();
      assert.deepEqual(await open.posted("wait"), [{ type: "wait" }]);
    });
  });

  describe("scrolling", () => {
    it("follows the end while the reader is there", async () => {
      await show(STREAMING);
      await append(LONG);
      await shown("Paragraph 59.");
      await atEnd();
      assert.ok((await scrolled()).above > 100);
      assert.ok(await button("Jump to latest").isHidden());
    });

    it("lets go at the slightest scroll up, and jumps back", async () => {
      await show({ ...STREAMING, messages: [answer(LONG, { state: "streaming" })] });
      await atEnd();
      await log().evaluate((it) => (it.scrollTop -= 4));
      await button("Jump to latest").waitFor();
      const { above } = await scrolled();
      await append("\n\nOne more.\n\nAnd another.\n\n");
      await shown("And another.");
      assert.equal((await scrolled()).above, above);

      await button("Jump to latest").click();
      await atEnd();
      await append("The last.\n\n");
      await shown("The last.");
      await atEnd();
      assert.ok(await button("Jump to latest").isHidden());
    });

    it("follows again when the reader has scrolled back to the end", async () => {
      await show({ ...STREAMING, messages: [answer(LONG, { state: "streaming" })] });
      await atEnd();
      await log().evaluate((it) => (it.scrollTop -= 40));
      await button("Jump to latest").waitFor();
      await log().evaluate((it) => (it.scrollTop += 40));
      await button("Jump to latest").waitFor({ state: "hidden" });
      await append("The last.\n\n");
      await shown("The last.");
      await atEnd();
    });

    it("comes back to the place where the reader was", async () => {
      const view = { ...IDLE, messages: [question, answer(LONG)] };
      await show(view);
      await atEnd();
      await log().evaluate((it) => (it.scrollTop = 333));
      await open.page.waitForFunction(
        () => (globalThis.fake.state as { place?: { end: boolean } })?.place?.end === false,
      );
      const kept = await open.state();
      const { above } = await scrolled();
      await open.page.close();

      await show(view, kept);
      await open.page.waitForFunction((top) => document.querySelector("[role=log]")?.scrollTop === top, above);
    });
  });

  describe("the host's messages", () => {
    it("asks for a snapshot once when one was missed", async () => {
      await show(STREAMING);
      await open.post({ type: "update", number: 7, changes: [] });
      await open.post({ type: "update", number: 8, changes: [] });
      await open.page.waitForFunction(() => globalThis.fake.posted.some(({ type }) => type === "resync"));
      const view = { ...IDLE, messages: [answer("All of it.")] };
      await open.post({ type: "snapshot", number: 9, view });
      await shown("All of it.");
      assert.equal((await open.posted("resync")).length, 1);
      assert.equal(await log().getByRole("article").count(), 1);
    });

    it("asks for a snapshot when a change is about something that it does not have", async () => {
      await show(STREAMING);
      await open.update({ type: "append", message: "unknown", index: 0, text: "x" });
      await open.page.waitForFunction(() => globalThis.fake.posted.some(({ type }) => type === "resync"));
    });

    it("shows the messages of the path, in its order", async () => {
      await show({ ...IDLE, messages: [question, answer("First.")] });
      await open.update(
        { type: "message", message: answer("Second.", { id: "b" }) },
        { type: "path", messages: ["b", "q"] },
      );
      await shown("Second.");
      assert.deepEqual(await log().getByRole("article").locator(".content").allInnerTexts(), ["Second.", "Why?"]);
    });
  });
});
