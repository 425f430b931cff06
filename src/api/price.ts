import { capabilitiesOf } from "./capabilities";
import type { Message, Prices, Usage } from "./types";

/** US dollars. An estimate is computed from list prices; otherwise a gateway told what it charged. */
export interface Cost {
  readonly usd: number;
  readonly estimate: boolean;
}

const PER_SEARCH = 0.01;

/**
 * What an answer cost, or undefined when usage or prices are not known (Messages API, pricing).
 *
 * @param prices of the model that was asked; where the server fell back to another model, that one's list price counts
 */
export function costOf(message: Pick<Message, "usage" | "stop_reason" | "content">, prices?: Prices): Cost | undefined {
  const { usage } = message;
  if (typeof usage.cost === "number") return { usd: usage.cost, estimate: false };
  if (message.stop_reason === "refusal" && message.content.length === 0) return { usd: 0, estimate: true };
  // Compactions are in the iterations only, not in the sums.
  const parts: readonly (Usage & { readonly model?: string })[] = usage.iterations?.length ? usage.iterations : [usage];
  let usd = (usage.server_tool_use?.web_search_requests ?? 0) * PER_SEARCH;
  for (const part of parts) {
    const tokens = tokenCost(
      part,
      part.model === undefined ? prices : (capabilitiesOf(part.model).prices ?? prices),
      usage,
    );
    if (tokens === undefined) return undefined;
    usd += tokens;
  }
  return { usd, estimate: true };
}

function tokenCost(
  part: Usage,
  listed: Prices | undefined,
  { speed, inference_geo, service_tier }: Usage,
): number | undefined {
  if (!listed || typeof part.input_tokens !== "number" || typeof part.output_tokens !== "number") return undefined;
  const read = part.cache_read_input_tokens ?? 0;
  const written = part.cache_creation_input_tokens ?? 0;
  const prompt = part.input_tokens + written + read;
  const tier = listed.above && prompt > listed.above.promptTokens ? listed.above.prices : listed;
  const fast = speed === "fast" ? tier.fast : undefined;
  const inputFactor = fast ? fast.input / tier.input : 1;
  const input =
    part.input_tokens * tier.input +
    read * tier.cacheRead +
    written * (tier.cacheWrite5m + (tier.cacheWrite1h - tier.cacheWrite5m) * hourShare(part));
  const output = part.output_tokens * (fast?.output ?? tier.output);
  const geo = inference_geo === "us" ? 1.1 : 1;
  const batch = service_tier === "batch" ? 0.5 : 1;
  return ((input * inputFactor + output) / 1e6) * geo * batch;
}

/** The part of the cache writes that lives an hour, 0 to 1. The split comes once, later sums keep its ratio. */
function hourShare({ cache_creation: split }: Usage): number {
  const short = split?.ephemeral_5m_input_tokens ?? 0;
  const long = split?.ephemeral_1h_input_tokens ?? 0;
  return long > 0 ? long / (short + long) : 0;
}
