import { env, Uri, window, workspace } from "vscode";
import type { ConversationStore } from "../chat/conversationStore";
import { exportMarkdown } from "../chat/exportMarkdown";
import { readConversationFile } from "../chat/transfer";
import type { Chat } from "./chat";
import { UserProblem } from "./userProblem";
import { showInformationMessage, withProgress } from "./notifications";
import { writeFile } from "./writeFile";

/** Saves the conversation that is shown, as markdown to be read or as JSON to be imported again. */
export async function exportChat(chat: Chat, store: ConversationStore): Promise<void> {
  await chat.opened();
  const { conversation } = chat;
  if (conversation.turns.size === 0) throw new UserProblem("There is nothing to export yet.");
  const format = await window.showQuickPick(
    [
      { label: "Markdown", detail: "What is shown, to be read; pictures beside it", ending: "md" },
      { label: "JSON", detail: "Everything with all branches, to be imported again", ending: "json" },
    ],
    { title: "Export Chat" },
  );
  if (!format) return;
  const name = conversation.title.replaceAll(/[^\p{L}\p{N} ._-]+/gu, "").trim() || "chat";
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const file = await window.showSaveDialog({
    title: "Export Chat",
    filters: { [format.label]: [format.ending] },
    ...(folder ? { defaultUri: Uri.joinPath(folder, `${name}.${format.ending}`) } : {}),
  });
  if (!file) return;
  if (format.ending === "md") await saveMarkdown(chat, file);
  else await save(file, `${JSON.stringify(await store.pack(conversation.id), null, 1)}\n`);
  const choice = await showInformationMessage("The chat was exported.", "Open");
  if (choice) await window.showTextDocument(file);
}

/** Copies the conversation that is shown as markdown; of its pictures the names. */
export async function copyChat(chat: Chat): Promise<void> {
  await chat.opened();
  if (chat.conversation.turns.size === 0) throw new UserProblem("There is nothing to copy yet.");
  await env.clipboard.writeText(exportMarkdown(chat.conversation, "images").text);
}

/** Adds conversations from files that Sidenote or claude.ai exported, and shows the last one. */
export async function importChats(chat: Chat, store: ConversationStore): Promise<void> {
  const files = await window.showOpenDialog({
    title: "Import Chats",
    canSelectMany: true,
    filters: { JSON: ["json"] },
  });
  if (!files) return;
  const ids = await withProgress("Importing chats", { cancellable: false }, async (progress) => {
    const added: string[] = [];
    for (const file of files) {
      const read = readConversationFile(new TextDecoder().decode(await workspace.fs.readFile(file)));
      if ("problem" in read)
        throw new UserProblem(`${file.path.slice(file.path.lastIndexOf("/") + 1)}: ${read.problem}`);
      for (const conversation of read.conversations) {
        added.push(await store.unpack(conversation));
        progress.report({ message: `${added.length} added` });
      }
    }
    return added;
  });
  const last = ids.at(-1);
  if (last !== undefined) await chat.show(last);
}

/** The text, and the pictures in a folder beside it. */
async function saveMarkdown(chat: Chat, file: Uri): Promise<void> {
  const bare = file.path.slice(file.path.lastIndexOf("/") + 1).replace(/\.\w+$/, "");
  const folderName = `${bare}-images`;
  const { text, images } = exportMarkdown(chat.conversation, folderName);
  const folder = Uri.joinPath(file, "..", folderName);
  for (const { fileName, image } of images) {
    const bytes = await chat.readAttachment(image.sha256).catch(() => undefined); // a picture that is gone stays a name
    if (bytes) await writeFile(Uri.joinPath(folder, fileName), bytes);
  }
  await save(file, text);
}

async function save(file: Uri, text: string): Promise<void> {
  await writeFile(file, new TextEncoder().encode(text));
}
