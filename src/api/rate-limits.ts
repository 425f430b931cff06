import { asCount } from "./json";

/** One of the account's limits as the last response told it. */
export interface RateLimit {
  /** "requests", "input-tokens", "output-tokens" or "tokens"; the server may add others. */
  readonly name: string;
  readonly limit: number;
  readonly remaining: number;
  /** When it is full again, in milliseconds since 1970. */
  readonly reset: number;
}

/** Reads `anthropic-ratelimit-…-{limit,remaining,reset}` (Messages API, rate limits). What is malformed is left out. */
export function rateLimitsOf(headers: Headers): RateLimit[] {
  const found: RateLimit[] = [];
  headers.forEach((value, header) => {
    const name = /^anthropic-ratelimit-(.+)-limit$/.exec(header)?.[1];
    if (name === undefined) return;
    const limit = asCount(value);
    const remaining = asCount(headers.get(`anthropic-ratelimit-${name}-remaining`));
    const reset = Date.parse(headers.get(`anthropic-ratelimit-${name}-reset`) ?? "");
    if (limit !== undefined && remaining !== undefined && !Number.isNaN(reset)) {
      found.push({ name, limit, remaining, reset });
    }
  });
  return found;
}
