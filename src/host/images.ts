import { BMP } from "image-size/types/bmp";
import { GIF } from "image-size/types/gif";
import { HEIF } from "image-size/types/heif";
import type { IImage } from "image-size/types/interface";
import { JPG } from "image-size/types/jpg";
import { PNG } from "image-size/types/png";
import { SVG } from "image-size/types/svg";
import { TIFF } from "image-size/types/tiff";
import { WEBP } from "image-size/types/webp";
import { FileSystemError, TabInputCustom, Uri, window, workspace } from "vscode";
import { fromBase64 } from "../chat/base64";
import type { ImageAttachment } from "../chat/conversation";
import { sha256 } from "./sha256";
import { isAnimated, isCmyk, isCut } from "./imageBytes";
import type { NewAttachment } from "./newAttachment";
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
const PICTURE_NAME = /\.(png|jpe?g|gif|webp|bmp|avif|hei[cf]|tiff?|svg)$/i;

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
  const photo = sizeAs(JPG, bytes);
  const redrawn = photo?.turned || (photo && isCmyk(bytes));
  if (!other && !redrawn) return imageAttachment(name, bytes);
  const [format, mediaType, reader] = other ?? ["a turned or CMYK JPEG", "image/jpeg", JPG];
  if (!other) refuseCut(name, bytes, "image/jpeg");
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
    filters: { Images: ["png", "jpg", "jpeg", "gif", "webp", "bmp", "avif", "heic", "heif", "tif", "tiff", "svg"] },
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
    throw new UserProblem(`“${name}” cannot be read. ${causeOf(error)}`);
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

/** Why a file cannot be read, as a sentence. */
export function causeOf(error: unknown): string {
  return error instanceof FileSystemError && error.code === "NoPermissions"
    ? "You have no permission to read it."
    : "Was it moved or deleted?";
}

function measure(
  bytes: Uint8Array,
  name: string,
): { width: number; height: number; mediaType: ImageAttachment["mediaType"] } {
  for (const [mediaType, format] of readable) {
    const size = sizeAs(format, bytes);
    if (!size) continue;
    refuseTooManyPixels(name, size);
    refuseCut(name, bytes, mediaType);
    return { width: size.width, height: size.height, mediaType };
  }
  const other = others.find(([, , format]) => sizeAs(format, bytes));
  throw new UserProblem(
    other
      ? `“${name}” is ${other[0]}; Claude reads PNG, JPEG, GIF and WebP. Convert it and try again.`
      : `“${name}” is not an image, or it is damaged: its bytes are not those of a PNG, JPEG, GIF or WebP file.`,
  );
}

function refuseCut(name: string, bytes: Uint8Array, mediaType: ImageAttachment["mediaType"]): void {
  if (isCut(bytes, mediaType))
    throw new UserProblem(`“${name}” is cut off: its end is missing. Get it anew and try again.`);
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
