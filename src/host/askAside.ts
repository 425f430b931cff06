import { pathTo, sourceOf, type Fact, type UserTurn } from "../chat/conversation";
import type { StoredConversation } from "../chat/conversationStore";
import type { NewCode } from "./newAttachment";
import { onAbort } from "./onAbort";
import type { Asking } from "./turns";
import { UserProblem } from "./userProblem";
import { currentWorkspace } from "./workspaceNames";

/** A question about code alone. */
export interface QuestionAside {
  readonly text: string;
  readonly attachments: readonly NewCode[];
}

/**
 * Asks in a conversation that is not shown. It is in the history like any other, so nothing is hidden and its cost counts.
 *
 * @param stored a new one
 * @returns the text of the answer; undefined when it was stopped
 * @throws UserProblem when the question cannot be asked, and for a failure
 */
export async function askAside(
  { shown, choices, answers, spending }: Asking,
  stored: StoredConversation,
  { text, attachments }: QuestionAside,
  signal: AbortSignal,
): Promise<string | undefined> {
  const target = await choices.target(choices.model);
  await spending.allow();
  const { conversation } = stored;
  const record = (fact: Fact) => shown.record(fact, stored);
  const opened = currentWorkspace();
  if (opened) record({ type: "workspace", workspace: opened });
  const question: UserTurn = {
    role: "user",
    id: crypto.randomUUID(),
    parent: null,
    text,
    attachments: attachments.map(({ attachment }) => attachment),
  };
  record({ type: "turn", turn: question });
  answers.start(stored, { question, target });
  const answer = answers.in(conversation.id);
  const end = onAbort(signal, () => answer?.stop());
  await answer?.over;
  end();
  const turn = pathTo(conversation).at(-1);
  if (turn?.role !== "assistant" || turn.outcome?.kind === "stopped") return undefined;
  if (turn.outcome?.kind === "failed") {
    throw new UserProblem(`${turn.outcome.failure.message} ${turn.outcome.failure.advice}`);
  }
  return sourceOf(conversation, turn.id);
}
