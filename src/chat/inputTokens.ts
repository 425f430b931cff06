import type { Capabilities } from "../api/capabilities";
import { isObject, type JsonObject } from "../api/json";
import { estimateTokens, TOKENS_PER_FILE } from "../api/tokens";
import type { MessageRequest } from "../api/types";
import { fittedSize, imageTokens, type Size } from "./images";

/** What is told from the base64 text of a file; undefined where it cannot be told. */
export interface FileFacts {
  /** Of an image, in pixels. */
  readonly imageSize: (data: string) => Size | undefined;
  /** Of a PDF. */
  readonly pageCount: (data: string) => number | undefined;
}

/** A page of a PDF goes to the model as its text, 1,500 to 3,000 tokens, and as an image (Messages API, PDFs). */
const PAGE = { text: 2250, size: { width: 1075, height: 1520 } };

/** Roughly how many input tokens a request has. Its images count as the model will see them, its PDF files by their pages. */
export function inputTokens(
  request: MessageRequest,
  { images: limits }: Pick<Capabilities, "images">,
  { imageSize, pageCount }: FileFacts,
): number {
  const seen = (size: Size) => imageTokens(limits ? fittedSize(size, limits.tier) : size);
  let tokens = estimateTokens({ ...request, model: "" });
  for (const block of blocksOf(request.messages, "image")) {
    const data = base64Of(block);
    const size = data === undefined ? undefined : imageSize(data);
    if (data === undefined) tokens += TOKENS_PER_FILE;
    else if (size) tokens += seen(size) - TOKENS_PER_FILE;
  }
  for (const block of blocksOf(request.messages, "document")) {
    const data = base64Of(block);
    const pages = data === undefined ? undefined : pageCount(data);
    if (pages !== undefined) tokens += pages * (PAGE.text + seen(PAGE.size)) - TOKENS_PER_FILE;
  }
  return tokens;
}

/** The blocks of a type in messages, also those in the results of tools. */
export function blocksOf(messages: readonly unknown[], type: "image" | "document"): JsonObject[] {
  return messages.flatMap((message) => blocksIn(isObject(message) ? message["content"] : undefined, type));
}

function blocksIn(content: unknown, type: string): JsonObject[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap((block: unknown) => {
    if (!isObject(block)) return [];
    return block["type"] === type ? [block] : blocksIn(block["content"], type);
  });
}

/** Of an image or a document; undefined where the file lies elsewhere. */
export function base64Of({ source }: JsonObject): string | undefined {
  if (!isObject(source) || source["type"] !== "base64") return undefined;
  return typeof source["data"] === "string" ? source["data"] : undefined;
}
