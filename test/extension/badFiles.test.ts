import assert from "node:assert/strict";
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getuid } from "node:process";
import { Uri } from "vscode";
import { fitImages } from "../../src/host/fitImages";
import { readAttachment } from "../../src/host/selection";
import { pdf, png } from "../support/badFiles";
import { fixture } from "./support";

describe("files that are not as they should be", () => {
  const folder = fixture("bad").fsPath;
  before(() => mkdirSync(folder));
  after(() => rmSync(folder, { recursive: true }));

  function file(name: string, bytes: string | Uint8Array): Uri {
    writeFileSync(join(folder, name), bytes);
    return Uri.file(join(folder, name));
  }

  const sparse = (megabytes: number) => "x".repeat(megabytes * 1024 * 1024);

  for (const [name, bytes, problem] of [
    ["empty.png", () => "", /“bad\/empty.png” is empty/],
    ["cut.png", () => png(10, 10).slice(0, 12), /“bad\/cut.png” is not an image, or it is damaged/],
    ["wrong.png", () => "plain text", /“bad\/wrong.png” is not an image/],
    ["bomb.png", () => png(30_000, 30_000), /“bad\/bomb.png” has 30000 × 30000 pixels: too many to be decoded/],
    ["huge.txt", () => sparse(100), /“bad\/huge.txt” has 100 MB; at most one million/],
    [
      "binary.txt",
      () => new Uint8Array([127, 69, 76, 70, 0, 0, 1, 0]),
      /“bad\/binary.txt” (cannot be read as|is not a) text/,
    ],
    ["empty.txt", () => "", /“bad\/empty.txt” is empty/],
    ["locked.pdf", () => pdf(1, { encrypted: true }), /“bad\/locked.pdf” is encrypted/],
    ["page.pdf", () => "<html>", /“bad\/page.pdf” is not a PDF/],
  ] as const) {
    it(`refuses ${name} by name`, async () => {
      await assert.rejects(readAttachment(file(name, bytes())), problem);
    });
  }

  it("takes a 16-bit PNG, a wrong extension and a UTF-16 text", async () => {
    const { attachment: deep } = await readAttachment(file("deep.png", png(4, 4, 16)));
    assert.ok(deep.type === "image" && deep.width === 4);
    const { attachment: wrong } = await readAttachment(file("wrong.jpg", png(4, 4)));
    assert.equal(wrong.type === "image" && wrong.mediaType, "image/png");
    const { attachment: text } = await readAttachment(
      file("utf16.txt", new Uint8Array([0xff, 0xfe, 0x68, 0, 0x69, 0])),
    );
    assert.equal(text.type === "code" && text.text, "hi");
  });

  it("refuses what cannot be reached: deleted, in a loop of links, without permission", async function () {
    const gone = Uri.file(join(folder, "gone.png"));
    await assert.rejects(readAttachment(gone), /“bad\/gone.png” cannot be read/);
    symlinkSync("loop.png", join(folder, "loop.png"));
    await assert.rejects(readAttachment(Uri.file(join(folder, "loop.png"))), /“bad\/loop.png” cannot be read/);
    if (getuid?.() === 0) return; // root may read everything
    const secret = file("secret.png", png(4, 4));
    chmodSync(secret.fsPath, 0o000);
    await assert.rejects(readAttachment(secret), /“bad\/secret.png” cannot be read/);
  });

  it("refuses by name what the page cannot decode", async () => {
    const limits = {
      tier: { longEdge: 1568, tokens: 1568 },
      base64Length: 5_000_000,
      maxEdge: 8000,
      many: { count: 20, maxEdge: 2000 },
      maxCount: 100,
    };
    const nothing = async () => undefined;
    const large = await readAttachment(file("large.png", png(4000, 3000)));
    await assert.rejects(fitImages([large], limits, nothing), /“bad\/large.png” is damaged: it cannot be decoded/);
    const bmp = Buffer.alloc(60);
    bmp.write("BM");
    bmp.writeUInt32LE(40, 14);
    bmp.writeInt32LE(8, 18);
    bmp.writeInt32LE(8, 22);
    const other = await readAttachment(file("old.bmp", bmp));
    await assert.rejects(fitImages([other], limits, nothing), /“bad\/old.bmp” is BMP, which cannot be converted here/);
    await assert.rejects(fitImages([other], undefined, nothing), /takes no images.*“bad\/old.bmp”/);
  });
});
