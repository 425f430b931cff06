import {
  pathTo,
  type AssistantTurn,
  type Conversation,
  type ImageAttachment,
  type ResultsTurn,
  type ToolResult,
  type Turn,
  type UserTurn,
} from "./conversation";
import { codeText, fenced } from "./messages";

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
  const images: Picture[] = [];
  const part = (turn: Turn) => {
    if (turn.role === "results") return results(turn, imageFolder, images);
    return turn.role === "user" ? question(turn, imageFolder, images) : answer(turn);
  };
  const parts = pathTo(conversation).map(part);
  return { text: [`# ${conversation.title || "Conversation"}`, ...parts].join("\n\n") + "\n", images };
}

interface Picture {
  readonly fileName: string;
  readonly image: ImageAttachment;
}

function question(turn: UserTurn, folder: string, images: Picture[]): string {
  const attachments = turn.attachments.map((it) => {
    if (it.type === "document") return `[Document: ${it.name.replaceAll(/[[\]\\]/g, "")}]`;
    return it.type === "code" ? codeText(it) : picture(it, folder, images);
  });
  return ["## You", ...attachments, turn.text].filter((part) => part !== "").join("\n\n");
}

function picture(image: ImageAttachment, folder: string, images: Picture[]): string {
  const fileName = `${images.length + 1}-${safeName(image)}`;
  images.push({ fileName, image });
  return `![${image.name.replaceAll(/[[\]\\]/g, "")}](${encodeURI(`${folder}/${fileName}`)})`;
}

/** What the tools gave back. */
function results({ results: all }: ResultsTurn, folder: string, images: Picture[]): string {
  return all
    .map(({ call, kind, content }) =>
      [
        `### ${titles[kind]} (\`${call}\`)`,
        ...content.map((part) => (part.type === "image" ? picture(part, folder, images) : fenced(part.text))),
      ].join("\n\n"),
    )
    .join("\n\n");
}

const titles: Readonly<Record<ToolResult["kind"], string>> = {
  done: "Result",
  failed: "Error",
  denied: "Not allowed",
  cancelled: "Cancelled",
  invalid: "Not run",
};

function answer({ model, content, outcome }: AssistantTurn): string {
  let text = "";
  for (const block of content) {
    if (block.type === "text") text += block.text;
    if (block.type === "tool_use" || block.type === "server_tool_use") {
      text += `\n\n### Call of ${block.name} (\`${block.id}\`)\n\n${fenced(JSON.stringify(block.input, null, 2), "json")}\n\n`;
    }
  }
  text = text.trim();
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
