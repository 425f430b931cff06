import { invalid, notFound } from "./errors";

export const efforts = ["low", "medium", "high", "xhigh", "max"] as const;
export type Effort = (typeof efforts)[number];
export type ThinkingType = "enabled" | "adaptive" | "disabled" | "between_tools";

/** What one model accepts (Messages API, models, thinking, prompt caching). */
export interface Model {
  readonly id: string;
  /** The dateless name of a dated id. */
  readonly alias?: string;
  readonly displayName: string;
  readonly line: "haiku" | "sonnet" | "opus" | "fable" | "mythos";
  /** 4.5, 4.6, …: sampling ends with 4.6, prefill with 4.5, high resolution images begin with 4.7. */
  readonly generation: number;
  readonly createdAt: string;
  readonly lifecycle: "active" | "deprecated" | "retired";
  readonly deprecatedAt: string | null;
  readonly retiresAt: string | null;
  /** Tokens. */
  readonly contextWindow: number;
  /** The largest `max_tokens`. */
  readonly maxOutput: number;
  readonly thinking: readonly ThinkingType[];
  /** Whether the model thinks when the request says nothing about it. */
  readonly thinksByDefault: boolean;
  /** Turning thinking off, or to between tools, allows efforts up to `high` only. */
  readonly cappedEffort: boolean;
  /** Whether `tool_choice` may be `any` or `tool`. */
  readonly forcedTools: boolean;
  readonly efforts: readonly Effort[];
  /** Thinking blocks are bound to the conversation before them. */
  readonly bound: boolean;
  /** `role: "system"` within `messages`. */
  readonly systemMessages: boolean;
  readonly fast: boolean;
  /** The shortest prefix that is cached, in tokens. */
  readonly cacheMinimum: number;
}

type Row = Pick<Model, "id" | "displayName" | "line" | "generation" | "createdAt" | "cacheMinimum" | "thinking"> &
  Partial<Model>;

function model(row: Row): Model {
  const large = row.generation >= 4.6;
  return {
    lifecycle: "active",
    deprecatedAt: null,
    retiresAt: null,
    contextWindow: large ? 1_000_000 : 200_000,
    maxOutput: large ? 128_000 : 64_000,
    thinksByDefault: row.generation >= 5,
    cappedEffort: false,
    forcedTools: true,
    efforts: row.generation >= 4.7 ? efforts : row.generation === 4.6 ? ["low", "medium", "high", "max"] : [],
    bound: false,
    systemMessages: false,
    fast: false,
    ...row,
  };
}

const adaptiveOnly = ["adaptive"] as const;
const adaptiveOrOff = ["adaptive", "disabled"] as const;
const manual = ["enabled", "disabled"] as const;
const manualOrAdaptive = ["enabled", "adaptive", "disabled"] as const;

/** Newest first, as the API lists them. */
export const models: readonly Model[] = [
  model({
    id: "claude-fable-5-2",
    displayName: "Claude Fable 5.2",
    line: "fable",
    generation: 5.2,
    createdAt: "2026-11-09T00:00:00Z",
    cacheMinimum: 512,
    thinking: adaptiveOnly,
    forcedTools: false,
    bound: true,
    systemMessages: true,
    fast: true,
  }),
  model({
    id: "claude-haiku-5-5",
    displayName: "Claude Haiku 5.5",
    line: "haiku",
    generation: 5.5,
    createdAt: "2026-10-06T00:00:00Z",
    cacheMinimum: 512,
    thinking: adaptiveOrOff,
    cappedEffort: true,
    bound: true,
    systemMessages: true,
  }),
  model({
    id: "claude-sonnet-5-5",
    displayName: "Claude Sonnet 5.5",
    line: "sonnet",
    generation: 5.5,
    createdAt: "2026-09-29T00:00:00Z",
    cacheMinimum: 512,
    thinking: ["adaptive", "between_tools"],
    cappedEffort: true,
    forcedTools: false,
    bound: true,
    systemMessages: true,
  }),
  model({
    id: "claude-opus-5-5",
    displayName: "Claude Opus 5.5",
    line: "opus",
    generation: 5.5,
    createdAt: "2026-09-22T00:00:00Z",
    cacheMinimum: 512,
    thinking: adaptiveOnly,
    forcedTools: false,
    bound: true,
    systemMessages: true,
    fast: true,
  }),
  model({
    id: "claude-fable-5-1",
    displayName: "Claude Fable 5.1",
    line: "fable",
    generation: 5.1,
    createdAt: "2026-08-31T00:00:00Z",
    cacheMinimum: 512,
    thinking: adaptiveOnly,
    forcedTools: false,
    bound: true,
    systemMessages: true,
  }),
  model({
    id: "claude-mythos-5-1",
    displayName: "Claude Mythos 5.1",
    line: "mythos",
    generation: 5.1,
    createdAt: "2026-08-31T00:00:00Z",
    cacheMinimum: 512,
    thinking: adaptiveOnly,
    forcedTools: false,
    systemMessages: true,
  }),
  model({
    id: "claude-opus-5",
    displayName: "Claude Opus 5",
    line: "opus",
    generation: 5,
    createdAt: "2026-07-14T00:00:00Z",
    cacheMinimum: 512,
    thinking: adaptiveOrOff,
    cappedEffort: true,
    systemMessages: true,
    fast: true,
  }),
  model({
    id: "claude-sonnet-5",
    displayName: "Claude Sonnet 5",
    line: "sonnet",
    generation: 5,
    createdAt: "2026-06-30T00:00:00Z",
    cacheMinimum: 1024,
    thinking: adaptiveOrOff,
  }),
  model({
    id: "claude-fable-5",
    displayName: "Claude Fable 5",
    line: "fable",
    generation: 5,
    createdAt: "2026-06-09T00:00:00Z",
    cacheMinimum: 512,
    thinking: adaptiveOnly,
    systemMessages: true,
  }),
  model({
    id: "claude-mythos-5",
    displayName: "Claude Mythos 5",
    line: "mythos",
    generation: 5,
    createdAt: "2026-06-09T00:00:00Z",
    cacheMinimum: 512,
    thinking: adaptiveOnly,
    systemMessages: true,
  }),
  model({
    id: "claude-opus-4-8",
    displayName: "Claude Opus 4.8",
    line: "opus",
    generation: 4.8,
    createdAt: "2026-05-28T00:00:00Z",
    cacheMinimum: 1024,
    thinking: adaptiveOrOff,
    systemMessages: true,
    fast: true,
  }),
  model({
    id: "claude-opus-4-7",
    displayName: "Claude Opus 4.7",
    line: "opus",
    generation: 4.7,
    createdAt: "2026-04-16T00:00:00Z",
    cacheMinimum: 2048,
    thinking: adaptiveOrOff,
  }),
  model({
    id: "claude-mythos-preview",
    displayName: "Claude Mythos Preview",
    line: "mythos",
    generation: 4.7,
    createdAt: "2026-04-07T00:00:00Z",
    lifecycle: "deprecated",
    deprecatedAt: "2026-06-09T00:00:00Z",
    cacheMinimum: 2048,
    thinking: ["enabled", "adaptive"],
    thinksByDefault: true,
    forcedTools: false,
  }),
  model({
    id: "claude-sonnet-4-6",
    displayName: "Claude Sonnet 4.6",
    line: "sonnet",
    generation: 4.6,
    createdAt: "2026-02-17T00:00:00Z",
    cacheMinimum: 1024,
    thinking: manualOrAdaptive,
  }),
  model({
    id: "claude-opus-4-6",
    displayName: "Claude Opus 4.6",
    line: "opus",
    generation: 4.6,
    createdAt: "2026-02-05T00:00:00Z",
    cacheMinimum: 4096,
    thinking: manualOrAdaptive,
  }),
  model({
    id: "claude-opus-4-5-20251101",
    alias: "claude-opus-4-5",
    displayName: "Claude Opus 4.5",
    line: "opus",
    generation: 4.5,
    createdAt: "2025-11-24T00:00:00Z",
    cacheMinimum: 4096,
    thinking: manual,
    efforts: ["low", "medium", "high"],
  }),
  model({
    id: "claude-haiku-4-5-20251001",
    alias: "claude-haiku-4-5",
    displayName: "Claude Haiku 4.5",
    line: "haiku",
    generation: 4.5,
    createdAt: "2025-10-15T00:00:00Z",
    cacheMinimum: 4096,
    thinking: manual,
  }),
  model({
    id: "claude-sonnet-4-5-20250929",
    alias: "claude-sonnet-4-5",
    displayName: "Claude Sonnet 4.5",
    line: "sonnet",
    generation: 4.5,
    createdAt: "2025-09-29T00:00:00Z",
    lifecycle: "deprecated",
    deprecatedAt: "2026-09-30T00:00:00Z",
    retiresAt: "2026-11-30T00:00:00Z",
    cacheMinimum: 1024,
    thinking: manual,
  }),
  model({
    id: "claude-opus-4-1-20250805",
    alias: "claude-opus-4-1",
    displayName: "Claude Opus 4.1",
    line: "opus",
    generation: 4.1,
    createdAt: "2025-08-05T00:00:00Z",
    lifecycle: "retired",
    deprecatedAt: "2026-06-05T00:00:00Z",
    retiresAt: "2026-08-05T00:00:00Z",
    maxOutput: 32_000,
    cacheMinimum: 1024,
    thinking: manual,
  }),
];

/** What gateways offer: no retired models. */
export const listedModels = models.filter(({ lifecycle }) => lifecycle !== "retired");

export function findModel(id: string): Model | undefined {
  return models.find((entry) => entry.id === id || entry.alias === id);
}

/** The model that answers; a retired one is as unknown as a wrong name. */
export function usableModel(id: string): Model {
  const found = findModel(id);
  if (!found || found.lifecycle === "retired") throw notFound(`model: ${id}`);
  return found;
}

/** `GET /v1/models/{id}`: an alias is resolved. */
export function describeModel(id: string): object {
  const found = findModel(id);
  if (!found) throw notFound(`model: ${id}`);
  return wireModel(found);
}

/** `GET /v1/models`, paged by id. */
export function listModels(query: URLSearchParams): object {
  const lifecycles = query.getAll("lifecycle[]");
  return page(
    models.filter((entry) => lifecycles.length === 0 || lifecycles.includes(entry.lifecycle)).map(wireModel),
    query,
  );
}

/** One page of a list that is paged by id: `limit` 1 to 1000, `after_id` or `before_id` (Messages API, list envelopes). */
export function page(all: readonly { readonly id: string }[], query: URLSearchParams): object {
  for (const name of query.keys()) {
    if (!["limit", "after_id", "before_id", "lifecycle[]", "beta"].includes(name)) {
      throw invalid(`${name}: Extra inputs are not permitted`);
    }
  }
  const limit = Number(query.get("limit") ?? 20);
  if (!Number.isInteger(limit) || limit < 1) throw invalid("limit: Input should be greater than or equal to 1");
  if (limit > 1000) throw invalid("limit: Input should be less than or equal to 1000");

  const after = query.get("after_id");
  const before = query.get("before_id");
  const end = before === null ? all.length : indexOf(all, before, "before_id");
  const start = before !== null ? Math.max(0, end - limit) : after === null ? 0 : indexOf(all, after, "after_id") + 1;
  const data = all.slice(start, Math.min(end, start + limit));
  return {
    data,
    has_more: before === null ? start + data.length < all.length : start > 0,
    first_id: data.at(0)?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

function indexOf(all: readonly { readonly id: string }[], id: string, name: string): number {
  const index = all.findIndex((entry) => entry.id === id);
  if (index < 0) throw invalid(`${name}: no entry has the id ${id}`);
  return index;
}

const is = (supported: boolean) => ({ supported });
const yes = is(true);

function wireModel(entry: Model) {
  return {
    id: entry.id,
    type: "model",
    display_name: entry.displayName,
    created_at: entry.createdAt,
    line: entry.line,
    lifecycle: entry.lifecycle,
    deprecated_at: entry.deprecatedAt,
    retires_at: entry.retiresAt,
    max_input_tokens: entry.contextWindow,
    max_tokens: entry.maxOutput,
    capabilities: {
      batch: yes,
      citations: yes,
      code_execution: yes,
      image_input: yes,
      pdf_input: yes,
      structured_outputs: is(entry.generation >= 4.5),
      context_management: {
        supported: true,
        clear_tool_uses_20250919: yes,
        clear_thinking_20251015: yes,
        compact_20260112: is(entry.generation >= 4.6),
      },
      effort: {
        supported: entry.efforts.length > 0,
        ...Object.fromEntries(efforts.map((effort) => [effort, is(entry.efforts.includes(effort))])),
      },
      server_tools: { code_execution: yes, web_search: yes },
      thinking: {
        supported: true,
        types: {
          enabled: is(entry.thinking.includes("enabled")),
          adaptive: is(entry.thinking.includes("adaptive")),
          disabled: is(entry.thinking.includes("disabled")),
          between_tools: is(entry.thinking.includes("between_tools")),
        },
      },
    },
  };
}
