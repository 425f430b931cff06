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
 */
export function png(width: number, height: number, bits: 1 | 16 = 1): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = bits;
  const line = 1 + Math.ceil((width * bits) / 8);
  const chunks = [
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
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

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
