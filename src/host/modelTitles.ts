import { Disposable, type LogOutputChannel } from "vscode";
import { costOf } from "../api/price";
import { pathTo, type AssistantTurn, type Conversation, type Turn } from "../chat/conversation";
import { titleIn, titleQuestion, TITLE_TOKENS } from "../chat/modelTitle";
import { requestFor } from "../chat/request";
import type { Chat } from "./chat";
import { setting } from "./settings";
import { findTarget, type Directory } from "./target";

/**
 * Has the model that gave the first complete answer of a conversation write its title, if the user wants that. Whatever fails is
 * left to the log: the first message stays the title.
 */
export function writeTitles(chat: Chat, directory: Directory, log: Pick<LogOutputChannel, "debug">): Disposable {
  const disposed = new AbortController();

  async function write(conversation: Conversation, turn: string): Promise<void> {
    const [first, ...others] = [...conversation.turns.values()].filter((it) => isAnswer(it));
    if (first?.id !== turn || others.length > 0 || conversation.renamed) return;
    const question = pathTo(conversation, first.id).findLast(({ role }) => role === "user");
    if (question?.role !== "user") return;
    const target = await findTarget(`${first.endpoint}/${first.model}`, directory);
    const model = { ...target, endpoint: target.endpoint.id };
    const parameters = { maxTokens: TITLE_TOKENS, caching: "off", thinking: "off" } as const;
    const { request } = requestFor([titleQuestion(question, first)], model, parameters, new Map());
    const reply = await target.client.send(request, disposed.signal);
    const cost = costOf(reply, target.capabilities.prices);
    await chat.change(conversation.id, {
      type: "title",
      title: titleIn(reply.content) ?? conversation.title,
      writtenBy: { endpoint: target.endpoint.id, model: target.id },
      usage: reply.usage,
      ...(cost && { cost }),
    });
  }

  return Disposable.from(
    chat.onAnswered(({ conversation, turn }) => {
      if (setting("titles") !== "model") return;
      write(conversation, turn).catch((error: unknown) => {
        log.debug("The model wrote no title", error instanceof Error ? error.message : "");
      });
    }),
    new Disposable(() => disposed.abort()),
  );
}

/** A whole one. A refusal is no answer to name a conversation after, nor is one that waits for results. */
function isAnswer(turn: Turn): turn is AssistantTurn {
  if (turn.role !== "assistant" || turn.outcome?.kind !== "complete") return false;
  return !["refusal", "tool_use", "pause_turn"].includes(turn.outcome.stopReason ?? "");
}
