import * as v from "valibot";
import { ConfigurationTarget, workspace } from "vscode";
import type { ChatView } from "../shared/views";
import type { Conversation } from "../chat/conversation";
import {
  parameterNames,
  readParameterSet,
  withSets,
  type ParameterName,
  type Parameters,
  type ParameterSet,
} from "../chat/parameters";
import { UserProblem } from "./userProblem";

export const DEFAULT_MODEL = "anthropic/claude-sonnet-5-5";

const defaultParameters: Parameters = { maxTokens: 16_000, caching: "5m", citations: "off", thinking: "default" };

/** A setting of the wrong type counts as not set: the settings editor has already marked it. */
const optional = <T>(schema: v.GenericSchema<unknown, T>) => v.fallback(v.optional(schema), undefined);

export const modelReference = v.pipe(v.string(), v.regex(/^[^/\s]+\/\S+$/));
const text = v.pipe(v.string(), v.nonEmpty());

const schemas = {
  model: optional(modelReference),
  titles: v.fallback(v.picklist(["firstMessage", "model"]), "firstMessage"),
  "exchange.maxRounds": v.fallback(v.pipe(v.number(), v.integer(), v.minValue(1)), 25),
  "exchange.maxCost": optional(v.pipe(v.number(), v.minValue(0))),
  redaction: v.fallback(v.picklist(["ask", "redact", "off"]), "ask"),
  monthlyBudget: optional(v.pipe(v.number(), v.minValue(0))),
  "explain.prompt": optional(text),
  "explain.model": optional(modelReference),
  "describe.prompt": optional(text),
  "describe.model": optional(modelReference),
} as const;

type Schemas = typeof schemas;

/** The setting `sidenote.<name>` as it is now; undefined when it is not set. */
export function setting<N extends keyof Schemas>(name: N): v.InferOutput<Schemas[N]> {
  return v.parse(schemas[name], workspace.getConfiguration("sidenote").get(name) ?? undefined);
}

/** Changes a setting of the user. @throws UserProblem when the settings cannot be written */
export async function updateSetting(name: string, value: unknown): Promise<void> {
  try {
    await workspace.getConfiguration("sidenote").update(name, value, ConfigurationTarget.Global);
  } catch {
    throw new UserProblem("Nothing was saved: your settings cannot be written. Look for an error in settings.json.");
  }
}

/** What the settings say of the parameters; a profile alone can say more. */
function parameterSettings(): ParameterSet {
  const settings = workspace.getConfiguration("sidenote");
  // The setting `sidenote.tools` defines tools; it does not choose among them.
  const names = parameterNames.filter((name) => name !== "tools");
  return readParameterSet(Object.fromEntries(names.map((name) => [name, settings.get(name)])));
}

/** Where the value of a parameter in a conversation comes from; "chat": from the conversation itself. */
export function sourceOfParameter(
  { profile, parameters }: Conversation,
  name: ParameterName,
): "default" | "user" | "workspace" | "profile" | "chat" {
  if (parameters[name] !== undefined) return "chat";
  if (profile?.parameters[name] !== undefined) return "profile";
  const found = workspace.getConfiguration("sidenote").inspect(name);
  if (found?.workspaceFolderValue !== undefined || found?.workspaceValue !== undefined) return "workspace";
  return found?.globalValue === undefined ? "default" : "user";
}

/** The parameters of a conversation: its own, then its profile's, then those of the settings as they are now. */
export function parametersOf({ profile, parameters }: Conversation): Parameters {
  return withSets(defaultParameters, parameterSettings(), profile?.parameters, parameters);
}

/** VS Code's own settings for the look of chats, where the user has changed them. */
export function chatFont(): ChatView["font"] {
  const chat = workspace.getConfiguration("chat");
  const family = chat.get<unknown>("fontFamily");
  const size = chat.get<unknown>("fontSize");
  return {
    family: typeof family === "string" && family !== "" && family !== "default" ? family : null,
    size: typeof size === "number" && size !== chat.inspect("fontSize")?.defaultValue ? size : null,
  };
}
