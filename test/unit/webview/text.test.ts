import assert from "node:assert/strict";
import { showControls } from "../../../src/shared/directionControls";
import { costText } from "../../../src/shared/cost";
import { readFileSync } from "node:fs";
import {
  KEYS,
  codeName,
  fileSize,
  secondsUntil,
  shortCount,
  toSendText,
  totalsText,
  usageText,
  waitText,
} from "../../../src/webview/text";

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

  it("tells waits in seconds while they are short", () => {
    assert.deepEqual([0, 99, 100, 601].map(waitText), ["0 s", "99 s", "2 min", "11 min"]);
  });

  it("shortens counts", () => {
    const counts = [0, 999, 1000, 9949, 9950, 34_499, 999_499, 999_500, 1_250_000];
    assert.deepEqual(counts.map(shortCount), ["0", "999", "1.0K", "9.9K", "10K", "34K", "999K", "1.0M", "1.3M"]);
  });

  it("marks an estimated cost and keeps the digits that matter", () => {
    assert.equal(costText({ usd: 1.5, estimate: false }), "$1.50");
    assert.equal(costText({ usd: 0.00123, estimate: true }), "~$0.0012");
    assert.equal(costText({ usd: 0, estimate: false }), "$0.0000");
  });

  it("tells what is known of an answer's usage, and no more", () => {
    const cost = { usd: 0.25, estimate: true };
    assert.deepEqual(usageText({ input: 100, cacheRead: 2000, output: 50, thinking: 10, cost }), {
      short: ["2.1K in", "50 out", "~$0.25"],
      long: "Input: 100 tokens\nRead from the cache: 2,000 tokens\nOutput: 50 tokens\nOf these for thinking: 10 tokens\nCost: ~$0.25",
    });
    assert.deepEqual(usageText({ output: 5 }), { short: ["5 out"], long: "Output: 5 tokens\nCost: unknown" });
  });

  it("tells how full the context is when the window is known", () => {
    const cost = { usd: 2, estimate: false };
    assert.deepEqual(totalsText({ cost, context: 24_000, contextWindow: 200_000 }), {
      short: ["12%", "$2.00"],
      long: "Context: 24,000 of 200,000 tokens. This chat has cost $2.00.",
    });
    assert.deepEqual(totalsText({ cost: null, context: 24_000, contextWindow: null }).short, ["24K"]);
    assert.deepEqual(totalsText({ cost: null, context: null, contextWindow: 200_000 }), { short: [], long: "" });
  });

  it("tells what sending takes, and that an estimate is one", () => {
    const known = { tokens: 1234, exact: true, cost: { usd: 0.0025, estimate: true }, contextWindow: 200_000 };
    assert.deepEqual(toSendText(known), {
      short: ["1.2K to send", "<1%", "~$0.0025"],
      long:
        "With all before it, your message has 1,234 tokens, <1% of the 200,000 that the model can read. " +
        "Sending it costs ~$0.0025; the answer comes on top.",
    });
    const unknown = { tokens: 1234, exact: false, cost: null, contextWindow: null };
    assert.deepEqual(toSendText(unknown), {
      short: ["about 1.2K to send"],
      long: "With all before it, your message has about 1,234 tokens.",
    });
    assert.deepEqual(toSendText({ ...known, tokens: 46_000 }).short.slice(0, 2), ["46K to send", "23%"]);
  });
});
