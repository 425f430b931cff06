import type { ApiFailure, FailureKind } from "./failure";

/** The time and the dice, so that tests can hold both. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** 0 to 1. */
  random(): number;
  setTimeout(callback: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer),
};

/** The longest wait that is started without asking, in milliseconds. */
const LONGEST_SILENT_WAIT = 60_000;

/** The longest delay that timers take; a retry-after beyond it is no serious answer. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** A failed attempt that can be repeated: announced before the wait begins, so that the user sees and can stop it. */
export interface RetryEvent {
  readonly type: "retry";
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** When the next attempt starts, in milliseconds since 1970. */
  readonly until: number;
  readonly failure: ApiFailure;
  /** The wait is over a minute: it starts only after MessageStream.acceptWait(), else the failure is thrown. */
  readonly askFirst: boolean;
}

/**
 * How long to wait after the failure of attempt `attempt` (from 1): what the server asked for, else 0.5, 1, 2, 4, then
 * 8 seconds, less up to a quarter at random so that clients do not come back all at once.
 */
export function announceRetry(failure: ApiFailure, attempt: number, clock: Clock): RetryEvent {
  const backoff = Math.min(500 * 2 ** (attempt - 1), 8000) * (1 - clock.random() * 0.25);
  const delay = failure.retryAfter ?? backoff;
  return { type: "retry", attempt, until: clock.now() + delay, failure, askFirst: delay > LONGEST_SILENT_WAIT };
}

/**
 * The wait that the headers ask for, in milliseconds: retry-after-ms, else retry-after in seconds or as an HTTP date.
 * Undefined when there is none, or none that is positive and possible.
 */
export function retryAfterOf(headers: { get(name: string): string | null }, now: number): number | undefined {
  const text = headers.get("retry-after") ?? "";
  const candidates = [number(headers.get("retry-after-ms")), number(text) * 1000, Date.parse(text) - now];
  const delay = candidates.find((candidate) => !Number.isNaN(candidate));
  return delay !== undefined && delay > 0 && delay <= LONGEST_DELAY ? delay : undefined;
}

function number(text: string | null): number {
  return text === null || text.trim() === "" ? Number.NaN : Number(text);
}

/**
 * Whether to repeat a request that failed with an HTTP status, or with an error of that kind inside a 2xx reply. The
 * server's x-should-retry wins; a spending cap does not go away by waiting.
 */
export function isRetryable(kind: FailureKind, status: number | undefined, shouldRetry: string | undefined): boolean {
  if (shouldRetry === "true") return true;
  if (shouldRetry === "false" || kind === "spendCap" || kind === "billing") return false;
  if (status !== undefined) return status === 408 || status === 409 || status === 429 || status >= 500;
  return kind === "rateLimit" || kind === "overloaded" || kind === "server" || kind === "timeout";
}
