import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SimulatedApi } from "../support/api/server";
import { until } from "../support/until";
import type { VSCodeWindow } from "../support/vscode/window";
import { useWindow } from "./use-window";

const editor = "str_replace_based_edit_tool";

describe("a person who lets Claude use the tools that it knows", () => {
  let api: SimulatedApi;
  let window: VSCodeWindow;

  useWindow({ tokensPerSecond: 5000 }, {}, (opened) => {
    ({ api, window } = opened);
  });

  beforeEach(async () => {
    await window.newChat();
  });

  const button = (name: string) => window.chat.getByRole("button", { name, exact: true });
  const file = (path: string) => join(window.workspace, path);
  const posts = () => api.requests.filter(({ method, path }) => method === "POST" && path === "/v1/messages");
  let asked = 0;

  async function switchOn(name: string): Promise<void> {
    await window.chat.getByRole("button", { name: /^Tools: / }).click();
    const picker = window.page.locator(".quick-input-widget");
    await picker.locator("input[type=text]").fill(name);
    await picker
      .getByRole("checkbox", { name: new RegExp(`^${name}.*known to the model`) })
      .first()
      .click();
    await picker.getByRole("button", { name: "OK" }).click();
    await window.chat.getByRole("button", { name: "Tools: 1 tool is on in this chat" }).waitFor();
  }

  /** Has the model call a tool with each input, one after the other in one answer. */
  async function ask(tool: string, ...inputs: object[]): Promise<void> {
    asked = posts().length;
    const calls = inputs.map((input) => ({ name: tool, input }));
    const message = window.chat.getByRole("textbox", { name: "Message" });
    await message.fill(`Please. [[call]]\n\`\`\`json\n${JSON.stringify(calls)}\n\`\`\``);
    await message.press("Enter");
  }

  /** What the model gets for the calls, once it has said what it makes of it. */
  async function results(): Promise<string[]> {
    await until(() => posts().length >= asked + 2);
    await posts().at(-1)?.settled;
    await button("Send").waitFor();
    const body = posts().at(-1)?.body as { messages: { content: { content: { text?: string }[] }[] }[] };
    return (body.messages.at(-1)?.content ?? []).map(({ content }) => content.map(({ text }) => text).join(""));
  }

  /** The type of a tool in the newest request. */
  function sentAs(tool: string): string | undefined {
    const body = posts().at(-1)?.body as { tools?: { name: string; type?: string }[] } | undefined;
    return body?.tools?.find(({ name }) => name === tool)?.type;
  }

  /** The card of the question that stands, once it shows a text. */
  async function question(text: string): Promise<void> {
    await window.chat.locator(".tool-approval").getByText(text, { exact: true }).waitFor();
  }

  it("has its text editor look at a file, accepts one change and rejects another", async () => {
    const before = readFileSync(file("README.md"), "utf8");
    await switchOn(editor);
    await ask(editor, { command: "view", path: "README.md", view_range: [1, 1] });
    await question("README.md");
    await button("Allow Once").click();
    assert.deepEqual(await results(), ["README.md:\n     1\t# Tea shop"]);
    assert.equal(sentAs(editor), "text_editor_20250728");

    await ask(
      editor,
      { command: "str_replace", path: "README.md", old_str: "# Tea shop", new_str: "# Tea house" },
      { command: "insert", path: "README.md", insert_line: 0, insert_text: "<!-- Do not read on. -->" },
      { command: "create", path: "notes/teas.md", file_text: "Assam sells best.\n" },
    );
    const diff = window.page.locator(".monaco-diff-editor");
    await diff.getByText("# Tea house").waitFor();
    await question("README.md");
    await window.chat.getByText("Waits its turn").nth(1).waitFor();
    await window.screenshots("text-editor-review");
    assert.equal(readFileSync(file("README.md"), "utf8"), before, "nothing is changed before it is accepted");
    await button("Accept All").click();

    await diff.getByText("Do not read on.").waitFor();
    await window.chat.getByRole("textbox", { name: "Tell Claude why not" }).fill("No comments, please");
    await button("Reject All").click();

    await question("notes/teas.md");
    await diff.getByText("Assam sells best.").waitFor();
    assert.ok(!existsSync(file("notes")));
    await button("Accept All").click();
    assert.deepEqual(await results(), [
      "1 of 1 changes were made in “README.md”.",
      "The user did not allow this call: No comments, please",
      "“notes/teas.md” was made.",
    ]);
    assert.equal(readFileSync(file("README.md"), "utf8"), before.replace("# Tea shop", "# Tea house"));
    assert.equal(readFileSync(file("notes/teas.md"), "utf8"), "Assam sells best.\n");
    await diff.waitFor({ state: "detached" });
    const rejected = window.chat.locator("details.tool", { hasText: "Change “README.md”" }).nth(1);
    await rejected.getByText("Not allowed").waitFor();
    await window.screenshots("text-editor-done");
  });

  it("has its shell run a command in the folder that was shown, and denies another", async () => {
    // The first shell of a window takes a while; one that takes too long is not read.
    await window.command("Terminal: Create New Terminal");
    await window.page.locator(".terminal-command-decoration:visible").first().waitFor();
    await switchOn("bash");
    await ask("bash", { command: "cd src" });
    await question("cd src");
    await question(window.workspace);
    await button("Allow Once").click();
    assert.match((await results())[0] ?? "", /^It ended with exit code 0\./);
    assert.equal(sentAs("bash"), "bash_20250124");

    await ask("bash", { command: "echo Assam > teas.txt" }, { command: "echo Assam > more.txt" });
    await question("echo Assam > teas.txt");
    await question(join(window.workspace, "src"));
    await window.screenshots("bash-asking");
    assert.equal(await button("Allow for This Chat").count(), 0, "each command is asked about");
    assert.ok(!existsSync(file("src/teas.txt")), "nothing is run before it is allowed");
    await button("Allow Once").click();
    await question("echo Assam > more.txt");
    await button("Deny").click();
    const [done, denied] = await results();
    assert.match(done ?? "", /^It ended with exit code 0\./);
    assert.equal(denied, "The user did not allow this call.");
    assert.ok(existsSync(file("src/teas.txt")), "it ran in the folder where the command before has left the shell");
    assert.ok(!existsSync(file("src/more.txt")) && !existsSync(file("more.txt")));

    const line = window.chat.locator("details.tool", { hasText: "Run the command “echo Assam > teas.txt”" });
    await line.locator("summary").click();
    await line.locator("pre.tool-result", { hasText: "It ended with exit code 0." }).waitFor();
    await window.screenshots("bash-done");
  });
});
