import { window } from "vscode";
import type { Approvals } from "./tool";

/** Asks about each call in a dialog of VS Code. */
export const askInDialog: Approvals = {
  async allow(tool, input, call, signal) {
    const context = { signal, conversation: call.conversation, askUser: () => Promise.reject(new Error("not yet")) };
    const prepared = await tool.prepare?.(input, context);
    const details = prepared?.details ?? [{ label: "Input", text: JSON.stringify(input, null, 2) }];
    const detail = details.map(({ label, text }) => `${label}:\n${text}`).join("\n\n");
    const choice = await window.showWarningMessage(
      `${tool.describe(input)} (${tool.source})`,
      { modal: true, detail },
      "Allow",
    );
    if (choice !== "Allow") return { allowed: false, reason: "The user did not allow the call." };
    return { allowed: true, by: "once", run: (it) => (prepared ? prepared.run(it) : tool.call(input, it)) };
  },
};
