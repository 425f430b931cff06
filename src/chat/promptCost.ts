import type { Capabilities } from "../api/capabilities";
import { costOf } from "../api/price";
import type { Caching } from "./caching";

/**
 * What a prompt costs before anything is answered, in US dollars by list prices; undefined when those are not known.
 *
 * @param warm tokens at its beginning that the endpoint still has in its cache
 */
export function promptCost(
  tokens: number,
  warm: number,
  caching: Caching,
  { prices, cacheMinimum = 0, caching: known }: Pick<Capabilities, "prices" | "cacheMinimum" | "caching">,
): number | undefined {
  const cached = caching !== "off" && known !== "none" && tokens >= cacheMinimum;
  const read = cached ? Math.min(warm, tokens) : 0;
  const written = cached ? tokens - read : 0;
  const usage = {
    input_tokens: tokens - read - written,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens: 0,
  };
  usage.cache_creation[caching === "1h" ? "ephemeral_1h_input_tokens" : "ephemeral_5m_input_tokens"] = written;
  return costOf({ usage, stop_reason: "end_turn", content: [] }, prices)?.usd;
}
