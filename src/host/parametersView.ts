import { acceptanceOf } from "../chat/acceptance";
import type { Conversation } from "../chat/conversation";
import type { Model } from "../chat/request";
import type { ParametersView, ParameterView, PanelParameter } from "../shared/views";
import { parametersOf, sourceOfParameter } from "./settings";

/** In the order of the panel. */
export const PANEL_PARAMETERS = [
  "systemPrompt",
  "thinking",
  "effort",
  "maxTokens",
  "temperature",
  "topP",
  "topK",
  "stopSequences",
  "prefill",
  "caching",
  "citations",
] as const satisfies readonly PanelParameter[];

/** What goes with the next message, for the panel of the page. */
export function parametersView(conversation: Conversation, model: Model): ParametersView {
  const parameters = parametersOf(conversation);
  return {
    profile: conversation.profile?.name ?? null,
    fields: PANEL_PARAMETERS.map((name): ParameterView => ({
      name,
      value: parameters[name] ?? null,
      source: sourceOfParameter(conversation, name),
      ...acceptanceOf(name, parameters, model),
    })),
  };
}
