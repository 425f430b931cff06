import assert from "node:assert/strict";
import { harmIn, setTrap } from "../support/hostile";
import type { VSCodeWindow } from "../support/vscode/window";
import { useWindow } from "./use-window";

describe("a person with a hostile model", () => {
  let window: VSCodeWindow;

  useWindow(
    { tokensPerSecond: 20_000 },
    {
      "sidenote.maxTokens": 60_000, // all of them are written
    },
    (opened) => {
      ({ window } = opened);
    },
  );

  beforeEach(async () => {
    await window.newChat();
  });

  const answers = () => window.chat.locator("article[aria-label=Claude][aria-busy=false]");

  async function ask(text: string): Promise<void> {
    const message = window.chat.getByRole("textbox", { name: "Message" });
    await message.fill(text);
    await message.press("Enter");
  }

  it("reads on as if nothing had been tried: no script, no request, no foreign element", async () => {
    const context = window.page.context();
    const requested: string[] = [];
    await context.addInitScript(setTrap);
    context.on("request", (request) => requested.push(request.url()));
    context.on("dialog", (dialog) => requested.push(`a dialog: ${dialog.message()}`));
    await ask("[[hostile all]] <img src=x onerror=attack()>");
    await answers().first().waitFor({ timeout: 60_000 });
    await answers().first().getByText("[U+202E]gnp.exe").first().waitFor();
    assert.deepEqual(await harmIn(window.chat.getByRole("log")), []);
    assert.deepEqual(
      requested.filter((url) => /evil\.example|good\.example|^a dialog/.test(url)),
      [],
    );
    await ask("Still here?");
    await answers().nth(1).waitFor();
    await window.screenshots("hostile");
  });

  it("deletes a conversation whose title is a link to a command: it is none in the notification", async () => {
    await ask("[Undo](command:workbench.action.closeFolder) [[fast]]");
    await answers().first().waitFor();
    await window.command("Sidenote: Chat History");
    const item = window.page.locator(".quick-input-widget").getByRole("option", { name: /Undo/ }).first();
    await item.hover();
    await item.getByRole("button", { name: "Delete" }).click();
    await window.page.keyboard.press("Escape");
    await window.command("Notifications: Show Notifications");
    const sentence = window.page.locator(".notifications-center .notification-list-item-message", {
      hasText: "was deleted",
    });
    await sentence.getByText("command:workbench.action.closeFolder").waitFor();
    assert.equal(await sentence.locator("a").count(), 0);
    await window.page.screenshot({ path: "test-results/hostile-title.png" });
  });

  it("opens a file that an answer names, with its lines selected, beside the chat", async () => {
    await ask("[[echo]] Look at `src/cart.ts:3-5`, not at `../secret.ts`.");
    const link = answers().first().locator("a.file");
    await link.waitFor();
    assert.equal(await link.getAttribute("title"), "Open src/cart.ts, lines 3 to 5");
    await window.screenshots("file-link");
    await link.click();
    await window.page.getByRole("tab", { name: /cart\.ts/ }).waitFor();
    await window.page.getByText(/^Ln 6, Col 1 \(/).waitFor();
  });
});
