import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { startSimulatedApi, type SimulatedApi } from "../support/api/server";
import { openWindow, takePictureOfFailure, type VSCodeWindow } from "../support/vscode/window";

describe("a person with a batch", () => {
  let api: SimulatedApi;
  let window: VSCodeWindow;

  before(async () => {
    api = await startSimulatedApi({ tokensPerSecond: Infinity });
    window = await openWindow({
      "sidenote.model": "simulated/claude-sonnet-5-5",
      "sidenote.endpoints": {
        simulated: { name: "Simulated API", baseUrl: api.url, auth: "none", dialect: "anthropic" },
        single: { name: "Single", baseUrl: api.url, auth: "none", dialect: "local" },
      },
      "files.simpleDialog.enable": true,
    });
    mkdirSync(join(window.workspace, "pictures"));
    for (const name of ["chart.png", "logo.webp"]) {
      copyFileSync(join(window.workspace, "images", name), join(window.workspace, "pictures", name));
    }
    writeFileSync(join(window.workspace, "pictures", "broken.png"), "no image");
    await window.command("Sidenote: Open Chat");
    await window.chat.getByRole("textbox", { name: "Message" }).waitFor();
  });

  after(() => api.close());
  after(() => window.close());

  afterEach(async function () {
    await takePictureOfFailure(window.page, this.currentTest);
  });

  const created = () => api.requests.filter(({ method, path }) => method === "POST" && path === "/v1/messages/batches");
  const batch = (name: string | RegExp) => window.page.getByRole("treeitem", { name });
  const option = (name: string) => window.page.getByRole("option", { name });
  const button = (name: string) => window.page.getByRole("button", { name, exact: true });

  /** Chooses "Create Batch" of a folder in the Explorer, and types the prompt. */
  async function fromFolder(folder: string, prompt: string): Promise<void> {
    await window.page.getByRole("treeitem", { name: folder, exact: true }).click({ button: "right" });
    await window.chooseFromMenu("Create Batch");
    const input = window.page.locator(".quick-input-widget input[type=text]");
    await window.page.getByText(/What is asked about each/).waitFor();
    await input.fill(prompt);
    await input.press("Enter");
  }

  async function chooseFor(name: string | RegExp, item: string): Promise<void> {
    await batch(name).first().click({ button: "right" });
    await window.chooseFromMenu(item);
  }

  it("describes a folder of images, and finds the answers beside them", async () => {
    await fromFolder("pictures", "Describe it. [[gate]]");
    await option("Send Batch").waitFor();
    const preview = window.page.frameLocator("iframe.webview").last().frameLocator("#active-frame");
    await preview.getByText("Left out").waitFor();
    assert.equal(created().length, 0, "nothing is sent before it is confirmed");
    await window.screenshots("batch-preview");
    await option("Send Batch").click();
    await batch(/pictures, in progress/).waitFor();
    await window.screenshots("batch-running");

    await window.reload(); // in the middle
    await batch(/pictures, in progress/).waitFor();
    api.release();
    await batch(/pictures, ended · 2 succeeded/).waitFor();
    const [sent] = created();
    const { requests } = (sent?.body ?? {}) as { requests: { custom_id: string }[] };
    assert.deepEqual(
      requests.map(({ custom_id: id }) => id),
      ["pictures-chart-png", "pictures-logo-webp"],
    );

    await chooseFor(/pictures, ended/, "Save Results of Batch");
    await window.page.getByRole("option", { name: /One File beside Each Input/ }).click();
    await window.page.getByText("2 files were written.").first().waitFor();
    const folder = join(window.workspace, "pictures");
    assert.deepEqual(readdirSync(folder).toSorted(), ["broken.png", "chart.md", "chart.png", "logo.md", "logo.webp"]);
    assert.match(readFileSync(join(folder, "chart.md"), "utf8"), /PNG image/);
    assert.equal(created().length, 1);
  });

  it("reads the results in a table, and goes on with one as a conversation", async () => {
    await batch(/pictures, ended/)
      .first()
      .hover();
    await chooseFor(/pictures, ended/, "Open Results of Batch");
    const frames = window.page.locator('iframe.webview[src*="extensionId=sidenote.sidenote"]');
    const table = frames.last().contentFrame().locator("#active-frame").contentFrame();
    await table.getByText("pictures-chart-png").click();
    await table.getByRole("button", { name: "Open as Conversation" }).waitFor();
    for (const [theme, name] of [
      ["Default Light Modern", "light"],
      ["Default High Contrast", "contrast"],
      ["Default Dark Modern", "dark"],
    ]) {
      await window.changeSettings({ "workbench.colorTheme": theme });
      await table.locator(name === "contrast" ? "body.vscode-high-contrast" : `body.vscode-${name}`).waitFor();
      await window.page.screenshot({ path: `test-results/batch-results-${name}.png` });
    }
    await table.getByRole("button", { name: "Open as Conversation" }).click();
    await window.command("View: Close All Editors");
    await window.chat.getByRole("article", { name: "You" }).getByText("Describe it.").waitFor();
    await window.chat.getByRole("article", { name: "Claude" }).getByText("PNG image").waitFor();
  });

  it("cancels a batch in the middle, and sends what failed again", async () => {
    mkdirSync(join(window.workspace, "kinds"));
    writeFileSync(join(window.workspace, "kinds", "a.txt"), "[[gate]]");
    writeFileSync(join(window.workspace, "kinds", "b.txt"), "[[500]]");
    await window.page.getByRole("treeitem", { name: "kinds", exact: true }).waitFor();
    await fromFolder("kinds", "Read it.");
    await option("Send Batch").click();
    await batch(/kinds, in progress/).waitFor();
    await chooseFor(/kinds, in progress/, "Cancel Batch");
    await button("Cancel the Batch").click();
    await batch(/kinds, ended .*2 failed/).waitFor();

    await chooseFor(/kinds, ended/, "Send Failed Requests of Batch Again");
    await batch(/kinds, again, not sent/).waitFor();
    const before = created().length;
    await option("Send Batch").click();
    await batch(/kinds, again, in progress/).waitFor();
    assert.equal(created().length, before + 1);
    const { requests } = (created().at(-1)?.body ?? {}) as { requests: unknown[] };
    assert.equal(requests.length, 2);
  });

  it("sends again what failed in three ways, and not what succeeded", async () => {
    mkdirSync(join(window.workspace, "ways"));
    const ways = { "good.txt": "Hi", "error.txt": "[[500]]", "late.txt": "[[expired]]", "never.txt": "[[canceled]]" };
    for (const [name, text] of Object.entries(ways)) writeFileSync(join(window.workspace, "ways", name), text);
    await window.page.getByRole("treeitem", { name: "ways", exact: true }).waitFor();
    await fromFolder("ways", "Read it.");
    await option("Send Batch").click();
    await batch(/ways, ended .*1 succeeded.*3 failed/).waitFor();
    await window.screenshots("batch-three-failures");

    await chooseFor(/ways, ended/, "Send Failed Requests of Batch Again");
    await batch(/ways, again, not sent/).waitFor();
    const before = created().length;
    await option("Send Batch").click();
    await batch(/ways, again, (in progress|ended)/).waitFor();
    assert.equal(created().length, before + 1);
    const { requests } = (created().at(-1)?.body ?? {}) as { requests: { custom_id: string }[] };
    assert.deepEqual(
      requests.map(({ custom_id: id }) => id),
      ["ways-error-txt", "ways-late-txt", "ways-never-txt"],
    );
  });
});
