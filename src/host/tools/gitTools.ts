import { workspace, type Uri } from "vscode";
import { gitApi, type GitRepository } from "../git";
import { UserProblem } from "../userProblem";
import { isSecret } from "./globs";
import { define, fileReader, pathProperty, quoted, textOutput } from "./kit";
import type { Tool } from "./tool";

const gitDiff = fileReader(
  {
    definition: define("git_diff", "Gives the changes that are not committed yet, as a diff.", {
      path: {
        ...pathProperty,
        description: "Only those of this file, compared with the last commit; of all when left out.",
      },
      staged: { type: "boolean", description: "The staged changes instead of the others. Not together with path." },
    }),
    describe: ({ path, staged }) =>
      path === undefined
        ? `Read the ${staged === true ? "staged" : "unstaged"} changes`
        : `Read the changes of ${quoted(path)}`,
  },
  async (file, { path, staged }) => {
    const repository = await repositoryOf(file.uri);
    const diff =
      path === undefined ? await repository.diff(staged === true) : await repository.diffWithHEAD(file.uri.fsPath);
    return textOutput(withoutSecrets(diff) || "There are no such changes.");
  },
);

const gitLog = fileReader(
  {
    definition: define("git_log", "Lists the last commits.", {
      path: { ...pathProperty, description: "Only those that changed this file; all when left out." },
      count: { type: "integer", minimum: 1, maximum: 100, description: "20 when left out." },
    }),
    describe: ({ path }) => (path === undefined ? "Read the last commits" : `Read the last commits of ${quoted(path)}`),
  },
  async (file, { path, count }) => {
    const repository = await repositoryOf(file.uri);
    const maxEntries = typeof count === "number" ? count : 20;
    const commits = await repository.log({ maxEntries, ...(path !== undefined && { path: file.uri.fsPath }) });
    const lines = commits.map(({ hash, message, authorName, authorDate }) =>
      [hash.slice(0, 10), authorDate?.toISOString().slice(0, 10), authorName, message.trim()].filter(Boolean).join(" "),
    );
    return textOutput(lines.join("\n") || "There are no commits.");
  },
);

export const gitTools: readonly Tool[] = [gitDiff, gitLog];

/** The repository of a file; for one that is in none, such as the folder above, one of the workspace. */
async function repositoryOf(uri: Uri): Promise<GitRepository> {
  const api = await gitApi();
  const repository = api.getRepository(uri) ?? api.repositories.find((it) => workspace.getWorkspaceFolder(it.rootUri));
  if (!repository) throw new UserProblem("This folder is not in a git repository that VS Code has opened.");
  return repository;
}

/** The diff without the files that may hold secrets. */
function withoutSecrets(diff: string): string {
  return diff
    .split(/^(?=diff --git )/m)
    .map((part) => {
      const [, path] = /^diff --git .* b\/(.*)$/m.exec(part) ?? [];
      return path !== undefined && isSecret(path)
        ? `(The changes of ${path} are left out: it may hold secrets.)\n`
        : part;
    })
    .join("");
}
