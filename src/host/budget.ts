import { type LogOutputChannel, type Memento } from "vscode";
import type { BatchSpending } from "../chat/batch/batchStore";
import type { ConversationList } from "../chat/conversationList";
import { inMonth, totalOf, type Spending } from "../chat/spending";
import { costText } from "../shared/cost";
import { setting } from "./settings";
import { UserProblem } from "./userProblem";
import { askInDialog, showWarningMessage } from "./notifications";

/** Where it is remembered of which month and budget the user was warned. */
const WARNED_KEY = "budgetWarned";

/** The part of the budget at which the user is warned. */
const WARN_AT = 0.8;

const SEND_ANYWAY = "Send Anyway";

export interface BudgetParts {
  readonly list: ConversationList;
  readonly batches: () => Promise<BatchSpending>;
  /** Resolves when all that is known in this window is on disk. */
  readonly flush: () => Promise<void>;
  /** Of all windows. */
  readonly memory: Memento;
  readonly log: LogOutputChannel;
  readonly now?: () => Date;
}

/** The monthly budget of the user, across all conversations and windows. Without one, nothing is read. */
export class Budget {
  readonly #parts: BudgetParts;
  /** The list has been compared with the disk in this window. */
  #compared = false;
  /** The user sends although the budget is used up; so it is for all that comes of the message. */
  #accepted = false;
  /** Conversations with answers that the list does not know yet. */
  readonly #news = new Set<string>();

  constructor(parts: BudgetParts) {
    this.#parts = parts;
  }

  /** There is a new answer in a conversation. */
  answered(conversation: string): void {
    this.#news.add(conversation);
  }

  /**
   * Resolves when the next message may be sent: warns once a month when most of the budget is used, asks when all of it is.
   * @throws UserProblem when the user does not want to send
   */
  async allow(): Promise<void> {
    this.#accepted = false;
    const sentence = await this.#usedUp();
    if (sentence === undefined) return;
    const detail = "The budget is the setting sidenote.monthlyBudget. Sidenote: Usage shows what it went to.";
    const choice = await askInDialog(sentence, detail, SEND_ANYWAY);
    if (choice !== SEND_ANYWAY) throw new UserProblem("Nothing was sent: the budget of this month is used up.");
    this.#accepted = true;
  }

  /** What to ask before the model is asked once more for the same message; undefined: nothing. */
  async question(): Promise<string | undefined> {
    if (this.#accepted) return undefined;
    const sentence = await this.#usedUp();
    return sentence && `${sentence} Go on?`;
  }

  /** The sentence that all of the budget is used. Warns once a month when most of it is. */
  async #usedUp(): Promise<string | undefined> {
    const budget = setting("monthlyBudget");
    if (budget === undefined) return undefined;
    const now = this.#parts.now?.() ?? new Date();
    const { cost } = totalOf(await this.#spending(now));
    const usd = cost?.usd ?? 0;
    const sentence = `Sidenote has used ${costText(cost ?? { usd: 0, estimate: false })} of this month's budget of ${costText({ usd: budget, estimate: false })}.`;
    if (usd >= budget) return sentence;
    const warning = `${now.getFullYear()}-${now.getMonth() + 1} ${budget}`;
    if (usd >= WARN_AT * budget && this.#parts.memory.get(WARNED_KEY) !== warning) {
      await this.#parts.memory.update(WARNED_KEY, warning);
      void showWarningMessage(sentence);
    }
    return undefined;
  }

  /** What this month took. A disk that cannot be read keeps nobody from sending: what is known counts. */
  async #spending(now: Date) {
    const { list, batches, flush, log } = this.#parts;
    let ofBatches: readonly Spending[] = [];
    const news = [...this.#news];
    this.#news.clear();
    try {
      await flush();
      ofBatches = (await batches()).spending;
      if (this.#compared) {
        for (const id of news) await list.refresh(id);
        list.refresh().catch(() => undefined); // for what other windows add; the next message sees it
      } else {
        await list.load();
        await list.refresh();
        this.#compared = true;
      }
    } catch (error) {
      this.#compared = false; // all is read again next time
      log.warn("The costs of this month could not be read", error instanceof Error ? error.message : "");
    }
    return inMonth([...list.spending(), ...ofBatches], now);
  }
}
