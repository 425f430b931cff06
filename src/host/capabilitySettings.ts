import * as v from "valibot";
import type { CapabilityOverride } from "../api/capabilities";

const count = v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1)));
const price = v.pipe(v.number(), v.minValue(0));
const flag = v.exactOptional(v.boolean());

/** The corrections that a user may make to what is thought of an endpoint's models, or of one of them. */
const settings = v.strictObject({
  contextWindow: count,
  maxOutput: count,
  maxStopSequences: count,
  pdfPages: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  citations: flag,
  sampling: v.exactOptional(v.picklist(["accepted", "refused"])),
  prefill: flag,
  systemMessages: flag,
  forcedTools: v.exactOptional(v.picklist(["accepted", "refused"])),
  caching: v.exactOptional(v.picklist(["automatic", "explicit", "none"])),
  effort: v.exactOptional(v.array(v.picklist(["low", "medium", "high", "xhigh", "max"]))),
  /** The accepted values of `thinking.type`. */
  thinking: v.exactOptional(v.array(v.picklist(["enabled", "adaptive", "disabled", "between_tools"]))),
  /** False: the model takes none. */
  images: flag,
  /** Of one image file; what is sent is base64, a third longer. */
  maxImageBytes: count,
  /** US dollars per million tokens. */
  prices: v.exactOptional(v.strictObject({ input: price, output: price })),
});

export const capabilitySettings = v.pipe(settings, v.transform(toOverride));

function toOverride(set: v.InferOutput<typeof settings>): CapabilityOverride {
  const { thinking, images, maxImageBytes, prices, ...same } = set;
  return {
    ...same,
    ...(thinking && { thinking: { kinds: thinking } }),
    ...(maxImageBytes !== undefined && { images: { base64Length: Math.ceil(maxImageBytes / 3) * 4 } }),
    ...(images === false && { images: undefined }),
    // Cache prices follow from the input price everywhere (Messages API, pricing).
    ...(prices && {
      prices: {
        ...prices,
        cacheRead: prices.input / 10,
        cacheWrite5m: prices.input * 1.25,
        cacheWrite1h: prices.input * 2,
      },
    }),
  };
}
