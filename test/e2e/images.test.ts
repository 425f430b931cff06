import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SimulatedApi } from "../support/api/server";
import { pdf } from "../support/badFiles";
import type { VSCodeWindow } from "../support/vscode/window";
import { useWindow } from "./use-window";

describe("a person who shows pictures and files", () => {
  let api: SimulatedApi;
  let window: VSCodeWindow;

  useWindow(
    { tokensPerSecond: 1000 },
    {
      "sidenote.model": "simulated/claude-sonnet-4-5",
    },
    async (opened) => {
      ({ api, window } = opened);
      await window.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    },
  );

  const message = () => window.chat.getByRole("textbox", { name: "Message" });
  const chips = () => window.chat.getByRole("list", { name: "Attachments" }).getByRole("listitem");
  const answered = (count: number) =>
    window.chat
      .locator("article[aria-label=Claude][aria-busy=false]")
      .nth(count - 1)
      .waitFor();

  const lastBody = () => api.requests.findLast(({ path }) => path === "/v1/messages")?.body;

  const answer = (count: number) =>
    window.chat
      .locator("article[aria-label=Claude]")
      .nth(count - 1)
      .textContent();

  /** Puts a screenshot of the browser's own making into the clipboard. */
  const copyPicture = (width: number, height: number) =>
    window.page.evaluate(
      async ([w, h]) => {
        const canvas = new OffscreenCanvas(w, h);
        const context = canvas.getContext("2d");
        if (!context) throw new Error("no canvas");
        context.fillStyle = "#246";
        context.fillRect(0, 0, w, h);
        context.fillStyle = "#fff";
        context.font = "40px sans-serif";
        for (let y = 60; y < h; y += 60) context.fillText(`A line of text at ${y}`, 40, y);
        await navigator.clipboard.write([new ClipboardItem({ "image/png": await canvas.convertToBlob() })]);
      },
      [width, height] as const,
    );

  it("pastes a screenshot by keyboard, which is sent in the size in which the model sees it", async () => {
    await window.command("Sidenote: Open Chat");
    await message().click();
    await copyPicture(3024, 1964);
    await message().click();
    await window.page.keyboard.press("ControlOrMeta+V");
    await chips().first().waitFor();
    const facts = (await chips().first().textContent()) ?? "";
    const [, width, height] = /3024×1964 → (\d+)×(\d+) [\d,]+ tokens/.exec(facts) ?? [];
    assert.ok(width && height, facts);
    await window.screenshots("scaled-image");
    await message().fill("What is this?");
    await message().press("Enter");
    await answered(1);
    assert.match((await answer(1)) ?? "", new RegExp(`PNG image, ${width} × ${height} pixels`));
    assert.ok(Number(width) <= 1568);
    await window.screenshots("scaled-image-sent");
  });

  it("attaches a PDF by its name, of which the size is said", async () => {
    await writeFile(join(window.workspace, "report.pdf"), pdf(3));
    await message().pressSequentially("@report");
    await window.chat.getByRole("option", { name: /report\.pdf/ }).waitFor();
    await message().press("Enter");
    await chips().getByText("about 3 pages").waitFor();
    await window.screenshots("pdf");
    await message().fill("Sum it up.");
    await message().press("Enter");
    await answered(2);
    assert.match(JSON.stringify(lastBody()), /"type":"document","title":"report.pdf"/);
    await window.screenshots("pdf-sent");
  });

  it("drops three files", async () => {
    const data = await message().evaluateHandle(() => {
      const transfer = new DataTransfer();
      for (const name of ["one.txt", "two.txt", "three.md"]) transfer.items.add(new File([`I am ${name}`], name));
      return transfer;
    });
    await message().dispatchEvent("dragover", { dataTransfer: data });
    await window.chat.getByText("Drop to attach").waitFor();
    await window.screenshots("drop");
    await message().dispatchEvent("drop", { dataTransfer: data });
    await chips().nth(2).waitFor();
    await message().fill("What are these?");
    await message().press("Enter");
    await answered(3);
    const body = JSON.stringify(lastBody());
    for (const name of ["one.txt", "two.txt", "three.md"]) assert.match(body, new RegExp(`I am ${name}`));
  });
});
