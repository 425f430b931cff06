import type { CodeUse } from "../shared/protocol";
import type { CodeControls } from "./code-view";
import { iconButton } from "./dom";
import * as icons from "./icons";
import { menuButton } from "./menu-button";
import { offer } from "./place";
import type { Services } from "./services";

/** What one types into a terminal, by the names that models give it. */
const SHELLS: ReadonlySet<string> = new Set(
  "bash bat cmd console fish powershell ps1 pwsh sh shell shellscript shellsession terminal zsh".split(" "),
);

/** The buttons above the code of an answer: the two that are wanted most, and a menu. */
export function codeTools(services: Services, language: string, code: CodeControls): HTMLElement[] {
  const isShell = SHELLS.has(language.toLowerCase());
  const use = (how: CodeUse) => () => {
    const message = code.element.closest("article")?.dataset["id"] ?? "";
    services.post({ type: "useCode", how, message, language, text: code.text() });
  };
  const insert = use("insert");
  const actions = {
    copyCode: code.copy,
    insert,
    replace: use("replace"),
    apply: use("apply"),
    newFile: use("newFile"),
    wrap: code.wrap,
    ...(isShell && { run: use("run") }),
  };
  offer(code.element, actions, { sidenoteCode: true, sidenoteShell: isShell });
  const menu = menuButton(services, "More for This Code", () => [
    { label: "Replace Selection", press: actions.replace },
    { label: "Apply to File…", press: actions.apply },
    { label: "New File", press: actions.newFile },
    ...(isShell ? [{ label: "Put into Terminal", press: use("run") }] : []),
    { label: "Wrap Lines", press: actions.wrap, checked: code.wrapped() },
  ]);
  return [iconButton("Insert at cursor", icons.insert, insert), menu];
}
