import type { ImageAttachment } from "../chat/conversation";

/** What the bytes of an image tell beside its size. */

type MediaType = ImageAttachment["mediaType"];

/** The end is missing, as after a download that broke off. A GIF is shown as far as it came, and needs no end. */
export function isCut(bytes: Uint8Array, mediaType: MediaType): boolean {
  switch (mediaType) {
    case "image/png":
      return !holds(bytes, "IEND");
    case "image/jpeg":
      return !holds(bytes, "\xff\xd9");
    case "image/webp":
      return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true) + 8 > bytes.length;
    case "image/gif":
      return false;
  }
}

/** From the end, where what is looked for usually stands; programs put their own data behind it. */
function holds(bytes: Uint8Array, text: string): boolean {
  const codes = Array.from(text, (letter) => letter.charCodeAt(0));
  for (let at = bytes.length - codes.length; at >= 0; at--) {
    if (codes.every((code, offset) => bytes[at + offset] === code)) return true;
  }
  return false;
}

/** A JPEG for print, with four colours: not every decoder takes it. The frame header has their number (ITU T.81, B.2.2). */
export function isCmyk(bytes: Uint8Array): boolean {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return bytes[at + 9] === 4;
    at += 2 + (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0);
  }
  return false;
}

export function isAnimated(bytes: Uint8Array, mediaType: MediaType): boolean {
  // WebP container: the flags byte of a VP8X chunk says so.
  if (mediaType === "image/webp") return ascii(bytes, 12, 4) === "VP8X" && ((bytes[20] ?? 0) & 0x02) !== 0;
  // Portable Network Graphics, third edition: the chunk stands before the image data.
  if (mediaType === "image/png") return holds(bytes.subarray(0, 4096), "acTL");
  return mediaType === "image/gif" && gifFrames(bytes) > 1;
}

/** Walks the blocks of a GIF (GIF89a, appendix A) until a second frame or the end. */
function gifFrames(bytes: Uint8Array): number {
  const colours = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 0x07) + 1) : 0);
  let frames = 0;
  let at = 13 + colours(bytes[10] ?? 0);
  while (frames < 2 && at < bytes.length) {
    const kind = bytes[at];
    if (kind === 0x2c) {
      frames++;
      at += 11 + colours(bytes[at + 9] ?? 0); // descriptor, colour table, code size
    } else if (kind === 0x21) at += 2;
    else break;
    for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) at += length + 1;
    at++;
  }
  return frames;
}

function ascii(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}
