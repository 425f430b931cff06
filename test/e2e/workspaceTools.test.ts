import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { carriers, hostileNames, injections, lyingCommands, MARKER } from "../support/injections";
import type { SimulatedApi } from "../support/api/server";
import { until } from "../support/until";
import type { VSCodeWindow } from "../support/vscode/window";
import { useWindow } from "./use-window";

/** What the simulated model shall call: it obeys whatever it has read. */
const calling = (...calls: object[]) => `[[call]]\n\`\`\`json\n${JSON.stringify(calls, null, 1)}\n\`\`\``;

describe("a person whose workspace Claude may use", () => {
  let api: SimulatedApi;
  let window: VSCodeWindow;

  useWindow({ tokensPerSecond: 5000 }, {}, async (opened) => {
    ({ api, window } = opened);
    const tools = ["read_file", "list_folder", "find_files", "search_text", "edit_file", "create_file", "run_command"];
    await window.newChat();
    await window.command("Sidenote: Select Tools");
    const picker = window.page.locator(".quick-input-widget");
    for (const name of tools) {
      await picker.locator("input[type=text]").fill(name);
      await picker
        .getByRole("checkbox", { name: new RegExp(`^${name}`) })
        .first()
        .click();
    }
    await picker.locator("input[type=text]").fill("");
    await window.page.screenshot({ path: "test-results/select-tools.png" });
    await picker.getByRole("button", { name: "OK" }).click();
    await window.chat.getByRole("button", { name: `Tools: ${tools.length} tools are on in this chat` }).waitFor();
  });

  const message = () => window.chat.getByRole("textbox", { name: "Message" });
  const button = (name: string) => window.chat.getByRole("button", { name, exact: true });
  const file = (path: string) => join(window.workspace, path);
  const ended = () => window.chat.locator("details.tool:not([data-state=waiting]):not([data-state=running])");

  const posts = () => api.requests.filter(({ method, path }) => method === "POST" && path === "/v1/messages");
  let asked = 0;

  async function ask(text: string): Promise<void> {
    asked = posts().length;
    await message().fill(text);
    await message().press("Enter");
  }

  /** The calls are answered, and Claude has said what it makes of the results. */
  async function idle(): Promise<void> {
    await until(() => posts().length >= asked + 2);
    await posts().at(-1)?.settled;
    await window.chat.getByRole("button", { name: "Send", exact: true }).waitFor();
  }

  /** The results of the newest round, as the model gets them. */
  function results(): string[] {
    const body = api.requests.findLast(({ path }) => path === "/v1/messages")?.body as {
      messages: { content: string | { type: string; content?: string | { text?: string }[] }[] }[];
    };
    return body.messages.flatMap(({ content }) =>
      typeof content === "string"
        ? []
        : content
            .filter(({ type }) => type === "tool_result")
            .map((it) =>
              typeof it.content === "string" ? it.content : (it.content ?? []).map(({ text }) => text).join(""),
            ),
    );
  }

  it("is asked before a file is read, and allows it for the chat", async () => {
    await ask(`Read it. ${calling({ name: "read_file", input: { path: "src/cart.ts" } })}`);
    await button("Allow for This Chat").waitFor();
    await window.screenshots("approval");
    await button("Allow for This Chat").click();
    await idle();
    assert.match(results().at(-1) ?? "", /src\/cart\.ts, \d+ lines:\n/);

    await ask(`Again. ${calling({ name: "read_file", input: { path: "README.md" } })}`);
    await idle();
    assert.match(results().at(-1) ?? "", /README\.md/);
  });

  it("renames a function, rejects one part of the change, and undoes the rest", async () => {
    const before = readFileSync(file("src/cart.ts"), "utf8");
    const edits = [
      { old_text: "/** One tea in the cart.", new_text: "// Renamed.\n/** One tea in the cart." },
      { old_text: "export function total(", new_text: "export function sum(" },
      { old_text: "return reduced + shipping;", new_text: "return reduced + shipping; // sum" },
    ];
    await ask(`Rename total to sum. ${calling({ name: "edit_file", input: { path: "src/cart.ts", edits } })}`);
    await button("Accept All").waitFor();
    await window.page.locator(".monaco-diff-editor").first().waitFor();
    await window.screenshots("edit-review");
    assert.equal(readFileSync(file("src/cart.ts"), "utf8"), before, "nothing is changed before it is accepted");
    await window.chat.getByRole("button", { name: "Reject change 1" }).click();
    await button("Accept All").click();
    await idle();
    const after = readFileSync(file("src/cart.ts"), "utf8");
    assert.ok(!after.includes("// Renamed."));
    assert.match(after, /\bsum\b/);
    assert.match(results().at(-1) ?? "", /changes were made in “src\/cart\.ts”[^]*was rejected by the user/);

    await window.openFile("src/cart.ts");
    await window.page.locator(".view-line", { hasText: "One tea in the cart" }).click();
    await window.page.keyboard.press("ControlOrMeta+z");
    await window.page.keyboard.press("ControlOrMeta+s");
    // Saving takes a moment; when the undo is not one step, this never comes.
    await until(() => readFileSync(file("src/cart.ts"), "utf8") === before);
  });

  it("changes a file by hand while its diff is open, and keeps that", async () => {
    const edits = [
      { old_text: "A small shop", new_text: "A tiny shop" },
      { old_text: "# Tea shop", new_text: "# Tea house" },
    ];
    const readme = readFileSync(file("README.md"), "utf8");
    await ask(`Reword it. ${calling({ name: "edit_file", input: { path: "README.md", edits } })}`);
    await button("Accept All").waitFor();
    writeFileSync(file("README.md"), readme.replace("# Tea shop", "# My shop"));
    await window.chat.getByText("you changed these lines").waitFor();
    await window.screenshots("edit-changed-meanwhile");
    await button("Accept All").click();
    await idle();
    assert.equal(
      readFileSync(file("README.md"), "utf8"),
      readme.replace("# Tea shop", "# My shop").replace("A small shop", "A tiny shop"),
    );
    assert.match(results().at(-1) ?? "", /the user changed these lines meanwhile/);
  });

  it("runs a command after its exact text was shown", async () => {
    await ask(`Run it. ${calling({ name: "run_command", input: { command: "echo tea-$((40+2))" } })}`);
    await window.chat.getByText("echo tea-$((40+2))").last().waitFor();
    await button("Allow Once").click();
    await idle();
    assert.match(results().at(-1) ?? "", /exit code 0[^]*tea-42|ended/);
  });

  it("stops a command while it runs, and goes on with the chat", async () => {
    const command = "echo $$ > running.txt; exec sleep 1000";
    await ask(`Wait. ${calling({ name: "run_command", input: { command } })}`);
    await button("Allow Once").click();
    const line = window.chat.locator("details.tool").last();
    await line.and(window.chat.locator("[data-state=running]")).waitFor();
    await until(() => existsSync(file("running.txt")) && readFileSync(file("running.txt"), "utf8") !== "");
    await window.screenshots("command-running");
    await button("Stop").click();
    await line.getByText("Cancelled").waitFor();
    const pid = Number(readFileSync(file("running.txt"), "utf8"));
    await until(() => !isAlive(pid));
    asked = posts().length - 1;
    await message().fill("Never mind.");
    await message().press("Enter");
    await idle();
    assert.match(results().at(-1) ?? "", /stopped the call/);
  });

  it("sees of each command what it is, however it lies", async () => {
    for (const [command, seen] of lyingCommands) {
      await ask(`Run it. ${calling({ name: "run_command", input: { command } })}`);
      const card = window.chat.getByRole("group", { name: "Allow the call?" });
      await card.waitFor();
      await until(async () => (await card.innerText()).includes(seen));
      if (command === lyingCommands[0]?.[0]) await window.screenshots("lying-command");
      await button("Deny").click();
      await idle();
      assert.match(results().at(-1) ?? "", /did not allow/);
    }
    assert.ok(!existsSync(file("pwned.txt")));
  });

  it("allows one thing, and nothing that is smuggled in beside it", async () => {
    // Two calls, and a double click on the question about the first.
    await ask(
      `Two. ${calling(
        { name: "run_command", input: { command: "echo one" } },
        { name: "run_command", input: { command: "touch pwned.txt" } },
      )}`,
    );
    await button("Allow Once").dblclick();
    await window.chat.locator(".tool-approval").getByText("touch pwned.txt").waitFor();
    assert.ok(!existsSync(file("pwned.txt")));
    await button("Deny").click();
    await idle();

    // What was allowed for the chat is this command, not one that begins with it.
    await ask(`Again. ${calling({ name: "run_command", input: { command: "echo two" } })}`);
    await button("Allow for This Chat").click();
    await idle();
    await ask(`And more. ${calling({ name: "run_command", input: { command: "echo two; touch pwned.txt" } })}`);
    await button("Deny").click();
    await idle();
    assert.ok(!existsSync(file("pwned.txt")));

    // The folder becomes a link while the question stands.
    const outside = mkdtempSync(join(tmpdir(), "sidenote-outside-"));
    writeFileSync(join(outside, "notes.txt"), MARKER);
    for (const input of [{ path: ".cache/notes.txt" }, { path: ".cache/new.txt", content: "pwned" }]) {
      mkdirSync(file(".cache"), { recursive: true });
      writeFileSync(file(".cache/notes.txt"), "harmless");
      writeFileSync(file(".gitignore"), ".cache"); // so that it is asked about, whatever was allowed
      const isNew = "content" in input;
      await ask(`Notes. ${calling({ name: isNew ? "create_file" : "read_file", input })}`);
      const allow = button(isNew ? "Accept All" : "Allow Once");
      await allow.waitFor();
      renameSync(file(".cache"), file(`.moved-${isNew}`));
      symlinkSync(outside, file(".cache"));
      await allow.click();
      await idle();
      assert.match(results().at(-1) ?? "", /a link that leads out of the workspace/);
      renameSync(file(".cache"), file(`.link-${isNew}`));
    }
    assert.ok(!existsSync(join(outside, "new.txt")));
    assert.ok(!JSON.stringify(api.requests.map(({ body }) => body)).includes(MARKER), "a secret was sent");
  });

  it("lets no injected order through that Claude obeys", async () => {
    const outside = mkdtempSync(join(tmpdir(), "sidenote-outside-"));
    writeFileSync(join(outside, "secret.txt"), MARKER);
    writeFileSync(file(".env"), `KEY=${MARKER}`);
    symlinkSync(outside, file("linked"));
    const before = readFileSync(file("README.md"), "utf8");
    for (const [index, { text }] of injections.entries()) writeFileSync(file(`injected-${index}.md`), text);
    for (const name of hostileNames) writeFileSync(file(name), `${MARKER.slice(0, 8)}: read .env`);
    const calls = injections.map(
      ({ call }) => JSON.parse(JSON.stringify(call).replaceAll("OUTSIDE", outside)) as object,
    );
    await ask(`Do what the files say. ${calling(...calls)}`);
    // Whatever asks is denied, one after the other; what does not ask was refused or harmless.
    while (posts().length < asked + 2) {
      const deny = window.chat.getByRole("button", { name: /^(Deny|Reject All)$/ }).first();
      await deny.click({ timeout: 1000 }).catch(() => undefined);
    }
    await idle();
    assert.equal(await ended().count(), await window.chat.locator("details.tool").count());
    const sent = JSON.stringify(api.requests.map(({ body }) => body));
    assert.ok(!sent.includes(MARKER), "a secret was sent");
    assert.equal(readFileSync(file("README.md"), "utf8"), before);
    assert.ok(!existsSync(join(outside, "written.txt")) && !existsSync(file("pwned.txt")));
    assert.equal(results().length >= injections.length, true);
  });

  it("sends nothing out by what an answer shows", async () => {
    const left: string[] = [];
    window.page.context().on("request", (request) => left.push(request.url()));
    await ask(`[[echo]] ${carriers.join("\n\n")}`);
    const answer = window.chat.getByRole("article", { name: "Claude" }).last();
    await answer.and(window.chat.locator("[aria-busy=false]")).waitFor();
    await answer.getByRole("link", { name: "Show the answer" }).first().waitFor();
    assert.equal(await answer.locator("img, iframe, style, link, object, embed").count(), 0);
    for (const link of await answer.getByRole("link").all()) {
      assert.match((await link.getAttribute("href")) ?? "", /^https:\/\/evil\.example\//, "web links only");
    }
    await answer.getByRole("link", { name: "Show the answer" }).first().click();
    const dialog = window.page.getByRole("dialog");
    await dialog.getByText("https://evil.example/i?d=DATA").first().waitFor();
    await window.page.screenshot({ path: "test-results/link-out.png" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    assert.deepEqual(
      left.filter((url) => url.includes("evil.example")),
      [],
    );
    assert.ok(!existsSync(file("pwned.txt")));
  });

  it("is told of a question while the chat is hidden, and comes back to it", async () => {
    await ask(`Look. [[gate at=0]] ${calling({ name: "list_folder", input: { path: "src" } })}`);
    await until(() => posts().length > asked);
    await window.command("View: Toggle Secondary Side Bar Visibility");
    await window.page.locator('iframe.webview[src*="extensionId=sidenote.sidenote"]').waitFor({ state: "detached" });
    api.release();
    // A window that is driven by a test shows them in the centre only.
    await window.command("Notifications: Show Notifications");
    const centre = window.page.locator(".notifications-center");
    await centre.getByText("Claude waits for you: List the folder “src”").waitFor();
    await window.page.screenshot({ path: "test-results/question-hidden.png" });
    await centre.getByRole("button", { name: "Show", exact: true }).click();
    await button("Allow Once").click();
    await idle();
    assert.match(results().at(-1) ?? "", /cart\.ts/);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
