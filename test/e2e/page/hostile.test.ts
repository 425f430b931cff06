import assert from "node:assert/strict";
import type { BlockView, ChatView, MessageView } from "../../../src/shared/views";
import { harmIn, heavy, hostileMarkdown, setTrap, vectors } from "../../support/hostile";
import { IDLE, type OpenPage } from "./open-page";
import { usePages } from "./use-pages";

function answer(blocks: readonly BlockView[], more: Partial<MessageView> = {}): MessageView {
  return { id: "a", role: "assistant", state: "streaming", blocks, ...more };
}

describe("a hostile answer", () => {
  const openPage = usePages(async (browser) => {
    await browser.addInitScript(setTrap);
    browser.on("request", (request) => requested.push(request.url()));
    browser.on("dialog", (dialog) => requested.push(`a dialog: ${dialog.message()}`));
  });
  let open: OpenPage;
  let requested: string[];

  beforeEach(() => {
    requested = [];
  });
  const log = () => open.page.getByRole("log");

  async function show(message: MessageView, more: Partial<ChatView> = {}): Promise<void> {
    open = await openPage({ ...IDLE, messages: [message], ...more });
  }

  /** Nothing ran, loaded or got in, and the next message can be sent. */
  async function isHarmless(): Promise<void> {
    assert.deepEqual(await harmIn(log()), []);
    await open.page.getByRole("textbox", { name: "Message" }).fill("Still here?");
    await open.page.getByRole("button", { name: "Send", exact: true }).click();
    const sent = await open.posted("request");
    assert.deepEqual(sent.at(-1)?.params, { text: "Still here?" });
    assert.deepEqual(open.problems, []);
    assert.deepEqual(
      requested.filter((url) => !url.startsWith("http://sidenote.test/")),
      [],
    );
  }

  it(`is harmless as markdown: ${vectors.length} vectors in each place`, async () => {
    assert.ok(vectors.length >= 150);
    await show(answer([{ type: "text", text: hostileMarkdown }]));
    await log().getByText("[U+202E]gnp.exe").first().waitFor();
    await isHarmless();
  });

  it("is harmless in names, tools, notes, failures and thinking", async () => {
    const blocks = vectors.flatMap((vector, index): BlockView[] => [
      { type: "other", label: vector, detail: vector },
      { type: "thinking", text: vector },
      {
        type: "attachment",
        attachment: { type: "code", id: `c${index}`, name: vector, language: vector, lines: [1, 2], text: vector },
      },
      { type: "attachment", attachment: { type: "image", id: `i${index}`, name: vector, bytes: 1, note: vector } },
      {
        type: "tool",
        call: `t${index}`,
        name: vector,
        description: vector,
        source: vector,
        state: "waiting",
        input: JSON.stringify(vector),
        approval: { id: `q${index}`, caution: vector, details: [{ label: "Command", text: vector }], forChat: true },
        result: [
          { type: "text", text: vector },
          { type: "link", title: vector, url: vector },
          { type: "file", file: vector },
        ],
      },
      {
        type: "text",
        text: vector,
        citations: [{ number: 1, title: vector, url: vector, quote: vector }],
      },
    ]);
    const failure = { message: vectors.join(" "), advice: vectors.join(" "), action: null, retryable: true };
    await show(answer(blocks, { notes: vectors, model: vectors.join(" ") }), {
      model: { id: "a/b", label: `Model ${vectors.join(" ")}`, endpoint: vectors.join(" ") },
    });
    await open.update({ type: "end", message: "a", state: "failed", notes: vectors, failure });
    await log().getByText("[U+202E]gnp.exe").first().waitFor();
    await log()
      .locator(".approval")
      .nth(vectors.length - 1)
      .waitFor();
    await isHarmless();
  });

  it("is harmless in what the user said and a tool was told", async () => {
    const blocks = vectors.map((text): BlockView => ({ type: "text", text }));
    await show({ id: "q", role: "user", state: "complete", blocks });
    await log().getByText("[U+202E]gnp.exe").first().waitFor();
    await isHarmless();
  });

  for (const [name, text] of Object.entries(heavy)) {
    it(`leaves the page usable: ${name}`, async function () {
      this.timeout(60_000);
      await show(answer([{ type: "text", text: "" }]));
      await open.update({ type: "append", message: "a", index: 0, text: text() });
      await open.update({ type: "end", message: "a", state: "complete" });
      await log().locator("article[aria-busy=false]").waitFor({ timeout: 60_000 });
      await isHarmless();
    });
  }

  it("shows a paragraph of 600 KB in slices, and lets the user work meanwhile", async () => {
    const words = "Some **bold** words and more of them. ";
    const count = 16_000;
    await show(answer([{ type: "text", text: "" }]));
    const early = await open.page.evaluate(
      async (text) => {
        const changes = [{ type: "append", message: "a", index: 0, text }];
        window.dispatchEvent(new MessageEvent("message", { data: { type: "update", number: 2, changes } }));
        const shown = () => document.querySelector("article")?.textContent ?? "";
        while (!shown()) await new Promise(requestAnimationFrame);
        return shown();
      },
      `${words.repeat(count)}The end.`,
    );
    assert.match(early, /Some bold words/);
    assert.doesNotMatch(early, /The end\./);
    await isHarmless();
    const end = log().getByText("The end.");
    await end.waitFor({ timeout: 60_000 });
    const texts = await log().locator(".markdown p").allTextContents();
    assert.equal(texts.map((text) => text.trim()).join(" "), `${words.replaceAll("*", "").repeat(count)}The end.`);
    // The browser lays out each as a whole.
    for (const { length } of texts) assert.ok(length < 150_000, `a paragraph of ${length} characters`);
  }).timeout(90_000);
});
