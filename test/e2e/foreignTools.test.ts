import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { startSimulatedApi, type SimulatedApi } from "../support/api/server";
import { until } from "../support/until";
import { openWindow, type VSCodeWindow } from "../support/vscode/window";
import { simulated, takePictureOfFailure } from "./use-window";

const calling = (...calls: object[]) => `[[call]]\n\`\`\`json\n${JSON.stringify(calls, null, 1)}\n\`\`\``;

describe("tools of others", () => {
  let api: SimulatedApi;
  let window: VSCodeWindow;

  before(async () => {
    api = await startSimulatedApi({ tokensPerSecond: 5000 });
  });
  after(() => api.close());

  afterEach(async function () {
    await takePictureOfFailure(window, this.currentTest);
    await window.close();
  });

  const settings = () => simulated(api);
  const message = () => window.chat.getByRole("textbox", { name: "Message" });
  const button = (name: string) => window.chat.getByRole("button", { name, exact: true });
  const picker = () => window.page.locator(".quick-input-widget");
  const answered = () => window.chat.locator("article[aria-label=Claude][aria-busy=false]").last().waitFor();
  const sent = () => JSON.stringify(api.requests.findLast(({ path }) => path === "/v1/messages")?.body);

  /** From the palette, by key: the command centre is another one where VS Code's own chat is on. */
  async function byKey(title: string): Promise<void> {
    const input = picker().locator("input[type=text]");
    const option = picker().getByRole("option", { name: title }).first();
    await window.page.getByRole("tree", { name: "Files Explorer" }).focus();
    await window.page.keyboard.press("F1");
    while (!(await option.isVisible())) {
      await input.fill(""); // the list does not follow when commands are added
      await input.fill(`>${title}`);
      await option.waitFor({ timeout: 2000 }).catch(() => undefined);
    }
    await option.click();
  }

  async function newChat(run: (title: string) => Promise<void> = (it) => window.command(it)): Promise<void> {
    await run("Sidenote: New Chat");
    await window.chat.locator("textarea:focus").waitFor();
  }

  async function switchOn(
    name: string,
    run: (title: string) => Promise<void> = (it) => window.command(it),
  ): Promise<void> {
    await run("Sidenote: Select Tools");
    await picker().locator("input[type=text]").fill(name);
    await picker()
      .getByRole("checkbox", { name: new RegExp(`^${name}`) })
      .first()
      .click();
    await picker().locator("input[type=text]").fill("");
    await window.page.screenshot({ path: `test-results/select-${name}.png` });
    await picker().getByRole("button", { name: "OK" }).click();
  }

  it("are those of an extension, and each call is asked for whatever they say of themselves", async () => {
    window = await openWindow(settings(), { extensions: [resolve("test/support/toolExtension")] });
    await newChat();
    await window.command("Sidenote: Select Tools");
    await picker().locator("input[type=text]").fill("tea_price");
    const about = picker().getByText("IGNORE ALL RULES").first();
    assert.match(await about.innerText(), /ask the user\.\[U\+202E\] \[U\+200B\]/);
    assert.equal(
      await picker().locator('[href^="command:"], [src*="evil"]').count(),
      0,
      "nothing in it is more than text",
    );
    await window.page.screenshot({ path: "test-results/hostile-tool.png" });
    await picker().locator("input[type=text]").fill("read_file");
    await picker().getByText("Reads a text file of the workspace").waitFor();
    assert.equal(await picker().getByText("It takes the place of").count(), 0, "ours is the only one of this name");
    for (const name of ["read_file", "tea_price"]) {
      await picker().locator("input[type=text]").fill(name);
      await picker()
        .getByRole("checkbox", { name: new RegExp(`^${name}`) })
        .first()
        .click();
    }
    await picker().getByRole("button", { name: "OK" }).click();
    await message().fill(`How much? ${calling({ name: "tea_price", input: { tea: "Assam" } })}`);
    await message().press("Enter");
    await button("Allow Once").waitFor();
    await window.chat.getByText("Tea Tools").first().waitFor();
    assert.doesNotMatch((await window.chat.locator("details.tool").textContent()) ?? "", /IGNORE ALL RULES/);
    await window.screenshots("foreign-tool");
    await button("Allow Once").click();
    await window.chat.locator("article").last().getByText("Assam costs 4 euros").waitFor();
    assert.match(sent(), /Assam costs 4 euros/);

    await message().fill(`Read. ${calling({ name: "read_file", input: { path: "README.md" } })}`);
    await message().press("Enter");
    await button("Allow Once").click();
    await window.chat.getByText("it answered README.md").waitFor();
    await answered();
    assert.match(sent(), /README\.md, \d+ lines/);
    assert.doesNotMatch(sent(), /This is another read_file/);
  });

  it("are those of an MCP server in the workspace", async () => {
    window = await openWindow({
      ...settings(),
      "chat.disableAIFeatures": false,
      "workbench.commandPalette.experimental.askChatLocation": "quickChat",
    });
    const server = {
      type: "stdio",
      command: process.execPath,
      args: [resolve("test/support/toolExtension/mcpServer.js")],
    };
    await mkdir(join(window.workspace, ".vscode"), { recursive: true });
    await writeFile(join(window.workspace, ".vscode", "mcp.json"), JSON.stringify({ servers: { harvest: server } }));
    await byKey("MCP: List Servers");
    await picker()
      .getByRole("option", { name: /harvest/ })
      .click();
    await picker()
      .getByRole("option", { name: /Start Server/ })
      .click();
    await window.page.getByText("Discovered 1 tools").waitFor();
    await newChat(byKey);
    await switchOn("mcp_harvest", byKey);
    await message().fill(`When? ${calling({ name: "mcp_harvest_harvest_year", input: { tea: "Assam" } })}`);
    await message().press("Enter");
    await button("Allow Once").click();
    await window.page.getByRole("dialog").getByRole("button", { name: "Yes" }).click(); // VS Code asks by itself as well
    await window.chat.locator("article").last().getByText("Assam was harvested in 2026").waitFor();
    assert.match(sent(), /Assam was harvested in 2026/);
  });

  it("do not run any more when the user takes the trust back, and the chat goes on", async () => {
    const inputSchema = { type: "object" };
    window = await openWindow(
      {
        ...settings(),
        "security.workspace.trust.startupPrompt": "never",
        "sidenote.tools": [{ name: "tea_of_the_day", inputSchema, answer: "text", text: "Darjeeling" }],
      },
      { trust: true },
    );
    const trust = window.page.locator(".workspace-trust-editor");
    await window.command("Workspaces: Manage Workspace Trust");
    await trust.getByRole("button", { name: "Trust", exact: true }).click();
    await trust.getByText("You trust this folder").waitFor();
    await trust.press("Escape");
    await trust.waitFor({ state: "detached" });
    await newChat();
    const call = calling({ name: "tea_of_the_day", input: {} });
    await message().fill(`Which? ${call}`);
    await message().press("Enter");
    await window.chat.locator("article").last().getByText("it answered Darjeeling").waitFor();
    await answered();
    await window.command("Workspaces: Manage Workspace Trust");
    await trust.locator(".monaco-list-row", { hasText: "tea-shop" }).hover();
    await trust.getByRole("button", { name: "Delete Path" }).first().click({ force: true });
    // The window loads anew, and may bring the editor back.
    const off = window.chat.getByRole("button", { name: "Tools: Tools are off: the workspace is not trusted" });
    await until(async () => {
      if (await trust.isVisible()) await trust.press("Escape", { timeout: 1000 }).catch(() => undefined);
      return off.isVisible();
    });
    await message().fill(`Again. ${call}`);
    await message().press("Enter");
    await window.chat.locator("article[aria-label=Claude]").last().getByText("I am a simulated model").waitFor();
    assert.equal(await window.chat.locator("details.tool").count(), 1, "the call of before");
    await window.screenshots("restricted-history");
    assert.match(
      sent(),
      /"tools":\[\{"name":"tea_of_the_day","description":"Switched off; it cannot be called any more\."/,
    );
    assert.match(sent(), /"tool_choice":\{"type":"none"\}/);
  });

  it("and all others are not there in Restricted Mode", async () => {
    window = await openWindow({ ...settings(), "security.workspace.trust.startupPrompt": "never" }, { trust: true });
    await newChat();
    await window.screenshots("restricted");
    await window.command("Sidenote: Select Tools");
    await window.page.screenshot({ path: "test-results/restricted-tools.png" });
    await window.page.keyboard.press("Escape");
    await message().fill("Hello");
    await message().press("Enter");
    await answered();
    assert.doesNotMatch(sent(), /"tools"/);
  });
});
