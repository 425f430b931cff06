import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EventEmitter, FileSystemError, FileType, Uri, workspace, type FileSystemProvider } from "vscode";
import { fitImages } from "../../src/host/fitImages";
import { readAttachment } from "../../src/host/selection";
import { cmykJpeg, pdf, png } from "../support/badFiles";
import { fixture, idle, useSimulatedChat } from "./support";

const LIMITS = {
  tier: { longEdge: 1568, tokens: 1568 },
  base64Length: 5_000_000,
  maxEdge: 8000,
  many: { count: 20, maxEdge: 2000 },
  maxCount: 100,
};

/** A disk that shows its files and lets nobody read them. */
class LockedFiles implements FileSystemProvider {
  readonly onDidChangeFile = new EventEmitter<never>().event;
  readonly #refuse = () => {
    throw FileSystemError.NoPermissions();
  };
  readonly readFile = this.#refuse;
  readonly writeFile = this.#refuse;
  readonly readDirectory = this.#refuse;
  readonly createDirectory = this.#refuse;
  readonly delete = this.#refuse;
  readonly rename = this.#refuse;
  readonly stat = () => ({ type: FileType.File, ctime: 0, mtime: 0, size: 10 });
  readonly watch = () => ({ dispose: () => undefined });
}

describe("files that are not as they should be", () => {
  const use = useSimulatedChat();
  const folder = fixture("bad").fsPath;
  const photo = () => readFileSync(fixture("images/photo.jpg").fsPath);
  before(() => mkdirSync(folder));
  after(() => rmSync(folder, { recursive: true }));

  function file(name: string, bytes: string | Uint8Array): Uri {
    writeFileSync(join(folder, name), bytes);
    return Uri.file(join(folder, name));
  }

  const sparse = (megabytes: number) => "x".repeat(megabytes * 1024 * 1024);

  for (const [name, bytes, problem] of [
    ["empty.png", () => "", /“bad\/empty.png” is empty/],
    ["short.png", () => png(10, 10).slice(0, 12), /“bad\/short.png” is not an image, or it is damaged/],
    ["cut.png", () => png(10, 10).slice(0, -20), /“bad\/cut.png” is cut off: its end is missing/],
    ["cut.jpg", () => photo().slice(0, -200), /“bad\/cut.jpg” is cut off/],
    ["cut-print.jpg", () => cmykJpeg().slice(0, -2), /“bad\/cut-print.jpg” is cut off/],
    ["cut.webp", () => readFileSync(fixture("images/logo.webp").fsPath).slice(0, -9), /“bad\/cut.webp” is cut off/],
    ["wrong.png", () => "plain text", /“bad\/wrong.png” is not an image/],
    [
      "bomb.png",
      () => png(30_000, 30_000, 1, { comment: 900_000 }),
      /“bad\/bomb.png” has 30000 × 30000 pixels: too many to be decoded/,
    ],
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

  it("says that only the first frame of an animated image is seen", async () => {
    const webp = Buffer.concat([Buffer.from("RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0", "latin1"), Buffer.alloc(6)]);
    for (const [name, bytes] of [
      ["moving.png", png(4, 4, 1, { frames: 2 })],
      ["moving.webp", webp],
    ] as const) {
      const { attachment } = await readAttachment(file(name, bytes));
      assert.ok(attachment.type === "image" && attachment.animated, name);
    }
    const { attachment } = await readAttachment(file("still.png", png(4, 4)));
    assert.ok(attachment.type === "image" && !attachment.animated);
  });

  it("has a JPEG for print drawn anew", async () => {
    const print = await readAttachment(file("print.jpg", cmykJpeg()));
    assert.match(print.redraw?.format ?? "", /CMYK JPEG/);
    const [drawn] = await fitImages([print], LIMITS, async () => png(8, 8));
    assert.equal(drawn?.attachment.type === "image" && drawn.attachment.mediaType, "image/png");
  });

  it("sends what was deleted between the pick and the sending, and names what its own storage has lost", async () => {
    const { chat } = use.parts;
    const picked = file("picked.png", png(4, 4));
    await chat.messageBox.attach([await readAttachment(picked)]);
    rmSync(picked.fsPath);
    await chat.ask({ text: "What is this?", attachments: [] });
    await idle(chat);
    assert.equal(chat.view().messages.at(-1)?.state, "complete");
    assert.match(JSON.stringify(use.api.requests.at(-1)?.body), /"type":"image"/);
    await chat.flush();
    rmSync(join(use.parts.folder, chat.id, "attachments"), { recursive: true });
    await chat.ask({ text: "And this?", attachments: [] });
    await idle(chat);
    assert.match(
      JSON.stringify(use.api.requests.at(-1)?.body),
      /The image “bad\/picked.png” is not available any more/,
    );
  });

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

  it("refuses what cannot be reached: deleted, in a loop of links, without permission", async () => {
    const gone = Uri.file(join(folder, "gone.png"));
    await assert.rejects(readAttachment(gone), /“bad\/gone.png” cannot be read/);
    symlinkSync("loop.png", join(folder, "loop.png"));
    await assert.rejects(readAttachment(Uri.file(join(folder, "loop.png"))), /“bad\/loop.png” cannot be read/);
    symlinkSync("loop.txt", join(folder, "loop.txt"));
    await assert.rejects(readAttachment(Uri.file(join(folder, "loop.txt"))), /“bad\/loop.txt” cannot be read/);
    // Root may read every file of a disk, so this disk says no.
    const locked = workspace.registerFileSystemProvider("locked", new LockedFiles());
    try {
      for (const name of ["secret.png", "secret.pdf", "secret.txt"]) {
        const problem = new RegExp(`“${name}” cannot be read. You have no permission to read it`);
        await assert.rejects(readAttachment(Uri.parse(`locked:/${name}`)), problem);
      }
    } finally {
      locked.dispose();
    }
  });

  it("refuses by name what the page cannot decode", async () => {
    const nothing = async () => undefined;
    const large = await readAttachment(file("large.png", png(4000, 3000)));
    await assert.rejects(fitImages([large], LIMITS, nothing), /“bad\/large.png” is damaged: it cannot be decoded/);
    const bmp = Buffer.alloc(60);
    bmp.write("BM");
    bmp.writeUInt32LE(40, 14);
    bmp.writeInt32LE(8, 18);
    bmp.writeInt32LE(8, 22);
    const other = await readAttachment(file("old.bmp", bmp));
    await assert.rejects(fitImages([other], LIMITS, nothing), /“bad\/old.bmp” is BMP, which cannot be converted here/);
    await assert.rejects(fitImages([other], undefined, nothing), /takes no images.*“bad\/old.bmp”/);
  });
});
