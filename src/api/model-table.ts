import { firstClientTools, laterClientTools, newestClientTools, type ClientTools } from "./client-tools";
import type { Effort, Prices, ThinkingConfig } from "./types";

/** What all models of a generation have in common, and what a request to them may hold. */
export interface ModelRules {
  readonly thinking: {
    /** Values of `thinking.type` that are accepted; with none, send no `thinking` at all. */
    readonly kinds: readonly ThinkingConfig["type"][];
    /** Whether the model thinks when the request has no `thinking`. */
    readonly default: "on" | "off";
    /** What the thinking blocks hold when no `display` is asked for. */
    readonly display: "summarized" | "omitted";
    /** Thinking is bound to everything before it: after an edit there it must not be sent back. */
    readonly bound: boolean;
  };
  readonly effort: readonly Effort[];
  readonly defaultEffort: Effort;
  /** With thinking "disabled" or "between_tools", effort above "high" is refused. */
  readonly effortNeedsThinking: boolean;
  /** `defaultOnly`: temperature and top_p only at 1, top_k not at all, so leave them out. */
  readonly sampling: "accepted" | "defaultOnly" | "refused";
  /** Whether the last message may be the beginning of the answer; undefined where that is not known. */
  readonly prefill: boolean | undefined;
  /** tool_choice "any" and "tool". */
  readonly forcedTools: "accepted" | "withoutManualThinking" | "refused";
  /** `role: "system"` in the middle of the conversation. */
  readonly systemMessages: boolean;
  readonly imageTier: ImageTier;
  /** The types of the tools that the model knows and the client runs. */
  readonly clientTools: ClientTools;
}

/** Larger images are shrunk by the server to fit both, in pixels and in tokens of 28 × 28 pixels. */
export interface ImageTier {
  readonly longEdge: number;
  readonly tokens: number;
}

const standardImages: ImageTier = { longEdge: 1568, tokens: 1568 };
const largeImages: ImageTier = { longEdge: 2576, tokens: 4784 };

const allEfforts: readonly Effort[] = ["low", "medium", "high", "xhigh", "max"];

/** Any model that is no Claude: what is not known to be refused is allowed. */
export const anyModel: ModelRules = {
  thinking: { kinds: ["enabled", "adaptive", "disabled"], default: "off", display: "summarized", bound: false },
  effort: allEfforts,
  defaultEffort: "high",
  effortNeedsThinking: false,
  sampling: "accepted",
  prefill: undefined,
  forcedTools: "accepted",
  systemMessages: false,
  imageTier: standardImages,
  clientTools: {}, // a model that does not know them cannot tell what they take
};

const withoutThinking: ModelRules = {
  ...anyModel,
  thinking: { ...anyModel.thinking, kinds: [] },
  effort: [],
  prefill: true,
};

const manual: ModelRules = {
  ...anyModel,
  thinking: { ...anyModel.thinking, kinds: ["enabled", "disabled"] },
  effort: [],
  prefill: true,
  forcedTools: "withoutManualThinking",
  clientTools: firstClientTools,
};

const manualOrAdaptive: ModelRules = {
  ...manual,
  thinking: { ...manual.thinking, kinds: ["adaptive", "enabled", "disabled"] },
  effort: ["low", "medium", "high", "max"],
  prefill: false,
  clientTools: laterClientTools,
};

const adaptive: ModelRules = {
  thinking: { kinds: ["adaptive", "disabled"], default: "off", display: "omitted", bound: false },
  effort: allEfforts,
  defaultEffort: "high",
  effortNeedsThinking: false,
  sampling: "defaultOnly",
  prefill: false,
  forcedTools: "accepted",
  systemMessages: false,
  imageTier: largeImages,
  clientTools: laterClientTools,
};

const thinks: ModelRules = {
  ...adaptive,
  thinking: { ...adaptive.thinking, default: "on" },
  clientTools: newestClientTools,
};

const alwaysThinks: ModelRules = {
  ...thinks,
  thinking: { ...thinks.thinking, kinds: ["adaptive"] },
  systemMessages: true,
};

const boundThinking: ModelRules = {
  ...alwaysThinks,
  thinking: { ...alwaysThinks.thinking, bound: true },
  forcedTools: "refused",
};

/** A Claude newer than this table: what the newest ones refuse is not sent. */
export const newerClaude: ModelRules = { ...boundThinking, systemMessages: false };

export interface ModelRow extends ModelRules {
  /** Tokens. */
  readonly contextWindow?: number;
  readonly maxOutput?: number;
  readonly prices?: Prices;
  /** The shortest prefix that is cached, in tokens. */
  readonly cacheMinimum?: number;
}

/** Dollars per million tokens. Cache writes cost 1.25 and 2 times the input (Messages API, pricing). */
function prices(input: number, output: number, cacheRead = input / 10, more: Partial<Prices> = {}): Prices {
  return { input, output, cacheRead, cacheWrite5m: input * 1.25, cacheWrite1h: input * 2, ...more };
}

const million = { contextWindow: 1_000_000, maxOutput: 128_000 };
const small = { contextWindow: 200_000, maxOutput: 64_000 };

/**
 * The models as documented in autumn 2026, by normalised id. Only for what GET /v1/models does not tell: an endpoint's
 * own list goes first.
 */
export const modelTable: ReadonlyMap<string, ModelRow> = new Map<string, ModelRow>(
  Object.entries({
    "claude-fable-5-2": {
      ...boundThinking,
      ...million,
      prices: prices(8, 40, 0.2, { fast: { input: 16, output: 80 } }),
    },
    "claude-mythos-5-2": boundThinking,
    "claude-fable-5-1": { ...boundThinking, ...million, prices: prices(10, 50, 0.25), cacheMinimum: 512 },
    "claude-mythos-5-1": { ...boundThinking, ...million, prices: prices(10, 50, 0.25), cacheMinimum: 512 },
    "claude-fable-5": { ...alwaysThinks, ...million, prices: prices(10, 50), cacheMinimum: 512 },
    "claude-mythos-5": { ...alwaysThinks, ...million, prices: prices(10, 50), cacheMinimum: 512 },
    "claude-mythos-preview": {
      ...thinks,
      thinking: { ...thinks.thinking, kinds: ["adaptive", "enabled"] },
      forcedTools: "refused",
      clientTools: laterClientTools,
      cacheMinimum: 2048,
    },
    "claude-opus-5-5": {
      ...boundThinking,
      ...million,
      defaultEffort: "medium",
      prices: prices(4, 20, 0.2, { fast: { input: 8, output: 40 } }),
      cacheMinimum: 512,
    },
    "claude-sonnet-5-5": {
      ...boundThinking,
      ...million,
      thinking: { ...boundThinking.thinking, kinds: ["adaptive", "between_tools"] },
      effortNeedsThinking: true,
      prices: prices(2, 10, 0.1),
      cacheMinimum: 512,
    },
    "claude-haiku-5-5": {
      ...boundThinking,
      ...million,
      thinking: { ...boundThinking.thinking, kinds: ["adaptive", "disabled"] },
      defaultEffort: "medium",
      effortNeedsThinking: true,
      forcedTools: "accepted",
      prices: prices(0.1, 0.5, 0.01, { above: { promptTokens: 100_000, prices: prices(0.5, 2.5) } }),
      cacheMinimum: 512,
    },
    "claude-opus-5": {
      ...thinks,
      ...million,
      effortNeedsThinking: true,
      systemMessages: true,
      prices: prices(5, 25, 0.5, { fast: { input: 10, output: 50 } }),
      cacheMinimum: 512,
    },
    "claude-sonnet-5": { ...thinks, ...million, prices: prices(2, 10), cacheMinimum: 1024 },
    "claude-opus-4-8": {
      ...adaptive,
      ...million,
      systemMessages: true,
      prices: prices(5, 25, 0.5, { fast: { input: 10, output: 50 } }),
      cacheMinimum: 1024,
    },
    "claude-opus-4-7": { ...adaptive, ...million, prices: prices(5, 25), cacheMinimum: 2048 },
    "claude-opus-4-6": { ...manualOrAdaptive, ...million, prices: prices(5, 25), cacheMinimum: 4096 },
    "claude-sonnet-4-6": { ...manualOrAdaptive, ...million, prices: prices(3, 15), cacheMinimum: 1024 },
    "claude-opus-4-5": {
      ...manual,
      ...small,
      effort: ["low", "medium", "high"],
      clientTools: laterClientTools,
      prices: prices(5, 25),
      cacheMinimum: 4096,
    },
    "claude-sonnet-4-5": { ...manual, ...small, prices: prices(3, 15), cacheMinimum: 1024 },
    "claude-haiku-4-5": { ...manual, ...small, prices: prices(1, 5), cacheMinimum: 4096 },
    "claude-opus-4-1": { ...manual, ...small, maxOutput: 32_000, prices: prices(15, 75), cacheMinimum: 1024 },
    "claude-opus-4": { ...manual, ...small, maxOutput: 32_000, prices: prices(15, 75), cacheMinimum: 1024 },
    "claude-sonnet-4": { ...manual, ...small, prices: prices(3, 15), cacheMinimum: 1024 },
    "claude-3-7-sonnet": { ...manual, ...small, clientTools: {}, prices: prices(3, 15), cacheMinimum: 1024 },
    "claude-3-5-haiku": { ...withoutThinking, ...small, maxOutput: 8192, prices: prices(0.8, 4), cacheMinimum: 2048 },
    "claude-3-haiku": { ...withoutThinking, ...small, maxOutput: 4096, prices: prices(0.25, 1.25) },
  }),
);
