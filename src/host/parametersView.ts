import { acceptanceOf } from "../chat/acceptance";
import type { Conversation } from "../chat/conversation";
import type { Model } from "../chat/request";
import { PANEL_PARAMETERS, type ParametersView, type ParameterView } from "../shared/views";
import { parametersOf, sourceOfParameter } from "./settings";

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
