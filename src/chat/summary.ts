import { apply, emptyConversation, type Turn, type WorkspaceName } from "./conversation";
import { readJournal } from "./journal";
import { spendingOf, type Spending } from "./spending";

/** What the list of conversations shows of one. Times are in milliseconds since 1970. */
export interface Summary {
  readonly id: string;
  readonly title: string;
  readonly createdAt: number;
  /** When its last turn began or ended. A rename or a pin does not move a conversation in the list. */
  readonly updatedAt: number;
  readonly pinned: boolean;
  readonly workspace: WorkspaceName | null;
  /** Null when it was not deleted. */
  readonly deletedAt: number | null;
  /** Without turns there is nothing to show: a draft, or a model that was chosen. */
  readonly turns: number;
  /** Written by a later version: nothing may be added to it. */
  readonly readOnly: boolean;
  /** What its answers took, by day and model. */
  readonly spending: readonly Spending[];
}

/** The summary of a conversation, and its text for the search: one line, without thinking and without attached code. */
export function summarise(id: string, files: readonly string[]): { readonly summary: Summary; readonly text: string } {
  const { facts, newer } = readJournal(files);
  const conversation = emptyConversation(id);
  let createdAt: number | undefined;
  let updatedAt = 0;
  let deletedAt = 0;
  for (const fact of facts) {
    apply(conversation, fact);
    createdAt ??= fact.at;
    if (fact.type === "turn" || fact.type === "answered") updatedAt = fact.at;
    if (fact.type === "deleted") deletedAt = fact.at;
  }
  const { title, pinned, workspace, deleted, turns } = conversation;
  const summary: Summary = {
    id,
    title: oneLine(title),
    createdAt: createdAt ?? 0,
    updatedAt,
    pinned,
    workspace: workspace ?? null,
    deletedAt: deleted ? deletedAt : null,
    turns: turns.size,
    readOnly: newer,
    spending: spendingOf(facts),
  };
  return { summary, text: deleted ? "" : oneLine([...turns.values()].map((turn) => textOf(turn)).join(" ")) };
}

function textOf(turn: Turn): string {
  if (turn.role === "user") return [...turn.attachments.map(({ name }) => name), turn.text].join(" ");
  if (turn.role === "results") return ""; // hundreds of file lines would hide what was said
  return turn.content.map((block) => (block.type === "text" ? block.text : "")).join(" ");
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** Those that a user sees: pinned ones first, then by their last turn, newest first. */
export function inOrder(summaries: Iterable<Summary>): Summary[] {
  return [...summaries]
    .filter(({ turns, deletedAt }) => turns > 0 && deletedAt === null)
    .toSorted((a, b) => Number(b.pinned) - Number(a.pinned) || b.updatedAt - a.updatedAt);
}

const month = new Intl.DateTimeFormat("en", { month: "long", year: "numeric" });

/** The heading below which a conversation stands, by the days of the local calendar. */
export function groupOf({ pinned, updatedAt }: Pick<Summary, "pinned" | "updatedAt">, now: Date): string {
  if (pinned) return "Pinned";
  // By the calendar and not by 24 hours: a day of the clock change has 23 or 25.
  const daysAgo = (days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - days).getTime();
  if (updatedAt >= daysAgo(0)) return "Today";
  if (updatedAt >= daysAgo(1)) return "Yesterday";
  if (updatedAt >= daysAgo(7)) return "Last 7 days";
  return month.format(updatedAt);
}

/** The words to look for; a conversation is found when its title and text hold all of them, in whatever case. */
export function wordsOf(query: string): string[] {
  return query.toLowerCase().split(/\s+/).filter(Boolean);
}

/** Characters of an excerpt before and after the word that was found. */
const BEFORE = 30;
const AFTER = 90;

/** The text around the first word that is found in it, empty when all stand in the title; undefined when one is missing. */
export function excerptOf(words: readonly string[], title: string, text: string): string | undefined {
  const inTitle = title.toLowerCase();
  const inText = text.toLowerCase();
  let first: number | undefined;
  for (const word of words) {
    const at = inText.indexOf(word);
    if (at === -1 && !inTitle.includes(word)) return undefined;
    if (at !== -1 && !inTitle.includes(word)) first ??= at;
  }
  if (first === undefined) return "";
  const start = Math.max(0, first - BEFORE);
  const end = first + AFTER;
  // Joined, because a slice of a string would keep the whole of it in memory.
  return [start > 0 ? "…" : "", text.slice(start, end), end < text.length ? "…" : ""].join("");
}
