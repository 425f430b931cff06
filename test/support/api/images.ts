import { crc32 } from "node:zlib";
import { imageSize } from "image-size";
import { invalid } from "./errors";
import type { Model } from "./models";
import type { Block, DocumentBlock, ImageBlock, MessagesRequest } from "./schema";
import { fittedSize } from "./tokens";

/** What the bytes of an image tell: pixels, and the size of the file in bytes. */
export interface SeenImage {
  readonly path: string;
  readonly format: "PNG" | "JPEG" | "GIF" | "WebP";
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

export interface Attachments {
  readonly images: ReadonlyMap<ImageBlock, SeenImage>;
  readonly pages: ReadonlyMap<DocumentBlock, number>;
}

const formats = { png: "PNG", jpg: "JPEG", gif: "GIF", webp: "WebP" } as const;
const mediaTypes = { PNG: "image/png", JPEG: "image/jpeg", GIF: "image/gif", WebP: "image/webp" } as const;

/** The limits of images and documents (Messages API, images, PDFs), in pixels, pages and bytes of base64. */
const limits = { side: 8000, manyImages: 20, sideOfMany: 2000, base64: 10 * 1024 * 1024 };

/** Reads each image and document of the request, also those in tool results, or says which one is refused and why. */
export function readAttachments(request: MessagesRequest, model: Model): Attachments {
  const images = new Map<ImageBlock, SeenImage>();
  const pages = new Map<DocumentBlock, number>();
  let imageCount = 0;
  const citing = new Set<boolean>();

  const visit = (block: Block | { readonly type: "browser_state" | "tool_reference" }, path: string): void => {
    switch (block.type) {
      case "image":
        imageCount++;
        if (block.source.type === "file") {
          throw invalid(`${path}.source.file_id: File not found: ${block.source.file_id}`);
        }
        if (block.source.type === "base64") images.set(block, readImage(block, path, model));
        return;
      case "document":
        citing.add(block.citations?.enabled ?? false);
        pages.set(block, readDocument(block, path));
        if (block.source.type === "content" && typeof block.source.content !== "string") {
          visitAll(block.source.content, `${path}.source.content`);
        }
        return;
      case "tool_result":
        if (typeof block.content !== "string") visitAll(block.content ?? [], `${path}.content`);
        return;
      default:
    }
  };
  const visitAll = (blocks: readonly Parameters<typeof visit>[0][], path: string): void => {
    for (const [index, block] of blocks.entries()) visit(block, `${path}.${index}.${block.type}`);
  };
  for (const [index, { content }] of request.messages.entries()) {
    if (typeof content !== "string") visitAll(content, `messages.${index}.content`);
  }

  // Images, and pages of PDFs, by the size of the context.
  const max = model.contextWindow > 200_000 ? 600 : 100;
  if (imageCount > max) throw invalid(`messages: too many images: ${imageCount} > ${max}`);
  checkPixels([...images.values()], imageCount > limits.manyImages);
  const pageCount = [...pages.values()].reduce((sum, count) => sum + count, 0);
  if (pageCount > max) throw invalid(`messages: A maximum of ${max} PDF pages may be provided.`);
  if (citing.size > 1) throw invalid("messages: citations must be enabled on all documents or on none");
  if (citing.has(true) && request.output_config?.format) {
    throw invalid("output_config.format: structured outputs cannot be combined with citations");
  }
  return { images, pages };
}

function checkPixels(images: readonly SeenImage[], many: boolean): void {
  const max = many ? limits.sideOfMany : limits.side;
  const paths = images.filter((image) => Math.max(image.width, image.height) > max).map((image) => image.path);
  if (paths.length === 0) return;
  const kind = many ? " for many-image requests" : "";
  throw invalid(`${paths[0]}: image dimensions exceed max allowed size${kind}: ${max} pixels`, {
    error_code: "image_dimensions_too_large",
    max_side_length_pixels: max,
    paths,
  });
}

function readImage(block: ImageBlock, path: string, model: Model): SeenImage {
  if (block.source.type !== "base64") throw new TypeError("not a base64 image");
  const { data, media_type } = block.source;
  const at = `${path}.source.base64`;
  if (data.length > limits.base64) {
    throw invalid(`${at}: image exceeds 10 MB maximum: ${data.length} bytes > ${limits.base64} bytes`);
  }
  const bytes = decodeBase64(data, at);
  const size = measure(bytes);
  if (!size) throw invalid(`${at}.data: Could not process image`);
  if (mediaTypes[size.format] !== media_type) {
    throw invalid(
      `${at}: The image was specified using the ${media_type} media type, but the image appears to be a ${mediaTypes[size.format]} image`,
    );
  }
  const fitted = fittedSize(size.width, size.height, model);
  if (block.transformations?.oversized_image === "error" && fitted.width < size.width) {
    throw invalid(`${path}: image is larger than ${fitted.width} × ${fitted.height} pixels, which this model sees`);
  }
  return { path, bytes: bytes.length, ...size };
}

function measure(bytes: Buffer): Pick<SeenImage, "format" | "width" | "height"> | undefined {
  try {
    const { width, height, type } = imageSize(bytes);
    const format = Object.entries(formats).find(([name]) => name === type)?.[1];
    if (!format || !(width > 0 && height > 0) || (format === "PNG" && !isWholePng(bytes))) return undefined;
    return { format, width, height };
  } catch {
    return undefined; // no image, or one that is cut within its header
  }
}

/** Its chunks are there up to the last one, with the right checksums (PNG, 5.3), as a decoder wants them. */
function isWholePng(bytes: Buffer): boolean {
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at);
    const named = bytes.subarray(at + 4, end);
    if (end + 4 > bytes.length || crc32(named) !== bytes.readUInt32BE(end)) return false;
    if (named.subarray(0, 4).toString("latin1") === "IEND") return true;
    at = end + 4;
  }
  return false;
}

/** The number of pages; 0 for what is not a PDF. */
function readDocument({ source }: DocumentBlock, path: string): number {
  switch (source.type) {
    case "file":
      throw invalid(`${path}.source.file_id: File not found: ${source.file_id}`);
    case "text":
      if (source.data.trim() === "") throw invalid(`${path}.source.text.data: text must be non-empty`);
      return 0;
    case "content":
      if (source.content.length === 0) throw invalid(`${path}.source.content: content must be non-empty`);
      return 0;
    case "url":
      return 1;
    case "base64": {
      const pdf = decodeBase64(source.data, `${path}.source.base64`).toString("latin1");
      if (!pdf.startsWith("%PDF-")) throw invalid(`${path}.source.base64.data: The PDF specified was not valid.`);
      if (pdf.includes("/Encrypt")) {
        throw invalid(`${path}.source.base64.data: The PDF specified is password protected.`);
      }
      return Math.max(1, pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0);
    }
  }
}

function decodeBase64(data: string, path: string): Buffer {
  // Buffer skips what is not base64; the API does not.
  if (data === "" || data.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(data)) {
    throw invalid(`${path}.data: Input should be valid base64`);
  }
  return Buffer.from(data, "base64");
}
