import {
  newestLeaf,
  pathTo,
  siblingsOf,
  sourceOf,
  type Attachment,
  type Fact,
  type UserTurn,
} from "../chat/conversation";
import type { StoredConversation } from "../chat/conversationStore";
import type { Wanted } from "./answer";
import type { ModelPreferences } from "./modelPreferences";
import { attachmentProblem, saveBytes, type NewAttachment } from "./newAttachment";
import { cleared } from "./redaction";
import { parametersOf } from "./settings";
import type { Target } from "./target";
import { UserProblem } from "./userProblem";
import { currentWorkspace } from "./workspaceNames";

/** What can be done with the turns of the conversation that is shown. `Chat` offers it to all others. */

/** What a cut answer is continued with: newer models refuse to go on from a partial answer alone (Messages API, prefill). */
const CONTINUE = "Continue exactly where you stopped.";

/** A question: what was typed and what goes with it. */
export interface Question {
  readonly text: string;
  readonly attachments: readonly NewAttachment[];
  /** `<endpoint>/<model id>` when it is not the conversation's model that shall answer. */
  readonly model?: string | undefined;
}

/** The conversation that is shown, with what asking in it needs. */
export interface Shown {
  /** Resolves once the conversation is open. */
  opened(): Promise<void>;
  /** Another one after a wait, when another conversation was opened meanwhile. */
  stored(): StoredConversation;
  /** `<endpoint>/<model id>` that answers the next message. */
  model(): string;
  record(fact: Fact): void;
  /** Shows the path to another leaf. */
  showLeaf(leaf: string): void;
  /** @throws UserProblem while an answer runs */
  refuseWhenBusy(): void;
  /** @throws UserProblem when a newer Sidenote wrote the conversation */
  refuseWhenReadOnly(): void;
  /** @throws UserProblem when the model cannot be asked, or the user does not want to spend more */
  targetToAsk(reference: string): Promise<Target>;
  start(wanted: Wanted): void;
  /** The window opens this conversation again. */
  remember(): void;
  /** Shows what goes with the next message anew. */
  refresh(): Promise<void>;
}

export async function ask(shown: Shown, question: Question): Promise<void> {
  shown.refuseWhenBusy();
  const { draft } = shown.stored().conversation;
  if (question.text.trim() === "" && question.attachments.length + draft.length === 0) return;
  const stored = shown.stored();
  const target = await shown.targetToAsk(question.model ?? shown.model());
  refuseWhenChanged(shown, stored);
  await askBelow(shown, target, question, draft);
  if (draft.length > 0) shown.record({ type: "draft", attachments: [] });
}

/** @param draft attachments that are stored already */
async function askBelow(
  shown: Shown,
  target: Target,
  { text, attachments: added, model }: Question,
  draft: readonly Attachment[] = [],
): Promise<void> {
  const stored = shown.stored();
  const { conversation } = stored;
  const attachments = await cleared([...draft, ...added.map((it) => it.attachment)]);
  const problem = attachmentProblem(pathTo(conversation), attachments, target.capabilities);
  if (problem) throw new UserProblem(problem);
  await saveBytes(added, stored);
  refuseWhenChanged(shown, stored);

  const turn: UserTurn = {
    role: "user",
    id: crypto.randomUUID(),
    parent: conversation.leaf,
    text,
    attachments,
    ...(model ? { model } : {}),
  };
  const workspace = currentWorkspace();
  if (workspace && conversation.turns.size === 0) shown.record({ type: "workspace", workspace });
  shown.record({ type: "turn", turn });
  shown.remember();
  shown.start({ question: turn, target });
}

export async function retry(shown: Shown, answer: string, model?: string): Promise<void> {
  shown.refuseWhenBusy();
  const stored = shown.stored();
  const { turns } = stored.conversation;
  const parent = turns.get(answer)?.parent;
  const question = parent ? turns.get(parent) : undefined; // of a person, or results, or an answer that paused
  if (!question) return;
  const asked = pathTo(stored.conversation, question.id).findLast(({ role }) => role === "user");
  const target = await shown.targetToAsk(model ?? (asked?.role === "user" ? asked.model : undefined) ?? shown.model());
  refuseWhenChanged(shown, stored);
  shown.record({ type: "leaf", turn: question.id });
  shown.start({ question, target });
}

/** Remembers for the answer's model the request field for which it failed. */
export async function refuseField(shown: Shown, answer: string, preferences: ModelPreferences): Promise<void> {
  const turn = shown.stored().conversation.turns.get(answer);
  if (turn?.role !== "assistant" || turn.outcome?.kind !== "failed") return;
  const { parameter } = turn.outcome.failure;
  if (parameter !== undefined) await preferences.refuse(`${turn.endpoint}/${turn.model}`, parameter);
}

export async function edit(shown: Shown, question: string, text: string): Promise<void> {
  shown.refuseWhenBusy();
  const stored = shown.stored();
  const old = stored.conversation.turns.get(question);
  if (old?.role !== "user") return;
  const target = await shown.targetToAsk(old.model ?? shown.model());
  refuseWhenChanged(shown, stored);
  const turn: UserTurn = { ...old, id: crypto.randomUUID(), text };
  shown.record({ type: "turn", turn });
  shown.start({ question: turn, target });
}

/**
 * Where the model is known to go on from a text that an answer begins with, another answer beside the cut one begins with all
 * of it. Elsewhere the model is asked to go on, below it: one that begins anew would be joined to the old text.
 */
export async function continueAnswer(shown: Shown, answer: string): Promise<void> {
  shown.refuseWhenBusy();
  const stored = shown.stored();
  const { turns } = stored.conversation;
  const cut = turns.get(answer);
  if (cut?.role !== "assistant") return;
  const prefill = sourceOf(stored.conversation, answer)?.trimEnd() ?? "";
  if (prefill === "" && cut.outcome?.kind !== "complete") return retry(shown, answer); // nothing to go on from
  const question = cut.parent === null ? undefined : turns.get(cut.parent);
  const target = await shown.targetToAsk(shown.model());
  refuseWhenChanged(shown, stored);
  const mayPrefill = target.capabilities.prefill === true && parametersOf(stored.conversation).thinking !== "on";
  if (mayPrefill && prefill !== "" && question?.role === "user" && cut.content.every(({ type }) => type === "text")) {
    shown.record({ type: "leaf", turn: question.id });
    shown.start({ question, target, prefill });
    return;
  }
  if (stored.conversation.leaf !== answer) shown.showLeaf(answer);
  await askBelow(shown, target, { text: CONTINUE, attachments: [] });
}

export function showSibling(shown: Shown, message: string, step: number): void {
  shown.refuseWhenBusy();
  const { conversation } = shown.stored();
  const turn = conversation.turns.get(message);
  if (!turn) return;
  const siblings = siblingsOf(conversation, turn);
  const sibling = siblings[siblings.indexOf(message) + step];
  if (sibling !== undefined) shown.showLeaf(newestLeaf(conversation, sibling));
}

/** After a wait: another question may have come meanwhile, or another conversation. */
function refuseWhenChanged(shown: Shown, stored: StoredConversation): void {
  if (stored !== shown.stored()) throw new UserProblem("Another conversation was opened, so nothing was sent.");
  shown.refuseWhenBusy();
}
