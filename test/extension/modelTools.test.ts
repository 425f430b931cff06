import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Uri, window } from "vscode";
import { ProposedEdits } from "../../src/host/proposedEdit";
import { bash } from "../../src/host/tools/bash";
import { computer } from "../../src/host/tools/computer";
import { memory } from "../../src/host/tools/memory";
import { accept, caller, deny, once } from "./callTool";
import { fixture, needsTerminals } from "./support";

describe("the memory that models know", () => {
  const folder = join(mkdtempSync(join(tmpdir(), "sidenote-memory-")), "memory");
  const edits = new ProposedEdits();
  const { asked, call, shown } = caller([memory(Uri.file(folder), edits)]);
  const stored = (name: string) => readFileSync(join(folder, name), "utf8");
  const use = (input: object, answer = accept as Parameters<typeof call>[2], conversation = "c") =>
    call("memory", { ...input }, answer, conversation);

  beforeEach(() => asked.splice(0));
  after(() => edits.dispose());

  it("is empty at first, and is looked at after a question only", async () => {
    assert.match(await use({ command: "view", path: "/memories" }, deny), /did not allow/);
    assert.equal(
      await use({ command: "view", path: "/memories" }, () => ({ choice: "chat" }), "d"),
      "“/memories” is empty.",
    );
    await use({ command: "view", path: "/memories" }, deny, "d");
    assert.equal(asked.length, 2, "it was allowed for the chat");
  });

  it("keeps what was accepted, and nothing else", async () => {
    const made = await use({ command: "create", path: "/memories/shop/tea.md", file_text: "Assam\nDarjeeling\n" });
    assert.equal(made, "“/memories/shop/tea.md” was made.");
    assert.deepEqual(shown(), ["File: /memories/shop/tea.md"]);
    await use({ command: "insert", path: "/memories/shop/tea.md", insert_line: 1, insert_text: "Sencha" });
    await use({ command: "str_replace", path: "/memories/shop/tea.md", old_str: "Assam", new_str: "Oolong" });
    await use({ command: "str_replace", path: "/memories/shop/tea.md", old_str: "Oolong", new_str: "Poison" }, deny);
    assert.equal(stored("shop/tea.md"), "Oolong\nSencha\nDarjeeling\n");
    await assert.rejects(use({ command: "create", path: "/memories/shop/tea.md", file_text: "" }), /is there already/);
    await assert.rejects(
      use({ command: "create", path: "/memories/long.md", file_text: "x".repeat(100_001) }),
      /may have 100000 characters/,
    );
    assert.equal(await use({ command: "view", path: "/memories" }, once), "/memories:\n25\t/memories/shop/tea.md");
    const view = await use({ command: "view", path: "/memories/shop/tea.md", view_range: [2, 3] }, once);
    assert.equal(view, "/memories/shop/tea.md:\n     2\tSencha\n     3\tDarjeeling");
  });

  it("renames and deletes what was shown, no more", async () => {
    await use({ command: "create", path: "/memories/old.md", file_text: "x" });
    await use({ command: "rename", old_path: "/memories/old.md", new_path: "/memories/shop/new.md" }, once);
    assert.deepEqual(shown(), ["Renames: /memories/old.md", "To: /memories/shop/new.md"]);
    assert.ok(existsSync(join(folder, "shop/new.md")) && !existsSync(join(folder, "old.md")));
    await assert.rejects(
      use({ command: "rename", old_path: "/memories/shop/new.md", new_path: "/memories/shop/tea.md" }, once),
      /is there already/,
    );
    const late = use({ command: "delete", path: "/memories/shop" }, () => {
      writeFileSync(join(folder, "shop/late.md"), "made while the question stood");
      return { choice: "once" };
    });
    await assert.rejects(late, /has other files in it by now than were shown/);
    await use({ command: "delete", path: "/memories/shop" }, once);
    assert.match(shown()?.join("\n") ?? "", /^Deletes: \/memories\/shop\nWith all in it: \/memories\/shop\/late\.md\n/);
    assert.ok(!existsSync(join(folder, "shop")));
    await assert.rejects(use({ command: "delete", path: "/memories" }, once), /cannot be deleted/);
  });

  it("refuses every path that leads out of it", async () => {
    const outside = mkdtempSync(join(tmpdir(), "sidenote-outside-"));
    writeFileSync(join(outside, "secret.txt"), "secret");
    mkdirSync(folder, { recursive: true });
    symlinkSync(outside, join(folder, "link"));
    const paths = [
      "/memories/../secret.txt",
      "/memories/a/../../secret.txt",
      "/memories/link/secret.txt",
      "/memoriesx/secret.txt",
      "/etc/passwd",
      "secret.txt",
      "memories/secret.txt",
      "//memories/secret.txt",
      "/memories/..\\secret.txt",
      "/memories/a\u0000b",
      "/memories/a:b",
      "file:///memories/a",
      `${outside}/secret.txt`,
    ];
    for (const path of paths) {
      for (const input of [
        { command: "view", path },
        { command: "create", path, file_text: "x" },
        { command: "delete", path },
        { command: "rename", old_path: path, new_path: "/memories/a" },
      ]) {
        await assert.rejects(use(input), /is refused/, `${input.command} ${path}`);
      }
    }
    await use({ command: "create", path: "/memories/here.md", file_text: "x" });
    await assert.rejects(
      use({ command: "rename", old_path: "/memories/here.md", new_path: "/memories/link/x" }, once),
      /is refused/,
    );
    assert.equal(asked.length, 1);
  });
});

describe("the shell that models know", () => {
  const { asked, call, shown } = caller([bash()]);

  after(() => {
    for (const terminal of window.terminals) terminal.dispose();
  });

  it("keeps what a command has left, until it is restarted, and asks about each", async function () {
    await needsTerminals(this);
    const folder = fixture(".").fsPath.replace(/\/$/, "");
    await call("bash", { command: "cd src; tea=Assam" });
    assert.deepEqual(shown(), ["Command: cd src; tea=Assam", `Folder: ${folder}`]);
    assert.match(await call("bash", { command: "pwd; echo $tea" }), new RegExp(`${folder}/src\n+Assam`));
    assert.deepEqual(shown(), ["Command: pwd; echo $tea", `Folder: ${folder}/src`]);
    assert.equal(asked.at(-1)?.forChat, false);
    assert.match(await call("bash", { command: "pwd; echo $tea" }, deny), /did not allow/, "it is asked each time");
    assert.equal(await call("bash", { restart: true }), "The shell was restarted.");
    assert.doesNotMatch(await call("bash", { command: "pwd; echo $tea" }), /Assam|src/);
    await assert.rejects(call("bash", { command: "ls\u0009" }), /control characters/);
  });

  it("runs nothing in another folder than the one that was shown", async function () {
    await needsTerminals(this);
    await call("bash", { command: "true" }, once, "moved");
    const moved = call(
      "bash",
      { command: "touch pwned" },
      async () => {
        const terminal = window.terminals.findLast(({ name }) => name === "Sidenote bash");
        const { path } = fixture("src");
        terminal?.sendText("cd src");
        while (terminal?.shellIntegration?.cwd?.path !== path) await new Promise((resolve) => setTimeout(resolve, 20));
        return { choice: "once" };
      },
      "moved",
    );
    await assert.rejects(moved, /in another folder by now/);
    assert.ok(!existsSync(fixture("src/pwned").fsPath) && !existsSync(fixture("pwned").fsPath));
  });
});

describe("the computer that models know", () => {
  it("is answered by hand, with images", async () => {
    const images = [new Uint8Array([1, 2])];
    const { call } = caller([computer], { text: "Here", images, failed: false });
    assert.equal(await call("computer", { action: "screenshot" }), "Here\n(image)");
    assert.equal(
      computer.describe({ action: "left_click", coordinate: [3, 4], text: "ctrl" }),
      "You do by hand: left click at 3, 4 “ctrl”",
    );
  });
});
