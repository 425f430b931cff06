import { Uri } from "vscode";
import type { Attachment } from "../chat/conversation";
import type { AttachmentSource } from "./attachmentSources";
import type { Chat } from "./chat";
import { linesAgain, readAttachment } from "./selection";
import { terminalSelection } from "./terminal";
import type { NewAttachment } from "./newAttachment";
import { UserProblem } from "./userProblem";
import { changes, folder, notebookCell, problems } from "./workspaceSources";

/**
 * Takes an attachment that waits to be sent again from where it was taken.
 * @returns a sentence on what came of it
 * @throws UserProblem when its source is gone; the attachment then stays as it is
 */
export async function refreshAttachment(chat: Chat, id: string): Promise<string | undefined> {
  const old = chat.conversation.draft.find((it) => it.id === id);
  const source = chat.messageBox.sourceOf(id);
  if (!old || !source) return undefined;
  const taken = await takeAgain(old, source).catch((error: unknown) => {
    if (!(error instanceof UserProblem)) throw error;
    throw new UserProblem(`${error.message} What was taken before stays attached.`);
  });
  const changed = await chat.messageBox.replaceAttachment(id, taken);
  return changed ? `“${taken.attachment.name}” was taken again.` : `“${taken.attachment.name}” has not changed.`;
}

/** The same for all that can be taken again. @throws UserProblem that names those whose source is gone */
export async function refreshAttachments(chat: Chat): Promise<void> {
  await chat.opened();
  const sources = chat.conversation.draft.filter(({ id }) => chat.messageBox.sourceOf(id));
  if (sources.length === 0) throw new UserProblem("Nothing is attached that could be taken again.");
  const results = await Promise.allSettled(sources.map(({ id }) => refreshAttachment(chat, id)));
  const failures = results.flatMap((it) => (it.status === "rejected" ? [it.reason as unknown] : []));
  const defect = failures.find((it) => !(it instanceof UserProblem));
  if (defect !== undefined) throw defect;
  if (failures.length > 0) throw new UserProblem(failures.map((it) => (it as UserProblem).message).join(" "));
}

async function takeAgain(old: Attachment, source: AttachmentSource): Promise<NewAttachment> {
  switch (source.kind) {
    case "file":
      return readAttachment(Uri.parse(source.uri));
    case "lines":
      if (old.type === "code") return linesAgain(old, Uri.parse(source.uri));
      throw new UserProblem(`“${old.name}” has no lines.`);
    case "problems":
      return problems(source.uri === undefined ? undefined : Uri.parse(source.uri));
    case "changes":
      return changes(source.staged, source.file === undefined ? undefined : Uri.parse(source.file));
    case "folder":
      return folder(Uri.parse(source.uri));
    case "cell":
      return notebookCell(source.uri, source.index);
    case "terminal":
      return terminalSelection();
  }
}
