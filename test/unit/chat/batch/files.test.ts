import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encoded, lineWriter, linesWithPlaces, openIndex, piecesOf, readText } from "../../../../src/chat/batch/files";
import { nodeDisk } from "../../../support/nodeDisk";

describe("the large files of a batch", () => {
  const file = "folder/lines";
  let root: string;
  beforeEach(async () => (root = await mkdtemp(join(tmpdir(), "files-"))));
  afterEach(() => rm(root, { recursive: true }));

  // Around the size of a piece, 65,536 bytes, with characters of one to four bytes.
  const texts = [0, 1, 65_535, 65_536, 65_537, 300_000].flatMap((length) =>
    ["a", "ü€", "🫖"].map((it) => it.repeat(length)),
  );

  it("are written line by line, as text or bytes, and every line stands at its place", async () => {
    const disk = nodeDisk(root);
    const lines = lineWriter(disk, file);
    const places = [];
    for (const [number, text] of texts.entries()) {
      places.push(await lines.write(number % 2 === 0 ? text : new TextEncoder().encode(text)));
    }
    await lines.flush();
    assert.equal(await readFile(join(root, file), "utf8"), texts.map((text) => `${text}\n`).join(""));
    const found = [];
    for await (const { at, length, text } of linesWithPlaces(disk, file)) {
      assert.deepEqual({ at, length }, places[found.length]);
      found.push(text);
    }
    assert.deepEqual(found, texts);
    const opened = await disk.open(file);
    for (const [number, place] of places.entries()) assert.equal(await readText(opened, place), texts[number]);
    await opened.close();
  });

  it("are listed in any order by their places alone", async () => {
    const disk = nodeDisk(root);
    const lines = lineWriter(disk, file);
    for (let number = 0; number < 5000; number++) await lines.write(JSON.stringify([number, "🫖".repeat(number % 7)]));
    await lines.flush();
    const index = await openIndex(disk, file, (value) => (Array.isArray(value) ? Number(value[0]) : -1));
    assert.equal(index.count, 5000);
    assert.deepEqual(await index.lines([4999, 0, 1024, 1023]), [4999, 0, 1024, 1023]);
    await assert.rejects(index.lines([5000]), RangeError);
    const all = [];
    for await (const number of index.all()) all.push(number);
    assert.deepEqual(
      all,
      Array.from({ length: 5000 }, (_, number) => number),
    );
  });

  it("are read in pieces of bounded size", async () => {
    const disk = nodeDisk(root);
    const whole = new TextEncoder().encode(texts.join(""));
    await disk.append(file, whole);
    const copies: Uint8Array[] = [];
    for await (const piece of piecesOf(disk.open(file))) copies.push(piece.slice());
    assert.ok(copies.length > 1 && copies.every(({ length }) => length <= 65_536));
    assert.deepEqual(Buffer.concat(copies), Buffer.from(whole));
  });

  it("are made of many short texts, as few pieces", async () => {
    const pieces: Uint8Array[] = [];
    const short = async function* () {
      for (let number = 0; number < 20_000; number++) yield "tea € ";
    };
    for await (const piece of encoded(short())) pieces.push(piece);
    assert.equal(Buffer.concat(pieces).toString(), "tea € ".repeat(20_000));
    assert.ok(pieces.length < 5);
  });
});
