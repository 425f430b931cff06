import type { Capabilities } from "../api/capabilities";
import { attachmentsOf, type Attachment, type CodeAttachment, type Turn } from "../chat/conversation";
import type { StoredConversation } from "../chat/conversationStore";
import { filesProblem } from "../chat/documents";
import { imageProblem } from "../chat/images";
import type { AttachmentSource } from "./attachmentSources";

/** What is about to go with a message, wherever it comes from. */

/** An attachment and, for an image or a document, its bytes. */
export interface NewAttachment {
  readonly attachment: Attachment;
  readonly bytes?: Uint8Array;
  /** Where it can be taken again. */
  readonly source?: AttachmentSource;
  /** What the bytes are when they cannot go as they are: `fitImages` has them drawn anew. */
  readonly redraw?: { readonly format: string; readonly mediaType: string };
}

/** Text from a file, the editor or elsewhere. */
export type NewCode = NewAttachment & { readonly attachment: CodeAttachment };

/** Why a message with these attachments below the path would be refused, in one sentence; undefined when it would not. */
export function attachmentProblem(
  path: readonly Turn[],
  attachments: readonly Attachment[],
  { images: limits, pdfPages }: Capabilities,
): string | undefined {
  const all = [...path.flatMap((it) => attachmentsOf(it)), ...attachments];
  const images = all.filter((it) => it.type === "image");
  const documents = all.filter((it) => it.type === "document");
  return imageProblem(images, limits) ?? filesProblem(documents, images, pdfPages);
}

/** Stores the bytes of new attachments with the conversation. */
export async function saveBytes(added: readonly NewAttachment[], stored: StoredConversation): Promise<void> {
  for (const { attachment, bytes } of added) {
    if (attachment.type !== "code" && bytes) await stored.saveAttachment(attachment.sha256, bytes);
  }
}
