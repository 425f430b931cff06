import type { Cost } from "../api/price";
import type { FailureKind } from "../api/failure";
import type { ContentBlock, StopReason, Usage } from "../api/types";
import type { ParameterName, ParameterSet, Profile } from "./parameters";

/**
 * A conversation is a tree of turns, each with a parent. Editing and retrying add siblings; the path from the root to the
 * leaf is what is shown and sent. It changes only through facts, the same ones that its journal stores, so what is in
 * memory and what is on disk cannot drift apart.
 */
export interface Conversation {
  readonly id: string;
  title: string;
  /** The user gave the title: no model may change it. */
  renamed: boolean;
  /** `<endpoint>/<model id>` chosen for this conversation; undefined: the setting decides. */
  model: string | undefined;
  /** The profile that was chosen; it goes before the settings. */
  profile: Profile | undefined;
  /** What was set in this conversation alone; it goes before the profile. */
  parameters: ParameterSet;
  readonly turns: Map<string, Turn>;
  /** The ids of the turns below a turn (null: the first ones), oldest first. */
  readonly children: Map<string | null, string[]>;
  /** The last turn of the visible path. */
  leaf: string | null;
  /** What will go with the next message. */
  draft: readonly Attachment[];
  /** Smaller versions of images, by the SHA-256 of the larger ones: they go in a request with many images. */
  readonly shrunk: Map<string, ImageAttachment>;
  /** Kept on top of the list. */
  pinned: boolean;
  /** Where its first question was asked; undefined when no folder was open. */
  workspace: WorkspaceName | undefined;
  /** Not shown any more; the files are removed later. A new turn brings it back. */
  deleted: boolean;
}

export interface WorkspaceName {
  readonly uri: string;
  readonly name: string;
}

export type Turn = UserTurn | AssistantTurn | ResultsTurn;

export interface UserTurn {
  readonly role: "user";
  readonly id: string;
  readonly parent: string | null;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** Set when this question is for a model of its own, such as `sidenote.explain.model`. */
  readonly model?: string;
}

export interface AssistantTurn {
  readonly role: "assistant";
  readonly id: string;
  readonly parent: string | null;
  readonly endpoint: string;
  readonly model: string;
  /** The system prompt it was asked with. Newer models bind their thinking blocks to it. */
  readonly systemPrompt?: string;
  /** Changes of the system prompt before it were sent as messages, so its thinking is bound to them. */
  readonly systemMessages?: boolean;
  /** A digest of the tools it was asked with: thinking blocks are bound to them as well. */
  readonly tools?: string;
  /** Images before it were sent smaller than they are, so its thinking is bound to those. */
  readonly smallImages?: boolean;
  /** The documents before it asked for citations, so its thinking is bound to that. */
  readonly citations?: boolean;
  /** As the API sent it, unknown blocks and fields included; grows while the answer streams. */
  readonly content: ContentBlock[];
  /** Undefined while streaming, and for ever if the window died meanwhile. */
  outcome: Outcome | undefined;
  usage: Usage | undefined;
  /** What it cost, by the prices of that day or as the gateway said; undefined when unknown. */
  cost: Cost | undefined;
  /** The code execution container that the answer left behind. */
  container?: Container | undefined;
  /** How long it thought, in seconds, by the index of the block; undefined when nobody measured it. */
  thinkingSeconds?: Readonly<Record<number, number>> | undefined;
  /** What was left out of the request and why, for the user. */
  notes: readonly string[];
}

/** Where code execution keeps its files between the requests of a conversation. */
export interface Container {
  readonly id: string;
  /** RFC 3339; the container is gone after it. */
  readonly expires_at?: string;
}

/** What the calls of the answer above came to: the next user message as the API sees it. Nobody wrote it, so it is not shown as one. */
export interface ResultsTurn {
  readonly role: "results";
  readonly id: string;
  readonly parent: string;
  /** In the order in which they came; grows while calls run. A call that has none was interrupted. */
  readonly results: readonly ToolResult[];
}

/** What one call came to. */
export interface ToolResult {
  /** The id of the `tool_use` block. */
  readonly call: string;
  /** "failed", "denied", "cancelled" and "invalid" go to the model as errors. The last was never run: its input is no such input. */
  readonly kind: "done" | "failed" | "denied" | "cancelled" | "invalid";
  /** What the model gets. */
  readonly content: readonly ResultContent[];
  /** What it was, in our words, and where the tool came from; missing when no such tool was there. */
  readonly description?: string;
  readonly source?: string;
  /** Who let it run. */
  readonly allowedBy?: "rule" | "conversation" | "once";
  /** How long it ran. */
  readonly milliseconds?: number;
  /** The whole text as an attachment, when `content` has a part of it only. */
  readonly whole?: { readonly sha256: string; readonly characters: number };
}

export type ResultContent = { readonly type: "text"; readonly text: string } | ImageAttachment;

/** An answer as it begins. */
export type NewAnswer = Omit<AssistantTurn, "outcome" | "usage" | "cost" | "container" | "thinkingSeconds">;

export type Outcome =
  | { readonly kind: "complete"; readonly stopReason: StopReason | null; readonly stopSequence?: string }
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly failure: StoredFailure };

export interface StoredFailure {
  readonly kind: FailureKind;
  /** One sentence on what happened. */
  readonly message: string;
  /** One sentence on what to do. */
  readonly advice: string;
  /** The request field that the endpoint refused. */
  readonly parameter?: string;
}

export type Attachment = ImageAttachment | CodeAttachment | DocumentAttachment;

export interface ImageAttachment {
  readonly type: "image";
  readonly id: string;
  readonly name: string;
  /** Lower-case hexadecimal; the bytes are stored beside the journal under this name. */
  readonly sha256: string;
  /** Told from the bytes, never from the name. */
  readonly mediaType: "image/png" | "image/jpeg" | "image/gif" | "image/webp";
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly animated: boolean;
  /** The size of the file that it was scaled down from. */
  readonly original?: { readonly width: number; readonly height: number };
  /** It stands for a larger one in a request with many images. */
  readonly shrunk?: true;
}

export interface CodeAttachment {
  readonly type: "code";
  readonly id: string;
  /** Path relative to the workspace, or the bare name of a file outside it. */
  readonly name: string;
  readonly language: string;
  /** 1-based, inclusive; absent for a whole file. */
  readonly lines?: readonly [first: number, last: number];
  readonly text: string;
  /** A whole text that people read, not code: it goes as a document. */
  readonly document?: true;
  /** So many secrets were replaced in the text before it was sent. */
  readonly redacted?: number;
}

/** A PDF. Its bytes are stored as those of an image are. */
export interface DocumentAttachment {
  readonly type: "document";
  readonly id: string;
  readonly name: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  /** As far as that can be told without reading all of it; absent when it cannot. */
  readonly pages?: number;
}

/** One thing that happened. A journal line is a fact with its time. */
export type Fact =
  | { readonly type: "turn"; readonly turn: UserTurn | NewAnswer | ResultsTurn }
  /** A block of a streaming answer begins, or is replaced by its final form. */
  | { readonly type: "block"; readonly turn: string; readonly index: number; readonly block: ContentBlock }
  /** Text for the end of a text or thinking block. */
  | { readonly type: "delta"; readonly turn: string; readonly index: number; readonly text: string }
  /** The answer is over; `content` is the whole of it, verbatim. */
  | {
      readonly type: "answered";
      readonly turn: string;
      readonly content: readonly ContentBlock[];
      readonly outcome: Outcome;
      readonly usage?: Usage;
      readonly cost?: Cost;
      readonly container?: Container;
      readonly thinkingSeconds?: Readonly<Record<number, number>>;
      /** More of them, learned while asking. */
      readonly notes?: readonly string[];
    }
  /** A call is over. */
  | { readonly type: "result"; readonly turn: string; readonly result: ToolResult }
  /** A turn and all that follows it was deleted. */
  | { readonly type: "removed"; readonly turn: string }
  | { readonly type: "leaf"; readonly turn: string | null }
  /** Given by the user, or written by a model, and then with what that took. */
  | {
      readonly type: "title";
      readonly title: string;
      readonly writtenBy?: { readonly endpoint: string; readonly model: string };
      readonly usage?: Usage;
      readonly cost?: Cost;
    }
  /** Everything before was copied here: what it took counts where it was asked. */
  | { readonly type: "copied" }
  | { readonly type: "model"; readonly model: string | null }
  /** The profile of this conversation; what was set apart from it before does not count any more. */
  | { readonly type: "profile"; readonly profile: Profile | null }
  /** Parameters that are set in this conversation alone from now on, and those that are not any more. */
  | { readonly type: "parameters"; readonly set: ParameterSet; readonly reset?: readonly ParameterName[] }
  | { readonly type: "draft"; readonly attachments: readonly Attachment[] }
  /** An image as it goes in a request with many of them. */
  | { readonly type: "shrunk"; readonly sha256: string; readonly image: ImageAttachment }
  | { readonly type: "pinned"; readonly pinned: boolean }
  | { readonly type: "workspace"; readonly workspace: WorkspaceName }
  | { readonly type: "deleted"; readonly deleted: boolean };

/** The longest title that Sidenote makes, in characters. */
export const TITLE_LENGTH = 60;

export function emptyConversation(id: string): Conversation {
  return {
    id,
    title: "",
    renamed: false,
    model: undefined,
    profile: undefined,
    parameters: {},
    turns: new Map(),
    children: new Map([[null, []]]),
    leaf: null,
    draft: [],
    shrunk: new Map(),
    pinned: false,
    workspace: undefined,
    deleted: false,
  };
}

/** Changes the conversation as the fact says. A fact about a turn that is not there changes nothing. */
export function apply(conversation: Conversation, fact: Fact): void {
  switch (fact.type) {
    case "turn": {
      const { turn } = fact;
      if (conversation.turns.has(turn.id)) return;
      conversation.turns.set(
        turn.id,
        turn.role === "assistant"
          ? {
              ...turn,
              content: [...turn.content],
              outcome: undefined,
              usage: undefined,
              cost: undefined,
            }
          : turn,
      );
      conversation.children.set(turn.parent, [...(conversation.children.get(turn.parent) ?? []), turn.id]);
      conversation.leaf = turn.id;
      conversation.deleted = false; // another window still uses it
      if (turn.role === "user" && conversation.title === "") conversation.title = titleOf(turn);
      return;
    }
    case "block": {
      const turn = conversation.turns.get(fact.turn);
      // A copy, because deltas grow the block in place and the fact may still wait for the disk. No holes.
      if (turn?.role === "assistant" && fact.index <= turn.content.length) turn.content[fact.index] = { ...fact.block };
      return;
    }
    case "delta": {
      const turn = conversation.turns.get(fact.turn);
      const block = turn?.role === "assistant" ? turn.content[fact.index] : undefined;
      if (block?.type === "text" && "text" in block) block.text += fact.text;
      else if (block?.type === "thinking" && "thinking" in block) block.thinking += fact.text;
      return;
    }
    case "answered": {
      const turn = conversation.turns.get(fact.turn);
      if (turn?.role !== "assistant") return;
      turn.content.splice(0, turn.content.length, ...fact.content);
      turn.outcome = fact.outcome;
      turn.usage = fact.usage;
      turn.cost = fact.cost;
      turn.container = fact.container;
      turn.thinkingSeconds = fact.thinkingSeconds;
      if (fact.notes) turn.notes = [...turn.notes, ...fact.notes];
      return;
    }
    case "result": {
      const turn = conversation.turns.get(fact.turn);
      if (turn?.role !== "results" || turn.results.some(({ call }) => call === fact.result.call)) return;
      conversation.turns.set(turn.id, { ...turn, results: [...turn.results, fact.result] });
      return;
    }
    case "removed":
      remove(conversation, fact.turn);
      return;
    case "leaf":
      if (fact.turn === null || conversation.turns.has(fact.turn)) conversation.leaf = fact.turn;
      return;
    case "title":
      if (fact.writtenBy && conversation.renamed) return;
      conversation.title = fact.title;
      conversation.renamed = !fact.writtenBy;
      return;
    case "copied":
      return;
    case "model":
      conversation.model = fact.model ?? undefined;
      return;
    case "profile":
      conversation.profile = fact.profile ?? undefined;
      conversation.parameters = {};
      return;
    case "parameters": {
      const reset = new Set<string>(fact.reset);
      const set = Object.entries({ ...conversation.parameters, ...fact.set }).filter(([name]) => !reset.has(name));
      conversation.parameters = Object.fromEntries(set);
      return;
    }
    case "draft":
      conversation.draft = fact.attachments;
      return;
    case "shrunk":
      conversation.shrunk.set(fact.sha256, fact.image);
      return;
    case "pinned":
      conversation.pinned = fact.pinned;
      return;
    case "workspace":
      conversation.workspace = fact.workspace;
      return;
    case "deleted":
      conversation.deleted = fact.deleted;
  }
}

/** The turns from the root to `leaf`. A parent that is missing or that leads in a circle ends the walk. */
export function pathTo(conversation: Conversation, leaf: string | null = conversation.leaf): Turn[] {
  const path: Turn[] = [];
  const seen = new Set<string>();
  for (let id = leaf; id !== null && !seen.has(id);) {
    seen.add(id);
    const turn = conversation.turns.get(id);
    if (!turn) break;
    path.push(turn);
    id = turn.parent;
  }
  return path.toReversed();
}

export function attachmentsOf(turn: Turn): readonly Attachment[] {
  if (turn.role === "user") return turn.attachments;
  return turn.role === "results" ? turn.results.flatMap(({ content }) => content.filter(isImage)) : [];
}

/** The turn with other attachments in the place of its own, also of those in results. */
export function withAttachments<T extends Turn>(turn: T, other: (attachment: Attachment) => Attachment): T {
  if (turn.role === "user") return { ...turn, attachments: turn.attachments.map(other) };
  if (turn.role === "assistant") return turn;
  const results = turn.results.map((result) => ({
    ...result,
    content: result.content.map((part) => (isImage(part) ? other(part) : part)),
  }));
  return { ...turn, results };
}

function isImage(content: ResultContent): content is ImageAttachment {
  return content.type === "image";
}

/** The results of the calls of an answer; undefined when none was run. They are run once: there is one such turn at most. */
export function resultsOf({ turns, children }: Conversation, answer: string): ResultsTurn | undefined {
  const below = children.get(answer)?.map((id) => turns.get(id));
  return below?.find((turn) => turn?.role === "results");
}

/** An attachment of the conversation or of its draft. */
export function findAttachment({ turns, draft }: Conversation, id: string): Attachment | undefined {
  return [...[...turns.values()].flatMap((it) => attachmentsOf(it)), ...draft].find((it) => it.id === id);
}

/** The source text of a turn, exactly as it was written; undefined when there is no such turn. */
export function sourceOf({ turns }: Conversation, id: string): string | undefined {
  const turn = turns.get(id);
  if (turn?.role === "user") return turn.text;
  if (turn?.role === "results") return undefined;
  return turn?.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("");
}

/** The turn and those beside it: other versions of a question, other answers to one. Oldest first. */
export function siblingsOf(conversation: Conversation, turn: Turn): readonly string[] {
  return (conversation.children.get(turn.parent) ?? []).filter((id) => conversation.turns.get(id)?.role === turn.role);
}

/** The end of the newest branch below a turn. */
export function newestLeaf(conversation: Conversation, turn: string): string {
  const seen = new Set<string>(); // a damaged journal may lead in a circle
  let leaf = turn;
  for (let next: string | undefined = turn; next !== undefined && !seen.has(next);) {
    leaf = next;
    seen.add(next);
    next = conversation.children.get(next)?.at(-1);
  }
  return leaf;
}

/** Takes the turn and all below it out of the tree. If they were shown, what stands beside or above them is shown then. */
function remove(conversation: Conversation, id: string): void {
  const turn = conversation.turns.get(id);
  if (!turn) return;
  const shown = pathTo(conversation).some((it) => it.id === id);
  const below = [id];
  for (const next of below) {
    below.push(...(conversation.children.get(next) ?? []));
    conversation.turns.delete(next);
    conversation.children.delete(next);
  }
  const left = (conversation.children.get(turn.parent) ?? []).filter((it) => it !== id);
  conversation.children.set(turn.parent, left);
  if (!shown) return;
  const beside = left.at(-1);
  conversation.leaf = beside === undefined ? turn.parent : newestLeaf(conversation, beside);
}

function titleOf(turn: UserTurn): string {
  const line = turn.text
    .split("\n")
    .find((text) => text.trim() !== "")
    ?.trim();
  const title = [turn.attachments[0]?.name, line].filter(Boolean).join(": ");
  return title.length > TITLE_LENGTH ? `${title.slice(0, TITLE_LENGTH - 1)}…` : title;
}
