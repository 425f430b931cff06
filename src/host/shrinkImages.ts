import type { LogOutputChannel } from "vscode";
import type { ImageLimits } from "../api/capabilities";
import { attachmentsOf, withAttachments, type ImageAttachment, type Turn } from "../chat/conversation";
import type { StoredConversation } from "../chat/conversationStore";
import { fittedSize, largeAmongMany } from "../chat/images";
import type { DrawImage } from "./fitImages";
import { imageAttachment } from "./images";

/**
 * The same turns with smaller versions of the images that the API takes only as long as there are few (Messages API, images).
 * Each is drawn once and stored with the conversation, so that every later request sends the same bytes. One that cannot be drawn
 * stays as it is: when the API refuses it, the answer goes on without it.
 *
 * @param limits of the model; undefined when it takes no images
 */
export async function shrinkImages(
  stored: StoredConversation,
  path: readonly Turn[],
  limits: ImageLimits | undefined,
  draw: DrawImage,
  log: Pick<LogOutputChannel, "warn">,
): Promise<readonly Turn[]> {
  const images = path.flatMap((turn) => attachmentsOf(turn).filter((it) => it.type === "image"));
  const large = limits ? largeAmongMany(images, limits.many) : [];
  if (!limits || large.length === 0) return path;
  for (const image of large) {
    if (stored.conversation.shrunk.has(image.sha256)) continue;
    try {
      await shrink(stored, image, limits, draw);
    } catch (error) {
      log.warn(`${image.name} could not be made smaller`, error instanceof Error ? error.message : "");
    }
  }
  const { shrunk } = stored.conversation;
  const affected = new Set(large.map(({ sha256 }) => sha256));
  return path.map((turn) =>
    withAttachments(turn, (attachment) => {
      const smaller = attachment.type === "image" && affected.has(attachment.sha256) && shrunk.get(attachment.sha256);
      return smaller ? { ...smaller, id: attachment.id, name: attachment.name } : attachment;
    }),
  );
}

async function shrink(
  stored: StoredConversation,
  image: ImageAttachment,
  { tier, many, base64Length }: ImageLimits,
  draw: DrawImage,
): Promise<void> {
  const bytes = await stored.readAttachment(image.sha256);
  const size = fittedSize(image, { ...tier, longEdge: Math.min(tier.longEdge, many.maxEdge) });
  const mostBytes = Math.floor(base64Length / 4) * 3;
  const drawn = await draw({ bytes, mediaType: image.mediaType, ...size, mostBytes });
  if (!drawn) throw new Error("it cannot be decoded");
  const { attachment: made } = await imageAttachment(image.name, drawn);
  const { width, height } = image;
  await stored.saveAttachment(made.sha256, drawn);
  stored.record({
    type: "shrunk",
    sha256: image.sha256,
    image: { ...made, animated: image.animated, original: image.original ?? { width, height }, shrunk: true },
  });
}
