import { newestLeaf, pathTo, siblingsOf, sourceOf, type Attachment, type UserTurn } from "../chat/conversation";
import type { StoredConversation } from "../chat/conversationStore";
import type { Answers } from "./answers";
import type { Budget } from "./budget";
import type { Choices } from "./choices";
import type { ModelPreferences } from "./modelPreferences";
import { attachmentProblem, saveBytes, type NewAttachment } from "./newAttachment";
import { cleared } from "./redaction";
import { parametersOf } from "./settings";
import type { ShownConversation } from "./shownConversation";
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

/** What asking needs. */
export interface Asking {
  readonly shown: ShownConversation;
  readonly choices: Choices;
  readonly answers: Answers;
  /** Says whether a message may be sent. */
  readonly spending: Pick<Budget, "allow">;
}

/**
 * The model that is asked in the conversation that is shown.
 * @param reference `<endpoint>/<model id>`; the one that was chosen when left out
 * @throws UserProblem when it cannot be asked, or the user does not want to spend more
 */
async function targetToAsk({ shown, choices, spending }: Asking, reference = choices.model): Promise<Target> {
  shown.refuseWhenReadOnly();
  const target = await choices.target(reference);
  await spending.allow();
  return target;
}

/** @throws UserProblem while an answer runs in the conversation that is shown */
export function refuseWhenBusy({ shown, answers }: Asking): void {
  if (!answers.in(shown.id)) return;
  throw new UserProblem("Claude is still answering. Stop the answer or wait; your text stays in the box.");
}

/** Puts a question below the path, with the attachments that wait, and starts the answer. */
export async function ask(asking: Asking, question: Question): Promise<void> {
  const { shown } = asking;
  refuseWhenBusy(asking);
  const { draft } = shown.conversation;
  if (question.text.trim() === "" && question.attachments.length + draft.length === 0) return;
  const { stored } = shown;
  const target = await targetToAsk(asking, question.model);
  refuseWhenChanged(asking, stored);
  await askBelow(asking, target, question, draft);
  if (draft.length === 0) return;
  const sent = new Set(draft.map(({ id }) => id));
  const attachments = stored.conversation.draft.filter(({ id }) => !sent.has(id)); // what was attached meanwhile stays
  shown.record({ type: "draft", attachments }, stored);
}

/** @param draft attachments that are stored already */
async function askBelow(
  asking: Asking,
  target: Target,
  { text, attachments: added, model }: Question,
  draft: readonly Attachment[] = [],
): Promise<void> {
  const { shown, answers } = asking;
  const { stored } = shown;
  const { conversation } = stored;
  const attachments = await cleared([...draft, ...added.map((it) => it.attachment)]);
  const problem = attachmentProblem(pathTo(conversation), attachments, target.capabilities);
  if (problem) throw new UserProblem(problem);
  await saveBytes(added, stored);
  refuseWhenChanged(asking, stored);

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
  answers.start(stored, { question: turn, target });
}

/** Starts another answer to what this one answers, beside it. */
export async function retry(asking: Asking, answer: string, model?: string): Promise<void> {
  const { shown, answers } = asking;
  refuseWhenBusy(asking);
  const { stored } = shown;
  const { turns } = stored.conversation;
  const parent = turns.get(answer)?.parent;
  const question = parent ? turns.get(parent) : undefined; // of a person, or results, or an answer that paused
  if (!question) return;
  const asked = pathTo(stored.conversation, question.id).findLast(({ role }) => role === "user");
  const target = await targetToAsk(asking, model ?? (asked?.role === "user" ? asked.model : undefined));
  refuseWhenChanged(asking, stored);
  shown.record({ type: "leaf", turn: question.id });
  answers.start(stored, { question, target });
}

/** Remembers for the answer's model the request field for which it failed. */
export async function refuseField({ shown }: Asking, answer: string, preferences: ModelPreferences): Promise<void> {
  const turn = shown.conversation.turns.get(answer);
  if (turn?.role !== "assistant" || turn.outcome?.kind !== "failed") return;
  const { parameter } = turn.outcome.failure;
  if (parameter !== undefined) await preferences.refuse(`${turn.endpoint}/${turn.model}`, parameter);
}

/** Puts another version of a question beside it, with the same attachments, and starts its answer. */
export async function edit(asking: Asking, question: string, text: string): Promise<void> {
  const { shown, answers } = asking;
  refuseWhenBusy(asking);
  const { stored } = shown;
  const old = stored.conversation.turns.get(question);
  if (old?.role !== "user") return;
  if (text.trim() === "" && old.attachments.length === 0) throw new UserProblem("There is nothing to send.");
  const target = await targetToAsk(asking, old.model);
  refuseWhenChanged(asking, stored);
  const turn: UserTurn = { ...old, id: crypto.randomUUID(), text };
  shown.record({ type: "turn", turn });
  answers.start(stored, { question: turn, target });
}

/**
 * Where the model is known to go on from a text that an answer begins with, another answer beside the cut one begins with all
 * of it. Elsewhere the model is asked to go on, below it: one that begins anew would be joined to the old text.
 */
export async function continueAnswer(asking: Asking, answer: string): Promise<void> {
  const { shown, answers } = asking;
  refuseWhenBusy(asking);
  const { stored } = shown;
  const { turns } = stored.conversation;
  const cut = turns.get(answer);
  if (cut?.role !== "assistant") return;
  const prefill = sourceOf(stored.conversation, answer)?.trimEnd() ?? "";
  if (prefill === "" && cut.outcome?.kind !== "complete") return retry(asking, answer); // nothing to go on from
  const question = cut.parent === null ? undefined : turns.get(cut.parent);
  const target = await targetToAsk(asking);
  refuseWhenChanged(asking, stored);
  const mayPrefill = target.capabilities.prefill === true && parametersOf(stored.conversation).thinking !== "on";
  if (mayPrefill && prefill !== "" && question?.role === "user" && cut.content.every(({ type }) => type === "text")) {
    shown.record({ type: "leaf", turn: question.id });
    answers.start(stored, { question, target, prefill });
    return;
  }
  if (stored.conversation.leaf !== answer) showLeaf(shown, answer);
  await askBelow(asking, target, { text: CONTINUE, attachments: [] });
}

/** Shows the version of a message that is so many places beside it, with what followed it last. */
export function showSibling(asking: Asking, message: string, step: number): void {
  const { shown } = asking;
  refuseWhenBusy(asking);
  const { conversation } = shown;
  const turn = conversation.turns.get(message);
  if (!turn) return;
  const siblings = siblingsOf(conversation, turn);
  const sibling = siblings[siblings.indexOf(message) + step];
  if (sibling !== undefined) showLeaf(shown, newestLeaf(conversation, sibling));
}

/** Deletes a message and all that follows it. */
export function deleteBranch(asking: Asking, message: string): void {
  const { shown } = asking;
  refuseWhenBusy(asking);
  shown.refuseWhenReadOnly();
  shown.record({ type: "removed", turn: message });
  shown.tellReplaced();
}

/** Shows the path to another leaf, of which the page may not have the messages. */
function showLeaf(shown: ShownConversation, turn: string): void {
  shown.record({ type: "leaf", turn });
  shown.tellReplaced();
}

/** After a wait: another question may have come meanwhile, or another conversation. */
function refuseWhenChanged(asking: Asking, stored: StoredConversation): void {
  if (stored !== asking.shown.stored) throw new UserProblem("Another conversation was opened, so nothing was sent.");
  refuseWhenBusy(asking);
}
