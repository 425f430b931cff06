import assert from "node:assert/strict";
import { startSimulatedApi, type SimulatedApi } from "../support/api/server";
import { openWebWindow, writeUserSettings, type WebWindow } from "../support/vscode/web-window";

const KEY = "sk-ant-test03-0123456789abcdefghijklmnop";

describe("in a VS Code without a server", () => {
  let api: SimulatedApi;
  let window: WebWindow;

  before(async () => {
    api = await startSimulatedApi({ key: KEY, tokensPerSecond: 1000 });
    window = await openWebWindow();
  });

  after(() => api.close());
  after(() => window.close());

  it("takes a key, asks with it and reads the answer as it comes", async () => {
    await writeUserSettings(window, {
      "sidenote.model": "simulated/claude-sonnet-5-5",
      "sidenote.endpoints": { simulated: { name: "Simulated API", baseUrl: api.url, auth: "x-api-key" } },
    });
    await window.command("Sidenote: Open Chat");
    await window.chat.getByRole("button", { name: "Set API Key" }).click();
    await window.page.locator(".quick-input-widget input[type=password]").fill(KEY);
    await window.page.keyboard.press("Enter");

    const message = window.chat.getByRole("textbox", { name: "Message" });
    await message.fill("Hello from a web worker [[gate]]");
    await message.press("Enter");
    const answer = window.chat.getByRole("article", { name: "Claude" });
    await answer.getByText(/\w+/).first().waitFor();
    const half = await answer.innerText();
    api.release();
    await window.chat.locator("article[aria-label=Claude][aria-busy=false]").waitFor();
    const whole = await answer.innerText();

    assert.ok(half.length < whole.length, "the first half is shown before the second is sent");
    assert.match(whole, /Hello from a web worker/);
    const question = api.requests.find(({ method, path }) => method === "POST" && path === "/v1/messages");
    assert.equal(question?.headers["x-api-key"], KEY);
    assert.ok(question.headers.origin?.startsWith("http://"), "it comes from a browser");
    assert.equal(question.headers["anthropic-dangerous-direct-browser-access"], "true");
  });
});
