import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import type { SimulatedApi } from "../support/api/server";
import type { VSCodeWindow } from "../support/vscode/window";
import { useWindow } from "./use-window";

describe("a person in VS Code", () => {
  let api: SimulatedApi;
  let window: VSCodeWindow;

  useWindow({ tokensPerSecond: 1000 }, {}, (opened) => {
    ({ api, window } = opened);
  });

  beforeEach(async () => {
    await window.newChat();
  });

  const message = () => window.chat.getByRole("textbox", { name: "Message" });
  const mine = () => window.chat.getByRole("article", { name: "You" }).last();
  const answer = () => window.chat.getByRole("article", { name: "Claude" }).last();
  const answered = () => window.chat.locator("article[aria-label=Claude][aria-busy=false]").last().waitFor();
  const questions = () => api.requests.filter(({ method, path }) => method === "POST" && path === "/v1/messages");

  async function ask(text: string): Promise<void> {
    await message().fill(text);
    await message().press("Enter");
  }

  /** The text of the newest message that was sent, of its text blocks and strings. */
  function sentText(): string {
    const body = questions().at(-1)?.body as { messages: { content: string | { text?: string }[] }[] } | undefined;
    const content = body?.messages.at(-1)?.content ?? "";
    return typeof content === "string" ? content : content.map((block) => block.text ?? "").join("\n");
  }

  it("types a question and reads the answer", async () => {
    await message().pressSequentially("Show me everything");
    await message().press("Shift+Enter");
    await message().pressSequentially("that markdown can do. [[markdown]]");
    assert.equal(questions().length, 0, "Shift+Enter does not send");
    await message().press("Enter");

    await answered();
    assert.equal(sentText(), "Show me everything\nthat markdown can do. [[markdown]]");
    assert.equal(await message().inputValue(), "");
    await mine().getByText("Show me everything").waitFor();
    await answer().getByRole("table").waitFor();
    await answer().locator("pre .token-keyword", { hasText: "export" }).waitFor();
    await window.screenshots("answer");
  });

  it("selects code and has it explained", async () => {
    await window.openFile("src/cart.ts");
    await window.page.locator(".view-line", { hasText: "What the customer pays" }).click();
    await window.page.keyboard.press("Home");
    for (let line = 22; line <= 31; line++) await window.page.keyboard.press("Shift+ArrowDown");
    await window.page.locator(".view-line", { hasText: "const subtotal" }).click({ button: "right" });
    await window.chooseFromMenu("Explain Selection");

    await answered();
    const sent = sentText();
    assert.match(sent, /src\/cart\.ts/);
    assert.match(sent, /22\D+31/);
    assert.match(sent, /typescript/);
    assert.ok(sent.includes("export function total(items: readonly Item[]"));
    assert.ok(!sent.includes("export function format"));
    await mine().getByText("src/cart.ts").first().waitFor();
    await answer().getByText("total").first().waitFor();
    await window.screenshots("explain");
  });

  it("right-clicks an image and has it described", async () => {
    const { size } = statSync(join(window.workspace, "images/chart.png"));
    await window.chooseInExplorer(["images/chart.png"], "Describe Image");

    await answer()
      .getByText(`PNG image, 640 × 400 pixels, ${size.toLocaleString("en-US")} bytes`)
      .waitFor();
    const thumbnail = mine().getByRole("img", { name: /chart\.png/ });
    await thumbnail.waitFor();
    assert.ok(await thumbnail.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth > 0));
    await window.screenshots("describe");
  });

  it("has several images described, each by what it is", async () => {
    await window.chooseInExplorer(["images/logo.webp", "images/wrong-name.png"], "Describe Image");

    await answer().getByText("WebP image, 240 × 240 pixels").waitFor();
    await answer().getByText("JPEG image, 200 × 120 pixels").waitFor();
  });

  it("is told before anything is sent that a file is no image", async () => {
    const before = questions().length;
    await window.chooseInExplorer(["images/not-an-image.png"], "Describe Image");

    await window.page
      .getByText(/not-an-image\.png.*not an image/)
      .first()
      .waitFor();
    assert.equal(questions().length, before);
  });

  it("stops an answer and keeps what came", async () => {
    await ask("Tell me about tea. [[gate]]");
    await answer().getByText(/\w+/).first().waitFor();
    await window.chat.getByRole("button", { name: "Stop" }).click();

    await answered();
    await answer().getByText("Stopped").waitFor();
    assert.notEqual(await answer().locator(".content").innerText(), "");
    const request = questions().at(-1);
    await request?.settled;
    assert.equal(request?.aborted, true);
    await window.screenshots("stopped");
  });

  it("sees an error with what to do, and tries again", async () => {
    await ask("Hello? [[500 times=3]]"); // as often as is tried without asking
    const retry = window.chat.getByRole("button", { name: "Retry" });
    await retry.waitFor();
    await mine().getByText("Hello?").waitFor();
    await window.screenshots("error");
    await retry.click();

    await retry.waitFor({ state: "hidden" });
    await answer()
      .getByText(/simulated/)
      .first()
      .waitFor();
    await answered();
  });

  it("hides the chat during an answer, comes back and has all of it", async () => {
    await ask("Tell me about tea. [[gate]]");
    await answer().getByText(/\w+/).first().waitFor();
    await message().fill("What I write meanwhile");
    await window.command("View: Toggle Secondary Side Bar Visibility");
    await message().waitFor({ state: "hidden" });
    api.release();
    await questions().at(-1)?.settled;
    await window.command("Sidenote: Open Chat");

    await answered();
    await answer().getByRole("button", { name: "Copy", exact: true }).waitFor();
    assert.equal(await message().inputValue(), "What I write meanwhile");
  });

  it("reloads the window and finds the chat again", async () => {
    await ask("Remember the word Darjeeling.");
    await answered();
    await message().fill("Half a question");
    const before = await answer().locator(".content").innerText();
    await window.reload();

    await mine().getByText("Darjeeling").waitFor();
    assert.equal(await answer().locator(".content").innerText(), before);
    assert.equal(await message().inputValue(), "Half a question");
    await window.screenshots("reloaded");
  });

  it("is asked for a key when there is none", async () => {
    await window.changeSettings({ "sidenote.model": "anthropic/claude-sonnet-5-5" });
    await window.command("Sidenote: New Chat");
    const button = window.chat.getByRole("button", { name: "Set API Key" });
    await button.waitFor();
    await window.screenshots("first-screen");
    await button.click();

    const input = window.page.locator(".quick-input-widget input[type=password]");
    await input.waitFor();
    await input.press("Escape");
  });
});
