import assert from "node:assert/strict";
import type { MessageView } from "../../../src/shared/views";
import { IDLE } from "./open-page";
import { usePages } from "./use-pages";

describe("links into the workspace", () => {
  const openPage = usePages();

  it("lead to files: they are made of what the host knows when the answer is complete, and open at the line", async () => {
    const text =
      "Look at `src/app.ts:12-20`, src/app.ts and lib/none.ts; not at [`b.ts`](https://a.example/).\n\n```\nb.ts\n```";
    const answer: MessageView = { id: "a", role: "assistant", state: "streaming", blocks: [{ type: "text", text }] };
    const open = await openPage({ ...IDLE, messages: [answer] });
    await open.update({ type: "end", message: "a", state: "complete" });
    await open.page.waitForFunction(() => globalThis.fake.posted.some(({ type }) => type === "request"));
    const [request] = await open.posted("request");
    assert.deepEqual([request?.name, request?.params], ["files", { paths: ["src/app.ts", "lib/none.ts"] }]);
    await open.post({ type: "reply", id: request?.id ?? 0, result: ["src/app.ts", null] });

    const links = open.page.getByRole("log").locator("a.file");
    await links.first().waitFor();
    assert.deepEqual(await links.evaluateAll((all) => all.map((it) => [it.textContent, it.getAttribute("title")])), [
      ["src/app.ts:12-20", "Open src/app.ts, lines 12 to 20"],
      ["src/app.ts", "Open src/app.ts"],
    ]);
    await links.first().click();
    await links.nth(1).press("Enter");
    assert.deepEqual(await open.posted("openFile"), [
      { type: "openFile", path: "src/app.ts", lines: [12, 20] },
      { type: "openFile", path: "src/app.ts" },
    ]);
  });

  it("lead to symbols: inline code that no file has as its name", async () => {
    const text = "Call `total(items)`, `Cart.price` or `a.ts`; `x`, `npm run it`, [`total`](https://a.example/).";
    const answer: MessageView = { id: "a", role: "assistant", state: "complete", blocks: [{ type: "text", text }] };
    const open = await openPage({ ...IDLE, messages: [answer] });
    const asked = async (name: string) => {
      await open.page.waitForFunction(
        (it) => globalThis.fake.posted.some((posted) => posted.type === "request" && posted.name === it),
        name,
      );
      return (await open.posted("request")).find((it) => it.name === name);
    };
    await open.post({ type: "reply", id: (await asked("files"))?.id ?? 0, result: [null, "a.ts"] });
    const request = await asked("symbols");
    assert.deepEqual(request?.params, { names: ["total", "Cart.price"] });
    await open.post({ type: "reply", id: request?.id ?? 0, result: [true, false] });

    const link = open.page.locator("a[data-symbol]");
    await link.waitFor();
    assert.deepEqual(await link.allTextContents(), ["total(items)"]);
    assert.equal(await link.getAttribute("title"), "Go to the definition of total");
    await link.press("Enter");
    assert.deepEqual(await open.posted("openSymbol"), [{ type: "openSymbol", name: "total" }]);
  });
});
