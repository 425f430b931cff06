import assert from "node:assert/strict";
import { isSecret } from "../../../src/host/tools/globs";
import { readRules, ruleAllows, type ToolRule } from "../../../src/host/tools/rules";
import type { ToolEffect } from "../../../src/host/tools/tool";
import { placeOf } from "../../../src/host/tools/workspacePath";

describe("paths of the model", () => {
  const folders = [
    { name: "shop", path: "/home/ada/shop" },
    { name: "lib", path: "/home/ada/lib" },
  ];
  const windows = [{ name: "shop", path: "/c:/home/ada/shop" }];

  it("lead into the workspace, relative or absolute", () => {
    assert.deepEqual(placeOf("src/./cart.ts", folders), { folder: 0, path: "src/cart.ts" });
    assert.deepEqual(placeOf("lib/a.ts", folders), { folder: 1, path: "a.ts" });
    assert.deepEqual(placeOf("/home/ada/lib/a.ts", folders), { folder: 1, path: "a.ts" });
    assert.deepEqual(placeOf(".", folders), { folder: 0, path: "" });
    assert.deepEqual(placeOf(String.raw`src\cart.ts`, windows), { folder: 0, path: "src/cart.ts" });
    assert.deepEqual(placeOf(String.raw`C:\home\ada\shop\a.ts`, windows), { folder: 0, path: "a.ts" });
  });

  it("are refused when they could lead elsewhere", () => {
    const bad = [
      "..",
      "src/../a",
      "/etc/passwd",
      "/home/ada/shopping/a",
      "//host/a",
      String.raw`..\a`,
      "a\0b",
      "file:///a",
    ];
    for (const path of [...bad, "/WORK/shop/a", ".env.", "a /b", "a:b"]) {
      assert.throws(() => placeOf(path, folders), /is refused/, path);
    }
    for (const path of [String.raw`\\host\a`, String.raw`D:\a`, "src/a.ts::$DATA", String.raw`..\a`]) {
      assert.throws(() => placeOf(path, windows), /is refused/, path);
    }
    assert.throws(() => placeOf("a", []), /No folder/);
  });
});

describe("files that may hold secrets", () => {
  it("are known whatever their letters look like", () => {
    for (const path of [
      ".env",
      "app/.ENV.local",
      ".e\u200Bnv",
      "\uFF0Eenv",
      ".git/config",
      "a/id_rsa",
      "x.PEM",
      "GIT~1/config",
    ]) {
      assert.ok(isSecret(path), path);
    }
    for (const path of [".env.example", "src/environment.ts", "id_rsa.pub", "keys.ts"])
      assert.ok(!isSecret(path), path);
  });
});

describe("rules for tools", () => {
  const tool = (name: string, effect: ToolEffect) => ({ definition: { name }, effect });
  const command = (text: string) => ({ type: "command", command: text, folder: "shop" }) as const;
  const runs = (rule: ToolRule, text: string) => ruleAllows(rule, tool("run_command", "runs"), command(text));

  it("allow a command as it is written, and no other", () => {
    const rule = { tool: "run_command", command: "npm test" };
    assert.ok(runs(rule, "npm test"));
    for (const text of ["npm test ", "npm test; rm x", "npm test && rm x", "npm test\nrm x", "NPM test", "npm tests"]) {
      assert.ok(!runs(rule, text), text);
    }
  });

  it("allow more plain words after a beginning, and nothing that a shell reads", () => {
    const rule = { tool: "run_command", command: "npm run *" };
    assert.ok(runs(rule, "npm run") && runs(rule, "npm run build test:unit src/cart.ts"));
    for (const end of [
      "a;b",
      "a|b",
      "a&b",
      "$(b)",
      "`b`",
      "a\nb",
      "a>b",
      "a <b",
      "'a'",
      "~",
      "*",
      "a\\b",
      "%PATH%",
      "a\tb",
    ]) {
      assert.ok(!runs(rule, `npm run ${end}`), end);
    }
    assert.ok(!runs(rule, "npm runx") && !runs(rule, "npm run  a") && !runs(rule, "npm run "));
  });

  it("allow no word that a program takes for an option or a setting, and no path out of the folder or to a secret", () => {
    const dangerous: readonly [rule: string, command: string][] = [
      ["git log *", "git log --output=src/cart.ts"],
      ["git log *", "git log -p --output src/cart.ts"],
      ["git diff *", "git diff --ext-diff"],
      ["npm run *", "npm run build --script-shell=./evil"],
      ["npm run *", "npm run build --"],
      ["make *", "make CC=evil"],
      ["tar xf *", "tar xf a.tar --to-command=evil"],
      ["cat *", "cat /etc/passwd"],
      ["cat *", "cat ../secret.txt"],
      ["cat *", "cat src/../../secret.txt"],
      ["cat *", "cat C:/secret.txt"],
      ["cat *", "cat .env"],
      ["cat *", "cat config/id_rsa"],
      ["git show *", "git show HEAD:.env"],
      ["git show *", "git show HEAD:/secret"],
      ["ls *", "ls +x=y"],
    ];
    for (const [pattern, text] of dangerous) assert.ok(!runs({ tool: "run_command", command: pattern }, text), text);
    assert.ok(runs({ tool: "run_command", command: "git log --oneline *" }, "git log --oneline v1.0 src/cart.ts"));
    assert.ok(runs({ tool: "run_command", command: "git show *" }, "git show HEAD:src/cart.ts"));
    const task = tool("run_task", "runs");
    assert.ok(!ruleAllows({ tool: "run_task" }, task, { type: "other" }), "a task does what the workspace says");
  });

  it("must say which files or commands for what changes or runs", () => {
    const file = { type: "file", path: "docs/a.md" } as const;
    const edits = tool("edit_file", "writes");
    assert.ok(!ruleAllows({ tool: "edit_file" }, edits, file));
    assert.ok(ruleAllows({ tool: "edit_file", files: "docs/**" }, edits, file));
    assert.ok(!ruleAllows({ tool: "edit_file", files: "src/**" }, edits, file));
    assert.ok(!ruleAllows({ tool: "run_command" }, tool("run_command", "runs"), command("ls")));
    assert.ok(ruleAllows({ tool: "read_file" }, tool("read_file", "reads"), file));
    assert.ok(!ruleAllows({ tool: "read_file" }, tool("list_folder", "reads"), file));
  });

  it("that cannot be read allow nothing", () => {
    assert.deepEqual(
      readRules([{ tool: "a", every: true }, { tool: "" }, "b", { tool: "c", files: "!x" }, { tool: "ok" }]),
      [{ tool: "ok" }],
    );
    assert.deepEqual(readRules("all"), []);
  });
});
