import assert from "node:assert/strict";
import { commands, Disposable, window, workspace } from "vscode";
import { UsageDocument } from "../../src/host/usage";
import { idle, useSimulatedChat } from "./support";

describe("usage", () => {
  const use = useSimulatedChat();

  async function ask(): Promise<void> {
    await use.parts.chat.ask({ text: "Hello", attachments: [] });
    await idle(use.parts.chat);
    await use.parts.chat.flush();
  }

  it("shows what the answers took, without those of a copy, and with those of a deleted conversation", async () => {
    await ask();
    const last = use.parts.chat.view().messages.at(-1)?.id;
    assert.ok(last);
    const original = use.parts.chat.id;
    await use.parts.chat.copyConversation(last);
    await use.parts.chat.change(original, { type: "deleted", deleted: true });
    // The extension has a provider of its own for the scheme: this one is asked with the test's list.
    const { registerTextDocumentContentProvider } = workspace;
    let content = () => "";
    Object.assign(workspace, {
      registerTextDocumentContentProvider: (_: string, provider: { provideTextDocumentContent(): string }) => {
        content = () => provider.provideTextDocumentContent();
        return Disposable.from();
      },
    });
    const usage = new UsageDocument(use.parts.list, async () => ({ spending: [], unread: 0 }));
    Object.assign(workspace, { registerTextDocumentContentProvider });
    await usage.show();
    assert.match(content(), /\*\*~\$\d+\.\d+\*\* for 1 answer\./);
    assert.match(content(), /\| claude-sonnet-5-5 \| 1 \| \d+ \|/);
    assert.match(content(), /\| simulated \| 1 \|/);
    assert.doesNotMatch(content(), /being read/);
    usage.dispose();
  });

  it("opens as a preview", async () => {
    await commands.executeCommand("sidenote.usage");
    await until(() => window.tabGroups.activeTabGroup.activeTab?.label.includes("Usage") === true);
    await commands.executeCommand("workbench.action.closeActiveEditor");
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
