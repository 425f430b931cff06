import { messageFrom } from "./accumulator";
import { callForJson, callForText, pages } from "./call";
import { dialects } from "./dialect";
import { ApiFailure, cut } from "./failure";
import { asCount, asText, isObject, isTooDeep, type JsonObject, parseJson } from "./json";
import { isError, readReply } from "./reply";
import { type FailureContext, replyFailure } from "./reply-failure";
import { serialise } from "./serialise";
import { type Connection, exchange, failureContext, retrying } from "./transport";
import type { Message, MessageRequest } from "./types";

export interface BatchRequest {
  /** Up to 64 letters, digits, "_" and "-", unique in the batch: results come in any order. */
  readonly customId: string;
  readonly params: MessageRequest;
}

export interface Batch {
  readonly id: string;
  readonly status: "in_progress" | "canceling" | "ended";
  /** By outcome. All but `processing` stay 0 until the end; undefined where the server does not count. */
  readonly counts: BatchCounts | undefined;
  /** RFC 3339. */
  readonly createdAt: string | undefined;
  readonly endedAt: string | undefined;
  readonly expiresAt: string | undefined;
}

export interface BatchCounts {
  readonly processing: number;
  readonly succeeded: number;
  readonly errored: number;
  readonly canceled: number;
  readonly expired: number;
}

export type BatchResult =
  | { readonly type: "succeeded"; readonly customId: string; readonly message: Message }
  | { readonly type: "errored"; readonly customId: string; readonly failure: ApiFailure }
  | { readonly type: "canceled" | "expired"; readonly customId: string }
  /** A line of the results that is no result; `line` counts from 1. */
  | { readonly type: "unreadable"; readonly line: number; readonly raw: string };

/** Message batches: half the price, done within 24 hours. All methods throw ApiFailure. */
export interface Batches {
  create(requests: readonly BatchRequest[], signal: AbortSignal): Promise<Batch>;
  retrieve(id: string, signal: AbortSignal): Promise<Batch>;
  /** Some requests may still succeed after it. */
  cancel(id: string, signal: AbortSignal): Promise<Batch>;
  /** Each result once, in the server's order. The batch must have ended. */
  results(id: string, signal: AbortSignal): AsyncIterable<BatchResult>;
  /** Undefined where the server keeps no list. */
  readonly list: ((signal: AbortSignal) => Promise<Batch[]>) | undefined;
  /** The batch must have ended. */
  readonly delete: ((id: string, signal: AbortSignal) => Promise<void>) | undefined;
}

/** The endpoint's batches, or undefined if it has none. */
export function batchesOf(connection: Connection): Batches | undefined {
  const dialect = dialects[connection.endpoint.dialect];
  const paths = dialect.batches;
  if (!paths) return undefined;
  const context = failureContext(connection);

  return {
    async create(requests, signal) {
      const params = (request: JsonObject) => dialect.body?.(request) ?? request;
      const body = serialise({
        requests: requests.map((request) => ({ custom_id: request.customId, params: params({ ...request.params }) })),
      });
      return readBatch(context, await callForJson(connection, { method: "POST", path: paths.base, body }, signal));
    },
    async retrieve(id, signal) {
      const text = await callForText(connection, { method: "GET", ...paths.retrieve(encodeURIComponent(id)) }, signal);
      // AI/ML API answers with the results themselves once there are any.
      const first = parseJson(text) ?? parseJson(text.trimStart().split("\n", 1)[0] ?? "");
      const ended = isObject(first) && "custom_id" in first;
      return readBatch(context, ended ? { id, processing_status: "ended" } : readReply(context, text));
    },
    async cancel(id, signal) {
      const path = paths.cancel(encodeURIComponent(id));
      return readBatch(context, await callForJson(connection, { method: "POST", path }, signal));
    },
    async *results(id, signal) {
      // Never the results_url of the batch: it may name another host, which must not get the key.
      const request = paths.results(encodeURIComponent(id));
      const lines = retrying(
        connection,
        () => linesOf(exchange(connection, { method: "GET", ...request }, signal)),
        () => true,
        signal,
        () => false,
      );
      const seen = new Set<string>();
      let number = 0;
      for await (const line of lines) {
        if (typeof line !== "string") continue; // a wait before a retry
        number++;
        if (line.trim() === "") continue;
        const result = readResult(context, line, number);
        if (number === 1 && result.type === "unreadable") refuseUnended(context, line);
        if (result.type !== "unreadable") {
          if (seen.has(result.customId)) continue;
          seen.add(result.customId);
        }
        yield result;
      }
    },
    list: paths.manage
      ? async (signal) => {
          const found = new Map<string, Batch>();
          for await (const page of pages(connection, paths.base, { limit: "100" }, signal)) {
            const entries: unknown[] = isObject(page) && Array.isArray(page["data"]) ? page["data"] : [];
            for (const entry of entries) {
              const batch = readBatch(context, entry);
              found.set(batch.id, batch);
            }
          }
          return [...found.values()];
        }
      : undefined,
    delete: paths.manage
      ? async (id, signal) => {
          await callForJson(connection, { method: "DELETE", path: `${paths.base}/${encodeURIComponent(id)}` }, signal);
        }
      : undefined,
  };
}

/** Anthropic's batch object, or AI/ML API's `{id, status}`. */
function readBatch(context: FailureContext, value: unknown): Batch {
  const batch = isObject(value) ? value : {};
  const id = asText(batch["id"]);
  if (id === "") {
    const raw = context.redact(JSON.stringify(value) ?? "");
    throw new ApiFailure({ kind: "protocol", message: `${context.name} did not send a batch.`, raw });
  }
  const status = asText(batch["status"]) || asText(batch["processing_status"]);
  const time = (name: string) => asText(batch[name]) || undefined;
  return {
    id,
    status: statuses.get(status) ?? "in_progress",
    counts: isObject(batch["request_counts"]) ? readCounts(batch["request_counts"]) : undefined,
    createdAt: time("created_at"),
    endedAt: time("ended_at"),
    expiresAt: time("expires_at"),
  };
}

const statuses: ReadonlyMap<string, Batch["status"]> = new Map([
  ["canceling", "canceling"],
  ["ended", "ended"],
  ["completed", "ended"],
  ["cancelled", "ended"],
  ["canceled", "ended"],
  ["expired", "ended"],
]);

function readCounts(counts: JsonObject): BatchCounts {
  const count = (name: string) => asCount(counts[name]) ?? 0;
  return {
    processing: count("processing"),
    succeeded: count("succeeded"),
    errored: count("errored"),
    canceled: count("canceled"),
    expired: count("expired"),
  };
}

/** Lines end at LF or CRLF only: JSON may hold U+2028. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  for await (const bytes of chunks) {
    const [head = "", ...tail] = decoder.decode(bytes, { stream: true }).split("\n");
    parts.push(head);
    for (const next of tail) {
      yield parts.join("");
      parts = [next];
    }
  }
  parts.push(decoder.decode());
  yield parts.join("");
}

/** AI/ML API sends the batch instead of its results while there are none; others may send an error. */
function refuseUnended(context: FailureContext, line: string): void {
  const value = parseJson(line);
  if (isError(value)) throw replyFailure(context, value);
  if (isObject(value) && ("status" in value || "processing_status" in value)) {
    throw new ApiFailure({ kind: "invalid", message: `${context.name}: the batch has not ended yet.` });
  }
}

function readResult(context: FailureContext, text: string, line: number): BatchResult {
  const parsed = parseJson(text);
  const value = isTooDeep(parsed) ? undefined : parsed;
  const customId = isObject(value) ? value["custom_id"] : undefined;
  const result = isObject(value) ? value["result"] : undefined;
  if (typeof customId === "string" && isObject(result)) {
    const { type } = result;
    if (type === "canceled" || type === "expired") return { type, customId };
    if (type === "errored") return { type, customId, failure: replyFailure(context, result["error"]) };
    if (type === "succeeded" && isObject(result["message"])) {
      return { type, customId, message: messageFrom(result["message"]) };
    }
  }
  return { type: "unreadable", line, raw: cut(context.redact(text), 4000) };
}
