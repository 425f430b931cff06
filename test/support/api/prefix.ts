import { createHash } from "node:crypto";
import type { Attachments } from "./images";
import type { Model } from "./models";
import type { Block, CacheControl, MessagesRequest } from "./schema";
import { countTokens, imageTokens, toolPromptTokens } from "./tokens";

/** One tool or block of the request, in the order of the prompt: tools, system, messages. */
export interface Part {
  readonly path: string;
  /** Equal for equal content, wherever cache breakpoints are and whichever form text was sent in. */
  readonly key: string;
  readonly tokens: number;
  readonly block: Block | null;
  /** The index in `messages`, or -1 for tools and system. */
  readonly message: number;
  readonly cacheControl: CacheControl | null;
}

/** What the frame around a message costs. */
const messageTokens = 4;

/** The whole prompt as a list of parts. */
export function promptParts(request: MessagesRequest, model: Model, attachments: Attachments): Part[] {
  const parts: Part[] = [];
  const add = (
    place: string,
    value: object,
    tokens: number,
    path: string,
    message = -1,
    block: Block | null = null,
  ) => {
    const cacheControl = "cache_control" in value ? (value.cache_control as CacheControl | null | undefined) : null;
    parts.push({
      path,
      key: `${place} ${canonical(value)}`,
      tokens,
      block,
      message,
      cacheControl: cacheControl ?? null,
    });
  };

  for (const [index, tool] of (request.tools ?? []).entries()) {
    const hidden = index === 0 ? toolPromptTokens : 0;
    add("tool", tool, hidden + countTokens(canonical(tool), model), `tools.${index}`);
  }
  for (const [index, block] of textBlocks(request.system ?? []).entries()) {
    add("system", block, countTokens(block.text, model), `system.${index}`);
  }
  for (const [message, { role, content }] of request.messages.entries()) {
    for (const [index, block] of textBlocks(content).entries()) {
      const path = `messages.${message}.content.${index}`;
      const frame = index === 0 ? messageTokens : 0;
      add(role, block, frame + blockTokens(block, model, attachments), path, message, block);
    }
  }
  return parts;
}

/** A hash of each prefix: entry n covers parts 0 to n. */
export function prefixHashes(parts: readonly Part[]): string[] {
  let hash = "";
  return parts.map((part) => (hash = sha256(`${hash}\n${part.key}`)));
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** A string stands for one text block. */
export function textBlocks<T extends { type: string }>(content: string | T[]): (T | { type: "text"; text: string })[] {
  if (typeof content !== "string") return content;
  return content === "" ? [] : [{ type: "text", text: content }];
}

/** JSON without breakpoints and nulls, keys in order; a tool's input counts as it was written. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (key, entry: unknown) => {
    if (key === "cache_control" || entry === null) return undefined;
    if (key === "input") return JSON.stringify(entry);
    if (typeof entry !== "object" || Array.isArray(entry)) return entry;
    return Object.fromEntries(Object.entries(entry).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function blockTokens(block: Block, model: Model, attachments: Attachments): number {
  switch (block.type) {
    case "text":
      return countTokens(block.text, model);
    case "image": {
      const seen = attachments.images.get(block);
      return seen ? imageTokens(seen.width, seen.height, model) : 1500;
    }
    case "document":
      // A page of a PDF is its text and a picture of it.
      return (
        (attachments.pages.get(block) ?? 0) * 3000 +
        (block.source.type === "text" ? countTokens(block.source.data, model) : 0) +
        (block.source.type === "content" ? countTokens(canonical(block.source.content), model) : 0)
      );
    case "tool_result": {
      const id = countTokens(block.tool_use_id, model);
      if (typeof block.content === "string") return id + countTokens(block.content, model);
      return (block.content ?? []).reduce(
        (sum, inner) =>
          sum +
          (inner.type === "browser_state" || inner.type === "tool_reference"
            ? countTokens(canonical(inner), model)
            : blockTokens(inner, model, attachments)),
        id,
      );
    }
    default:
      return countTokens(canonical(block), model);
  }
}
