import assert from "node:assert/strict";
import { join } from "node:path";
import type { ChatView, MessageView, ToolView } from "../../../src/shared/views";
import { root } from "../../support/root";
import { IDLE, type OpenPage } from "./open-page";
import { usePages } from "./use-pages";

const question: MessageView = { id: "q", role: "user", state: "complete", blocks: [{ type: "text", text: "Why?" }] };

function call(more: Partial<ToolView> = {}): ToolView {
  return {
    type: "tool",
    call: "c1",
    name: "get_weather",
    description: "For “Paris”",
    source: "Your function",
    state: "arriving",
    input: "",
    result: [],
    ...more,
  };
}

function view(tool: ToolView, more: Partial<ChatView> = {}): ChatView {
  const answer: MessageView = { id: "a", role: "assistant", state: "streaming", blocks: [tool] };
  return { ...IDLE, messages: [question, answer], status: { kind: "streaming", since: 0 }, ...more };
}

describe("the line of a call", () => {
  const openPage = usePages();
  let open: OpenPage;

  const line = () => open.page.locator("details.tool");
  const json = () => line().locator(".code-block pre");
  const change = (tool: ToolView) => open.update({ type: "block", message: "a", index: 0, block: tool });
  const words = (text: string | RegExp) => line().locator("summary").getByText(text).waitFor();

  it("shows the input while it arrives, then how the call gets on, and what it gave back", async () => {
    open = await openPage(view(call()));
    await words("Arriving");
    await line().locator("summary").click();
    await open.update({ type: "append", message: "a", index: 0, text: '{"location": "Par' });
    await json().getByText('{"location": "Par').waitFor();
    await open.update({ type: "append", message: "a", index: 0, text: 'is"}' });
    await json().getByText('{"location": "Paris"}').waitFor();
    await words("Arriving · 21 characters");

    const input = '{\n  "location": "Paris"\n}';
    await change(call({ state: "running", input, startedAt: Date.now() - 4000 }));
    await words(/^[45]\.\d s$/);
    await line().locator(".token-string", { hasText: "Paris" }).waitFor();
    await change(
      call({
        state: "done",
        input,
        milliseconds: 61_000,
        allowedBy: "once",
        result: [{ type: "text", text: "18 °C" }],
      }),
    );
    await words("61 s");
    await line().locator("pre", { hasText: "18 °C" }).waitFor();
    assert.match(
      (await line().locator(".tool-fact").getAttribute("title")) ?? "",
      /Source: Your function\nAllowed by you\nIt took 61 s/,
    );
  });

  it("opens for an answer of the user, sends it, and folds again", async () => {
    open = await openPage(view(call({ state: "asking", input: "{}" })));
    const box = open.page.getByRole("textbox", { name: "Result of get_weather" });
    await box.fill("Rain");
    await open.page.getByRole("button", { name: "Send as Error" }).click();
    await open.page.getByRole("button", { name: "Send Result" }).click();
    assert.deepEqual(
      (await open.posted("answerCall")).map(({ text, failed, call: id }) => [id, text, failed]),
      [
        ["c1", "Rain", true],
        ["c1", "Rain", false],
      ],
    );
    await change(call({ state: "done", input: "{}", result: [{ type: "text", text: "Rain" }] }));
    await box.waitFor({ state: "detached" });
    assert.equal(await line().getAttribute("open"), null);
  });

  it("keeps what the user types when the line changes, and when other calls do", async () => {
    const other = call({ call: "c2", state: "running", startedAt: Date.now() });
    const asking = call({ state: "asking", input: "{}" });
    const answer: MessageView = { id: "a", role: "assistant", state: "complete", blocks: [asking, other] };
    open = await openPage(view(asking, { messages: [question, answer], status: { kind: "tools" } }));
    const box = open.page.getByRole("textbox", { name: "Result of get_weather" });
    await box.fill("Half a res");
    await change(asking);
    await open.update({ type: "block", message: "a", index: 1, block: call({ call: "c2", state: "done" }) });
    await line().nth(1).and(open.page.locator("[data-state=done]")).waitFor();
    assert.equal(await box.inputValue(), "Half a res");
  });

  it("shows hostile names, inputs and results as harmless text", async () => {
    const evil = `<img src=x onerror="alert(1)">\u202Etxt.exe`;
    const result: ToolView["result"] = [
      { type: "text", text: evil },
      { type: "link", title: evil, url: "command:workbench.action.quit" },
      { type: "link", title: "Good", url: "https://good.example/" },
      { type: "file", file: evil },
    ];
    const more = {
      name: evil,
      description: evil,
      source: evil,
      state: "failed",
      input: JSON.stringify(evil),
      result,
    } as const;
    open = await openPage(view(call(more)));
    await line().locator("summary").click();
    await line().getByRole("link", { name: "Good" }).waitFor(); // what is inside is a script of its own
    assert.ok((await line().textContent())?.includes("[U+202E]txt.exe"));
    assert.equal(await line().locator("img").count(), 0);
    assert.deepEqual(
      await line()
        .locator("a")
        .evaluateAll((links) => links.map((link) => link.getAttribute("href"))),
      ["https://good.example/"],
    );
  });

  it("draws a long result on demand", async () => {
    const long = "x".repeat(30_000);
    open = await openPage(view(call({ state: "done", result: [{ type: "text", text: long }] })));
    await line().locator("summary").click();
    const shown = () =>
      line()
        .locator("pre.tool-result")
        .evaluate((it) => it.textContent.length);
    assert.equal(await shown(), 20_000);
    await open.page.getByRole("button", { name: "Show All 30,000 Characters" }).click();
    assert.equal(await shown(), 30_000);
  });

  it("lets nothing be allowed in the moment in which it appears", async () => {
    open = await openPage(view(call({ state: "queued" })));
    // The moment lasts until the test says otherwise.
    await open.page.evaluate(() => {
      const later = globalThis.setTimeout;
      const held: (() => void)[] = [];
      const hold = (work: () => void, wait: number) => (wait === 500 ? held.push(work) : later(work, wait));
      Object.assign(globalThis, { setTimeout: hold, endMoment: () => held.forEach((work) => work()) });
    });
    const details = [{ label: "Command", text: "rm -rf dist" }];
    await change(call({ state: "waiting", approval: { id: "p", details, forChat: true } }));
    const allow = open.page.getByRole("button", { name: /^Allow/ });
    await allow.nth(1).waitFor();
    await allow.first().dblclick({ force: true });
    for (const button of await allow.all()) assert.equal(await button.isDisabled(), true);
    assert.deepEqual(await open.posted("approve"), []);
    await open.page.evaluate("endMoment()");
    await allow.first().click();
    assert.deepEqual(
      (await open.posted("approve")).map(({ id, choice }) => [id, choice]),
      [["p", "once"]],
    );
  });

  it("takes images for an answer, and sends them with it", async () => {
    open = await openPage(view(call({ state: "asking", input: "{}" })));
    const images = open.page.getByRole("list", { name: "Images of the result" });
    const files = ["chart.png", "photo.jpg"].map((name) => join(root, "test/support/workspace/images", name));
    await open.page.locator("input[type=file]").setInputFiles(files);
    await images.getByText("photo.jpg").waitFor();
    await open.page.getByRole("button", { name: "Remove chart.png" }).click();
    const box = open.page.getByRole("textbox", { name: "Result of get_weather" });
    await box.evaluate((it) => {
      const data = new DataTransfer();
      data.items.add(new File(["bytes"], "image.png", { type: "image/png" }));
      it.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data }));
    });
    await images.getByText("image.png").waitFor();
    await box.fill("Here");
    await open.page.getByRole("button", { name: "Send Result" }).click();
    const [answer] = await open.posted("answerCall");
    assert.deepEqual(
      answer?.images.map(({ name }) => name),
      ["photo.jpg", "image.png"],
    );
    assert.deepEqual(await open.posted("attachFiles"), [], "nothing goes beside the message");
  });

  it("asks whether to go on at a limit", async () => {
    open = await openPage(view(call({ state: "done" }), { status: { kind: "goOn", question: "Go on?" } }));
    await open.page.getByText("Go on?").first().waitFor();
    await open.page.getByRole("button", { name: "Go On" }).click();
    await open.page.getByRole("button", { name: "Stop Here" }).click();
    assert.equal((await open.posted("goOn")).length, 1);
    assert.equal((await open.posted("stop")).length, 1);
  });

  it("lists the places that a text cites", async () => {
    const text = { type: "text", text: String.raw`It rains[\[1\]](<https://a.example/>)[\[2\]](<#cite-2>).` } as const;
    const citations = [
      { number: 1, title: "A", url: "https://a.example/", quote: "Rain, all day." },
      { number: 2, title: "Notes", quote: "All of it rains." },
    ];
    const answer: MessageView = { id: "a", role: "assistant", state: "streaming", blocks: [text] };
    open = await openPage({ ...IDLE, messages: [question, answer], status: { kind: "streaming", since: 0 } });
    await open.update({ type: "block", message: "a", index: 0, block: { ...text, citations } });
    await open.page.getByText("2 sources").click();
    await open.page.getByText("Rain, all day.").waitFor();
    assert.equal(await open.page.getByRole("link", { name: "[1]" }).getAttribute("href"), "https://a.example/");
    await open.page.getByRole("link", { name: "A", exact: true }).click();
    assert.equal((await open.posted("openLink"))[0]?.href, "https://a.example/");
    await open.page.getByText("2 sources").click();
    await open.page.getByRole("link", { name: "[2]" }).click();
    await open.page.getByText("All of it rains.").waitFor();
    assert.match((await open.page.evaluate(() => document.activeElement?.textContent)) ?? "", /^Notes/);
    assert.equal((await open.posted("openLink")).length, 1, "it stays in the page");
  });
});
