import { pathTo, type AssistantTurn, type Conversation, type ImageAttachment, type UserTurn } from "./conversation";
import { codeText } from "./request";

/** A conversation to be read: the text, and the pictures that lie beside it. */
export interface MarkdownExport {
  readonly text: string;
  /** File names as the text uses them. */
  readonly images: readonly { readonly fileName: string; readonly image: ImageAttachment }[];
}

/**
 * The visible path as markdown. Answers stand as the model wrote them.
 *
 * @param imageFolder where the pictures will lie, relative to the text
 */
export function exportMarkdown(conversation: Conversation, imageFolder: string): MarkdownExport {
  const images: { fileName: string; image: ImageAttachment }[] = [];
  const parts = pathTo(conversation).map((turn) =>
    turn.role === "user" ? question(turn, imageFolder, images) : answer(turn),
  );
  return { text: [`# ${conversation.title || "Conversation"}`, ...parts].join("\n\n") + "\n", images };
}

function question(turn: UserTurn, folder: string, images: { fileName: string; image: ImageAttachment }[]): string {
  const attachments = turn.attachments.map((attachment) => {
    if (attachment.type === "code") return codeText(attachment);
    const fileName = `${images.length + 1}-${safeName(attachment)}`;
    images.push({ fileName, image: attachment });
    return `![${attachment.name.replaceAll(/[[\]\\]/g, "")}](${encodeURI(`${folder}/${fileName}`)})`;
  });
  return ["## You", ...attachments, turn.text].filter((part) => part !== "").join("\n\n");
}

function answer({ model, content, outcome }: AssistantTurn): string {
  const text = content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("");
  const end =
    outcome?.kind === "complete" ? "" : outcome?.kind === "failed" ? `*${outcome.failure.message}*` : "*Stopped.*";
  return [`## Claude (${model})`, text, end].filter((part) => part !== "").join("\n\n");
}

/** The bare file name with the ending of its type; nothing that a file system or a link could take for more. */
function safeName({ name, mediaType }: ImageAttachment): string {
  const bare = name
    .slice(name.lastIndexOf("/") + 1)
    .replace(/\.\w+$/, "")
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, "-");
  return `${bare || "image"}.${mediaType.slice("image/".length)}`;
}
