import * as v from "valibot";
import { parseJson } from "../../api/json";
import { usageSchema } from "./spending";

/** What is stored of a batch beside its requests and results. Described in docs/batches.md. */
export const RECORD_VERSION = 1;

const counts = v.object({
  processing: v.number(),
  succeeded: v.number(),
  errored: v.number(),
  canceled: v.number(),
  expired: v.number(),
});
const optional = <T>(schema: v.GenericSchema<unknown, T>) => v.fallback(v.optional(schema), undefined);

const fields = {
  format: v.literal("sidenote-batch"),
  version: v.literal(RECORD_VERSION),
  /** A UUID, and the name of the folder. */
  id: v.string(),
  name: v.string(),
  /** Milliseconds since 1970, as all times. */
  createdAt: v.number(),
  /** The endpoint's id, and where it was then: a batch is asked for nowhere else. */
  endpoint: v.string(),
  baseUrl: v.string(),
  /** Of all requests; null: of several. */
  model: v.nullable(v.string()),
  requests: v.number(),
  /** Of the body that is sent. */
  bytes: v.number(),
  /** `oneByOne`: the endpoint has no batches, the requests are sent from here. */
  way: v.picklist(["batch", "oneByOne"]),
  /**
   * preparing: the requests are being written. draft: nothing was sent. sending: the upload runs. running: at the server, or one
   * by one. paused: one by one, waiting for the user. ended: nothing more will come.
   */
  state: v.picklist(["preparing", "draft", "sending", "running", "canceling", "paused", "ended"]),
  /** The folder that holds the preview of the draft that this is a part of. */
  draft: optional(v.string()),
  /** The server's id. */
  remoteId: optional(v.string()),
  counts: optional(counts),
  sentAt: optional(v.number()),
  endedAt: optional(v.number()),
  expiresAt: optional(v.number()),
  /** A window works on it until then; when that time is over, the window was closed. */
  held: optional(v.object({ window: v.string(), until: v.number() })),
  perMinute: optional(v.number()),
  /** The results are on disk, all that there are. */
  results: optional(
    v.object({
      counts: v.record(v.string(), v.number()),
      /** Lines of the server that are no results. */
      unreadable: v.number(),
      cost: v.nullable(v.object({ usd: v.number(), estimate: v.boolean() })),
      usage: optional(usageSchema),
    }),
  ),
  /** Why it is not sent, or paused: one sentence. */
  problem: optional(v.string()),
  /** The user has cancelled it: requests without a result are cancelled ones. */
  canceled: optional(v.boolean()),
  /** Made elsewhere: its requests are not here. */
  foreign: optional(v.boolean()),
  /** The user was told that it has ended. */
  announced: optional(v.boolean()),
};

/** Fields that a later version adds are kept: whoever changes a record writes back what it does not know. */
const recordSchema = v.looseObject(fields);

export type BatchRecord = v.InferOutput<v.ObjectSchema<typeof fields, undefined>>;

/** Undefined for what is no record, or one of a later version. */
export function parseRecord(text: string): BatchRecord | undefined {
  const parsed = v.safeParse(recordSchema, parseJson(text));
  return parsed.success ? parsed.output : undefined;
}

/** Still at work somewhere, so that it is worth looking at again. */
export function isUnfinished({ state }: Pick<BatchRecord, "state">): boolean {
  return state === "sending" || state === "running" || state === "canceling";
}

/** One by one, and no window goes on with it. */
export function isPaused(record: Pick<BatchRecord, "way" | "state" | "held">, now: number): boolean {
  if (record.way !== "oneByOne") return false;
  return record.state === "paused" || (record.state === "running" && !isHeld(record, now)); // its window was closed
}

/** Another window is working on it now. */
export function isHeldByOther(record: Pick<BatchRecord, "held">, me: string, now: number): boolean {
  return isHeld(record, now) && record.held?.window !== me;
}

/** A window is working on it now. */
export function isHeld({ held }: Pick<BatchRecord, "held">, now: number): boolean {
  return held !== undefined && held.until > now;
}
