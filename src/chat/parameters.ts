import * as v from "valibot";
import type { Effort } from "../api/types";
import type { Caching } from "./caching";
import type { Thinking } from "./thinking";

/** What goes with a question beside the conversation itself; a parameter that is undefined is not sent. */
export interface Parameters {
  readonly systemPrompt?: string;
  readonly maxTokens: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stopSequences?: readonly string[];
  readonly caching: Caching;
  /** Whether the model says from where in a document it has what it says. Undefined: off. */
  readonly citations?: CitationsSetting;
  readonly thinking: Thinking;
  readonly effort?: Effort;
  /** What the answer begins with. */
  readonly prefill?: string;
  /** Names of the tools that are offered; undefined: those that the settings say. */
  readonly tools?: readonly string[];
  /** Undefined: the model decides whether to call a tool. */
  readonly toolChoice?: ToolChoiceSetting;
  /** False: one call at a time. */
  readonly parallelTools?: boolean;
}

export type CitationsSetting = "off" | "on";

/** "any": one tool must be called; "none": none may be; `tool:<name>`: that one must be called. */
export type ToolChoiceSetting = "any" | "none" | `tool:${string}`;

/** Some parameters, which go before others. Null: not sent, whatever the others say. What is missing is left to them. */
export interface ParameterSet {
  readonly systemPrompt?: string | null;
  readonly maxTokens?: number;
  readonly temperature?: number | null;
  readonly topP?: number | null;
  readonly topK?: number | null;
  readonly stopSequences?: readonly string[];
  readonly caching?: Caching;
  readonly citations?: CitationsSetting;
  readonly thinking?: Thinking;
  readonly effort?: Effort | null;
  readonly prefill?: string | null;
  readonly tools?: readonly string[];
  readonly toolChoice?: ToolChoiceSetting | null;
  readonly parallelTools?: boolean;
}

export type ParameterName = keyof ParameterSet;

/** A named set, as it was when the conversation took it: what becomes of the profile later does not reach the conversation. */
export interface Profile {
  readonly name: string;
  readonly parameters: ParameterSet;
}

/** Nothing but white space is none: the API takes no blank text. */
const text = (label: string) =>
  v.pipe(
    v.nullable(v.string(`${label} is a text.`)),
    v.transform((value) => (value === null || value.trim() === "" ? null : value)),
  );

function number(sentence: string, least: number, most = Infinity) {
  return v.pipe(v.number(sentence), v.minValue(least, sentence), v.maxValue(most, sentence));
}

const share = (label: string) => v.nullable(number(`${label} is a number from 0 to 1.`, 0, 1));

function whole(label: string, least: number) {
  const sentence = `${label} is a whole number, at least ${least}.`;
  return v.pipe(number(sentence, least), v.integer(sentence));
}

const stopSentence = "A stop sequence needs at least one character that is not white space.";

/** What each may be. The messages are sentences for the user. */
export const parameterSchemas = {
  systemPrompt: text("The system prompt"),
  maxTokens: whole("Max tokens", 1),
  temperature: share("Temperature"),
  topP: share("Top-p"),
  topK: v.nullable(whole("Top-k", 0)),
  stopSequences: v.array(v.pipe(v.string(stopSentence), v.regex(/\S/, stopSentence)), "Stop sequences are a list."),
  caching: v.picklist(["off", "5m", "1h"], "Caching is off, 5m or 1h."),
  citations: v.picklist(["off", "on"], "Citations are off or on."),
  thinking: v.picklist(["default", "on", "off", "betweenTools"], "Thinking is default, on, off or betweenTools."),
  effort: v.nullable(
    v.picklist(["low", "medium", "high", "xhigh", "max"], "Effort is low, medium, high, xhigh or max."),
  ),
  prefill: text("The prefill"),
  tools: v.array(v.string("A tool is named by a text."), "Tools are a list of names."),
  toolChoice: v.nullable(
    v.custom<ToolChoiceSetting>(
      (value) => typeof value === "string" && /^(any|none|tool:.+)$/.test(value),
      "The tool choice is any, none or tool: with the name of a tool.",
    ),
  ),
  parallelTools: v.boolean("Parallel tool calls are on or off."),
} satisfies Record<ParameterName, v.GenericSchema>;

export const parameterNames = Object.keys(parameterSchemas) as readonly ParameterName[];

/** What is usable of an object from outside; the rest is left out. */
export function readParameterSet(value: object): ParameterSet {
  const usable = parameterNames.flatMap((name) => {
    if (!Object.hasOwn(value, name)) return [];
    const parsed = v.safeParse(parameterSchemas[name], (value as Record<string, unknown>)[name]);
    return parsed.success ? [[name, parsed.output]] : [];
  });
  return Object.fromEntries(usable);
}

/** The parameters when the sets go before them, the last one first of all. */
export function withSets(parameters: Parameters, ...sets: readonly (ParameterSet | undefined)[]): Parameters {
  const merged = Object.assign({}, parameters, ...sets) as Record<string, unknown>;
  const set = Object.entries(merged).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(set) as unknown as Parameters;
}
