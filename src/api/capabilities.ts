import { dialects } from "./dialect";
import type { Endpoint } from "./endpoint";
import { anyModel, type ImageTier, type ModelRow, type ModelRules, modelTable, newerClaude } from "./model-table";
import { newestServerTools, plainServerTools, type ServerTools } from "./server-tools";
import type { Effort, ListedCapabilities, ModelInfo, Prices, Supported, ThinkingConfig } from "./types";

/** What a model at an endpoint accepts and costs. What is undefined is not known. */
export interface Capabilities extends Omit<ModelRules, "imageTier"> {
  /** Undefined: the model takes no images. */
  readonly images: ImageLimits | undefined;
  /** Most pages of a PDF; 0 if the model takes none. */
  readonly pdfPages: number;
  /** Documents may ask for citations. */
  readonly citations: boolean;
  /** `automatic`: also the top-level cache_control field. */
  readonly caching: "automatic" | "explicit" | "none";
  /** Tokens. */
  readonly contextWindow: number | undefined;
  /** The largest max_tokens. */
  readonly maxOutput: number | undefined;
  readonly prices: Prices | undefined;
  readonly cacheMinimum: number | undefined;
  readonly maxStopSequences: number | undefined;
  /** Tools may have eager_input_streaming: their input comes while it is written. */
  readonly eagerToolInput: boolean;
  /** The types of the tools that run at the server. */
  readonly serverTools: ServerTools;
}

export interface ImageLimits {
  readonly tier: ImageTier;
  /** Of one image, in characters of base64. */
  readonly base64Length: number;
  /** In pixels, both ways. */
  readonly maxEdge: number;
  /** A request with more than `count` images allows `maxEdge` pixels only. */
  readonly many: { readonly count: number; readonly maxEdge: number };
  readonly maxCount: number;
}

/** Corrections to what the table and the endpoint's list say. */
export type CapabilityOverride = {
  readonly [K in keyof Capabilities]?: K extends "thinking" | "images"
    ? Partial<NonNullable<Capabilities[K]>> | undefined
    : Capabilities[K];
};

/**
 * What the model accepts: from the endpoint's own list where it tells, else from the table and the generation in the id.
 * A model that is not known keeps everything that cannot hurt.
 *
 * @param listed the model's entry of GET /v1/models
 * @param overrides later ones win: limitsOf(endpoint), then the user's
 */
export function capabilitiesOf(
  modelId: string,
  listed?: ModelInfo,
  ...overrides: readonly CapabilityOverride[]
): Capabilities {
  const id = normaliseModelId(modelId);
  const row: ModelRow = modelTable.get(id) ?? (id.startsWith("claude-") ? newerClaude : anyModel);
  const told = listed?.capabilities ?? {};
  const contextWindow = listed?.contextWindow ?? row.contextWindow;
  const large = (contextWindow ?? 0) >= 1_000_000;
  const { imageTier, ...rules } = row;
  const base: Capabilities = {
    ...rules,
    thinking: { ...row.thinking, kinds: thinkingKinds(told) ?? row.thinking.kinds },
    effort: efforts(told) ?? row.effort,
    images:
      told.image_input?.supported === false
        ? undefined
        : {
            tier: imageTier,
            base64Length: 5_000_000,
            maxEdge: 8000,
            many: { count: 20, maxEdge: 2000 },
            maxCount: large ? 600 : 100,
          },
    pdfPages: told.pdf_input?.supported === false ? 0 : large ? 600 : 100,
    citations: told.citations?.supported !== false,
    caching: "explicit",
    contextWindow,
    maxOutput: listed?.maxTokens ?? row.maxOutput,
    prices: listed?.prices ?? row.prices,
    cacheMinimum: row.cacheMinimum,
    maxStopSequences: undefined,
    eagerToolInput: false,
    serverTools: serverTools(row, told),
  };
  return overrides.reduce<Capabilities>(applyOverride, /[-:]thinking$/i.test(modelId) ? thinkingById(base) : base);
}

/** A gateway that switches thinking on by the id wants no field for it, and the model takes what it takes while it thinks. */
function thinkingById(base: Capabilities): Capabilities {
  const manual = base.forcedTools === "withoutManualThinking";
  return {
    ...base,
    thinking: { ...base.thinking, kinds: [], default: "on" },
    prefill: false,
    ...(manual && { sampling: "defaultOnly", forcedTools: "refused" }),
  };
}

/** What the endpoint limits, whatever the model: its dialect, its API version, the user's own entries. */
export function limitsOf(endpoint: Endpoint): CapabilityOverride {
  return {
    ...dialects[endpoint.dialect].limits,
    ...(endpoint.version === "2026-10-21" && { sampling: "refused" }),
    ...endpoint.limits,
  };
}

function applyOverride(base: Capabilities, override: CapabilityOverride): Capabilities {
  const { thinking, images, ...rest } = override;
  return {
    ...base,
    ...rest,
    thinking: { ...base.thinking, ...thinking },
    images: "images" in override && images === undefined ? undefined : base.images && { ...base.images, ...images },
  };
}

/**
 * The id of the model table for a model's id at any gateway or cloud: without vendor, date, variant and "-thinking",
 * with 4.8 as 4-8. `us.anthropic.claude-opus-4-5-20251101-v1:0` and `anthropic/claude-opus-4.5:thinking` are one model.
 */
export function normaliseModelId(id: string): string {
  return id
    .toLowerCase()
    .replace(/^.*\//, "")
    .replace(/^~?(\w+\.)*anthropic\./, "")
    .replace(/[@:].*$/, "")
    .replace(/-v\d+$/, "")
    .replace(/-thinking$/, "")
    .replace(/-(\d{8}|latest)$/, "")
    .replaceAll(/(\d)\.(\d)/g, "$1-$2");
}

const thinkingTypes: readonly ThinkingConfig["type"][] = ["adaptive", "enabled", "disabled", "between_tools"];
const effortLevels: readonly Effort[] = ["low", "medium", "high", "xhigh", "max"];

function thinkingKinds({ thinking }: ListedCapabilities): readonly ThinkingConfig["type"][] | undefined {
  if (thinking?.supported === false) return [];
  const types = thinking?.types;
  return types && thinkingTypes.filter((kind) => types[kind]?.supported === true);
}

/** The models that take no sampling parameters or no prefill are those of 4.6 and later. */
function serverTools(
  { prefill }: ModelRules,
  { server_tools: listed, code_execution: code }: ListedCapabilities,
): ServerTools {
  const known = prefill === false ? newestServerTools : plainServerTools;
  const refused = (name: string, other?: Supported) =>
    listed?.[name]?.supported === false || other?.supported === false ? { [name]: undefined } : {};
  return { ...known, ...refused("web_search"), ...refused("code_execution", code) };
}

function efforts({ effort }: ListedCapabilities): readonly Effort[] | undefined {
  if (effort === undefined || effort.supported === undefined) return undefined;
  return effort.supported ? effortLevels.filter((level) => effort[level]?.supported === true) : [];
}
