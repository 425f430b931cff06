import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { until } from "../support/until";
import type { VSCodeWindow } from "../support/vscode/window";
import { useWindow } from "./use-window";

const CODE = `Take it:

- one
- two

In \`src/cart.ts\`:

\`\`\`ts
export function price(item: Item): number {
  return item.grams;
}
\`\`\`

And a command:

\`\`\`sh
touch was-run
\`\`\`

Done.`;

describe("a person who works with an answer", () => {
  let window: VSCodeWindow;

  useWindow(
    { tokensPerSecond: 5000 },
    {
      "editor.minimap.enabled": false,
      "files.autoSave": "off",
      // As elements, not as a picture.
      "terminal.integrated.gpuAcceleration": "off",
    },
    async (opened) => {
      ({ window } = opened);
      await window.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await window.newChat();
      await ask("An Oolong was here. [[echo]]");
      await ask("[[long kb=40]]");
      await ask(`${CODE}\n [[echo]]`);
    },
  );

  const message = () => window.chat.getByRole("textbox", { name: "Message" });
  const answer = () => window.chat.locator("article[aria-label=Claude]").last();
  const code = () => answer().locator(".code-block");
  const press = (key: string) => window.page.keyboard.press(key);
  const editorLine = (text: string) => window.page.locator(".editor-instance .view-line", { hasText: text });
  const cart = () => readFileSync(join(window.workspace, "src/cart.ts"), "utf8");

  /** As soon as the editor has the focus. */
  async function save(): Promise<void> {
    await window.page.locator(".editor-instance .monaco-editor.focused").waitFor();
    await press("ControlOrMeta+S");
  }

  /** Sends a message that comes back as the answer, and waits for that. */
  async function ask(text: string): Promise<void> {
    await message().fill(text);
    await message().press("Enter");
    const question = window.chat.locator("article[aria-label=You]", { hasText: text.split("\n")[0] ?? "" }).last();
    await question.locator("+ article[aria-busy=false]").waitFor();
  }

  /** The menu of a block of code, by keyboard. */
  async function chooseByKeys(block: Locator, item: string): Promise<void> {
    await block.getByRole("button", { name: "More for This Code" }).focus();
    await press("Enter");
    const wanted = window.chat.getByRole("menuitem", { name: item });
    await wanted.waitFor();
    while (!(await wanted.evaluate((it) => it === document.activeElement))) await press("ArrowDown");
    await press("Enter");
  }

  it("finds what is far above and not drawn yet, by keys, and is back where it was", async () => {
    const field = window.chat.getByRole("textbox", { name: "Find in conversation" });
    const says = (text: RegExp) => window.chat.locator(".find-count", { hasText: text }).waitFor();
    await window.reload();
    await window.chat.locator("article.undrawn").first().waitFor({ state: "attached" });
    await message().fill("Half a question");
    await press("ControlOrMeta+F");
    await field.waitFor();
    await window.page.keyboard.type("oolong");
    await says(/^1 of 2$/);
    await press("Alt+C");
    await says(/^No results$/);
    await press("Alt+C");
    await field.fill("oolong was");
    await says(/^1 of 2$/);
    await press("Enter");
    await says(/^2 of 2$/);
    await press("F3");
    await says(/^1 of 2$/);
    const seen = await window.chat.locator("body").evaluate(() => {
      const [found] = CSS.highlights.get("find-current") ?? [];
      const range = document.createRange();
      if (found) range.setStart(found.startContainer, found.startOffset);
      if (found) range.setEnd(found.endContainer, found.endOffset);
      const { top, bottom } = range.getBoundingClientRect();
      const bar = document.querySelector(".find")?.getBoundingClientRect();
      return { text: range.toString(), inView: top > (bar?.bottom ?? 0) && bottom < innerHeight };
    });
    assert.deepEqual(seen, { text: "Oolong was", inView: true });
    await window.screenshots("find");
    await field.fill("was");
    await press("Alt+W");
    await press("Alt+R");
    await field.fill("w.s|touch was");
    await says(/of 4$/);
    await press("Escape");
    await field.waitFor({ state: "hidden" });
    await window.chat.locator("textarea:focus").waitFor();
    assert.equal(await message().inputValue(), "Half a question");
    await message().fill("");
  });

  it("copies what is selected as clean text", async () => {
    const copied = async () => {
      await answer().getByText("Done.").scrollIntoViewIfNeeded();
      const from = await answer().getByText("Take").boundingBox();
      const to = await answer().getByText("Done.").boundingBox();
      assert.ok(from && to);
      await window.page.mouse.move(from.x + 1, from.y + 8);
      await window.page.mouse.down();
      await window.page.mouse.move(to.x + to.width - 1, to.y + 8, { steps: 5 });
      await window.page.mouse.up();
      await press("ControlOrMeta+C");
      return window.page.evaluate(() => navigator.clipboard.readText());
    };
    // What was drawn above may still move the answer, and VS Code takes the key before the page has it.
    let text = await copied();
    while (!text.startsWith("Take") || !text.endsWith("Done.")) text = await copied();
    assert.equal(
      text,
      "Take it:\n\none\ntwo\nIn src/cart.ts:\n\nexport function price(item: Item): number {\n  return item.grams;\n}\n" +
        "And a command:\n\ntouch was-run\nDone.",
    );
  });

  it("inserts code at the cursor, by the button that appears, and replaces a selection by keys", async () => {
    await window.openFile("src/cart.ts");
    await editorLine("export function price").click();
    await press("Home");
    await code().first().hover();
    await code().first().getByRole("button", { name: "Insert at cursor" }).click();
    await editorLine("return item.grams;").waitFor();
    await save();
    await until(() => cart().split("export function price").length === 3);

    await editorLine("return item.grams;").click();
    await press("Home");
    await press("Shift+End");
    await chooseByKeys(code().last(), "Replace Selection");
    await editorLine("touch was-run").waitFor();
    await save();
    await until(() => cart().includes("\n  touch was-run\n}"));
  });

  it("applies code to a file as a diff, rejects it and accepts it", async () => {
    const diff = window.page.locator(".monaco-diff-editor").first();
    const before = cart();
    await chooseByKeys(code().first(), "Apply to File…");
    await diff.waitFor();
    await window.page.getByRole("button", { name: "Reject All Changes" }).click();
    await diff.waitFor({ state: "detached" });
    assert.equal(cart(), before);

    await code().first().locator("pre").click({ button: "right" });
    await window.chooseFromMenu("Apply to File…");
    await diff.waitFor();
    await window.screenshots("apply");
    await window.page.getByRole("button", { name: "Accept All Changes" }).click();
    await diff.waitFor({ state: "detached" });
    await editorLine("return item.grams;").waitFor();
    await save();
    await until(() => cart().includes("return item.grams;") && !cart().includes("touch"));
  });

  it("makes a new file of code, from the context menu, in its language", async () => {
    await code().first().locator("pre").click({ button: "right" });
    await window.chooseFromMenu("New File");
    await window.page.getByRole("tab", { name: /Untitled-1/ }).waitFor();
    await window.page.getByRole("button", { name: "TypeScript", exact: true }).waitFor();
  });

  it("puts a command into the terminal, which the person runs", async () => {
    const made = join(window.workspace, "was-run");
    await chooseByKeys(code().last(), "Put into Terminal");
    const rows = window.page.locator(".xterm-rows", { hasText: /touch was-run/ });
    await rows.waitFor();
    await window.screenshots("terminal");
    assert.equal((await rows.allTextContents()).join("").split("touch was-run").length, 2, "it is there once");
    assert.equal(existsSync(made), false);
    await press("Enter");
    await until(() => existsSync(made));
  });
});
