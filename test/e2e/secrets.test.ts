import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SimulatedApi } from "../support/api/server";
import type { VSCodeWindow } from "../support/vscode/window";
import { useWindow } from "./use-window";

describe("a person whose file holds a secret", () => {
  let api: SimulatedApi;
  let window: VSCodeWindow;
  const secret = "correct1horse2battery";

  useWindow({ tokensPerSecond: 1000 }, {}, async (opened) => {
    ({ api, window } = opened);
    await writeFile(join(window.workspace, "src", "db.ts"), `connect();\nconst password = "${secret}";\n`);
  });

  const dialog = () => window.page.getByRole("dialog");
  const sent = () => api.requests.filter(({ path }) => path === "/v1/messages");

  it("is asked before it leaves, by keyboard, and has it redacted", async () => {
    await window.openFile("src/db.ts");
    await window.page.locator(".view-lines").getByText("connect").click();
    await window.command("Sidenote: Add to Sidenote");
    const message = window.chat.getByRole("textbox", { name: "Message" });
    await window.chat.getByRole("button", { name: "Open src/db.ts" }).waitFor();
    await message.fill("What does it do?");
    await message.press("Enter");
    await dialog().getByText("src/db.ts, line 2: a value that is named a secret").waitFor();
    await window.screenshots("secret");
    assert.equal(sent().length, 0);
    await window.page.keyboard.press("Escape");
    await window.chat.locator(".notice").getByText("Nothing was sent").waitFor();
    assert.equal(await message.inputValue(), "What does it do?");

    await message.press("Enter");
    await dialog().getByRole("button", { name: "Redact and Send" }).waitFor();
    await window.page.keyboard.press("Enter");
    await window.chat.locator("article[aria-label=Claude][aria-busy=false]").waitFor();
    await window.chat.getByText("1 redacted").waitFor();
    assert.equal(sent().length, 1);
    assert.doesNotMatch(JSON.stringify(api.requests.map(({ body }) => body)), new RegExp(secret));
    await window.screenshots("redacted");
  });

  it("is asked before a file leaves that .sidenoteignore names", async () => {
    await writeFile(join(window.workspace, ".sidenoteignore"), "search.rs\n");
    await window.newChat();
    const message = window.chat.getByRole("textbox", { name: "Message" });
    await message.pressSequentially("@search");
    await window.chat.getByRole("option", { name: /search\.rs/ }).waitFor();
    await window.screenshots("mention");
    await message.press("Enter");
    await window.chat.getByRole("button", { name: "Open src/search.rs" }).waitFor();
    await message.pressSequentially("What is it?");
    await message.press("Enter");
    await dialog().getByText("src/search.rs is named in .sidenoteignore").waitFor();
    const before = sent().length;
    await window.page.keyboard.press("Enter");
    await window.chat.locator("article[aria-label=Claude][aria-busy=false]").waitFor();
    assert.equal(sent().length, before + 1);
    assert.match(JSON.stringify(sent().at(-1)?.body), /search\.rs/);
  });
});
