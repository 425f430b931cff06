import { BMP } from "image-size/types/bmp";
import { GIF } from "image-size/types/gif";
import { HEIF } from "image-size/types/heif";
import type { IImage } from "image-size/types/interface";
import { JPG } from "image-size/types/jpg";
import { PNG } from "image-size/types/png";
import { SVG } from "image-size/types/svg";
import { TIFF } from "image-size/types/tiff";
import { WEBP } from "image-size/types/webp";
import { TabInputCustom, Uri, window, workspace } from "vscode";
import { fromBase64 } from "../chat/base64";
import type { ImageAttachment } from "../chat/conversation";
import { sha256 } from "./sha256";
import type { NewAttachment } from "./turns";
import { UserProblem } from "./userProblem";
import { displayName } from "./workspaceNames";

/** Larger files are not even read: no image that can be sent has this many bytes. */
const MAX_FILE = 50 * 1024 * 1024;

/** What Claude reads. Only these and the formats below are bundled: the library knows twenty. */
const readable: readonly (readonly [ImageAttachment["mediaType"], IImage])[] = [
  ["image/png", PNG],
  ["image/jpeg", JPG],
  ["image/gif", GIF],
  ["image/webp", WEBP],
];

/** What people have besides: it is converted where the page can decode it. */
const others: readonly (readonly [format: string, mediaType: string, IImage])[] = [
  ["HEIC or AVIF", "image/avif", HEIF],
  ["BMP", "image/bmp", BMP],
  ["TIFF", "image/tiff", TIFF],
  ["SVG", "image/svg+xml", SVG],
];

/** Decoding takes four bytes a pixel: an image of more would fill the memory, however small its file is. */
const MOST_PIXELS = 100_000_000;

const IMAGE_NAME = /\.(png|jpe?g|gif|webp)$/i;
const PICTURE_NAME = /\.(png|jpe?g|gif|webp|bmp|avif|heic|tiff?|svg)$/i;

/** Reads an image file. Its type is told from its bytes. Throws a UserProblem that names the file and says what to do. */
export async function readImage(file: Uri): Promise<NewAttachment> {
  const name = displayName(file);
  return imageAttachment(name, await readBytes(file, name));
}

/** The same for what goes through a chat, which also takes what has to be drawn anew. */
export async function readPicture(file: Uri): Promise<NewAttachment> {
  const name = displayName(file);
  return imageToSend(name, await readBytes(file, name));
}

/** The same for bytes that are there already. */
export async function imageToSend(name: string, bytes: Uint8Array): Promise<NewAttachment> {
  const other = others.find(([, , format]) => sizeAs(format, bytes));
  const turned = sizeAs(JPG, bytes)?.turned === true;
  if (!other && !turned) return imageAttachment(name, bytes);
  const [format, mediaType, reader] = other ?? ["a turned JPEG", "image/jpeg", JPG];
  const size = sizeAs(reader, bytes) ?? { width: 0, height: 0 };
  refuseTooManyPixels(name, size);
  const { width, height } = size;
  // All but the size is told anew when it has been drawn.
  const attachment: ImageAttachment = {
    type: "image",
    id: crypto.randomUUID(),
    name,
    sha256: "",
    mediaType: "image/png",
    bytes: bytes.length,
    width,
    height,
    animated: false,
  };
  return { attachment, bytes, redraw: { format, mediaType } };
}

/** An image that Claude reads as it is. Throws a UserProblem for others. */
export async function imageAttachment(
  name: string,
  bytes: Uint8Array,
): Promise<{ readonly attachment: ImageAttachment; readonly bytes: Uint8Array }> {
  const { width, height, mediaType } = measure(bytes, name);
  const attachment: ImageAttachment = {
    type: "image",
    id: crypto.randomUUID(),
    name,
    sha256: await sha256(bytes),
    mediaType,
    bytes: bytes.length,
    width,
    height,
    animated: isAnimated(bytes, mediaType),
  };
  return { attachment, bytes };
}

/** The image that the active editor tab shows, if it shows one. */
export function activeImage(): Uri | undefined {
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof TabInputCustom && PICTURE_NAME.test(input.uri.path) ? input.uri : undefined;
}

/** Asks for image files; empty when the user cancels. */
export async function pickImages(): Promise<Uri[]> {
  const files = await window.showOpenDialog({
    title: "Describe Image",
    openLabel: "Describe",
    canSelectMany: true,
    filters: { Images: ["png", "jpg", "jpeg", "gif", "webp", "bmp", "avif", "svg"] },
  });
  return files ?? [];
}

/** Tells by the first bytes. */
export function isKnownImage(bytes: Uint8Array): boolean {
  const formats = [...readable.map(([, format]) => format), ...others.map(([, , format]) => format)];
  return formats.some((format) => sizeAs(format, bytes) !== undefined);
}

export function looksLikeImage(file: Uri): boolean {
  return IMAGE_NAME.test(file.path);
}

/** The same, also for what has to be converted. */
export function looksLikePicture(file: Uri): boolean {
  return PICTURE_NAME.test(file.path);
}

/** The bytes of a file that is not too large. Throws a UserProblem. */
export async function readBytes(file: Uri, name: string): Promise<Uint8Array> {
  try {
    const { size } = await workspace.fs.stat(file);
    if (size > MAX_FILE) {
      throw new UserProblem(
        `“${name}” has ${Math.round(size / 1024 / 1024)} MB: too large to be sent. Save it smaller and try again.`,
      );
    }
    const bytes = await workspace.fs.readFile(file);
    if (bytes.length === 0) throw new UserProblem(`“${name}” is empty.`);
    return bytes;
  } catch (error) {
    if (error instanceof UserProblem) throw error;
    throw new UserProblem(`“${name}” cannot be read. Was it moved or deleted?`);
  }
}

/** In pixels, of an image that Claude reads, as base64 text; undefined for anything else. */
export function imageSize(base64: string): { readonly width: number; readonly height: number } | undefined {
  // The size stands at the beginning; in a JPEG behind pictures that the camera has put there.
  for (const length of [FIRST_BASE64, base64.length]) {
    try {
      const bytes = fromBase64(base64.slice(0, length));
      for (const [, format] of readable) {
        const size = sizeAs(format, bytes);
        if (size) return { width: size.width, height: size.height };
      }
    } catch {
      return undefined; // no base64
    }
  }
  return undefined;
}

/** Characters, a multiple of four. */
const FIRST_BASE64 = 80_000;

function measure(
  bytes: Uint8Array,
  name: string,
): { width: number; height: number; mediaType: ImageAttachment["mediaType"] } {
  for (const [mediaType, format] of readable) {
    const size = sizeAs(format, bytes);
    if (!size) continue;
    refuseTooManyPixels(name, size);
    return { width: size.width, height: size.height, mediaType };
  }
  const other = others.find(([, , format]) => sizeAs(format, bytes));
  throw new UserProblem(
    other
      ? `“${name}” is ${other[0]}; Claude reads PNG, JPEG, GIF and WebP. Convert it and try again.`
      : `“${name}” is not an image, or it is damaged: its bytes are not those of a PNG, JPEG, GIF or WebP file.`,
  );
}

function refuseTooManyPixels(name: string, { width, height }: { width: number; height: number }): void {
  if (width * height <= MOST_PIXELS) return;
  throw new UserProblem(
    `“${name}” has ${width} × ${height} pixels: too many to be decoded. Scale it down and try again.`,
  );
}

/** In pixels, as it is to be seen; undefined for any other format and for what is damaged, at which the library throws. */
function sizeAs(
  format: IImage,
  bytes: Uint8Array,
): { readonly width: number; readonly height: number; readonly turned: boolean } | undefined {
  try {
    if (!format.validate(bytes)) return undefined;
    const { width, height, orientation = 1 } = format.calculate(bytes);
    if (!(width > 0 && height > 0)) return undefined;
    const turned = orientation > 1; // Exif: from 5 on by a quarter
    return orientation > 4 ? { width: height, height: width, turned } : { width, height, turned };
  } catch {
    return undefined;
  }
}

function isAnimated(bytes: Uint8Array, mediaType: ImageAttachment["mediaType"]): boolean {
  // WebP container: the flags byte of a VP8X chunk says so.
  if (mediaType === "image/webp") return ascii(bytes, 12, 4) === "VP8X" && ((bytes[20] ?? 0) & 0x02) !== 0;
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
