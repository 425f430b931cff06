import { extensions, type Uri } from "vscode";
import { UserProblem } from "./userProblem";

/** What Sidenote uses of the API of VS Code's own Git extension (its `git.d.ts`, version 1). */
export interface GitRepository {
  readonly rootUri: Uri;
  readonly inputBox: { value: string };
  readonly ui: { readonly selected: boolean };
  /** The unified diff of the index against the last commit (`cached`), or of the files against the index. */
  diff(cached?: boolean): Promise<string>;
  /** The changes of a file since the last commit, staged or not. */
  diffWithHEAD(path: string): Promise<string>;
  log(options?: { readonly maxEntries?: number; readonly path?: string }): Promise<readonly GitCommit[]>;
}

interface GitCommit {
  readonly hash: string;
  readonly message: string;
  readonly authorName?: string;
  readonly authorDate?: Date;
}

interface GitApi {
  readonly repositories: readonly GitRepository[];
  getRepository(uri: Uri): GitRepository | null;
}

/** @throws UserProblem when the Git extension is not there, or switched off */
export async function gitApi(): Promise<GitApi> {
  const extension = extensions.getExtension<{ readonly enabled: boolean; getAPI(version: 1): GitApi }>("vscode.git");
  if (!extension) throw new UserProblem("VS Code's Git extension is not there, so there is nothing to read from git.");
  const exports = await extension.activate();
  if (!exports.enabled) throw new UserProblem("Git is switched off in VS Code's settings (git.enabled).");
  return exports.getAPI(1);
}

/**
 * The repository of a file or folder; without one the only repository, else the one that is selected in the Source Control view.
 * @throws UserProblem when there is none
 */
export async function gitRepository(uri?: Uri): Promise<GitRepository> {
  const api = await gitApi();
  const { repositories } = api;
  const found = uri
    ? api.getRepository(uri)
    : repositories.length === 1
      ? repositories[0]
      : repositories.find(({ ui }) => ui.selected);
  if (!found) throw new UserProblem("There is no git repository here.");
  return found;
}
