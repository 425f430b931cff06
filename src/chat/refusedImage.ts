import type { ContentBlock, MessageParam, MessageRequest } from "../api/types";

/** What the API says of images that it does not take; texts are no contract, hence loose (Messages API, errors). */
const REFUSAL = /could not process image|image (dimensions )?exceeds?|image was specified using/i;

/** Where it says which one: "messages.0.content.1.image.source…". */
const PLACE = /messages\.(\d+)\.content\.(\d+)\.image/;

/**
 * The same request with words in the place of the image that the API has refused, or of all images when it does not say which
 * one; undefined when this is another refusal.
 */
export function withoutRefusedImage(request: MessageRequest, refusal: string): MessageRequest | undefined {
  if (!REFUSAL.test(refusal)) return undefined;
  const place = PLACE.exec(refusal);
  let found = false;
  const messages = request.messages.map((message, index): MessageParam => {
    if (typeof message.content === "string") return message;
    const content = message.content.map((block, at): ContentBlock => {
      if (block.type !== "image") return block;
      if (place && (Number(place[1]) !== index || Number(place[2]) !== at)) return block;
      found = true;
      return { type: "text", text: "[An image was left out here: the API did not take it.]" };
    });
    return { ...message, content };
  });
  return found ? { ...request, messages } : undefined;
}
