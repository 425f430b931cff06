import type { Memento } from "vscode";

const RECENT_KEY = "recentModels";
const REFUSED_KEY = "refusedFields";

/** How many models count as recently used. */
const RECENT = 5;

/** What is remembered of models over all windows, by `<endpoint>/<model id>`. The current choice is not: it is the chat's own. */
export class ModelPreferences {
  readonly #memory: Memento;

  constructor(memory: Memento) {
    this.#memory = memory;
  }

  /** The latest first. */
  recent(): readonly string[] {
    return this.#memory.get<readonly string[]>(RECENT_KEY, []);
  }

  /** Request fields that the model refused and that are not sent to it any more. */
  refused(model: string): readonly string[] {
    return this.#refused()[model] ?? [];
  }

  /** The user has chosen the model: it is tried anew with everything. */
  async choose(model: string): Promise<void> {
    await this.#memory.update(RECENT_KEY, [model, ...this.recent().filter((it) => it !== model)].slice(0, RECENT));
    const { [model]: _, ...others } = this.#refused();
    await this.#memory.update(REFUSED_KEY, others);
  }

  async refuse(model: string, field: string): Promise<void> {
    const fields = new Set([...this.refused(model), field]);
    await this.#memory.update(REFUSED_KEY, { ...this.#refused(), [model]: [...fields] });
  }

  #refused(): Readonly<Record<string, readonly string[]>> {
    return this.#memory.get(REFUSED_KEY, {});
  }
}
