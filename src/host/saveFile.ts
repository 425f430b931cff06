import { Uri, window, workspace } from "vscode";
import { joinBytes } from "../api/lines";
import { pathTo } from "../chat/conversation";
import type { Chat } from "./chat";
import { findTarget, type Directory } from "./target";
import { UserProblem } from "./userProblem";
import { withProgress } from "./notifications";
import { writeFile } from "./writeFile";

/** More is not kept in memory, in bytes. */
const LARGEST = 200 * 1024 * 1024;

/** Saves a file that a tool at the server made, under a name that the user chooses. */
export async function saveFile(chat: Chat, directory: Directory, file: string): Promise<void> {
  // Only a file of this conversation, from the endpoint that made it: the page cannot name others.
  const turn = pathTo(chat.conversation).findLast(
    (it) => it.role === "assistant" && it.content.some((block) => JSON.stringify(block).includes(JSON.stringify(file))),
  );
  if (turn?.role !== "assistant" || !/^[\w-]+$/.test(file))
    throw new UserProblem("There is no such file in this chat.");
  const { client } = await findTarget(`${turn.endpoint}/${turn.model}`, directory);
  const saved = await withProgress("Downloading the file", { cancellable: true }, async (progress, signal) => {
    const { name, size = 0 } = await client.fileInfo(file, signal);
    if (size > LARGEST) throw new UserProblem(`“${name}” is too large to be saved from here.`);
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of client.fileContent(file, signal)) {
      parts.push(part);
      length += part.length;
      if (length > LARGEST) throw new UserProblem(`“${name}” is too large to be saved from here.`);
      progress.report({ message: bareName(name), ...(size > 0 && { increment: (part.length / size) * 100 }) });
    }
    return { name, content: joinBytes(parts) };
  });
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const target = await window.showSaveDialog({
    title: "Save File",
    ...(folder && { defaultUri: Uri.joinPath(folder, bareName(saved.name)) }),
  });
  if (target) await writeFile(target, saved.content);
}

/** The name without folders, and without what a file system could take for more. */
function bareName(name: string): string {
  const bare = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
  return bare.replaceAll(/[^\p{L}\p{N} ._-]+/gu, "-").replace(/^\.+/, "") || "file";
}
