import type { ImageLimits } from "../api/capabilities";
import { fittedSize, imageProblem } from "../chat/images";
import { imageAttachment } from "./images";
import type { NewAttachment } from "./newAttachment";
import { UserProblem } from "./userProblem";

/** How an image shall be drawn anew. */
export interface ImageToDraw {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** The file may have so many bytes. */
  readonly mostBytes: number;
}

/** Gives PNG, JPEG or WebP; undefined for what cannot be decoded here. Rejects with a UserProblem when there is no answer. */
export type DrawImage = (image: ImageToDraw) => Promise<Uint8Array | undefined>;

/**
 * Scales images down to what the model sees, and converts what it does not read. The others stay as they are, to the byte.
 * @param limits of the model; undefined when it takes no images
 * @throws UserProblem that names the image
 */
export async function fitImages(
  added: readonly NewAttachment[],
  limits: ImageLimits | undefined,
  draw: DrawImage,
): Promise<NewAttachment[]> {
  const fitted: NewAttachment[] = [];
  for (const it of added) fitted.push(await fit(it, limits, draw)); // one at a time: a decoded image is large
  return fitted;
}

async function fit(added: NewAttachment, limits: ImageLimits | undefined, draw: DrawImage): Promise<NewAttachment> {
  const { attachment: image, bytes, redraw, source } = added;
  if (image.type !== "image" || !bytes) return added;
  if (!limits) {
    const problem = redraw && imageProblem([image], limits);
    if (problem) throw new UserProblem(problem);
    return added;
  }
  const size = fittedSize(image, limits.tier);
  const smaller = size.width < image.width || size.height < image.height;
  const mostBytes = Math.floor(limits.base64Length / 4) * 3;
  if (!smaller && !redraw && bytes.length <= mostBytes) return added;
  const drawn = await draw({ bytes, mediaType: redraw?.mediaType ?? image.mediaType, ...size, mostBytes });
  if (!drawn) {
    throw new UserProblem(
      redraw
        ? `“${image.name}” is ${redraw.format}, which cannot be converted here. Save it as PNG or JPEG and try again.`
        : `“${image.name}” is damaged: it cannot be decoded.`,
    );
  }
  const made = await imageAttachment(image.name, drawn);
  const { id, animated, width, height } = image;
  const attachment = { ...made.attachment, id, animated, ...(smaller && { original: { width, height } }) };
  return { ...made, attachment, ...(source && { source }) };
}
