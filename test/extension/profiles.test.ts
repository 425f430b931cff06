import assert from "node:assert/strict";
import { window, type QuickPickItem } from "vscode";
import { selectProfile } from "../../src/host/profiles";
import { setUserSettings, useSimulatedChat, idle, type TestChat } from "./support";

const REVIEWER = { systemPrompt: "You review code.", maxTokens: 700, effort: "low" };

describe("profiles and parameters of a chat", () => {
  const use = useSimulatedChat();
  before(() => setUserSettings({ profiles: { Reviewer: REVIEWER, Broken: "nothing" } }));
  after(() => setUserSettings({ profiles: undefined }));

  const lastBody = () => use.api.requests.at(-1)?.body as Record<string, unknown>;

  async function ask({ chat }: TestChat, text: string): Promise<Record<string, unknown>> {
    await chat.ask({ text, attachments: [] });
    await idle(chat);
    return lastBody();
  }

  /** Chooses as the user would, and gives what was offered. */
  async function choose({ chat }: TestChat, label: string): Promise<string[]> {
    const original = window.showQuickPick;
    let offered: readonly QuickPickItem[] = [];
    const pick = async (items: readonly QuickPickItem[]) => {
      offered = items;
      return items.find((item) => item.label === label);
    };
    Object.assign(window, { showQuickPick: pick });
    try {
      await selectProfile(chat);
    } finally {
      Object.assign(window, { showQuickPick: original });
    }
    return offered.map((item) => item.label);
  }

  it("are chosen for one chat, which keeps them, and for no other", async () => {
    const { chat } = use.parts;
    const offered = await choose(use.parts, "Reviewer");
    assert.deepEqual(offered.slice(0, 2), ["Reviewer", "$(check) No Profile"]);
    const sent = await ask(use.parts, "With the profile");
    assert.equal(sent["max_tokens"], 700);
    assert.match(JSON.stringify(sent["system"]), /You review code/);
    const profiled = chat.id;

    await chat.newChat();
    const plain = await ask(use.parts, "Without");
    assert.deepEqual([plain["max_tokens"], plain["system"]], [16_000, undefined]);

    await setUserSettings({ profiles: { Reviewer: { maxTokens: 1 } } });
    await chat.show(profiled);
    assert.equal((await ask(use.parts, "It has a copy"))["max_tokens"], 700);
    await setUserSettings({ profiles: { Reviewer: REVIEWER } });
    await choose(use.parts, "$(check) Reviewer");
    await choose(use.parts, "No Profile");
    assert.equal((await ask(use.parts, "None"))["max_tokens"], 16_000);
  });

  it("reach another window on the same storage only with their chat", async () => {
    await choose(use.parts, "Reviewer");
    await ask(use.parts, "Here");
    await use.parts.chat.flush();
    const other = use.parts.reopen();
    await other.chat.opened();
    assert.equal(other.chat.view().parameters.profile, "Reviewer");

    await other.chat.newChat();
    await use.parts.chat.choices.setParameter("maxTokens", 300);
    assert.equal((await ask(other, "There"))["max_tokens"], 16_000);
    assert.equal((await ask(use.parts, "Here again"))["max_tokens"], 300);
    await use.parts.chat.flush();
    await other.chat.show(use.parts.chat.id);
    assert.deepEqual([other.chat.choices.parameters.maxTokens, other.chat.choices.parameters.effort], [300, "low"]);
  });

  it("go with a copy of the chat", async () => {
    const { chat } = use.parts;
    await choose(use.parts, "Reviewer");
    await chat.choices.setParameter("stopSequences", ["END"]);
    await ask(use.parts, "One");
    await chat.copyConversation(chat.view().messages[1]?.id ?? "");
    const sent = await ask(use.parts, "Two");
    assert.deepEqual([sent["max_tokens"], sent["stop_sequences"]], [700, ["END"]]);
    assert.equal(chat.view().parameters.profile, "Reviewer");
  });

  it("are refused with a sentence that says what they may be", async () => {
    const { chat } = use.parts;
    for (const [name, value, sentence] of [
      ["temperature", 7, "Temperature is a number from 0 to 1."],
      ["maxTokens", 0.5, "Max tokens is a whole number, at least 1."],
      ["topK", -1, "Top-k is a whole number, at least 0."],
      ["stopSequences", [" "], "A stop sequence needs at least one character that is not white space."],
      ["effort", "huge", "Effort is low, medium, high, xhigh or max."],
    ] as const) {
      await assert.rejects(chat.choices.setParameter(name, value), { name: "UserProblem", message: sentence });
    }
    assert.deepEqual(chat.conversation.parameters, {});
  });
});
