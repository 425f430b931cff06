import assert from "node:assert/strict";
import { dirname } from "node:path";
import { Uri, window } from "vscode";
import { BatchStore } from "../../src/chat/batch/batchStore";
import { storageDisk } from "../../src/host/storageDisk";
import { UserProblem } from "../../src/host/userProblem";
import { idle, setUserSettings, useSimulatedChat } from "./support";

describe("monthly budget", () => {
  const { showWarningMessage } = window;
  const use = useSimulatedChat();
  let warnings: string[];
  /** What the user answers when asked. */
  let choice: string | undefined;

  beforeEach(() => {
    warnings = [];
    choice = undefined;
    Object.assign(window, {
      showWarningMessage: async (message: string) => {
        warnings.push(message);
        return choice;
      },
    });
  });

  afterEach(async () => {
    Object.assign(window, { showWarningMessage });
    await setUserSettings({ monthlyBudget: undefined, tools: undefined });
  });

  async function ask(chat = use.parts.chat): Promise<void> {
    await chat.ask({ text: "Hello", attachments: [] });
    await idle(chat);
  }

  /** What this chat has cost so far, in US dollars. */
  function costs(): number {
    const { cost } = use.parts.chat.view().totals;
    assert.ok(cost && cost.usd > 0);
    return cost.usd;
  }

  it("says nothing without a budget, and reads nothing", async () => {
    use.parts.list.refresh = () => assert.fail("read");
    await ask();
    await ask();
    assert.deepEqual(warnings, []);
  });

  it("warns once at 80 %, also in another window", async () => {
    await ask();
    await setUserSettings({ monthlyBudget: costs() / 0.75 });
    await use.parts.budget.allow();
    assert.deepEqual(warnings, []);
    await setUserSettings({ monthlyBudget: costs() / 0.85 });
    for (const { budget } of [use.parts, use.parts, use.parts.reopen()]) await budget.allow();
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /^Sidenote has used ~\$[\d.]+ of this month's budget of \$[\d.]+\.$/);
  });

  it("counts the answers of this window, and asks when the budget is used up", async () => {
    await setUserSettings({ monthlyBudget: 0.000_001 });
    await ask();
    assert.deepEqual(warnings, []);
    const before = use.api.requests.length;
    await assert.rejects(ask(), (error) => error instanceof UserProblem && /Nothing was sent/.test(error.message));
    assert.equal(use.api.requests.length, before);
    assert.equal(use.parts.chat.view().messages.length, 2);
    choice = "Send Anyway";
    await ask();
    assert.equal(use.parts.chat.view().messages.length, 4);
    assert.equal(warnings.length, 2);
  });

  it("counts other conversations, of other windows too", async () => {
    await setUserSettings({ monthlyBudget: 0.000_001 });
    await ask();
    await use.parts.chat.flush();
    const other = use.parts.reopen();
    await other.chat.newChat();
    await assert.rejects(ask(other.chat), /Nothing was sent/);
  });

  it("counts what batches took", async () => {
    await setUserSettings({ monthlyBudget: 1 });
    const storage = Uri.file(dirname(use.parts.folder));
    const cost = { usd: 1, estimate: true };
    await new BatchStore(storageDisk(storage, "batches")).create({
      name: "b",
      endpoint: "simulated",
      baseUrl: use.api.url,
      model: "m",
      requests: 1,
      bytes: 1,
      way: "batch",
      state: "ended",
      results: { counts: { succeeded: 1 }, unreadable: 0, cost },
    });
    await assert.rejects(ask(), /Nothing was sent/);
    assert.match(warnings[0] ?? "", /^Sidenote has used ~\$1\.00 of this month's budget/);
  });

  it("asks in the chat before an answer goes on after calls, when the budget was used up meanwhile", async () => {
    const { chat } = use.parts;
    const inputSchema = { type: "object" };
    await setUserSettings({
      monthlyBudget: 0.000_001,
      tools: [{ name: "now", inputSchema, answer: "text", text: "Noon" }],
    });
    const asked = new Promise<string>((resolve) => {
      const subscription = chat.onQuestion(({ question }) => {
        subscription.dispose();
        resolve(question);
      });
    });
    const sent = () => use.api.requests.filter(({ path }) => path === "/v1/messages").length;
    const before = sent();
    const calls = JSON.stringify([{ name: "now", input: {} }]);
    await chat.ask({ text: `[[call rounds=2]]\n\`\`\`json\n${calls}\n\`\`\``, attachments: [] });
    assert.match(await asked, /^Sidenote has used .* of this month's budget of .*\. Go on\?$/);
    assert.equal(sent(), before + 1);
    assert.equal(chat.view().status.kind, "goOn");
    chat.consent();
    await idle(chat);
    assert.equal(sent(), before + 3, "it is asked once");
    assert.deepEqual(warnings, []);
  });

  it("lets a message go when the costs cannot be read", async () => {
    await setUserSettings({ monthlyBudget: 1 });
    use.parts.list.refresh = () => Promise.reject(new Error("EIO"));
    await ask();
    assert.equal(use.parts.chat.view().messages.length, 2);
    assert.match(use.parts.log(), /EIO/);
  });
});
