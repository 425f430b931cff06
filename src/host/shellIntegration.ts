import { window, type Terminal, type TerminalShellIntegration } from "vscode";

/**
 * Resolves when a shell tells something that `fits`, such as its folder, which it does with its prompt; after `milliseconds` in any
 * case, since not every shell tells anything.
 */
export function shellTells(
  terminal: Terminal,
  milliseconds: number,
  fits: (shell: TerminalShellIntegration) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      subscription.dispose();
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    const subscription = window.onDidChangeTerminalShellIntegration((change) => {
      if (change.terminal === terminal && fits(change.shellIntegration)) done();
    });
  });
}
