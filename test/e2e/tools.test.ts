import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SimulatedApi } from "../support/api/server";
import { until } from "../support/until";
import type { VSCodeWindow } from "../support/vscode/window";
import { useWindow } from "./use-window";

/** What the simulated model shall call. */
const calling = (...calls: object[]) => `[[call]]\n\`\`\`json\n${JSON.stringify(calls, null, 1)}\n\`\`\``;

const folder = mkdtempSync(join(tmpdir(), "sidenote-tools-"));
const script = join(folder, "slow.js");
const ran = join(folder, "ran");

const inputSchema = {
  type: "object",
  properties: { location: { type: "string", description: "City and country" } },
  required: ["location"],
};

describe("a person with tools of their own", () => {
  let api: SimulatedApi;
  let window: VSCodeWindow;

  before(async () => {
    writeFileSync(script, `require("fs").writeFileSync(${JSON.stringify(ran)}, ""); setInterval(() => {}, 1000);`);
  });

  useWindow(
    { tokensPerSecond: 2000 },
    {
      "sidenote.tools": [
        { name: "get_weather", description: "Tells the current weather in a place.", inputSchema },
        {
          name: "slow_forecast",
          description: "Takes its time.",
          inputSchema,
          answer: "command",
          command: [process.execPath, script],
        },
      ],
    },
    (opened) => {
      ({ api, window } = opened);
    },
  );

  beforeEach(async () => {
    await window.newChat();
  });

  const message = () => window.chat.getByRole("textbox", { name: "Message" });
  const line = (name: string) => window.chat.locator("details.tool", { hasText: name });
  const questions = () => api.requests.filter(({ method, path }) => method === "POST" && path === "/v1/messages");

  async function ask(text: string): Promise<void> {
    await message().fill(text);
    await message().press("Enter");
  }

  const picker = () => window.page.locator(".quick-input-widget");

  async function switchOn(...names: string[]): Promise<void> {
    await window.command("Sidenote: Select Tools");
    for (const name of names) {
      await picker().locator("input[type=text]").fill(name);
      await picker()
        .getByRole("checkbox", { name: new RegExp(`^${name}`) })
        .first()
        .click();
    }
    await window.page.screenshot({ path: `test-results/tools-picker-${names[0]}.png` });
    await picker().getByRole("button", { name: "OK" }).click();
  }

  it("asks for the weather in two places, answers both calls and reads what Claude makes of it", async () => {
    await ask(
      `What is the weather in Paris and in Rome? ${calling({ name: "get_weather", input: { location: "Paris, France" } }, { name: "get_weather", input: { location: "Rome, Italy" } })}`,
    );
    const results = window.chat.getByRole("textbox", { name: "Result of get_weather" });
    await results.nth(1).waitFor();
    await window.chat.locator(".token-string", { hasText: "Rome, Italy" }).waitFor();
    await window.screenshots("tools-asking");
    await results.first().fill("18 °C, light wind");
    await window.chat.getByRole("button", { name: "Send Result" }).first().click();
    await results.nth(1).waitFor({ state: "detached" });
    assert.equal(questions().length, 1, "both results go in one message");
    await results.first().fill("25 °C, clear");
    await window.chat.getByRole("button", { name: "Send Result" }).first().click();

    await window.chat.getByText("it answered 25 °C, clear").waitFor();
    const body = questions().at(-1)?.body as { messages: { role: string; content: { type: string }[] }[] } | undefined;
    assert.deepEqual(
      body?.messages.map(({ role }) => role),
      ["user", "assistant", "user"],
    );
    assert.deepEqual(
      body?.messages[2]?.content.map(({ type }) => type),
      ["tool_result", "tool_result"],
    );
    await line("get_weather").first().locator("summary").click();
    await line("get_weather").first().locator("pre.tool-result", { hasText: "18 °C, light wind" }).waitFor();
    await window.screenshots("tools-answered");

    await window.reload();
    await line("get_weather").nth(1).waitFor();
    await line("get_weather").first().locator("summary").click();
    await line("get_weather").first().locator("pre.tool-result", { hasText: "18 °C, light wind" }).waitFor();
  });

  it("switches tools of the server on, reads an answer with its sources and saves a file that was made", async () => {
    await switchOn("web_search", "code_execution");
    await ask("What is the weather in Paris and in Rome? [[search]]");
    await line("web_search").and(window.chat.locator("[data-state=done]")).waitFor();
    await line("web_search").locator("summary").click();
    await line("web_search").getByRole("link", { name: "Weather in Paris" }).waitFor();
    const mark = window.chat.getByRole("link", { name: "[2]" });
    assert.equal(await mark.getAttribute("href"), "https://weather.example/rome");
    await window.chat.getByText("2 sources").click();
    await window.chat.getByText("Rome has 25 °C and no cloud.", { exact: true }).waitFor();
    await window.screenshots("tools-search");

    await ask("Plot it. [[run]]");
    await line("bash_code_execution").and(window.chat.locator("[data-state=done]")).waitFor();
    await line("bash_code_execution").locator("summary").click();
    await line("bash_code_execution").getByRole("button", { name: "Save File…" }).click();
    const path = picker().locator("input");
    await path.waitFor();
    await until(async () => (await path.inputValue()).endsWith("/plot.csv"));
    await window.screenshots("tools-file");
    await path.press("Enter");
    const saved = join(window.workspace, "plot.csv");
    await until(() => existsSync(saved) && readFileSync(saved).length > 0);
    assert.match(readFileSync(saved, "utf8"), /^month,value/);
  });

  it("has Claude keep a note in the memory after it was seen, finds it in another chat, and deletes it", async () => {
    const memory = (input: object) => calling({ name: "memory", input });
    await switchOn("memory");
    await ask(memory({ command: "create", path: "/memories/tea.md", file_text: "Assam sells best.\n" }));
    await window.page.locator(".monaco-diff-editor").getByText("Assam sells best.").first().waitFor();
    await window.screenshots("memory-review");
    await window.chat.getByRole("button", { name: "Accept All" }).click();
    await window.chat.getByText("“/memories/tea.md” was made.").last().waitFor();

    await window.newChat();
    await switchOn("memory");
    await ask(memory({ command: "view", path: "/memories/tea.md" }));
    await window.chat.getByRole("button", { name: "Allow for This Chat" }).click();
    await window.chat.getByText("1 Assam sells best.").last().waitFor();

    await window.command("Sidenote: Show Memory");
    const note = picker().getByRole("option", { name: /^\/memories\/tea\.md/ });
    await note.hover();
    await window.page.screenshot({ path: "test-results/memory.png" });
    await note.getByRole("button", { name: "Delete" }).click();
    await window.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await picker().waitFor({ state: "hidden" });
    await window.chat.getByRole("button", { name: "Send", exact: true }).waitFor();
    await ask(memory({ command: "view", path: "/memories" }));
    await window.chat.getByText("“/memories” is empty.").last().waitFor();
  });

  it("acts out a computer by hand, and sends a screenshot with the result", async () => {
    await switchOn("computer");
    await ask(calling({ name: "screenshot", toolset: "computer", input: {} }));
    await window.chat.getByText("You do by hand: screenshot").waitFor();
    await window.chat.locator("input[type=file]").setInputFiles("test/support/workspace/images/chart.png");
    await window.chat.getByRole("button", { name: "Remove chart.png" }).waitFor();
    await window.chat.getByRole("textbox", { name: "Result of screenshot" }).fill("Here it is.");
    await window.screenshots("computer-asking");
    await window.chat.getByRole("button", { name: "Send Result" }).click();
    await window.chat.getByText("it answered Here it is. (image)").waitFor();
    const body = questions().at(-1)?.body as { messages: { content: { toolset_name?: string }[] }[] } | undefined;
    assert.match(JSON.stringify(body?.messages.at(-1)), /"type":"image"/);
    assert.equal(body?.messages.at(-1)?.content[0]?.toolset_name, "computer");
  });

  it("stops a command that runs too long, and goes on with the chat", async () => {
    await ask(calling({ name: "slow_forecast", input: { location: "Oslo, Norway" } }));
    await window.chat.getByRole("button", { name: "Allow Once" }).click();
    await line("slow_forecast").and(window.chat.locator("[data-state=running]")).waitFor();
    await until(() => existsSync(ran));
    await line("slow_forecast")
      .getByText(/\d\.\d s/)
      .waitFor();
    await window.screenshots("tools-running");
    await window.chat.getByRole("button", { name: "Stop", exact: true }).click();

    await line("slow_forecast").getByText("Cancelled").waitFor();
    await ask("Never mind.");
    await window.chat
      .getByText(/it failed and said/)
      .first()
      .waitFor();
    await window.screenshots("tools-stopped");
  });
});
