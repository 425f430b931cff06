import { messageFrom } from "./accumulator";
import { callForJson, pages } from "./call";
import { dialects } from "./dialect";
import { ApiFailure, cut } from "./failure";
import { asCount, asText, isObject, isTooDeep, type JsonObject, parseJson } from "./json";
import { linesOf } from "./lines";
import { isError, readReply } from "./reply";
import { type FailureContext, replyFailure } from "./reply-failure";
import { serialise } from "./serialise";
import { type ApiRequest, type Connection, exchange, failureContext, type LargeBody, retrying } from "./transport";
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
  | { readonly type: "canceled" | "expired"; readonly customId: string };

export type BatchLine =
  /** `raw` is the line as it came, less the credential: what can be stored and read again by `readResultLine`. */
  | (BatchResult & { readonly raw: string })
  /** A line of the results that is no result; `line` counts from 1. */
  | { readonly type: "unreadable"; readonly line: number; readonly raw: string };

/** Message batches: half the price, done within 24 hours. All methods throw ApiFailure. */
export interface Batches {
  /**
   * Never tries again by itself: a batch that was created without the answer arriving would be paid twice.
   * @param requests or the whole body, whose requests `wireRequest` has written
   */
  create(requests: readonly BatchRequest[] | LargeBody, signal: AbortSignal): Promise<Batch>;
  /** A request as it stands in the body of `create`. */
  wireRequest(request: BatchRequest): string;
  retrieve(id: string, signal: AbortSignal): Promise<Batch>;
  /** Some requests may still succeed after it. */
  cancel(id: string, signal: AbortSignal): Promise<Batch>;
  /** Each result once, in the server's order; none when it was cancelled where results are not kept. The batch must have ended. */
  results(id: string, signal: AbortSignal): AsyncIterable<BatchLine>;
  /** The newest 1,000 at least. Undefined where the server keeps no list. */
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

  const wireRequest = ({ customId, params }: BatchRequest) =>
    serialise({ custom_id: customId, params: dialect.body?.({ ...params }) ?? params });

  return {
    wireRequest,
    async create(requests, signal) {
      const body = "length" in requests && "chunks" in requests ? requests : batchBody(requests.map(wireRequest));
      const once = { ...connection, maxRetries: 0 };
      return readBatch(context, await callForJson(once, { method: "POST", path: paths.base, body }, signal));
    },
    async retrieve(id, signal) {
      const text = await stateOf(connection, { method: "GET", ...paths.retrieve(encodeURIComponent(id)) }, signal);
      const ended = text === undefined || startsWithResult(text);
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
        const result = readLine(context, line, number);
        if (number === 1 && result.type === "unreadable" && hasNoResults(context, line)) return;
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
          for await (const page of pages(connection, paths.base, { limit: "1000" }, signal)) {
            const entries: unknown[] = isObject(page) && Array.isArray(page["data"]) ? page["data"] : [];
            for (const entry of entries) {
              const batch = readBatch(context, entry);
              found.set(batch.id, batch);
            }
            if (found.size >= 1000) break; // results are kept for 29 days; older batches tell nothing more
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

function batchBody(requests: readonly string[]): string {
  return `{"requests":[${requests.join(",")}]}`;
}

/** Longer than any batch object. */
const STATE_LIMIT = 1_000_000;

/**
 * What the address of a batch answers: the batch, or as AI/ML API has it at the end, the results themselves, of which only the
 * beginning is read. Undefined when that is longer than any batch.
 */
async function stateOf(connection: Connection, request: ApiRequest, signal: AbortSignal): Promise<string | undefined> {
  async function* once(): AsyncGenerator<string, void, void> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const bytes of exchange(connection, request, signal)) {
      text += decoder.decode(bytes, { stream: true });
      if (text.length > STATE_LIMIT || (text.trimStart().includes("\n") && startsWithResult(text))) break;
    }
    yield text;
  }
  const never = () => false;
  for await (const item of retrying(connection, once, () => true, signal, never)) {
    if (typeof item === "string") return item.length > STATE_LIMIT ? undefined : item;
  }
  throw new ApiFailure({ kind: "protocol", message: `${connection.endpoint.name} sent no reply.` });
}

function startsWithResult(text: string): boolean {
  const first = parseJson(text) ?? parseJson(text.trimStart().split("\n", 1)[0] ?? "");
  return isObject(first) && "custom_id" in first;
}

/** AI/ML API sends the batch instead of results: while there are none yet, and when it was cancelled. Others may send an error. */
function hasNoResults(context: FailureContext, line: string): boolean {
  const value = parseJson(line);
  if (isError(value)) throw replyFailure(context, value);
  if (!isObject(value) || !("status" in value || "processing_status" in value)) return false;
  if (readBatch(context, { id: "?", ...value }).status === "ended") return true;
  throw new ApiFailure({ kind: "invalid", message: `${context.name}: the batch has not ended yet.` });
}

/** A result that was stored as it came; undefined when it is none. */
export function readResultLine(endpointName: string, line: string): BatchResult | undefined {
  return readResult({ name: endpointName, now: Date.now, redact: (text) => text }, line);
}

function readLine(context: FailureContext, text: string, line: number): BatchLine {
  const result = readResult(context, text);
  const raw = context.redact(text);
  return result ? { ...result, raw } : { type: "unreadable", line, raw: cut(raw, 4000) };
}

function readResult(context: FailureContext, text: string): BatchResult | undefined {
  const parsed = parseJson(text);
  const value = isTooDeep(parsed) ? undefined : parsed;
  const customId = isObject(value) ? value["custom_id"] : undefined;
  const result = isObject(value) ? value["result"] : undefined;
  if (typeof customId !== "string" || !isObject(result)) return undefined;
  const { type } = result;
  if (type === "canceled" || type === "expired") return { type, customId };
  if (type === "errored") return { type, customId, failure: replyFailure(context, result["error"]) };
  if (type === "succeeded" && isObject(result["message"])) {
    return { type, customId, message: messageFrom(result["message"]) };
  }
  return undefined;
}
