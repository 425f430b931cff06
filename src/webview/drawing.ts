import type { HostMessage } from "../shared/protocol";

type ImageToDraw = Extract<HostMessage, { type: "drawImage" }>;

/** A screenshot goes without loss up to so many bytes: more would be slow to send with each message. */
const MOST_WITHOUT_LOSS = 2 * 1024 * 1024;

/** Draws an image in another size, turned as it is to be seen, and keeps what is transparent. Rejects for what is no image. */
export async function draw({ data, mediaType, width, height, mostBytes }: ImageToDraw): Promise<Uint8Array> {
  const blob = new Blob([new Uint8Array(data)], { type: mediaType });
  const picture = mediaType === "image/svg+xml" ? await drawingOf(blob) : await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("There is no canvas.");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  if (picture instanceof ImageBitmap) picture.close();
  return encode(canvas, mediaType === "image/jpeg", mostBytes);
}

/** A photo stays JPEG; all else may hold text and transparency. */
async function encode(canvas: OffscreenCanvas, photo: boolean, mostBytes: number): Promise<Uint8Array> {
  const tries = photo
    ? [
        { type: "image/jpeg", quality: 0.9 },
        { type: "image/jpeg", quality: 0.7 },
      ]
    : [{ type: "image/png" }, { type: "image/webp", quality: 0.92 }, { type: "image/webp", quality: 0.7 }];
  let blob = new Blob();
  for (const options of tries) {
    blob = await canvas.convertToBlob(options);
    if (blob.size <= (options.type === "image/png" ? Math.min(mostBytes, MOST_WITHOUT_LOSS) : mostBytes)) break;
  }
  return new Uint8Array(await blob.arrayBuffer());
}

/** An SVG in an `img`: there it runs no scripts and loads nothing. */
async function drawingOf(blob: Blob): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  try {
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}
