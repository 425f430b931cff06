import { png as pngFile } from "../../support/badFiles";
import { type SimulatedApi, type SimulatedApiOptions, startSimulatedApi } from "../../support/api/server";

export type Json = Record<string, unknown>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; an empty object for streams and pages. */
  readonly json: Json;
}

export interface Harness {
  readonly api: () => SimulatedApi;
  /** Sends a request to a path of the API, with the headers that every request needs. */
  readonly call: (path: string, options?: CallOptions) => Promise<Answer>;
  /** Posts a message to `claude-sonnet-5-5`, of 1000 tokens at most, unless `body` says otherwise. */
  readonly ask: (body: Json, headers?: Record<string, string>) => Promise<Answer>;
}

export interface CallOptions {
  readonly method?: string;
  /** Sent as JSON; a string as it is. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** One server for a `describe`, which answers at once. */
export function useSimulatedApi(options: SimulatedApiOptions = {}): Harness {
  let api: SimulatedApi;
  before(async () => {
    api = await startSimulatedApi({ tokensPerSecond: Infinity, ...options });
  });
  after(() => api.close());

  const call: Harness["call"] = async (path, { method, body: sent, headers } = {}) => {
    const all = { "content-type": "application/json", "anthropic-version": "2023-06-01", ...headers };
    const response = await fetch(api.url + path, {
      method: method ?? (sent === undefined ? "GET" : "POST"),
      headers: Object.entries(all).filter(([, value]) => value !== ""),
      ...(sent !== undefined && { body: typeof sent === "string" ? sent : JSON.stringify(sent) }),
    });
    const { status, headers: received } = response;
    const body = await response.text();
    const isJson = received.get("content-type") === "application/json";
    return { status, headers: received, text: body, json: isJson ? (JSON.parse(body) as Json) : {} };
  };
  return {
    api: () => api,
    call,
    ask: (body, headers = {}) =>
      call("/v1/messages", { body: { model: "claude-sonnet-5-5", max_tokens: 1000, ...body }, headers }),
  };
}

/** The content blocks of an answer that was not streamed. */
export function contentOf({ json }: Answer): readonly Block[] {
  return json["content"] as Block[];
}

export function textOf(answer: Answer): string {
  return contentOf(answer)
    .map((block) => block.text ?? "")
    .join("");
}

export interface Block {
  readonly type: string;
  readonly id?: string;
  readonly text?: string;
  readonly thinking?: string;
  readonly signature?: string;
  readonly input?: unknown;
}

/** `{ type, message }` of an error answer. */
export function errorOf(answer: Answer): { type?: string; message?: string; details?: unknown } {
  return answer.json["error"] ?? {};
}

export function user(...content: unknown[]): Json {
  return { role: "user", content: content.length === 1 && typeof content[0] === "string" ? content[0] : content };
}

export function assistant(...content: unknown[]): Json {
  return { role: "assistant", content: content.length === 1 && typeof content[0] === "string" ? content[0] : content };
}

export function text(value: string, more: Json = {}): Json {
  return { type: "text", text: value, ...more };
}

/** A PNG of the given size; with `bytes`, as long as that: what comes after its end does not count. */
export function png(width: number, height: number, bytes = 0): Buffer {
  const file = pngFile(width, height);
  return Buffer.concat([file, Buffer.alloc(Math.max(0, bytes - file.length))]);
}

export function image(bytes: Buffer, type = "image/png", more: Json = {}): Json {
  return { type: "image", source: { type: "base64", media_type: type, data: bytes.toString("base64") }, ...more };
}

export function document(source: Json, more: Json = {}): Json {
  return { type: "document", source, ...more };
}

export const pdf = (pages: number): Json => ({
  type: "base64",
  media_type: "application/pdf",
  data: Buffer.from(`%PDF-1.7\n${"<< /Type /Page >>\n".repeat(pages)}%%EOF`).toString("base64"),
});

export const tool: Json = {
  name: "read_file",
  description: "Reads a file.",
  input_schema: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
};

export function toolUse(id: string): Json {
  return { type: "tool_use", id, name: "read_file", input: { path: "a.ts" } };
}

export function toolResult(id: string, more: Json = {}): Json {
  return { type: "tool_result", tool_use_id: id, content: "42", ...more };
}
