import type { ImageLimits } from "../api/capabilities";
import type { ImageTier } from "../api/model-table";
import type { ImageAttachment } from "./conversation";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The largest size in which a model sees an image, in pixels; never larger than the image (Messages API, images). */
export function fittedSize({ width, height }: Size, tier: ImageTier): Size {
  const scaled = (scale: number) => ({
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  });
  let scale = Math.min(1, tier.longEdge / Math.max(width, height));
  while (imageTokens(scaled(scale)) > tier.tokens) scale *= 0.999;
  return scaled(scale);
}

/** What an image of this size takes: a token for each 28 × 28 pixels. */
export function imageTokens({ width, height }: Size): number {
  return Math.ceil(width / 28) * Math.ceil(height / 28);
}

/** Those that a request may not hold beside so many others, each once. */
export function largeAmongMany(
  images: readonly ImageAttachment[],
  { count, maxEdge }: ImageLimits["many"],
): ImageAttachment[] {
  if (images.length <= count) return [];
  const large = images.filter(({ width, height }) => Math.max(width, height) > maxEdge);
  return [...new Map(large.map((image) => [image.sha256, image])).values()];
}

/**
 * Why a request with these images (the history's and the new ones) would be refused, in one sentence for the user;
 * undefined when it would not.
 */
export function imageProblem(images: readonly ImageAttachment[], limits: ImageLimits | undefined): string | undefined {
  const [first] = images;
  if (!first) return undefined;
  if (!limits) return `This model takes no images. Choose another model, or remove “${first.name}”.`;
  for (const { name, bytes, width, height } of images) {
    if (Math.ceil(bytes / 3) * 4 > limits.base64Length) {
      const most = megabytes((limits.base64Length / 4) * 3);
      return `“${name}” has ${megabytes(bytes)}; at most ${most} can be sent. Save it smaller and try again.`;
    }
    const side = Math.max(width, height);
    if (side > limits.maxEdge) {
      return `“${name}” has ${width} × ${height} pixels; at most ${limits.maxEdge} on a side can be sent. Scale it down and try again.`;
    }
  }
  if (images.length <= limits.maxCount) return undefined;
  return `The conversation would have ${images.length} images; at most ${limits.maxCount} can be sent. Start a new chat for the next ones.`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
