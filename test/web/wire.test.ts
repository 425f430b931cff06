import assert from "node:assert/strict";
import { build } from "esbuild";
import { openBrowser } from "../support/vscode/page";
import type { WorkerResult } from "./wire-worker";

describe("in a web worker", () => {
  it("the client survives the wire cases", async () => {
    const { outputFiles } = await build({
      entryPoints: ["test/web/wire-worker.ts"],
      bundle: true,
      platform: "browser",
      format: "iife",
      target: "es2023",
      write: false,
    });
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const { count, failed } = await page.evaluate(runInWorker, outputFiles[0]?.text ?? "");
      assert.deepEqual(failed, []);
      assert.ok(count > 150, `only ${count} cases`);
    } finally {
      await browser.close();
    }
  });
});

/** Runs in the page. */
function runInWorker(code: string): Promise<WorkerResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
    worker.addEventListener("message", ({ data }) => resolve(data as WorkerResult));
    worker.addEventListener("error", ({ message }) => reject(new Error(message)));
  });
}
