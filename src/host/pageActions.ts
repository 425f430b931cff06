import { commands, env, Position, Range, Uri, window, workspace } from "vscode";
import { findAttachment } from "../chat/conversation";
import type { Chat } from "./chat";
import { isThere } from "./fileType";
import { UserProblem } from "./userProblem";
import { findByName } from "./workspaceNames";
import { askInDialog } from "./notifications";

/** What the page's buttons and links do outside the page. */

/** Where links led that the user has opened in this window: hosts, and "mailto:" for all mail. */
const agreed = new Set<string>();

/**
 * Opens a link of a reply: web and mail only. Before the first one of a host the user sees the whole address, in ASCII, so
 * that no letter passes for another: VS Code does not ask for hosts that it trusts.
 */
export async function openLink(href: string): Promise<void> {
  const url = URL.canParse(href) ? new URL(href) : undefined;
  if (!url || !["http:", "https:", "mailto:"].includes(url.protocol)) {
    throw new UserProblem("This link does not lead to a web page; it was not opened.");
  }
  const place = url.host || url.protocol;
  if (!agreed.has(place)) {
    const question = url.host ? `Open a page of ${url.host}?` : "Write a mail?";
    if ((await askInDialog(question, shortened(url.href), "Open")) !== "Open") return;
    agreed.add(place);
  }
  await env.openExternal(Uri.parse(url.href, true));
}

/** A dialog is no place for thousands of characters. */
function shortened(address: string): string {
  return address.length > 1000 ? `${address.slice(0, 1000)}… (${address.length} characters)` : address;
}

/** A stored image, whose file name says nothing of its type. */
async function openImage(file: Uri): Promise<void> {
  if (!(await isThere(file))) throw new UserProblem("This image is not stored any more.");
  await commands.executeCommand("vscode.openWith", file, "imagePreview.previewEditor", { preview: true });
}

/** Deletes a message and what follows, after asking: this cannot be undone. */
export async function deleteBranch(chat: Chat, message: string): Promise<void> {
  const choice = await askInDialog("Delete this message and everything that follows it?", undefined, "Delete");
  if (choice === "Delete") chat.deleteBranch(message);
}

/**
 * Opens what an attachment came from, or its snapshot when that is not in the workspace.
 * @param storage where conversations are stored
 */
export async function openAttachment(chat: Chat, storage: Uri, id: string): Promise<void> {
  const attachment = findAttachment(chat.conversation, id);
  if (!attachment) return;
  const file = await findByName(attachment.name);
  if (attachment.type !== "code") {
    if (file) await commands.executeCommand("vscode.open", file);
    else if (attachment.type === "image")
      await openImage(Uri.joinPath(storage, chat.id, "attachments", attachment.sha256));
    else throw new UserProblem(`“${attachment.name}” is not in the workspace, and VS Code cannot show a PDF itself.`);
    return;
  }
  const document = await (file
    ? workspace.openTextDocument(file)
    : workspace.openTextDocument({ language: attachment.language, content: attachment.text }));
  const first = Math.max(0, (attachment.lines?.[0] ?? 1) - 1);
  await window.showTextDocument(document, { selection: new Range(new Position(first, 0), new Position(first, 0)) });
}
