import type { ImageLimits } from "../../api/capabilities";
import type { ImageBlock, TextBlock } from "../../api/types";
import { fromBase64 } from "../../chat/base64";
import type { ResultContent, ToolResult } from "../../chat/conversation";
import type { StoredConversation } from "../../chat/conversationStore";
import { imageProblem } from "../../chat/images";
import { imageAttachment } from "../images";
import { sha256 } from "../sha256";
import { UserProblem } from "../userProblem";

/** The tool that reads on in a result that was cut. */
export const READ_MORE = "read_more_of_result";

/** Longer texts are cut, in characters: some 10,000 tokens. The model can read on. */
export const LONGEST_RESULT = 40_000;

/** A result as it is stored and sent: images as attachments, long text cut, with the whole of it beside the conversation. */
export async function storeResult(
  call: string,
  content: readonly (TextBlock | ImageBlock)[],
  stored: StoredConversation,
  limits: ImageLimits | undefined,
): Promise<Pick<ToolResult, "content" | "whole">> {
  const kept: ResultContent[] = [];
  let images = 0;
  for (const block of content) {
    if (block.type === "image") kept.push(await storeImage(block, ++images, stored, limits));
  }
  const text = content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
  if (text.length <= LONGEST_RESULT) {
    return { content: [...(text === "" ? [] : [{ type: "text" as const, text: text.toWellFormed() }]), ...kept] };
  }
  const bytes = new TextEncoder().encode(text);
  const hash = await sha256(bytes);
  await stored.saveAttachment(hash, bytes);
  const { part, end } = partOf(text, 0);
  return {
    content: [{ type: "text", text: `${part}\n\n${moreNote(call, end, text.length)}` }, ...kept],
    whole: { sha256: hash, characters: text.length },
  };
}

/** The piece of a text that begins at an offset and is not too long; ends with a line where one ends. */
export function partOf(text: string, offset: number): { readonly part: string; readonly end: number } {
  let end = Math.min(text.length, offset + LONGEST_RESULT);
  if (end < text.length) {
    const line = text.lastIndexOf("\n", end) + 1;
    if (line > offset + LONGEST_RESULT / 2) end = line;
  }
  return { part: text.slice(offset, end).toWellFormed(), end };
}

export function moreNote(call: string, end: number, length: number): string {
  return `[Characters ${end} to ${length} are left out. ${READ_MORE} with result "${call}" and offset ${end} reads on.]`;
}

/** An image that the API would refuse must not get into the history: nothing could be sent after it. */
async function storeImage(
  { source }: ImageBlock,
  number: number,
  stored: StoredConversation,
  limits: ImageLimits | undefined,
): Promise<ResultContent> {
  const name = `Image ${number}`;
  try {
    if (source.type !== "base64") throw new UserProblem("The image was given by its address only.");
    const { attachment, bytes } = await imageAttachment(name, fromBase64(source.data));
    const problem = imageProblem([attachment], limits);
    if (problem !== undefined) throw new UserProblem(problem);
    await stored.saveAttachment(attachment.sha256, bytes);
    return attachment;
  } catch (error) {
    return { type: "text", text: error instanceof UserProblem ? error.message : `“${name}” could not be read.` };
  }
}
