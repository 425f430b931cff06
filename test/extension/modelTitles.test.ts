import assert from "node:assert/strict";
import type { Disposable } from "vscode";
import { writeTitles } from "../../src/host/modelTitles";
import { idle, setUserSettings, useSimulatedChat } from "./support";

describe("titles", () => {
  const use = useSimulatedChat();
  let titles: Disposable;

  beforeEach(async () => {
    await setUserSettings({ titles: "model" });
    titles = writeTitles(use.parts.chat, use.parts.directory, { debug: (...texts) => assert.fail(texts.join(" ")) });
  });

  afterEach(async () => {
    titles.dispose();
    await setUserSettings({ titles: undefined });
  });

  async function ask(text: string): Promise<void> {
    await use.parts.chat.ask({ text, attachments: [] });
    await idle(use.parts.chat);
  }

  const asked = () => use.api.requests.filter(({ body }) => JSON.stringify(body)?.includes("Write a title"));

  it("come from the first message by default, and nothing is asked", async () => {
    await setUserSettings({ titles: undefined });
    const before = asked().length;
    await ask("Hello");
    assert.equal(use.parts.chat.conversation.title, "Hello");
    assert.equal(asked().length, before);
  });

  for (const model of ["claude-sonnet-5-5", "claude-opus-5-5", "claude-haiku-4-5"]) {
    it(`are asked once of ${model} after the first complete answer, and what that took is counted`, async () => {
      const { chat, list } = use.parts;
      const before = asked().length;
      await chat.choices.setModel(`simulated/${model}`);
      await ask("Hello [[refusal]]");
      await ask("Hello again");
      await until(() => chat.conversation.title !== "Hello [[refusal]]");
      await chat.flush();
      assert.equal(chat.conversation.title, "About Hello again");
      await ask("And again");
      assert.equal(asked().length, before + 1);
      const body = asked().at(-1)?.body as { model: string; stream?: boolean };
      assert.equal(body.model, model);
      await list.refresh();
      assert.equal(list.spending()[0]?.answers, 4);
    });
  }

  it("stay the first message when the model gives none", async () => {
    titles.dispose();
    const failed = new Promise<string>((resolve) => {
      titles = writeTitles(use.parts.chat, use.parts.directory, { debug: (...texts) => resolve(texts.join(" ")) });
    });
    const { api, parts } = use;
    const before = api.requests.length;
    const requests = () => api.requests.slice(before).filter(({ path }) => path === "/v1/messages").length;
    await parts.chat.ask({ text: "Hello [[gate at=0]]", attachments: [] });
    await until(() => requests() === 1);
    api.release();
    await until(() => requests() === 2); // it holds the question, and so it waits too
    titles.dispose();
    assert.match(await failed, /wrote no title/);
    assert.equal(parts.chat.conversation.title, "Hello [[gate at=0]]");
  });

  it("are not asked for when the user gave one", async () => {
    const before = asked().length;
    const { chat } = use.parts;
    await ask("[[cut]] Hello");
    await chat.change(chat.id, { type: "title", title: "Mine" });
    await ask("Hello again");
    assert.equal(asked().length, before);
    assert.equal(chat.conversation.title, "Mine");
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
