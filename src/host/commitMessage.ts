import { Uri } from "vscode";
import { findSecrets, redact } from "../chat/secrets";
import type { Chat } from "./chat";
import { commitMessageIn, commitQuestion, shortened } from "./commitDiff";
import { gitRepository, type GitRepository } from "./git";
import { askInDialog, withProgress } from "./notifications";
import { snapshot } from "./selection";
import { UserProblem } from "./userProblem";

/** How many messages show the repository's style. */
const RECENT = 12;

/**
 * Writes a commit message for what is staged, or for all changes when nothing is, into the box of the Source Control view. The
 * question and its answer are a conversation like any other, so its cost counts and it can be read again.
 *
 * @param source what the Source Control view passes: it knows its folder
 */
export async function writeCommitMessage(chat: Chat, source: unknown): Promise<void> {
  const repository = await gitRepository(folderOf(source));
  const before = repository.inputBox.value;
  const { name, diff } = await changesOf(repository);
  const recent = await repository.log({ maxEntries: RECENT }).catch(() => []); // there is no commit yet
  const secrets = findSecrets(diff);
  const attachment = snapshot(name, "diff", redact(diff, secrets));
  const text = commitQuestion(
    recent.map(({ message }) => message),
    before,
  );
  const title = secrets.length > 0 ? "Writing the commit message (secrets are left out)" : "Writing the commit message";
  const reply = await withProgress(title, { cancellable: true }, (_, signal) =>
    chat.askAside({ text, attachments: [{ attachment }] }, signal),
  );
  if (reply === undefined) return;
  const message = commitMessageIn(reply);
  if (message === "") throw new UserProblem("The model wrote no commit message.");
  // What was typed meanwhile is the user's.
  if (repository.inputBox.value !== before) {
    const choice = await askInDialog("The message box was changed meanwhile.", message, "Replace");
    if (choice !== "Replace") return;
  }
  repository.inputBox.value = message;
}

function folderOf(source: unknown): Uri | undefined {
  const root = typeof source === "object" && source !== null && "rootUri" in source ? source.rootUri : undefined;
  return root instanceof Uri ? root : undefined;
}

async function changesOf(repository: GitRepository): Promise<{ readonly name: string; readonly diff: string }> {
  const staged = await repository.diff(true);
  if (staged.trim() !== "") return { name: "staged changes", diff: shortened(staged) };
  const all = await repository.diff(false);
  if (all.trim() !== "") return { name: "changes", diff: shortened(all) };
  throw new UserProblem("There are no changes to write a message for. New files count once they are staged.");
}
