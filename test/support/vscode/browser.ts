import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { chromium } from "playwright-core";
import { step } from "./progress";
import { run } from "./run";

/**
 * The executable of a Chrome, Chromium or Edge: the one that `CHROME_PATH` names, else one found on this machine, else
 * one that is fetched. Fails with a sentence that says what to install.
 */
export async function findBrowser(): Promise<string> {
  const named = process.env["CHROME_PATH"];
  if (named !== undefined && named !== "") return named;
  return [...onPath(), ...usualPlaces()].find((file) => existsSync(file)) ?? (await fetchBrowser());
}

const names = [
  "google-chrome-stable",
  "google-chrome",
  "chromium",
  "chromium-browser",
  "microsoft-edge-stable",
  "microsoft-edge",
];

function onPath(): string[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}

function usualPlaces(): string[] {
  if (process.platform === "darwin") {
    const folders = ["/Applications", join(process.env["HOME"] ?? "", "Applications")];
    const apps = ["Google Chrome", "Chromium", "Microsoft Edge"];
    return folders.flatMap((folder) => apps.map((app) => join(folder, `${app}.app`, "Contents", "MacOS", app)));
  }
  if (process.platform === "win32") {
    const folders = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].map((name) => process.env[name] ?? "");
    const apps = ["Google\\Chrome\\Application\\chrome.exe", "Microsoft\\Edge\\Application\\msedge.exe"];
    return folders.filter((folder) => folder !== "").flatMap((folder) => apps.map((app) => join(folder, app)));
  }
  return [];
}

/** Downloads Chromium, or where its site cannot be reached, installs Debian's. */
async function fetchBrowser(): Promise<string> {
  const downloaded = chromium.executablePath();
  if (existsSync(downloaded)) return downloaded;
  const cli = join(dirname(createRequire(__filename).resolve("playwright-core/package.json")), "cli.js");
  const reasons: unknown[] = [];
  await step("No Chrome, Chromium or Edge found: downloading Chromium", () =>
    run(process.execPath, [cli, "install", "chromium"]),
  ).catch((error: unknown) => reasons.push(error));
  if (existsSync(downloaded)) return downloaded;

  if (process.getuid?.() === 0 && existsSync("/etc/debian_version")) {
    await step("It cannot be downloaded: installing Debian's chromium", async () => {
      await run("apt-get", ["update", "-q"]);
      await run("apt-get", ["install", "-qy", "--no-install-recommends", "chromium"]);
    }).catch((error: unknown) => reasons.push(error));
    const installed = onPath().find((file) => existsSync(file));
    if (installed !== undefined) return installed;
  }
  throw new AggregateError(
    reasons,
    "No browser: install Google Chrome, Chromium or Microsoft Edge, or name one in CHROME_PATH.",
  );
}
