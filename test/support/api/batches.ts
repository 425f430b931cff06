import * as v from "valibot";
import { parseDirectives } from "./directives";
import { ApiError, errorBody, invalid, notFound } from "./errors";
import type { Dialogue } from "./headers";
import { page } from "./models";
import type { ReplyMessage } from "./reply";
import { dictionary, type Json, namePattern, parse } from "./schema";

/** Message batches (Messages API, batches). */
export interface Batches {
  create(body: unknown, dialogue: Dialogue, origin: string): BatchObject;
  list(query: URLSearchParams): object;
  /** A batch ends by being looked at: the first look finds it in progress, the second finds it ended. */
  retrieve(id: string): BatchObject;
  cancel(id: string): BatchObject;
  remove(id: string): object;
  /** JSON lines, in another order than the requests came in. */
  results(id: string): string;
  /** Lets batches end that hold a `[[gate]]`. */
  release(): void;
}

export interface BatchObject {
  readonly id: string;
  readonly type: "message_batch";
  readonly processing_status: "in_progress" | "canceling" | "ended";
  readonly request_counts: Readonly<Record<"processing" | Outcome["type"], number>>;
  readonly created_at: string;
  readonly expires_at: string;
  readonly ended_at: string | null;
  readonly archived_at: null;
  readonly cancel_initiated_at: string | null;
  readonly results_url: string | null;
}

type Outcome =
  | { readonly type: "succeeded"; readonly message: ReplyMessage }
  | { readonly type: "errored"; readonly error: object }
  | { readonly type: "canceled" }
  | { readonly type: "expired" };

interface Batch {
  readonly id: string;
  readonly requests: readonly { readonly custom_id: string; readonly params: Json }[];
  readonly dialogue: Dialogue;
  readonly resultsUrl: string;
  /** Milliseconds since 1970, as the others. */
  readonly created: number;
  canceled: number | null;
  ended: number | null;
  looks: number;
  gated: boolean;
  outcomes: readonly { readonly custom_id: string; readonly result: Outcome }[];
}

const batchBody = v.strictObject({
  requests: v.pipe(
    v.array(v.strictObject({ custom_id: v.pipe(v.string(), v.regex(namePattern)), params: dictionary })),
    v.minLength(1),
    v.maxLength(100_000),
  ),
});

/** `answer` gives the message for the params of one request, or throws the error that becomes its result. */
export function createBatches(answer: (params: Json, dialogue: Dialogue) => ReplyMessage): Batches {
  const batches: Batch[] = [];

  const find = (id: string): Batch => {
    const batch = batches.find((entry) => entry.id === id);
    if (!batch) throw notFound(`message_batch: ${id}`);
    return batch;
  };

  const outcome = (batch: Batch, params: Json, line: number): Outcome => {
    const asked = parseDirectives(JSON.stringify(params));
    if (batch.canceled !== null || asked.has("canceled")) return { type: "canceled" };
    if (asked.has("expired")) return { type: "expired" };
    try {
      if (asked.has("500")) throw new ApiError(500, "api_error", "Internal server error");
      return { type: "succeeded", message: answer(params, batch.dialogue) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { type: "errored", error: errorBody(error, `req_${batch.id}_${line}`) };
    }
  };

  const end = (batch: Batch): void => {
    batch.ended = Date.now();
    batch.outcomes = batch.requests
      .map(({ custom_id, params }, line) => ({ custom_id, result: outcome(batch, params, line) }))
      .toReversed();
  };

  return {
    create(body, dialogue, origin) {
      const { requests } = parse(batchBody, body);
      const ids = new Set(requests.map(({ custom_id }) => custom_id));
      if (ids.size < requests.length) throw invalid("requests: each custom_id must be unique");
      const id = `msgbatch_sim${String(batches.length + 1).padStart(8, "0")}`;
      const batch: Batch = {
        id,
        requests,
        dialogue,
        resultsUrl: `${origin}/v1/messages/batches/${id}/results`,
        created: Date.now(),
        canceled: null,
        ended: null,
        looks: 0,
        gated: parseDirectives(JSON.stringify(requests)).has("gate"),
        outcomes: [],
      };
      batches.unshift(batch);
      return wireBatch(batch);
    },
    list(query) {
      return page(batches.map(wireBatch), query);
    },
    retrieve(id) {
      const batch = find(id);
      const due = batch.canceled !== null || (batch.looks++ > 0 && !batch.gated);
      if (batch.ended === null && due) end(batch);
      return wireBatch(batch);
    },
    cancel(id) {
      const batch = find(id);
      if (batch.ended === null) batch.canceled ??= Date.now();
      return wireBatch(batch);
    },
    remove(id) {
      const batch = find(id);
      if (batch.ended === null) throw invalid(`message_batch: ${id} must have ended before it is deleted`);
      batches.splice(batches.indexOf(batch), 1);
      return { id, type: "message_batch_deleted" };
    },
    results(id) {
      const batch = find(id);
      if (batch.ended === null) throw notFound(`message_batch: ${id} has no results yet`);
      return batch.outcomes.map((line) => `${JSON.stringify(line)}\n`).join("");
    },
    release() {
      for (const batch of batches) batch.gated = false;
    },
  };
}

const time = (at: number | null) => (at === null ? null : new Date(at).toISOString());

function wireBatch(batch: Batch): BatchObject {
  const { id, created, ended, canceled, requests, outcomes, resultsUrl } = batch;
  const count = (type: Outcome["type"]) => outcomes.filter(({ result }) => result.type === type).length;
  return {
    id,
    type: "message_batch",
    processing_status: ended !== null ? "ended" : canceled !== null ? "canceling" : "in_progress",
    request_counts: {
      processing: ended === null ? requests.length : 0,
      succeeded: count("succeeded"),
      errored: count("errored"),
      canceled: count("canceled"),
      expired: count("expired"),
    },
    created_at: new Date(created).toISOString(),
    expires_at: new Date(created + 24 * 60 * 60_000).toISOString(),
    ended_at: time(ended),
    archived_at: null,
    cancel_initiated_at: time(canceled),
    results_url: ended === null ? null : resultsUrl,
  };
}
