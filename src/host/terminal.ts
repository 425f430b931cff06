import { commands, env, window } from "vscode";
import { snapshot } from "./selection";
import type { NewCode } from "./newAttachment";
import { UserProblem } from "./userProblem";

/** The longest selection, in characters: its end tells most. */
const LONGEST = 100_000;

/**
 * What is selected in the active terminal. VS Code tells it to extensions by way of the clipboard alone, so what is there is put
 * back.
 * @throws UserProblem when nothing is selected
 */
export async function terminalSelection(): Promise<NewCode> {
  const terminal = window.activeTerminal;
  const text = await copiedSelection();
  if (!terminal || text.trim() === "") throw new UserProblem("Select some text in the terminal first.");
  const attachment = snapshot(`terminal ${terminal.name}`, "text", text.slice(-LONGEST));
  return { attachment, source: { kind: "terminal" } };
}

async function copiedSelection(): Promise<string> {
  const before = await env.clipboard.readText();
  try {
    await env.clipboard.writeText("");
    await commands.executeCommand("workbench.action.terminal.copySelection");
    return await env.clipboard.readText();
  } finally {
    await env.clipboard.writeText(before);
  }
}
