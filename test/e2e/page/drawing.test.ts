import assert from "node:assert/strict";
import type { BrowserContext } from "playwright-core";
import { cmykJpeg, png } from "../../support/badFiles";
import { openBrowser } from "../../support/vscode/page";
import { IDLE, openPage, type OpenPage } from "./open-page";

describe("images that the page draws for the host", () => {
  let browser: BrowserContext;
  let open: OpenPage;

  before(async () => {
    browser = await openBrowser();
    open = await openPage(browser, IDLE);
  });
  after(async () => {
    assert.deepEqual(open.problems, []);
    await browser.close();
  });

  /** Has an image drawn, and tells what came: its type, its size, and the pixel in its corner. */
  async function draw(data: Uint8Array, mediaType: string, width: number, height: number, mostBytes = 5_000_000) {
    const id = String(Math.random());
    return open.page.evaluate(
      async ([bytes, wanted]) => {
        window.postMessage({ type: "drawImage", ...wanted, data: new Uint8Array(bytes) }, "*");
        const find = () => globalThis.fake.posted.find((it) => it.type === "imageDrawn" && it.id === wanted.id);
        while (!find()) await new Promise((resolve) => requestAnimationFrame(resolve));
        const drawn = find();
        if (drawn?.type !== "imageDrawn" || !drawn.data) return undefined;
        const first = String.fromCharCode(...drawn.data.slice(0, 4));
        const bitmap = await createImageBitmap(new Blob([new Uint8Array(drawn.data)]));
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
        context?.drawImage(bitmap, 0, 0);
        const corner = [...(context?.getImageData(0, 0, 1, 1).data ?? [])];
        return { first, width: bitmap.width, height: bitmap.height, corner };
      },
      [[...data], { id, mediaType, width, height, mostBytes }] as const,
    );
  }

  /** An image of the browser's own making: red at the left, transparent at the right. */
  async function sample(type: string, width: number, height: number): Promise<Uint8Array> {
    const bytes = await open.page.evaluate(
      async ([format, w, h]) => {
        const canvas = new OffscreenCanvas(w, h);
        const context = canvas.getContext("2d");
        if (!context) throw new Error("no canvas");
        context.fillStyle = "#f00";
        context.fillRect(0, 0, w / 2, h);
        return [...new Uint8Array(await (await canvas.convertToBlob({ type: format })).arrayBuffer())];
      },
      [type, width, height] as const,
    );
    return new Uint8Array(bytes);
  }

  it("may be CMYK, or have 16 bits a colour", async () => {
    const print = await draw(cmykJpeg(), "image/jpeg", 8, 8);
    assert.deepEqual([print?.first, print?.width], ["\u00ff\u00d8\u00ff\u00e0", 8]);
    const deep = await draw(png(40, 20, 16), "image/png", 20, 10);
    assert.deepEqual([deep?.first, deep?.width, deep?.corner], ["\u0089PNG", 20, [0, 0, 0, 255]]);
  });

  it("are scaled down, and keep what is transparent", async () => {
    const drawn = await draw(await sample("image/png", 400, 200), "image/png", 100, 50);
    assert.deepEqual(drawn, { first: "\u0089PNG", width: 100, height: 50, corner: [255, 0, 0, 255] });
    const webp = await draw(await sample("image/png", 400, 200), "image/png", 100, 50, 100);
    assert.equal(webp?.first, "RIFF", "what would be too large as PNG");
  });

  it("stay JPEG, turned as the camera was", async () => {
    const jpeg = await sample("image/jpeg", 64, 32);
    // Exif in front: orientation 6, the left side is up.
    const exif = [
      0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1,
      0, 6, 0, 0, 0, 0, 0, 0,
    ];
    const turned = new Uint8Array([...jpeg.slice(0, 2), ...exif, ...jpeg.slice(2)]);
    const drawn = await draw(turned, "image/jpeg", 16, 32);
    assert.deepEqual([drawn?.first.slice(0, 2), drawn?.width, drawn?.height], ["\u00ff\u00d8", 16, 32]);
    assert.ok((drawn?.corner[0] ?? 0) > 240, "red is up");
  });

  it("may be SVG, whose scripts do not run", async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><script>globalThis.evil = 1</script>' +
      '<rect width="20" height="10" fill="#00f"/></svg>';
    const drawn = await draw(new TextEncoder().encode(svg), "image/svg+xml", 20, 10);
    assert.deepEqual(drawn, { first: "\u0089PNG", width: 20, height: 10, corner: [0, 0, 255, 255] });
    assert.equal(await open.page.evaluate(() => "evil" in globalThis), false);
  });

  it("are said to be undecodable when they are", async () => {
    const cut = await sample("image/png", 400, 200);
    assert.equal(await draw(new TextEncoder().encode("ftypheic"), "image/avif", 10, 10), undefined);
    assert.equal(await draw(cut.slice(0, 20), "image/png", 10, 10), undefined);
  });
});
