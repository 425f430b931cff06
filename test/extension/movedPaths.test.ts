import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Uri } from "vscode";
import type { JsonObject } from "../../src/api/json";
import { ProposedEdits } from "../../src/host/proposedEdit";
import type { ApprovalAnswer } from "../../src/host/tools/approvals";
import { memory } from "../../src/host/tools/memory";
import { workspaceTools } from "../../src/host/tools/workspaceTools";
import { accept, caller, once } from "./callTool";
import { fixture } from "./support";

type Allow = () => ApprovalAnswer;

/** Calls that may be allowed, each with the answer that allows it. */
const calls: readonly [tool: string, input: JsonObject, allow: Allow][] = [
  ["read_file", { path: "notes/tea.md" }, once],
  ["list_folder", { path: "notes" }, once],
  ["find_references", { path: "notes/tea.md", line: 1, symbol: "tea" }, once],
  ["edit_file", { path: "notes/tea.md", edits: [{ old_text: "tea", new_text: "pwned" }] }, accept],
  ["create_file", { path: "notes/new.md", content: "pwned" }, accept],
  ["run_command", { command: "echo pwned > new.md", folder: "notes" }, once],
  ["str_replace_based_edit_tool", { command: "view", path: "notes/tea.md" }, once],
  ["str_replace_based_edit_tool", { command: "view", path: "notes" }, once],
  ["str_replace_based_edit_tool", { command: "create", path: "notes/new.md", file_text: "pwned" }, accept],
  [
    "str_replace_based_edit_tool",
    { command: "str_replace", path: "notes/tea.md", old_str: "tea", new_str: "pwned" },
    accept,
  ],
  [
    "str_replace_based_edit_tool",
    { command: "insert", path: "notes/tea.md", insert_line: 0, insert_text: "pwned" },
    accept,
  ],
];

const notes: readonly [input: JsonObject, allow: Allow][] = [
  [{ command: "view", path: "/memories/notes/tea.md" }, once],
  [{ command: "create", path: "/memories/notes/new.md", file_text: "pwned" }, accept],
  [{ command: "str_replace", path: "/memories/notes/tea.md", old_str: "tea", new_str: "pwned" }, accept],
  [{ command: "insert", path: "/memories/notes/tea.md", insert_line: 0, insert_text: "pwned" }, accept],
  [{ command: "delete", path: "/memories/notes/tea.md" }, once],
  [{ command: "rename", old_path: "/memories/notes/tea.md", new_path: "/memories/tea.md" }, once],
  [{ command: "rename", old_path: "/memories/cup.md", new_path: "/memories/notes/new.md" }, once],
];

describe("a folder that becomes a link while the question stands", () => {
  const edits = new ProposedEdits();
  const memories = mkdtempSync(join(tmpdir(), "sidenote-memory-"));
  const { call } = caller([...workspaceTools(edits).tools(), memory(Uri.file(memories), edits)]);
  /** Where the link leads. */
  let target: string;

  after(() => edits.dispose());

  /** Makes a folder with a note, and moves it away when the answer is given. */
  function replaced(folder: string, allow: Allow): Allow {
    mkdirSync(folder);
    writeFileSync(join(folder, "tea.md"), "tea\n");
    return () => {
      rmSync(folder, { recursive: true });
      symlinkSync(target, folder, "junction"); // on Windows anybody may make one
      return allow();
    };
  }

  function unchanged(): void {
    assert.deepEqual(readdirSync(target), ["tea.md"]);
    assert.equal(readFileSync(join(target, "tea.md"), "utf8"), "tea, secretly\n");
  }

  for (const [place, problem] of [
    ["out of the workspace", /is a link that leads out of the workspace/],
    ["elsewhere in it", /leads elsewhere by now than when you were asked\. Nothing was done/],
  ] as const) {
    for (const [tool, input, allow] of calls) {
      const { command = "" } = tool === "run_command" ? {} : input;
      it(`stops ${[tool, command].join(" ").trim()} of ${String(input["path"] ?? input["folder"])} when it leads ${place}`, async () => {
        const outside = place === "out of the workspace";
        target = outside ? mkdtempSync(join(tmpdir(), "sidenote-outside-")) : fixture("others").fsPath;
        mkdirSync(target, { recursive: true });
        writeFileSync(join(target, "tea.md"), "tea, secretly\n");
        const folder = fixture("notes").fsPath;
        try {
          await assert.rejects(call(tool, input, replaced(folder, allow)), problem);
          unchanged();
        } finally {
          rmSync(folder, { recursive: true, force: true }); // a link goes, not where it leads
          rmSync(target, { recursive: true });
        }
      });
    }
  }

  for (const [input, allow] of notes) {
    it(`stops memory ${String(input["command"])} of ${String(input["new_path"] ?? input["path"])}`, async () => {
      target = mkdtempSync(join(tmpdir(), "sidenote-outside-"));
      writeFileSync(join(target, "tea.md"), "tea, secretly\n");
      writeFileSync(join(memories, "cup.md"), "");
      const folder = join(memories, "notes");
      try {
        await assert.rejects(call("memory", input, replaced(folder, allow)), /is refused/);
        unchanged();
        assert.deepEqual(readdirSync(memories).toSorted(), ["cup.md", "notes"]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
