import * as v from "valibot";
import { workspace } from "vscode";
import { capabilitiesOf, type Capabilities } from "../api/capabilities";
import type { Conversation, Fact } from "../chat/conversation";
import { parameterSchemas, type ParameterName, type Parameters, type Profile } from "../chat/parameters";
import type { ChatView } from "../shared/views";
import { findEndpoint } from "./endpoints";
import { modelView } from "./modelView";
import { parametersView } from "./parametersView";
import { DEFAULT_MODEL, parametersOf, setting } from "./settings";
import { splitModel, type Directory } from "./target";
import { namesOn, type Toolbox } from "./tools/toolbox";
import type { Shown } from "./turns";
import { UserProblem } from "./userProblem";

/** What the user has chosen to go with the messages of the conversation that is shown: model, profile, parameters, tools. */
export class Choices {
  readonly #shown: Shown;
  readonly #directory: Directory;
  readonly #toolbox: Toolbox;

  constructor(shown: Shown, { directory, toolbox }: { readonly directory: Directory; readonly toolbox: Toolbox }) {
    this.#shown = shown;
    this.#directory = directory;
    this.#toolbox = toolbox;
  }

  /** `<endpoint>/<model id>` that answers the next message. */
  get model(): string {
    return this.#conversation.model ?? setting("model") ?? DEFAULT_MODEL;
  }

  /** The endpoint that answers the next message, or the sentence why there is none. */
  get endpoint(): ReturnType<typeof findEndpoint> {
    return findEndpoint(splitModel(this.model).endpoint);
  }

  get parameters(): Parameters {
    return parametersOf(this.#conversation);
  }

  /** What a model takes, as far as it is known. @param model `<endpoint>/<model id>` */
  capabilities(model: string): Capabilities {
    const { endpoint, id } = splitModel(model);
    const found = findEndpoint(endpoint);
    return "endpoint" in found ? this.#directory.models.known(found.endpoint, id) : capabilitiesOf(id);
  }

  /** As the page shows them. */
  views(): Pick<ChatView, "model" | "parameters" | "tools"> {
    const { model } = this;
    const target = { ...splitModel(model), capabilities: this.capabilities(model) };
    return {
      model: modelView(model),
      parameters: parametersView(this.#conversation, {
        ...target,
        refused: this.#directory.preferences.refused(model),
      }),
      tools: { on: namesOn(this.#toolbox, this.parameters).length, restricted: !workspace.isTrusted },
    };
  }

  async setModel(model: string): Promise<void> {
    await this.#shown.opened();
    await this.#directory.preferences.choose(model);
    await this.#record({ type: "model", model });
  }

  /** Chooses the tools that are offered to the model, by their names. */
  async setTools(tools: readonly string[]): Promise<void> {
    await this.#shown.opened();
    await this.#record({ type: "parameters", set: { tools } });
  }

  /**
   * Sets a parameter; undefined gives it back to profile and settings.
   * @throws UserProblem with a sentence when the value cannot be used
   */
  async setParameter(name: ParameterName, value: unknown): Promise<void> {
    await this.#shown.opened();
    this.#shown.refuseWhenReadOnly();
    if (value === undefined) return this.#record({ type: "parameters", set: {}, reset: [name] });
    const parsed = v.safeParse(parameterSchemas[name], value);
    if (!parsed.success) throw new UserProblem(parsed.issues[0].message);
    await this.#record({ type: "parameters", set: { [name]: parsed.output } });
  }

  /** Chooses the profile, with its model if it names one; undefined: none. */
  async setProfile(profile: Profile | undefined, model?: string): Promise<void> {
    await this.#shown.opened();
    this.#shown.refuseWhenReadOnly();
    const taken = profile && { name: profile.name, parameters: profile.parameters };
    await this.#record({ type: "profile", profile: taken ?? null });
    if (model !== undefined && model !== this.model) await this.setModel(model);
  }

  async #record(fact: Extract<Fact, { type: "model" | "parameters" | "profile" }>): Promise<void> {
    this.#shown.record(fact);
    this.#shown.remember();
    await this.#shown.refresh();
  }

  get #conversation(): Conversation {
    return this.#shown.stored().conversation;
  }
}
