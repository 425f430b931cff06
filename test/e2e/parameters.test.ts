import assert from "node:assert/strict";
import type { SimulatedApi } from "../support/api/server";
import { handsOn, type Hands, type VSCodeWindow } from "../support/vscode/window";
import { useWindow } from "./use-window";

describe("a person who sets what goes with a chat", () => {
  let api: SimulatedApi;
  let window: VSCodeWindow;

  useWindow(
    { tokensPerSecond: 1000 },
    {
      "sidenote.model": "simulated/claude-haiku-4-5",
      "sidenote.profiles": {
        Reviewer: { systemPrompt: "You review code. Be brief and concrete.", temperature: 0.2 },
      },
    },
    (opened) => {
      ({ api, window } = opened);
    },
  );

  /** Asks in the chat of a window, and gives what arrived at the API. */
  async function ask({ chat }: Pick<Hands, "chat">, text: string): Promise<Record<string, unknown>> {
    const message = chat.getByRole("textbox", { name: "Message" });
    await message.fill(text);
    await message.press("Enter");
    await chat.locator("article[aria-label=You]", { hasText: text }).waitFor();
    await chat.locator("article[aria-label=Claude][aria-busy=false]").last().waitFor();
    const sent = api.requests.filter(({ path }) => path === "/v1/messages").map(({ body }) => body);
    const body = sent.at(-1) as Record<string, unknown>;
    assert.ok(JSON.stringify(body).includes(text));
    return body;
  }

  const sets = ({ system, temperature, max_tokens: most }: Record<string, unknown>) => ({
    system: typeof system === "string" || system === undefined ? system : JSON.stringify(system),
    temperature,
    most,
  });
  const untouched = { system: undefined, temperature: undefined, most: 16_000 };

  it("chooses a profile and changes a parameter, for this chat alone and for good", async () => {
    await window.command("Sidenote: New Chat");
    const page = await window.page.context().newPage();
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(window.page.url());
    const other = await handsOn(page);
    await other.command("Sidenote: New Chat");
    assert.deepEqual(sets(await ask(other, "In the other window")), untouched);
    await window.page.bringToFront();

    const panel = window.chat.getByRole("region", { name: "Parameters" });
    const open = window.chat.getByRole("button", { name: "Parameters", exact: true });
    const most = panel.getByLabel("Max tokens", { exact: true });
    await open.click();
    await panel.getByRole("button", { name: "Profile: No Profile" }).click();
    await window.page
      .locator(".quick-input-widget")
      .getByRole("option", { name: /Reviewer/ })
      .click();
    await panel.getByRole("button", { name: "Profile: Reviewer" }).waitFor();
    await most.fill("many");
    await most.press("Enter");
    await panel.getByText("Max tokens is a whole number, at least 1.").waitFor();
    await most.fill("500");
    await most.press("Enter");
    await panel.getByRole("button", { name: "Reset Max tokens" }).waitFor();
    await window.screenshots("parameters");

    await page.bringToFront();
    assert.deepEqual(sets(await ask(other, "Still in the other window")), untouched);
    await page.close();

    // Windows of one folder share their memory: the last one to ask is shown after a reload.
    const { system, ...numbers } = sets(await ask(window, "In this chat"));
    assert.match(system ?? "", /You review code\. Be brief and concrete\./);
    assert.deepEqual(numbers, { temperature: 0.2, most: 500 });

    await window.reload();
    await window.command("Sidenote: Open Chat");
    await open.click();
    await panel.getByRole("button", { name: "Profile: Reviewer" }).waitFor();
    assert.equal(await most.inputValue(), "500");
    assert.deepEqual(sets(await ask(window, "After the reload")).most, 500);

    await window.command("Sidenote: New Chat");
    await panel.getByRole("button", { name: "Profile: No Profile" }).waitFor();
    assert.deepEqual(sets(await ask(window, "In a new chat")), untouched);
  });
});
