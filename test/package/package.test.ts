import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

/** The bundles, with the largest size in bytes that each may have. */
const bundles = new Map([
  ["dist/extension.js", 450_000],
  ["dist/web/extension.js", 450_000],
  ["dist/webview/page.js", 102_000],
  ["dist/webview/completions.js", 4_000],
  ["dist/webview/drawing.js", 2_000],
  ["dist/webview/workspace-links.js", 4_000],
  ["dist/webview/edit-box.js", 3_000],
  ["dist/webview/find.js", 16_000],
  ["dist/webview/code-highlighter.js", 250_000],
  ["dist/webview/inputs.js", 6_000],
  ["dist/webview/menu.js", 4_000],
  ["dist/webview/parameters-panel.js", 8_000],
  ["dist/webview/reading.js", 5_000],
  ["dist/webview/recall.js", 2_000],
  ["dist/webview/status-line.js", 4_000],
  ["dist/webview/tool-inside.js", 14_000],
  ["dist/webview/results.js", 4_000],
  ["dist/webview/page.css", 30_000],
  ["dist/webview/results.css", 8_000],
]);

/** What packing needs. */
const sources = [
  "package.json",
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
  ".vscodeignore",
  "esbuild.js",
  "small-markdown-it.js",
  "tsconfig.base.json",
  "src",
  "media",
];

describe("the package", () => {
  let folder: string;
  /** All that vsce has written. */
  let output: string;
  /** The files of the package. */
  let files: string[];

  before(async () => {
    // Packing builds anew and clears dist/, where this test lies: it happens in a copy.
    folder = mkdtempSync(join(tmpdir(), "sidenote-package-"));
    for (const source of sources) cpSync(source, join(folder, source), { recursive: true });
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"), "junction");
    output = await vsce("package", "--out", "sidenote.vsix");
    files = (await vsce("ls")).split("\n").filter((line) => line !== "");
  });

  after(() => rmSync(folder, { recursive: true }));

  async function vsce(...args: string[]): Promise<string> {
    const script = join(dirname(createRequire(__filename).resolve("@vscode/vsce/package.json")), "vsce");
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, ...args, "--no-dependencies"], {
      cwd: folder,
    });
    return stdout + stderr;
  }

  it("is made without a warning", () => {
    assert.match(output, /Packaged: .*sidenote\.vsix/);
    // By vsce or esbuild; npm writes its own in small letters.
    const warnings = output.split("\n").filter((line) => line.includes("WARN"));
    assert.deepEqual(warnings, []);
  });

  it("contains what a user needs and nothing else", () => {
    const [media, others] = [true, false].map((wanted) => files.filter((file) => file.startsWith("media/") === wanted));
    assert.deepEqual(
      others?.toSorted(),
      ["CHANGELOG.md", "LICENSE", "README.md", ...bundles.keys(), "package.json"].toSorted(),
    );
    assert.deepEqual(
      media?.filter((file) => !/^media\/[a-z-]+\.(png|svg)$/.test(file)),
      [],
    );
  });

  it("is small", () => {
    for (const [file, limit] of bundles) {
      const { size } = statSync(join(folder, file));
      assert.ok(size <= limit, `${file} has ${size} bytes, more than ${limit}`);
    }
    const { size } = statSync(join(folder, "sidenote.vsix"));
    assert.ok(size <= 490_000, `the package has ${size} bytes`);
  });

  it("contains no key", () => {
    for (const file of files) {
      assert.doesNotMatch(readFileSync(join(folder, file), "latin1"), /sk-ant-[a-z]+\d/, file);
    }
  });
});
