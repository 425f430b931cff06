import { FileType, TabInputCustom, TabInputNotebook, TabInputText, Uri, window, workspace } from "vscode";
import type { GivenFile } from "../shared/given";
import type { Chat } from "./chat";
import { documentAttachment, isPdf } from "./documents";
import { fileType } from "./fileType";
import { imageToSend, isKnownImage, looksLikePicture } from "./images";
import { showWarningMessage } from "./notifications";
import { readAttachment, textOfBytes } from "./selection";
import type { NewAttachment } from "./newAttachment";
import { UserProblem } from "./userProblem";
import { displayName } from "./workspaceNames";
import { folder } from "./workspaceSources";

/** What is put beside the message by a paste or a drop. */

/** Files of which the page has the bytes. */
export async function attachGiven(chat: Chat, files: readonly GivenFile[]): Promise<void> {
  await chat.messageBox.attach(await readAll(files, readGiven));
}

/** What was dragged from the Explorer or from a tab. */
export async function attachUris(chat: Chat, uris: readonly string[]): Promise<void> {
  await chat.messageBox.attach(await readAll(uris, (uri) => readFileOrFolder(allowed(uri))));
}

/** A file as `readAttachment` reads it; a folder as the tree of its files. */
export async function readFileOrFolder(uri: Uri): Promise<NewAttachment> {
  const type = (await fileType(uri)) ?? FileType.Unknown; // reading it says what is wrong
  return (type & FileType.Directory) === 0 ? readAttachment(uri) : folder(uri);
}

async function readGiven({ name, data }: GivenFile): Promise<NewAttachment> {
  if (data.length === 0) throw new UserProblem(`“${name}” is empty.`);
  if (isKnownImage(data) || looksLikePicture(Uri.file(`/${name}`))) return imageToSend(name, data);
  if (isPdf(data)) return documentAttachment(name, data);
  return { attachment: await textOfBytes(name, data) };
}

/**
 * The page is untrusted: it may name what the user has opened, and nothing else of the disk.
 * @throws UserProblem
 */
function allowed(text: string): Uri {
  const parsed = Uri.parse(text);
  const uri = Uri.joinPath(parsed, "."); // without "..", which could climb out of a folder
  const open = window.tabGroups.all.flatMap(({ tabs }) => tabs).some(({ input }) => isShownBy(input, uri));
  if (open || workspace.getWorkspaceFolder(uri)) return uri;
  throw new UserProblem(`“${displayName(uri)}” is not in the workspace: add it with the Attach button.`);
}

function isShownBy(input: unknown, uri: Uri): boolean {
  const shows = input instanceof TabInputText || input instanceof TabInputCustom || input instanceof TabInputNotebook;
  return shows && input.uri.toString() === uri.toString();
}

/**
 * Reads all files. Those that cannot be used are named to the user, who decides whether the others go alone; empty when
 * nothing shall be done.
 */
export async function readAll<T>(
  files: readonly T[],
  readOne: (file: T) => Promise<NewAttachment>,
  goOn = "Add the Others",
): Promise<NewAttachment[]> {
  const results = await Promise.allSettled(files.map(readOne));
  const read = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const problems = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  const defect = problems.find((problem) => !(problem instanceof UserProblem));
  if (defect !== undefined) throw defect;
  if (problems.length === 0) return read;
  const sentence = problems.map((problem) => (problem instanceof Error ? problem.message : "")).join(" ");
  if (read.length === 0) throw new UserProblem(sentence);
  const choice = await showWarningMessage(sentence, goOn);
  return choice === goOn ? read : [];
}
