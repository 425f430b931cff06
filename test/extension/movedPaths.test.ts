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

/** Calls that may be allowed in a folder, each with the answer that allows it. */
const calls: readonly [tool: string, input: (folder: string) => JsonObject, allow: Allow][] = [
  ["read_file", (folder) => ({ path: `${folder}/tea.md` }), once],
  ["list_folder", (folder) => ({ path: folder }), once],
  ["find_references", (folder) => ({ path: `${folder}/tea.md`, line: 1, symbol: "tea" }), once],
  ["edit_file", (folder) => ({ path: `${folder}/tea.md`, edits: [{ old_text: "tea", new_text: "pwned" }] }), accept],
  ["create_file", (folder) => ({ path: `${folder}/new.md`, content: "pwned" }), accept],
  ["run_command", (folder) => ({ command: "echo pwned > new.md", folder }), once],
  ["str_replace_based_edit_tool", (folder) => ({ command: "view", path: `${folder}/tea.md` }), once],
  ["str_replace_based_edit_tool", (folder) => ({ command: "view", path: folder }), once],
  [
    "str_replace_based_edit_tool",
    (folder) => ({ command: "create", path: `${folder}/new.md`, file_text: "pwned" }),
    accept,
  ],
  [
    "str_replace_based_edit_tool",
    (folder) => ({ command: "str_replace", path: `${folder}/tea.md`, old_str: "tea", new_str: "pwned" }),
    accept,
  ],
  [
    "str_replace_based_edit_tool",
    (folder) => ({ command: "insert", path: `${folder}/tea.md`, insert_line: 0, insert_text: "pwned" }),
    accept,
  ],
];

const notes: readonly [input: (folder: string) => JsonObject, allow: Allow][] = [
  [(folder) => ({ command: "view", path: `/memories/${folder}/tea.md` }), once],
  [(folder) => ({ command: "create", path: `/memories/${folder}/new.md`, file_text: "pwned" }), accept],
  [
    (folder) => ({ command: "str_replace", path: `/memories/${folder}/tea.md`, old_str: "tea", new_str: "pwned" }),
    accept,
  ],
  [
    (folder) => ({ command: "insert", path: `/memories/${folder}/tea.md`, insert_line: 0, insert_text: "pwned" }),
    accept,
  ],
  [(folder) => ({ command: "delete", path: `/memories/${folder}/tea.md` }), once],
  [(folder) => ({ command: "rename", old_path: `/memories/${folder}/tea.md`, new_path: "/memories/tea.md" }), once],
  [(folder) => ({ command: "rename", old_path: "/memories/cup.md", new_path: `/memories/${folder}/new.md` }), once],
];

describe("a folder that becomes a link while the question stands", () => {
  const edits = new ProposedEdits();
  const memories = mkdtempSync(join(tmpdir(), "sidenote-memory-"));
  const { call } = caller([...workspaceTools(edits).tools(), memory(Uri.file(memories), edits)]);
  /** Where the link leads. */
  let target: string;
  let count = 0;

  after(() => edits.dispose());

  /** Each test has its own: VS Code may still know, and bring up to date, a file that was at the same path before. */
  function ownFolder(): string {
    return `notes${++count}`;
  }

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
      it(`stops ${tool} ${JSON.stringify(input("notes"))} when it leads ${place}`, async () => {
        const outside = place === "out of the workspace";
        target = outside ? mkdtempSync(join(tmpdir(), "sidenote-outside-")) : fixture("others").fsPath;
        mkdirSync(target, { recursive: true });
        writeFileSync(join(target, "tea.md"), "tea, secretly\n");
        const name = ownFolder();
        const folder = fixture(name).fsPath;
        try {
          await assert.rejects(call(tool, input(name), replaced(folder, allow)), problem);
          unchanged();
        } finally {
          rmSync(folder, { recursive: true, force: true }); // a link goes, not where it leads
          rmSync(target, { recursive: true });
        }
      });
    }
  }

  for (const [input, allow] of notes) {
    it(`stops memory ${JSON.stringify(input("notes"))}`, async () => {
      target = mkdtempSync(join(tmpdir(), "sidenote-outside-"));
      writeFileSync(join(target, "tea.md"), "tea, secretly\n");
      writeFileSync(join(memories, "cup.md"), "");
      const name = ownFolder();
      const folder = join(memories, name);
      try {
        await assert.rejects(call("memory", input(name), replaced(folder, allow)), /is refused/);
        unchanged();
        assert.deepEqual(readdirSync(memories).toSorted(), ["cup.md", name]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
