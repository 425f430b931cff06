import { ApiFailure, type FailureKind } from "../../api/failure";
import { parseJson } from "../../api/json";
import type { Message, MessageRequest } from "../../api/types";
import type { LargeDisk } from "../disk";
import { ARRIVED, REQUESTS } from "./batchStore";
import { lineWriter, linesWithPlaces } from "./files";
import { readArrived } from "./results";

/** So often a request is tried again when the server has no time for it. */
const ATTEMPTS = 5;

/** Waits before that when the server does not say how long, in milliseconds. */
const PAUSE = 30_000;

/** With these no other request would fare better: the user has to do something. */
const hopeless: ReadonlySet<FailureKind> = new Set(["auth", "billing", "permission", "spendCap", "aborted"]);

export interface OneByOne {
  readonly disk: LargeDisk;
  readonly folder: string;
  readonly ask: (params: MessageRequest, signal: AbortSignal) => Promise<Message>;
  /** So many requests begin in a minute, at most. */
  readonly perMinute: number;
  /** Of all results that are there, those of earlier runs too. */
  readonly onProgress: (counts: Counts) => Promise<void>;
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export interface Counts {
  readonly succeeded: number;
  readonly errored: number;
}

/**
 * Sends the requests of a batch one after the other and writes their results as a batch would have them. What has a result
 * already is passed over, so that it goes on where it was paused.
 *
 * @throws ApiFailure when it cannot go on; the request that failed has no result then
 */
export async function runOneByOne(run: OneByOne): Promise<void> {
  const { disk, folder, onProgress, wait, now, signal } = run;
  const { seen, size, succeeded } = await readArrived(disk, folder);
  const results = lineWriter(disk, `${folder}/${ARRIVED}`, size);
  const counts = { succeeded, errored: seen.size - succeeded };
  if (seen.size > 0) await onProgress(counts); // a window may have been closed before it could tell
  let next = now();
  for await (const { text } of linesWithPlaces(disk, `${folder}/${REQUESTS}`)) {
    const { custom_id: id, params } = parseJson(text) as { custom_id: string; params: MessageRequest };
    if (seen.has(id)) continue;
    await wait(Math.max(0, next - now()), signal);
    next = Math.max(next, now()) + 60_000 / run.perMinute;
    const result = await resultOf(params, run);
    counts[result.type]++;
    await results.write(JSON.stringify({ custom_id: id, result }));
    await results.flush();
    await onProgress(counts);
  }
}

async function resultOf(params: MessageRequest, { ask, wait, signal }: OneByOne) {
  for (let attempt = 1; ; attempt++) {
    try {
      const { complete: _, invalidToolUses: _i, warnings: _w, ...message } = await ask(params, signal);
      return { type: "succeeded", message } as const;
    } catch (error) {
      if (!(error instanceof ApiFailure) || hopeless.has(error.kind)) throw error;
      if (!error.retryable && error.kind !== "network") {
        const { errorType, message } = error;
        return {
          type: "errored",
          error: { type: "error", error: { type: errorType ?? error.kind, message } },
        } as const;
      }
      if (attempt >= ATTEMPTS) throw error;
      await wait(error.retryAfter ?? PAUSE * attempt, signal);
    }
  }
}
