import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** What one run of VS Code reads and writes: a user without a past, and a copy of the sample workspace. */
export interface Sandbox {
  /** For `--user-data-dir` of the desktop build and for `startServer`. */
  userData: string;
  /** The folder of the installed extensions, for `--extensions-dir` of the desktop build: empty, until somebody fills it. */
  extensions: string;
  workspace: string;
  /** Sets what an open window of the server follows at once. Settings of application scope do not count here. */
  changeSettings(settings: Record<string, unknown>): Promise<void>;
  remove(): Promise<void>;
}

/** Makes a sandbox in the temporary folder. */
export async function createSandbox(settings: Record<string, unknown> = {}): Promise<Sandbox> {
  const root = await mkdtemp(join(tmpdir(), "sidenote-"));
  const userData = join(root, "data"); // the server looks for both under these names
  const extensions = join(root, "extensions");
  await mkdir(extensions);
  const writeSettings = async (scope: "User" | "Machine", values: Record<string, unknown>) => {
    await mkdir(join(userData, scope), { recursive: true });
    await writeFile(join(userData, scope, "settings.json"), JSON.stringify(values, undefined, 2));
  };
  await writeSettings("User", { ...quietSettings, ...settings });
  await writeSettings("Machine", {});
  const workspace = join(root, "tea-shop");
  await cp(resolve("test/support/workspace"), workspace, { recursive: true });
  return {
    userData,
    extensions,
    workspace,
    // A window of the server watches the machine's settings, but not the user's (measured in 1.139).
    changeSettings: (values) => writeSettings("Machine", values),
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Keeps away what distracts from Sidenote: welcome pages, VS Code's own chat, questions, look-ups in the network. */
const quietSettings = {
  "chat.disableAIFeatures": true,
  "extensions.ignoreRecommendations": true,
  "git.openRepositoryInParentFolders": "never",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.reduceMotion": "on",
  "workbench.startupEditor": "none",
};
