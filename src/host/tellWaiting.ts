import type { Disposable } from "vscode";
import type { Chat } from "./chat";
import type { ChatPages } from "./chatPages";
import { showInformationMessage } from "./notifications";
import { visible } from "./tools/visible";

const SHOW = "Show";

/**
 * Tells of a question that nobody sees: the chat is hidden, or shows another conversation. One notification for a conversation at a
 * time, however many calls wait.
 */
export function tellWaiting(
  chat: Chat,
  pages: Pick<ChatPages, "visible" | "focus">,
  report: (error: unknown) => void,
): Disposable {
  const told = new Set<string>();
  async function tell(conversation: string, question: string): Promise<void> {
    told.add(conversation);
    const choice = await showInformationMessage(visible(question), SHOW);
    told.delete(conversation);
    if (choice !== SHOW) return;
    if (chat.id !== conversation) await chat.show(conversation);
    await pages.focus();
  }
  return chat.onQuestion(({ conversation: { id }, question }) => {
    if ((pages.visible && chat.id === id) || told.has(id)) return;
    tell(id, question).catch(report);
  });
}
