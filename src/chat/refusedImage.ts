import type { ContentBlock, MessageParam, MessageRequest, TextBlock } from "../api/types";

/** What the API says of images that it does not take; texts are no contract, hence loose (Messages API, errors). */
const REFUSAL = /could not process image|image (dimensions )?exceeds?|image was specified using/i;

/** Where it says which one: "messages.0.content.1.image.source…", also within the result of a tool. */
const PLACE = /messages\.\d+\.content\.\d+\.(?:tool_result\.content\.\d+\.)?image/;

/**
 * The same request with words in the place of the image that the API has refused, or of all images when it does not say which
 * one; undefined when this is another refusal.
 */
export function withoutRefusedImage(request: MessageRequest, refusal: string): MessageRequest | undefined {
  if (!REFUSAL.test(refusal)) return undefined;
  const place = PLACE.exec(refusal)?.[0];
  let found = false;

  function leaf<T extends ContentBlock>(block: T, parent: string, index: number): T | TextBlock {
    if (block.type !== "image") return block;
    if (place !== undefined && place !== `${parent}.content.${index}.image`) return block;
    found = true;
    return { type: "text", text: "[An image was left out here: the API did not take it.]" };
  }

  function without(block: ContentBlock, parent: string, index: number): ContentBlock {
    if (block.type !== "tool_result" || typeof block.content !== "object") return leaf(block, parent, index);
    const at = `${parent}.content.${index}.tool_result`;
    return { ...block, content: block.content.map((part, nested) => leaf(part, at, nested)) };
  }

  const messages = request.messages.map((message, index): MessageParam =>
    typeof message.content === "string"
      ? message
      : { ...message, content: message.content.map((block, at) => without(block, `messages.${index}`, at)) },
  );
  return found ? { ...request, messages } : undefined;
}
