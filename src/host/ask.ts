import { Uri, window } from "vscode";
import { readAll, readFileOrFolder } from "./attach";
import type { Chat } from "./chat";
import type { ChatPages } from "./chatPages";
import { problemQuestion } from "./codeActions";
import { filesOf } from "./commands";
import { activeImage, pickImages, readPicture } from "./images";
import type { Mentions } from "./mentions";
import { codeAtCursor, codeToAdd, codeToExplain } from "./selection";
import { setting } from "./settings";
import { terminalSelection } from "./terminal";
import type { NewAttachment } from "./newAttachment";
import type { Question } from "./turns";
import { UserProblem } from "./userProblem";
import { changes } from "./workspaceSources";

/** What starts outside the page, or ends there: explain, fix, describe, add to the chat. */

/** `ResourceGroupType.Index` of VS Code's Git extension. */
const INDEX_GROUP = 1;

export async function explainSelection(chat: Chat, pages: ChatPages): Promise<void> {
  const image = activeImage();
  if (image) return describeImages(chat, pages, [image]);
  const code = await codeToExplain();
  await askOrSuggest(chat, pages, {
    text: setting("explain.prompt") ?? "Explain this code.",
    attachments: code,
    model: setting("explain.model"),
  });
}

export async function fixSelection(chat: Chat, pages: ChatPages): Promise<void> {
  const code = await codeAtCursor("Open a file and select the code to fix.");
  await askOrSuggest(chat, pages, {
    text: "Find what is wrong with this code, say why, and show the corrected code.",
    attachments: code,
  });
}

/** @param uri, range of a light bulb */
export async function askAboutProblem(
  chat: Chat,
  pages: ChatPages,
  wish: "explain" | "fix",
  uri: unknown,
  range: unknown,
): Promise<void> {
  await askOrSuggest(chat, pages, await problemQuestion(wish, uri, range));
}

export async function explainTerminalSelection(chat: Chat, pages: ChatPages): Promise<void> {
  const attachment = await terminalSelection();
  await askOrSuggest(chat, pages, {
    text: "Explain this output of a terminal: what happened and, if something failed, what to do about it.",
    attachments: [attachment],
  });
}

/** @param files from a menu; when empty the image in the active tab, else files that the user picks */
export async function describeImages(chat: Chat, pages: ChatPages, files: readonly Uri[]): Promise<void> {
  const active = activeImage();
  const chosen = files.length > 0 ? files : active ? [active] : await pickImages();
  if (chosen.length === 0) return;
  const attachments = await readAll(chosen, readPicture, "Describe the Others");
  if (attachments.length === 0) return;
  await askOrSuggest(chat, pages, {
    text: setting("describe.prompt") ?? "Describe this image.",
    attachments,
    model: setting("describe.model"),
  });
}

/** @param files from a menu; when empty the selection or the file of the active editor, or the image in the active tab */
export async function addToChat(chat: Chat, pages: ChatPages, files: readonly Uri[]): Promise<void> {
  const image = activeImage();
  const chosen = files.length === 0 && image ? [image] : files;
  const attachments = chosen.length > 0 ? await readAll(chosen, readFileOrFolder) : codeToAdd();
  if (attachments.length === 0) return;
  await chat.messageBox.attach(attachments);
  await pages.focus();
}

/** The Attach button: images and text files. */
export async function attachFiles(chat: Chat, pages: ChatPages): Promise<void> {
  const files = await window.showOpenDialog({ title: "Attach", openLabel: "Attach", canSelectMany: true });
  if (files && files.length > 0) await addToChat(chat, pages, files);
}

/** When the question cannot be sent now (busy, no key), it waits in the message box instead: nothing is lost. */
async function askOrSuggest(chat: Chat, pages: ChatPages, question: Question): Promise<void> {
  try {
    await chat.ask(question);
    await pages.focus();
  } catch (error) {
    if (!(error instanceof UserProblem)) throw error;
    await chat.messageBox.attach(question.attachments);
    await pages.suggest(question.text, error.message);
  }
}

/** What was chosen after "@". */
export async function attachMention(chat: Chat, mentions: Mentions, id: string): Promise<void> {
  await chat.messageBox.attach(await mentions.read(id));
}

/** @param passed by the Source Control view: files as git shows them, or a group of them; nothing from elsewhere */
export async function addChanges(chat: Chat, pages: ChatPages, passed: readonly unknown[]): Promise<void> {
  const files = filesOf(passed);
  const groups = passed.map((it) => stagedBy(it));
  const attachments =
    files.length > 0
      ? await readAll(files, (file) => changesOf(file, groups[0]))
      : [await (groups[0] === undefined ? changes(true).catch(() => changes(false)) : changes(groups[0]))];
  if (attachments.length === 0) return;
  await chat.messageBox.attach(attachments);
  await pages.focus();
}

/** What is staged of a file and what is not are different changes; the view tells which it shows, if it can. */
async function changesOf(file: Uri, staged: boolean | undefined): Promise<NewAttachment> {
  return staged === undefined ? changes(false, file).catch(() => changes(true, file)) : changes(staged, file);
}

/** Whether the group of git's, or the one that a file is shown in, is the index; undefined for what is neither. */
function stagedBy(passed: unknown): boolean | undefined {
  if (typeof passed !== "object" || passed === null) return undefined;
  if ("resourceGroupType" in passed) return passed.resourceGroupType === INDEX_GROUP;
  return "id" in passed && typeof passed.id === "string" ? passed.id === "index" : undefined;
}

/** From the context menu of a terminal. */
export async function addTerminalSelection(chat: Chat, pages: ChatPages): Promise<void> {
  await chat.messageBox.attach([await terminalSelection()]);
  await pages.focus();
}
