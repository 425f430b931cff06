import { commands, Disposable, EventEmitter, Uri, workspace } from "vscode";
import type { BatchSpending } from "../chat/batch/batchStore";
import type { ConversationList } from "../chat/conversationList";
import { setting } from "./settings";
import { usageReport } from "./usageReport";

const SCHEME = "sidenote-usage";

/** The document of `Sidenote: Usage`: read-only, and made anew each time it is asked for. */
export class UsageDocument implements Disposable {
  static readonly uri = Uri.from({ scheme: SCHEME, path: "/Usage.md" });

  readonly #list: ConversationList;
  readonly #readBatches: () => Promise<BatchSpending>;
  #batches: BatchSpending = { spending: [], unread: 0 };
  readonly #changed = new EventEmitter<Uri>();
  readonly #provider: Disposable;
  #notice: string | undefined;

  constructor(list: ConversationList, readBatches: () => Promise<BatchSpending>) {
    this.#list = list;
    this.#readBatches = readBatches;
    this.#provider = workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: () =>
        usageReport([...list.spending(), ...this.#batches.spending], {
          now: new Date(),
          budget: setting("monthlyBudget"),
          notice: this.#notice,
          unreadBatches: this.#batches.unread,
        }),
    });
  }

  /** Shows what the index tells at once, and the rest when it is compared with the disk. Rejects when that cannot be read. */
  async show(): Promise<void> {
    await this.#list.load();
    this.#tell("The conversations are being read…");
    await commands.executeCommand("markdown.showPreview", UsageDocument.uri);
    try {
      this.#batches = await this.#readBatches();
      const unreadable = await this.#list.refresh();
      this.#tell(unreadable === 0 ? undefined : `${unreadable} conversations could not be read; the log says why.`);
    } catch (error) {
      this.#tell("The conversations could not be read; these are the numbers of last time.");
      throw error;
    }
  }

  dispose(): void {
    Disposable.from(this.#provider, this.#changed).dispose();
  }

  #tell(notice: string | undefined): void {
    this.#notice = notice;
    this.#changed.fire(UsageDocument.uri);
  }
}
