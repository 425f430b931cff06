import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SimulatedApi } from "../support/api/server";
import type { VSCodeWindow } from "../support/vscode/window";
import { useWindow } from "./use-window";

describe("a person who commits", () => {
  let api: SimulatedApi;
  let window: VSCodeWindow;

  const git = (...args: string[]) => {
    const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"];
    execFileSync("git", [...identity, ...args], { cwd: window.workspace });
  };

  useWindow({ tokensPerSecond: 1000 }, {}, async (opened) => {
    ({ api, window } = opened);
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "--message", "feat: sell tea");
    await appendFile(join(window.workspace, "src", "cart.ts"), "\nexport const VAT = 0.19;\n");
    await writeFile(join(window.workspace, "keys.txt"), 'password = "correct1horse2battery"\n');
    git("add", ".");
    await window.reload(); // the Git extension looks for repositories when it starts
    await window.newChat(); // else the chat, which nobody has opened yet, may be seen or not
  });

  it("has the message written into the box of the Source Control view", async () => {
    await window.command("Source Control: Focus on Changes View");
    await window.page.getByRole("treeitem", { name: /cart\.ts/ }).waitFor();
    await window.command("Sidenote: Write Commit Message");
    const box = window.page.locator(".scm-editor .view-lines");
    await box.getByText("feat: change keys.txt and src/cart.ts").waitFor();
    const sent = JSON.stringify(api.requests.findLast(({ path }) => path === "/v1/messages")?.body);
    assert.match(sent, /feat: sell tea/);
    assert.match(sent, /\+export const VAT = 0\.19;/);
    assert.doesNotMatch(sent, /correct1horse2battery/);
    await window.screenshots("commit");
  });

  it("asks about what is staged of one file, from its menu", async () => {
    const chips = window.chat.getByRole("list", { name: "Attachments" }).getByRole("listitem");
    await window.command("Source Control: Focus on Changes View");
    await window.page.getByRole("treeitem", { name: /cart\.ts/ }).click({ button: "right" });
    await window.chooseFromMenu("Add Changes to Sidenote");
    await chips.getByText("staged changes of src/cart.ts").waitFor();
    await window.page.getByRole("treeitem", { name: /^Staged Changes/ }).click({ button: "right" });
    await window.chooseFromMenu("Add Changes to Sidenote");
    await chips.getByRole("button", { name: "Open staged changes", exact: true }).waitFor();
    await window.screenshots("staged-changes");
  });
});
