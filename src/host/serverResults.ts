import { asText, isObject, type JsonObject } from "../api/json";
import type { ContentBlock } from "../api/types";
import type { ResultView } from "../shared/views";
import { webAddress } from "./citations";

/** A block in which a server brings what its own tool gave back. */
type ServerResult = ContentBlock & { readonly tool_use_id: string; readonly content?: unknown };

export function isServerResult(block: ContentBlock): block is ServerResult {
  return block.type !== "tool_result" && "tool_use_id" in block && typeof block.tool_use_id === "string";
}

/** What a server tool gave back, for the reader (Messages API, server result payloads). An unknown shape is shown as JSON. */
export function serverResultView(block: ContentBlock): { readonly failed: boolean; readonly result: ResultView[] } {
  const content: unknown = "content" in block ? block.content : undefined;
  if (isObject(content) && typeof content["error_code"] === "string") {
    return {
      failed: true,
      result: [{ type: "text", text: `It failed: ${content["error_code"].replaceAll("_", " ")}.` }],
    };
  }
  if (Array.isArray(content))
    return { failed: isFailed(block), result: content.flatMap((it: unknown) => partViews(it)) };
  if (typeof content === "string") return { failed: isFailed(block), result: texts(content) };
  const result = isObject(content) ? objectViews(content) : [];
  const failed = isObject(content) && typeof content["return_code"] === "number" && content["return_code"] !== 0;
  return { failed: failed || isFailed(block), result };
}

function isFailed(block: ContentBlock): boolean {
  return "is_error" in block && block.is_error === true;
}

function objectViews(content: JsonObject): ResultView[] {
  const { stdout, stderr, url, content: inner } = content;
  if (typeof stdout === "string" || typeof stderr === "string") {
    return [
      ...texts(asText(stdout)),
      ...texts(asText(stderr)),
      ...(Array.isArray(inner) ? inner.flatMap(fileViews) : []),
    ];
  }
  if (url !== undefined) {
    const title = isObject(inner) ? asText(inner["title"]) : "";
    const source = isObject(inner) && isObject(inner["source"]) ? asText(inner["source"]["data"]) : "";
    const isText = isObject(inner) && isObject(inner["source"]) && inner["source"]["type"] === "text";
    return [...linkViews(title, url), ...(isText ? texts(source) : [])];
  }
  if (typeof inner === "string") return texts(inner);
  return [{ type: "text", text: JSON.stringify(content, null, 2) }];
}

function partViews(part: unknown): ResultView[] {
  if (!isObject(part)) return [];
  if (typeof part["text"] === "string") return texts(part["text"]);
  if (part["url"] !== undefined) return linkViews(asText(part["title"]), part["url"]);
  return [...fileViews(part)];
}

function fileViews(part: unknown): ResultView[] {
  return isObject(part) && typeof part["file_id"] === "string" ? [{ type: "file", file: part["file_id"] }] : [];
}

function linkViews(title: string, value: unknown): ResultView[] {
  const url = webAddress(value);
  return url === undefined ? texts(title || asText(value)) : [{ type: "link", title: title || url, url }];
}

function texts(text: string): ResultView[] {
  return text.trim() === "" ? [] : [{ type: "text", text }];
}
