import { pathTo, sourceOf, type Fact, type UserTurn } from "../chat/conversation";
import type { StoredConversation } from "../chat/conversationStore";
import type { Answers } from "./answers";
import type { Target } from "./target";
import type { Question } from "./turns";
import { UserProblem } from "./userProblem";
import { currentWorkspace } from "./workspaceNames";

/**
 * Asks in a conversation that is not shown. It is in the history like any other, so nothing is hidden and its cost counts.
 *
 * @returns the text of the answer; undefined when it was stopped
 * @throws UserProblem for a failure
 */
export async function askAside(
  { text, attachments }: Question,
  target: Target,
  {
    stored,
    record,
    answers,
  }: {
    /** A new one. */
    readonly stored: StoredConversation;
    readonly record: (fact: Fact) => void;
    readonly answers: Answers;
  },
  signal: AbortSignal,
): Promise<string | undefined> {
  const { conversation } = stored;
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
  const stop = () => answer?.stop();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  await answer?.over;
  const turn = pathTo(conversation).at(-1);
  if (turn?.role !== "assistant" || turn.outcome?.kind === "stopped") return undefined;
  if (turn.outcome?.kind === "failed") {
    throw new UserProblem(`${turn.outcome.failure.message} ${turn.outcome.failure.advice}`);
  }
  return sourceOf(conversation, turn.id);
}
