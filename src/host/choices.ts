import * as v from "valibot";
import { EventEmitter, workspace, type Disposable, type LogOutputChannel } from "vscode";
import { capabilitiesOf, type Capabilities } from "../api/capabilities";
import type { Conversation, Fact } from "../chat/conversation";
import { parameterSchemas, type ParameterName, type Parameters, type Profile } from "../chat/parameters";
import type { ChatView } from "../shared/views";
import { findEndpoint, type EndpointOrProblem } from "./endpoints";
import { modelView, setupView } from "./modelView";
import { parametersView } from "./parametersView";
import { DEFAULT_MODEL, parametersOf, setting } from "./settings";
import type { ShownConversation } from "./shownConversation";
import { findTarget, splitModel, type Directory, type Target } from "./target";
import { namesOn, type Toolbox } from "./tools/toolbox";
import { UserProblem } from "./userProblem";

/** What choices are made among. */
export interface ChoicesParts {
  readonly directory: Directory;
  readonly toolbox: Toolbox;
  readonly log: LogOutputChannel;
}

/** What the user has chosen to go with the messages of the conversation that is shown: model, profile, parameters, tools. */
export class Choices implements Disposable {
  readonly #shown: ShownConversation;
  readonly #parts: ChoicesParts;
  readonly #refreshed = new EventEmitter<void>();
  #setup: ChatView["setup"] = null;

  /** Something may be chosen now that was not, or be known of it: take `views()` anew. */
  readonly onRefresh = this.#refreshed.event;

  constructor(shown: ShownConversation, parts: ChoicesParts) {
    this.#shown = shown;
    this.#parts = parts;
  }

  /** `<endpoint>/<model id>` that answers the next message. */
  get model(): string {
    return this.#conversation.model ?? setting("model") ?? DEFAULT_MODEL;
  }

  /** The endpoint that answers the next message, or the sentence why there is none. */
  get endpoint(): EndpointOrProblem {
    return findEndpoint(splitModel(this.model).endpoint);
  }

  get parameters(): Parameters {
    return parametersOf(this.#conversation);
  }

  /** What a model takes, as far as it is known. @param model `<endpoint>/<model id>` */
  capabilities(model: string): Capabilities {
    const { endpoint, id } = splitModel(model);
    const found = findEndpoint(endpoint);
    return "endpoint" in found ? this.#parts.directory.models.known(found.endpoint, id) : capabilitiesOf(id);
  }

  /** As the page shows them. */
  views(): Pick<ChatView, "model" | "parameters" | "tools" | "setup"> {
    const { model } = this;
    const { directory, toolbox } = this.#parts;
    const target = { ...splitModel(model), capabilities: this.capabilities(model) };
    return {
      model: modelView(model),
      parameters: parametersView(this.#conversation, { ...target, refused: directory.preferences.refused(model) }),
      tools: { on: namesOn(toolbox, this.parameters).length, restricted: !workspace.isTrusted },
      setup: this.#setup,
    };
  }

  /** Looks again at the key and the model, after a setting or a secret has changed. */
  async refresh(): Promise<void> {
    this.#setup = await setupView(this.model, this.#parts.directory.keys, this.#parts.log);
    this.#refreshed.fire();
  }

  /** Asks the endpoint what its models take, if that is not known yet. */
  async learnModel(): Promise<void> {
    const found = this.endpoint;
    if ("problem" in found) return;
    await this.#parts.directory.models.list(found.endpoint).catch(() => undefined); // then the table has to do
    await this.refresh();
  }

  /**
   * A model that is ready to be asked.
   * @param reference `<endpoint>/<model id>`
   * @throws UserProblem when it cannot be asked
   */
  async target(reference: string): Promise<Target> {
    try {
      return await findTarget(reference, this.#parts.directory);
    } catch (error) {
      await this.refresh(); // without a key the page shows how to set one
      throw error;
    }
  }

  async setModel(model: string): Promise<void> {
    await this.#mayChange();
    await this.#parts.directory.preferences.choose(model);
    await this.#record({ type: "model", model });
  }

  /** Chooses the tools that are offered to the model, by their names. */
  async setTools(tools: readonly string[]): Promise<void> {
    await this.#mayChange();
    await this.#record({ type: "parameters", set: { tools } });
  }

  /**
   * Sets a parameter; undefined gives it back to profile and settings.
   * @throws UserProblem with a sentence when the value cannot be used
   */
  async setParameter(name: ParameterName, value: unknown): Promise<void> {
    await this.#mayChange();
    if (value === undefined) return this.#record({ type: "parameters", set: {}, reset: [name] });
    const parsed = v.safeParse(parameterSchemas[name], value);
    if (!parsed.success) throw new UserProblem(parsed.issues[0].message);
    await this.#record({ type: "parameters", set: { [name]: parsed.output } });
  }

  /** Chooses the profile, with its model if it names one; undefined: none. */
  async setProfile(profile: Profile | undefined, model?: string): Promise<void> {
    await this.#mayChange();
    const taken = profile && { name: profile.name, parameters: profile.parameters };
    await this.#record({ type: "profile", profile: taken ?? null });
    if (model !== undefined && model !== this.model) await this.setModel(model);
  }

  dispose(): void {
    this.#refreshed.dispose();
  }

  async #mayChange(): Promise<void> {
    await this.#shown.opened();
    this.#shown.refuseWhenReadOnly();
  }

  async #record(fact: Extract<Fact, { type: "model" | "parameters" | "profile" }>): Promise<void> {
    this.#shown.record(fact);
    this.#shown.remember();
    await this.refresh();
  }

  get #conversation(): Conversation {
    return this.#shown.conversation;
  }
}
