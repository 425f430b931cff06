import { workspace, type Uri } from "vscode";
import { UserProblem } from "./userProblem";
import { displayName } from "./workspaceNames";

/** Writes a file where the user wants it. @throws UserProblem when that cannot be done */
export async function writeFile(file: Uri, bytes: Uint8Array): Promise<void> {
  try {
    await workspace.fs.writeFile(file, bytes);
  } catch {
    throw notWritten(file);
  }
}

/** What the user is told of a file that could not be written. */
export function notWritten(file: Uri): UserProblem {
  return new UserProblem(`“${displayName(file)}” could not be written. See whether disk and folder allow it.`);
}
