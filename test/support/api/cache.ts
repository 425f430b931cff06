import { invalid } from "./errors";
import type { Model } from "./models";
import { type Part, prefixHashes } from "./prefix";
import type { CacheControl, MessagesRequest } from "./schema";

/** The rules of breakpoints (Messages API, prompt caching): at most four, 1-hour ones before 5-minute ones. */
export function checkCacheControl(request: MessagesRequest, parts: readonly Part[]): void {
  const points = breakpoints(request, parts);
  const explicit = parts.filter((part) => part.cacheControl);
  const last = cacheable(parts);
  const automatic = request.cache_control;
  if (automatic && last?.cacheControl && ttlOf(last.cacheControl) !== ttlOf(automatic)) {
    throw invalid("cache_control: the last block already has a cache_control with a different ttl");
  }
  const count = explicit.length + (automatic && !last?.cacheControl ? 1 : 0);
  if (count > 4) throw invalid(`A maximum of 4 blocks with cache_control may be provided. Found ${count}.`);

  const short = points.findIndex((point) => point.ttl === "5m");
  const late = points.find((point, index) => short >= 0 && index > short && point.ttl === "1h");
  if (late) {
    throw invalid(
      `${late.part.path}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: \`tools\`, \`system\`, \`messages\`.`,
    );
  }
}

interface Breakpoint {
  readonly part: Part;
  readonly ttl: "5m" | "1h";
}

function breakpoints(request: MessagesRequest, parts: readonly Part[]): Breakpoint[] {
  const automatic = request.cache_control ? cacheable(parts) : undefined;
  return parts.flatMap((part) => {
    const control = part.cacheControl ?? (part === automatic ? request.cache_control : null);
    return control ? [{ part, ttl: ttlOf(control) }] : [];
  });
}

/** The block on which the automatic breakpoint sits. */
function cacheable(parts: readonly Part[]): Part | undefined {
  return parts.findLast(({ block }) => block?.type !== "thinking" && block?.type !== "redacted_thinking");
}

function ttlOf(control: CacheControl): "5m" | "1h" {
  return control.ttl ?? "5m";
}

export interface InputUsage {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation: {
    readonly ephemeral_5m_input_tokens: number;
    readonly ephemeral_1h_input_tokens: number;
  };
}

export interface PromptCache {
  /** Reads what earlier requests wrote, writes what this one marks, and says how the input tokens divide. */
  use(request: MessagesRequest, model: Model, parts: readonly Part[], now: number): InputUsage;
}

const lifetimes = { "5m": 5 * 60_000, "1h": 60 * 60_000 };
const lookback = 20;

export function createPromptCache(): PromptCache {
  /** Prefix hash with the model → when the entry ends, in milliseconds since 1970, and its lifetime. */
  const entries = new Map<string, { ends: number; lifetime: number }>();

  return {
    use(request, model, parts, now) {
      const hashes = prefixHashes(parts).map((hash) => `${model.id} ${hash}`);
      const upTo: number[] = [];
      let sum = 0;
      for (const part of parts) upTo.push((sum += part.tokens));

      const points = breakpoints(request, parts).map(({ part, ttl }) => ({ index: parts.indexOf(part), ttl }));
      const usable = points.filter(({ index }) => (upTo[index] ?? 0) >= model.cacheMinimum);

      let hit = -1;
      for (const { index } of usable) {
        for (let at = index; at >= Math.max(0, index - lookback); at--) {
          const entry = entries.get(hashes[at] ?? "");
          if (!entry || entry.ends <= now) continue;
          entry.ends = now + entry.lifetime; // a hit refreshes it
          hit = Math.max(hit, at);
          break;
        }
      }

      const read = upTo[hit] ?? 0;
      const written = { "5m": 0, "1h": 0 };
      let from = read;
      for (const { index, ttl } of usable) {
        const to = upTo[index] ?? 0;
        if (to <= from) continue;
        written[ttl] += to - from;
        from = to;
        entries.set(hashes[index] ?? "", { ends: now + lifetimes[ttl], lifetime: lifetimes[ttl] });
      }
      return {
        input_tokens: sum - from,
        cache_creation_input_tokens: from - read,
        cache_read_input_tokens: read,
        cache_creation: { ephemeral_5m_input_tokens: written["5m"], ephemeral_1h_input_tokens: written["1h"] },
      };
    },
  };
}

/** All input tokens of a prompt; what `count_tokens` answers. */
export function totalTokens(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.tokens, 0);
}
