import { commands, env, Position, Range, Uri, window, workspace } from "vscode";
import { findAttachment } from "../chat/conversation";
import type { Chat } from "./chat";
import { UserProblem } from "./userProblem";
import { findByName } from "./workspaceNames";
import { askInDialog } from "./notifications";

/** What the page's buttons and links do outside the page. */

/** Links of a reply: web and mail only. VS Code shows where they lead and asks before it opens them. */
export async function openLink(href: string): Promise<void> {
  if (!URL.canParse(href) || !["http:", "https:", "mailto:"].includes(new URL(href).protocol)) {
    throw new UserProblem("This link does not lead to a web page; it was not opened.");
  }
  await env.openExternal(Uri.parse(new URL(href).href, true));
}

/** Deletes a message and what follows, after asking: this cannot be undone. */
export async function deleteBranch(chat: Chat, message: string): Promise<void> {
  const choice = await askInDialog("Delete this message and everything that follows it?", undefined, "Delete");
  if (choice === "Delete") chat.deleteBranch(message);
}

/** Opens what an attachment came from, or its snapshot when that is not in the workspace. */
export async function openAttachment(chat: Chat, id: string): Promise<void> {
  const attachment = findAttachment(chat.conversation, id);
  if (!attachment) return;
  const file = await findByName(attachment.name);
  if (attachment.type !== "code") {
    if (!file) throw new UserProblem(`“${attachment.name}” is not in the workspace any more.`);
    await commands.executeCommand("vscode.open", file);
    return;
  }
  const document = await (file
    ? workspace.openTextDocument(file)
    : workspace.openTextDocument({ language: attachment.language, content: attachment.text }));
  const first = Math.max(0, (attachment.lines?.[0] ?? 1) - 1);
  await window.showTextDocument(document, { selection: new Range(new Position(first, 0), new Position(first, 0)) });
}
