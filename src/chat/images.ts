import type { ImageLimits } from "../api/capabilities";
import type { ImageAttachment } from "./conversation";

/**
 * Why a request with these images (the history's and the new ones) would be refused, in one sentence for the user;
 * undefined when it would not.
 */
export function imageProblem(images: readonly ImageAttachment[], limits: ImageLimits | undefined): string | undefined {
  const [first] = images;
  if (!first) return undefined;
  if (!limits) return `This model takes no images. Choose another model, or remove “${first.name}”.`;
  const many = images.length > limits.many.count;
  for (const { name, bytes, width, height } of images) {
    if (Math.ceil(bytes / 3) * 4 > limits.base64Length) {
      const most = megabytes((limits.base64Length / 4) * 3);
      return `“${name}” has ${megabytes(bytes)}; at most ${most} can be sent. Save it smaller and try again.`;
    }
    const side = Math.max(width, height);
    if (side > limits.maxEdge) {
      return `“${name}” has ${width} × ${height} pixels; at most ${limits.maxEdge} on a side can be sent. Scale it down and try again.`;
    }
    if (many && side > limits.many.maxEdge) {
      return (
        `With more than ${limits.many.count} images in a conversation each may have ${limits.many.maxEdge} pixels on a side; ` +
        `“${name}” has ${width} × ${height}. Start a new chat or scale it down.`
      );
    }
  }
  if (images.length <= limits.maxCount) return undefined;
  return `The conversation would have ${images.length} images; at most ${limits.maxCount} can be sent. Start a new chat for the next ones.`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
