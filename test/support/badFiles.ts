import { crc32, deflateSync } from "node:zlib";

/** Small makers of files that are not as they should be, so that none of them has to lie in the repository. */

/** A PDF of empty pages. @param seen each page has an object of its own */
export function pdf(pages: number, { seen = true, encrypted = false } = {}): Uint8Array {
  const kids = Array.from({ length: seen ? pages : 0 }, (_, index) => `${index + 3} 0 R`);
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${kids.join(" ")}] /Count ${pages} >>`,
    ...kids.map(() => "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"),
  ];
  const body = objects.map((object, index) => `${index + 1} 0 obj\n${object}\nendobj\n`).join("");
  const trailer = `trailer\n<< /Root 1 0 R${encrypted ? " /Encrypt 9 0 R" : ""} >>\n%%EOF\n`;
  return new TextEncoder().encode(`%PDF-1.4\n${body}${trailer}`);
}

/**
 * A PNG of one colour, as small as it can be: 30,000 × 30,000 pixels in a bit each are about 110 KB.
 * @param bits of a sample: 1 or 16, in grey
 * @param extra chunks before the image data: a comment of so many bytes, or the one that says that it is animated
 */
export function png(
  width: number,
  height: number,
  bits: 1 | 16 = 1,
  extra: { readonly comment?: number; readonly frames?: number } = {},
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = bits;
  const line = 1 + Math.ceil((width * bits) / 8);
  const chunks = [
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    ...(extra.frames ? [chunk("acTL", Buffer.from([0, 0, 0, extra.frames, 0, 0, 0, 0]))] : []),
    ...(extra.comment ? [chunk("tEXt", Buffer.alloc(extra.comment, "x"))] : []),
    chunk("IDAT", deflateSync(Buffer.alloc(line * height))),
    chunk("IEND", Buffer.alloc(0)),
  ];
  return new Uint8Array(Buffer.concat(chunks));
}

/** A PNG with a wrong checksum, which only a decoder sees. */
export function rottenPng(width: number, height: number): Uint8Array {
  const file = png(width, height);
  const endOfPixels = file.length - 13; // the last chunk has 12 bytes
  return file.with(endOfPixels, ~(file[endOfPixels] ?? 0));
}

/** A JPEG for print: 8 × 8 pixels of four colours, each with its mean only (ITU T.81, baseline). */
export function cmykJpeg(): Uint8Array {
  const segment = (marker: number, ...body: readonly number[]) => [0xff, marker, 0, body.length + 2, ...body];
  const components = [1, 2, 3, 4];
  const table = (kind: number) => segment(0xc4, kind, 1, ...Array.from({ length: 15 }, () => 0), 0);
  return new Uint8Array([
    0xff,
    0xd8,
    ...segment(0xdb, 0, ...Array.from({ length: 64 }, () => 1)),
    ...segment(0xc0, 8, 0, 8, 0, 8, 4, ...components.flatMap((id) => [id, 0x11, 0])),
    ...table(0x00),
    ...table(0x10),
    ...segment(0xda, 4, ...components.flatMap((id) => [id, 0]), 0, 63, 0),
    0x00, // a zero bit for each mean and for the end of each block
    0xff,
    0xd9,
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
