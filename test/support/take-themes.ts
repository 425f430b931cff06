// Takes the values that VS Code gives to the variables of our style sheets, in each theme, from a real window:
//   node esbuild.js --tests && node dist/test/support/take-themes.js
// The tests of the page's colours read them. To be run again when a style sheet uses another variable or VS Code has new colours.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openWindow } from "./vscode/window";

const THEMES = {
  dark: { name: "Default Dark Modern", body: "vscode-dark" },
  light: { name: "Default Light Modern", body: "vscode-light" },
  contrast: { name: "Default High Contrast", body: "vscode-high-contrast" },
  "contrast-light": { name: "Default High Contrast Light", body: "vscode-high-contrast-light" },
};

/** The variables of VS Code that our style sheets use, sorted. */
export function usedVariables(): string[] {
  const sheets = readdirSync("media").filter((file) => file.endsWith(".css"));
  const used = sheets.flatMap((file) => readFileSync(join("media", file), "utf8").match(/--vscode-[\w-]+/g) ?? []);
  return [...new Set([...used, "--vscode-sideBar-background"])].toSorted();
}

async function main(): Promise<void> {
  const window = await openWindow({});
  try {
    await window.command("Sidenote: Open Chat");
    for (const [file, { name, body }] of Object.entries(THEMES)) {
      await window.changeSettings({ "workbench.colorTheme": name });
      await window.chat.locator(`body.${body}`).waitFor();
      const values = await window.chat.locator("html").evaluate((html, names) => {
        const style = getComputedStyle(html);
        return Object.fromEntries(names.map((it) => [it, style.getPropertyValue(it).trim() || null]));
      }, usedVariables());
      const classes = await window.chat.locator("body").getAttribute("class");
      const theme = { body: classes, variables: values };
      writeFileSync(join("test/support/themes", `${file}.json`), `${JSON.stringify(theme, null, 2)}\n`);
    }
  } finally {
    await window.close();
  }
}

if (require.main === module) void main();
