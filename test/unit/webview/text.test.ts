import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { KEYS, codeName, fileSize, secondsUntil, showControls } from "../../../src/webview/text";

describe("texts of the page", () => {
  it("shows what reorders text and keeps the rest, marks included", () => {
    assert.equal(showControls("a\u202Eb\u2069"), "a[U+202E]b[U+2069]");
    assert.equal(showControls("שלום\u200F عربي"), "שלום\u200F عربي");
  });

  it("tells the key bindings that the manifest has", () => {
    const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
      contributes: { keybindings: { command: string; key: string; mac?: string }[] };
    };
    const found = Object.fromEntries(manifest.contributes.keybindings.map((it) => [it.command, it]));
    assert.equal(found["sidenote.explainSelection"]?.key, KEYS.explainSelection);
    assert.equal(found["sidenote.explainSelection"]?.mac, undefined);
    assert.equal(found["sidenote.focus"]?.key, KEYS.focus);
    assert.equal(found["sidenote.focus"]?.mac, KEYS.focusMac);
  });

  it("shows sizes in the unit that fits", () => {
    assert.deepEqual([0, 999, 1000, 34_211, 999_499, 5_240_000].map(fileSize), [
      "0 B",
      "999 B",
      "1 KB",
      "34 KB",
      "999 KB",
      "5.2 MB",
    ]);
  });

  it("names code by its file and lines", () => {
    assert.equal(codeName("a.ts"), "a.ts");
    assert.equal(codeName("a.ts", [3, 3]), "a.ts:3");
    assert.equal(codeName("a.ts", [3, 9]), "a.ts:3–9");
  });

  it("counts down in whole seconds and not below zero", () => {
    assert.deepEqual(
      [5000, 4001, 4000, 0, -1].map((until) => secondsUntil(until, 0)),
      [5, 5, 4, 0, 0],
    );
  });
});
