import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startSimulatedApi, type SimulatedApi } from "../support/api/server";
import type { VSCodeWindow } from "../support/vscode/window";
import { useWindow } from "./use-window";

const KEY = "sk-ant-test03-abcdefghijklmnop0123456789";

describe("a person with a key", () => {
  let api: SimulatedApi;
  let window: VSCodeWindow;

  const endpoints = async ({ url }: SimulatedApi) => {
    const gone = await startSimulatedApi();
    await gone.close();
    return {
      "sidenote.endpoints": {
        simulated: { name: "Simulated API", baseUrl: url, auth: "x-api-key" },
        gone: { name: "Gone", baseUrl: gone.url, auth: "bearer" },
      },
    };
  };
  useWindow({ key: KEY, tokensPerSecond: 1000 }, endpoints, (opened) => {
    ({ api, window } = opened);
  });

  const input = () => window.page.locator(".quick-input-widget input[type=password]");
  const message = () => window.chat.getByRole("textbox", { name: "Message" });
  const setKey = () => window.chat.getByRole("button", { name: "Set API Key" });

  it("is told of a refused key, has the right one checked and stored, and chats", async () => {
    await window.command("Sidenote: Open Chat");
    await setKey().click();
    await input().fill("with a space");
    await window.page.getByText(/contains a space/).waitFor();
    await input().fill("sk-wrong");
    await input().press("Enter");
    await window.page.getByText(/did not accept the API key/).waitFor();
    await input().fill(KEY);
    await input().press("Enter");

    await message().fill("Hello");
    await message().press("Enter");
    await window.chat.locator("article[aria-label=Claude][aria-busy=false]").waitFor();
    const headers = api.requests.at(-1)?.headers;
    assert.equal(headers?.["x-api-key"], KEY);
    assert.equal(headers?.authorization, undefined);
  });

  it("finds the key in no page and in no file of VS Code", async () => {
    const page = window.page.frames();
    const texts = await Promise.all(page.map((frame) => frame.content()));
    assert.ok(texts.length > 1);
    for (const text of texts) assert.ok(!text.includes(KEY));
    let conversation = false;
    for (const file of readdirSync(window.userData, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const text = readFileSync(join(file.parentPath, file.name), "latin1");
      assert.ok(!text.includes(KEY), `the key is in ${file.name}`);
      conversation ||= file.name.endsWith(".jsonl") && text.includes("Hello");
    }
    assert.ok(conversation, "the search has missed the conversation itself");
  });

  it("may keep a key that cannot be checked", async () => {
    await window.changeSettings({ "sidenote.model": "gone/claude-sonnet-5-5" });
    await window.command("Sidenote: New Chat");
    await setKey().click();
    await input().fill(KEY);
    await input().press("Enter");
    await window.page
      .getByRole("dialog")
      .getByText(/could not be checked/)
      .waitFor();
    await window.page.getByRole("button", { name: "Keep Anyway" }).click();
    await message().waitFor();

    await window.command("Sidenote: Remove API Key");
    await window.page.locator(".quick-input-widget").getByRole("option", { name: /Gone/ }).click();
    await window.page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await setKey().waitFor();
  });
});
