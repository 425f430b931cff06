import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { png, rottenPng } from "../support/badFiles";
import type { SimulatedApi } from "../support/api/server";
import type { VSCodeWindow } from "../support/vscode/window";
import { useWindow } from "./use-window";

describe("a person who asks without touching the mouse", () => {
  let api: SimulatedApi;
  let window: VSCodeWindow;

  useWindow({ tokensPerSecond: 1000 }, {}, async (opened) => {
    ({ api, window } = opened);
    const put = async (folder: string, name: string, bytes: string | Uint8Array) => {
      await mkdir(join(window.workspace, folder), { recursive: true });
      await writeFile(join(window.workspace, folder, name), bytes);
    };
    for (let i = 1; i <= 21; i++) await put("many", `shot${String(i).padStart(2, "0")}.png`, png(2400, 100 + i));
    await put("broken", "whole.png", png(40, 30));
    await put("broken", "rotten.png", rottenPng(60, 50));
    const prompt =
      "---\ndescription: Port to another language\n---\nPort ${selection} to ${input:target:Which language?}.";
    await put(".sidenote/prompts", "port.md", prompt);
  });

  const keys = async (...pressed: readonly string[]) => {
    for (const key of pressed) await window.page.keyboard.press(key);
  };
  const message = () => window.chat.getByRole("textbox", { name: "Message" });
  const chips = () => window.chat.getByRole("list", { name: "Attachments" }).getByRole("listitem");
  const file = (name: string) => window.page.getByRole("treeitem", { name, exact: true });
  const focused = (name: string) => window.page.locator(".monaco-list-row.focused", { hasText: name });
  const answer = () => window.chat.locator("article[aria-label=Claude][aria-busy=false]");
  const bodies = () =>
    api.requests.filter(({ path }) => path === "/v1/messages").map(({ body }) => JSON.stringify(body));

  /** An empty chat whose message box has the focus. */
  async function newChat(): Promise<void> {
    await window.newChat();
    await answer().first().waitFor({ state: "detached" });
    await window.chat.locator("textarea:focus").waitFor();
  }

  /** Selects all files of a folder in the Explorer, from the first to the last, and puts them beside the message. */
  async function addAll(folder: string, first: string, last: string): Promise<void> {
    await window.command("File: Focus on Files Explorer");
    await keys("Escape"); // clears the selection
    await window.page.keyboard.type(folder);
    await focused(folder).waitFor();
    await keys("ArrowRight");
    await file(first).waitFor();
    await keys("ArrowDown");
    await focused(first).waitFor();
    await keys("ControlOrMeta+Shift+Enter"); // selects it
    while ((await file(last).getAttribute("aria-selected")) !== "true") await keys("Shift+ArrowDown");
    await keys("Shift+F10");
    await window.chooseFromMenu("Add to Sidenote");
  }

  it("uses a prompt of the workspace, which asks for a word and is shown before it goes", async () => {
    await window.openFile("src/cart.ts");
    await window.page.locator(".view-lines").getByText("interface").first().waitFor();
    await keys("ControlOrMeta+Home", "Shift+ArrowDown", "Shift+ArrowDown");
    await newChat();
    await window.page.keyboard.type("/port");
    await window.chat.getByRole("option", { name: /port/ }).waitFor();
    await window.screenshots("prompt-list");
    await keys("Enter");
    const box = window.page.locator(".quick-input-widget");
    await box.getByText("Which language?").waitFor();
    await window.page.keyboard.type("Zig");
    await keys("Enter");
    await chips().first().waitFor();
    await window.chat.locator("textarea:focus").waitFor();
    assert.match(await message().inputValue(), /^Port src\/cart\.ts, lines 1–2 to Zig\.$/);
    await window.chat.locator(".notice").getByText("From the workspace (.sidenote/prompts/port.md)").waitFor();
    assert.equal(bodies().length, 0);
    await window.screenshots("prompt-used");
    await keys("Enter");
    await answer().waitFor();
    assert.match(bodies()[0] ?? "", /Port src\/cart\.ts, lines 1–2 to Zig/);
  });

  it("shows 21 images, and the larger ones are made smaller", async () => {
    await newChat();
    await addAll("many", "shot01.png", "shot21.png");
    await chips().nth(20).waitFor();
    await window.screenshots("many-images");
    await message().focus();
    await window.page.keyboard.type("What are these?");
    await keys("Enter");
    await answer().waitFor();
    const text = (await answer().textContent()) ?? "";
    const widths = [...text.matchAll(/PNG image, ([\d,]+) ×/g)].map(([, width = ""]) => Number(width.replace(",", "")));
    assert.equal(widths.length, 21);
    assert.ok(Math.max(...widths) <= 2000, widths.join());
  });

  it("goes on without an image that the API refuses, and is told so", async () => {
    await newChat();
    await addAll("broken", "rotten.png", "whole.png");
    await chips().nth(1).waitFor();
    await message().focus();
    await window.page.keyboard.type("Compare them.");
    await keys("Enter");
    await answer().waitFor();
    const text = (await answer().textContent()) ?? "";
    assert.match(text, /PNG image, 40 × 30 pixels/);
    assert.doesNotMatch(text, /60 × 50/);
    await window.chat.getByText("An image was left out").waitFor();
    await window.screenshots("image-refused");
  });

  it("finds what was typed again after a switch of chats and a reload, and recalls what was asked", async () => {
    const holds = (text: string) =>
      message().evaluate(async (box, wanted) => {
        while ((box as HTMLTextAreaElement).value !== wanted) await new Promise((next) => requestAnimationFrame(next));
      }, text);
    await newChat();
    await window.page.keyboard.type("@README");
    await window.chat.getByRole("option", { name: /README\.md/ }).waitFor();
    await keys("Enter");
    await chips().first().waitFor();
    await window.page.keyboard.type("Half a question");
    await window.chat.locator(".totals", { hasText: /to send .*\$/ }).waitFor();
    await window.screenshots("to-send");

    await window.command("Sidenote: Chat History");
    await window.page
      .getByRole("option", { name: /Compare them/ })
      .first()
      .waitFor();
    await window.page.keyboard.type("Compare them");
    await focused("Compare them").waitFor();
    await keys("Enter");
    await answer().waitFor();
    await holds("");
    await message().focus();
    await keys("ArrowUp");
    await holds("Compare them.");
    await keys("ArrowDown");
    await holds("");

    await window.newChat();
    await holds("Half a question");
    await window.reload();
    await window.command("Sidenote: Open Chat");
    await holds("Half a question");

    await writeFile(join(window.workspace, "README.md"), "Something new to read.");
    await chips().getByRole("button", { name: "Refresh README.md" }).press("Enter");
    await window.chat.locator(".notice", { hasText: "“README.md” was taken again." }).waitFor();
    await window.screenshots("refreshed");
    await message().focus();
    await keys("Enter");
    await answer().waitFor();
    assert.match(bodies().at(-1) ?? "", /"title":"README.md".*Something new to read\.".*Half a question/);
  });
});
