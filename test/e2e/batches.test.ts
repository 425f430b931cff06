import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { startSimulatedApi, type SimulatedApi } from "../support/api/server";
import { until } from "../support/until";
import type { VSCodeWindow } from "../support/vscode/window";
import { useWindow } from "./use-window";

describe("a person with a batch", () => {
  let api: SimulatedApi;
  let far: SimulatedApi;
  /** Where nobody listens at first. */
  let gone: SimulatedApi;
  let window: VSCodeWindow;

  before(async () => {
    far = await startSimulatedApi({ tokensPerSecond: Infinity, dialect: "aimlapi" });
    gone = await startSimulatedApi({});
    await gone.close();
  });

  const endpoints = ({ url }: SimulatedApi) => ({
    "sidenote.endpoints": {
      simulated: { name: "Simulated API", baseUrl: url, auth: "none", dialect: "anthropic" },
      far: { name: "Far API", baseUrl: far.url, auth: "none", dialect: "aimlapi" },
      gone: { name: "Gone API", baseUrl: gone.url, auth: "none", dialect: "anthropic" },
      single: { name: "Single", baseUrl: url, auth: "none", dialect: "local" },
    },
    "files.simpleDialog.enable": true,
  });
  useWindow({ tokensPerSecond: Infinity }, endpoints, async (opened) => {
    ({ api, window } = opened);
    mkdirSync(join(window.workspace, "pictures"));
    for (const name of ["chart.png", "logo.webp"]) {
      copyFileSync(join(window.workspace, "images", name), join(window.workspace, "pictures", name));
    }
    writeFileSync(join(window.workspace, "pictures", "broken.png"), "no image");
    await window.command("Sidenote: Open Chat");
    await window.chat.getByRole("textbox", { name: "Message" }).waitFor();
  });

  after(() => Promise.all([far.close(), gone.close()]));

  const created = () => api.requests.filter(({ method, path }) => method === "POST" && path === "/v1/messages/batches");
  const batch = (name: string | RegExp) => window.page.getByRole("treeitem", { name });
  const option = (name: string) => window.page.getByRole("option", { name });
  const button = (name: string) => window.page.getByRole("button", { name, exact: true });

  /** The markdown preview that is open. */
  const previewed = () => window.page.frameLocator("iframe.webview").last().frameLocator("#active-frame");

  /** Chooses "Create Batch" of a folder in the Explorer, and types the prompt. */
  async function fromFolder(folder: string, prompt: string): Promise<void> {
    await window.page.getByRole("treeitem", { name: folder, exact: true }).click({ button: "right" });
    await window.chooseFromMenu("Create Batch");
    const input = window.page.locator(".quick-input-widget input[type=text]");
    await window.page.getByText(/What is asked about each/).waitFor();
    await input.fill(prompt);
    await input.press("Enter");
  }

  /** The model of an endpoint, for a new chat and what is made from now on. */
  async function useModel(endpoint: string): Promise<void> {
    await window.changeSettings({ "sidenote.model": `${endpoint}/claude-haiku-4-5` });
    await window.command("Sidenote: New Chat");
    await window.chat.getByRole("button", { name: /Model.*(aiku|claude-haiku-4-5)/ }).waitFor();
  }

  /** The table of results that is open. */
  const resultsTable = () =>
    window.page
      .locator('iframe.webview[src*="extensionId=sidenote.sidenote"]')
      .last()
      .contentFrame()
      .locator("#active-frame")
      .contentFrame();

  async function chooseFor(name: string | RegExp, item: string): Promise<void> {
    await batch(name).first().click({ button: "right" });
    await window.chooseFromMenu(item);
  }

  it("describes a folder of images, and finds the answers beside them", async () => {
    await fromFolder("pictures", "Describe it. [[gate]]");
    await option("Send Batch").waitFor();
    await previewed().getByText("Left out").waitFor();
    assert.equal(created().length, 0, "nothing is sent before it is confirmed");
    await window.screenshots("batch-preview");
    await option("Send Batch").click();
    await batch(/pictures, in progress/).waitFor();
    await window.screenshots("batch-running");

    await window.reload(); // in the middle
    await batch(/pictures, in progress/).waitFor();
    api.release();
    await batch(/pictures, ended · 2 succeeded/).waitFor();
    await window.page.getByText("The batch “pictures” has ended: 2 succeeded.").first().waitFor();
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

    await window.command("Sidenote: Usage");
    await previewed().getByRole("cell", { name: "claude-sonnet-5-5, in batches" }).waitFor();
    await window.command("View: Close All Editors");
  });

  it("reads the results in a table, and goes on with one as a conversation", async () => {
    await batch(/pictures, ended/)
      .first()
      .hover();
    await chooseFor(/pictures, ended/, "Open Results of Batch");
    const table = resultsTable();
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

    await chooseFor(/ways, ended/, "Open Results of Batch");
    await resultsTable().getByRole("button", { name: "Send Failed Again" }).click();
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

  it("finds a batch that was made elsewhere, and reads it in the server's order", async () => {
    const params = { model: "claude-haiku-4-5", max_tokens: 10, messages: [{ role: "user", content: "Hi" }] };
    const requests = ["zebra", "ant"].map((id) => ({ custom_id: id, params }));
    const reply = await fetch(`${api.url}/v1/messages/batches`, {
      method: "POST",
      headers: { "content-type": "application/json", "anthropic-version": "2023-06-01" },
      body: JSON.stringify({ requests }),
    });
    const { id } = (await reply.json()) as { id: string };
    await window.command("Sidenote: Show Batches");
    await batch(new RegExp(`${id}, ended · 2 succeeded`)).waitFor();
    await chooseFor(new RegExp(id), "Open Results of Batch");
    const rows = resultsTable().getByRole("row");
    await rows.getByText("ant").waitFor();
    assert.match((await rows.allInnerTexts()).join(), /ant[^]*zebra/);
    await window.command("View: Close All Editors");
  });

  it("is told when the batches of an endpoint cannot be asked for, and tries again", async () => {
    await gone.close(); // it listens when the test is run again
    await useModel("gone");
    await window.command("Notifications: Clear All Notifications");
    await window.command("Sidenote: Show Batches");
    const sentence = /Batches that were made elsewhere could not be asked for\..*Gone API/;
    await window.page.getByText(sentence).first().waitFor();
    // A window that is driven by a test shows it with its button in the centre only.
    await window.command("Notifications: Show Notifications");
    const centre = window.page.locator(".notifications-center");
    await centre.getByText(sentence).waitFor();
    await window.page.screenshot({ path: "test-results/batches-not-listed.png" });

    gone = await startSimulatedApi({ port: Number(new URL(gone.url).port), tokensPerSecond: Infinity });
    const params = { model: "claude-haiku-4-5", max_tokens: 10, messages: [{ role: "user", content: "Hi" }] };
    // Simulated servers give the same ids: here one is wanted that the list does not have.
    let id = "";
    for (let n = 0; n < 20; n++) {
      const reply = await fetch(`${gone.url}/v1/messages/batches`, {
        method: "POST",
        headers: { "content-type": "application/json", "anthropic-version": "2023-06-01" },
        body: JSON.stringify({ requests: [{ custom_id: "tea", params }] }),
      });
      ({ id } = (await reply.json()) as { id: string });
    }
    await centre.getByRole("button", { name: "Try Again" }).click();
    await batch(new RegExp(id)).waitFor();
  });

  // They would lie above the list.
  afterEach(() => window.command("Notifications: Clear All Notifications"));

  it("cancels at AI/ML API, which tells neither counts nor results, and sends again", async () => {
    await useModel("far");
    mkdirSync(join(window.workspace, "away"));
    writeFileSync(join(window.workspace, "away", "a.txt"), "[[gate]]");
    writeFileSync(join(window.workspace, "away", "b.txt"), "Hi");
    await window.page.getByRole("treeitem", { name: "away", exact: true }).waitFor();
    await fromFolder("away", "Read it.");
    await option("Send Batch").click();
    await batch(/away, in progress/).waitFor();
    await chooseFor(/away, in progress/, "Cancel Batch");
    await button("Cancel the Batch").click();
    await batch(/away, ended/).waitFor();
    assert.ok(far.requests.some(({ method, path }) => method === "POST" && path.startsWith("/v1/batches/cancel/")));

    await chooseFor(/away, ended/, "Send Failed Requests of Batch Again");
    await batch(/away, again, not sent/).waitFor();
    await batch(/away, ended · 0 succeeded · 2 failed/).waitFor();
    await option("Send Batch").click();
    await batch(/away, again, in progress/).waitFor();
    far.release();
    await batch(/away, again, ended/).waitFor();
    const made = far.requests.filter(({ method, path }) => method === "POST" && path === "/v1/batches");
    assert.deepEqual(made[1]?.body, made[0]?.body);
    await chooseFor(/away, again, ended/, "Save Results of Batch");
    await window.page.getByRole("option", { name: /One File beside Each Input/ }).click();
    await window.page.getByText("2 files were written.").first().waitFor();
    assert.match(readFileSync(join(window.workspace, "away", "b.md"), "utf8"), /./);
  });

  it("sends one by one where there are no batches, pauses, and goes on after a restart in the middle", async () => {
    await useModel("single");
    mkdirSync(join(window.workspace, "singly"));
    for (const [name, text] of [
      ["a.txt", "Hi"],
      ["b.txt", "[[gate at=0]]"],
      ["c.txt", "Ho"],
    ] as const) {
      writeFileSync(join(window.workspace, "singly", name), text);
    }
    await window.page.getByRole("treeitem", { name: "singly", exact: true }).waitFor();
    await fromFolder("singly", "Read it.");
    await button("Prepare One by One").click();
    await option("Send Batch").click();
    const input = window.page.locator(".quick-input-widget input[type=text]");
    await window.page.getByText(/How many requests a minute/).waitFor();
    await input.fill("9999");
    await input.press("Enter");
    const asked = () =>
      api.requests.filter(({ path, body }) => path === "/v1/messages" && /Read it/.test(JSON.stringify(body)));
    await batch(/singly, in progress .*1 of 3/).waitFor();
    await chooseFor(/singly, in progress/, "Pause Batch");
    await batch(/singly, paused .*1 of 3/).waitFor();

    await chooseFor(/singly, paused/, "Resume Batch");
    await batch(/singly, in progress .*1 of 3/).waitFor();
    await window.reload(); // in the middle of the second request
    await batch(/singly, paused .*1 of 3/).waitFor();
    const before = asked().length;
    await chooseFor(/singly, paused/, "Resume Batch");
    await until(() => asked().length > before);
    api.release();
    await batch(/singly, ended · 3 succeeded/).waitFor();
    assert.equal(asked().filter(({ body }) => /a\.txt/.test(JSON.stringify(body))).length, 1, "nothing is asked twice");
    await chooseFor(/singly, ended/, "Save Results of Batch");
    await window.page.getByRole("option", { name: /One File beside Each Input/ }).click();
    await window.page.getByText("3 files were written.").first().waitFor();
  });

  it("is made of a table with a template, of conversations, and of a file that is too large for one", async () => {
    const input = window.page.locator(".quick-input-widget input[type=text]");
    const begin = async (source: string) => {
      await window.command("View: Close All Editors");
      await button("Batches Section").hover();
      await window.page.getByRole("button", { name: "Create Batch" }).click();
      await option(source).click();
    };
    const use = async (file: string) => {
      await option("..").first().waitFor(); // the dialog has shown its own folder
      await input.fill(join(window.workspace, file));
      await button("Use").click();
    };
    const discard = async () => {
      await option("Delete the Draft").click();
      await batch(/not sent/)
        .first()
        .waitFor({ state: "detached" });
    };
    await useModel("simulated");

    writeFileSync(
      join(window.workspace, "teas.csv"),
      'id;tea;place\nt1;"Sencha; first";Kyoto\nt2;Oolong;Anxi\nt 3;Mate;\n',
    );
    await begin("A Table and a Prompt");
    await use("teas.csv");
    await window.page.getByText(/stands for the column/).waitFor();
    await input.fill("Does {{tea}} come from {{place}}?");
    await input.press("Enter");
    await previewed().getByText('"text": "Does Sencha; first come from Kyoto?"').waitFor();
    await previewed().getByText("line 4").waitFor(); // "t 3" is no custom_id
    await discard();

    await begin("Conversations");
    await window.page
      .getByRole("checkbox", { name: /pictures: pictures-chart-png/ })
      .first()
      .click();
    await button("OK").click();
    await previewed().getByText('"text": "Describe it.').waitFor();
    await discard();

    const params = { model: "claude-haiku-4-5", max_tokens: 9, messages: [{ role: "user", content: "Hi" }] };
    const lines = Array.from({ length: 100_001 }, (_, id) => JSON.stringify({ custom_id: `id-${id}`, params }));
    writeFileSync(join(window.workspace, "large.jsonl"), lines.join("\n"));
    await begin("A File of Requests");
    await use("large.jsonl");
    await previewed().getByText("100,001, as 2 batches").waitFor();
    await option("Send 2 Batches").waitFor();
    await discard();
  });
});
