import assert from "node:assert/strict";
import { commands, Disposable, window, workspace } from "vscode";
import { findEndpoint } from "../../src/host/endpoints";
import { UsageDocument } from "../../src/host/usage";
import { startSimulatedApi, type SimulatedApi } from "../support/api/server";
import { idle, setUserSettings, testChat, type TestChat } from "./support";

const KEY = "sk-ant-test03-0123456789abcdefghijklmnop";

describe("usage", () => {
  let api: SimulatedApi;
  let parts: TestChat;

  before(async () => {
    api = await startSimulatedApi({ key: KEY, tokensPerSecond: Infinity });
    await setUserSettings({
      endpoints: { simulated: { name: "Simulated", baseUrl: api.url, auth: "x-api-key" } },
      model: "simulated/claude-sonnet-5-5",
    });
  });

  after(async () => {
    await setUserSettings({ endpoints: undefined, model: undefined });
    await api.close();
  });

  beforeEach(async () => {
    parts = testChat();
    const found = findEndpoint("simulated");
    assert.ok("endpoint" in found);
    await parts.keys.store(found.endpoint, KEY);
  });

  async function ask(): Promise<void> {
    await parts.chat.ask({ text: "Hello", attachments: [] });
    await idle(parts.chat);
    await parts.chat.flush();
  }

  it("shows what the answers took, without those of a copy, and with those of a deleted conversation", async () => {
    await ask();
    const last = parts.chat.view().messages.at(-1)?.id;
    assert.ok(last);
    const original = parts.chat.id;
    await parts.chat.copyConversation(last);
    await parts.chat.change(original, { type: "deleted", deleted: true });
    // The extension has a provider of its own for the scheme: this one is asked with the test's list.
    const { registerTextDocumentContentProvider } = workspace;
    let content = () => "";
    Object.assign(workspace, {
      registerTextDocumentContentProvider: (_: string, provider: { provideTextDocumentContent(): string }) => {
        content = () => provider.provideTextDocumentContent();
        return Disposable.from();
      },
    });
    const usage = new UsageDocument(parts.list);
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
