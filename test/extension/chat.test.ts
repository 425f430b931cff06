import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { workspace, type SecretStorage } from "vscode";
import { sourceOf } from "../../src/chat/conversation";
import { findEndpoint } from "../../src/host/endpoints";
import { readImage } from "../../src/host/images";
import { Keys } from "../../src/host/keys";
import { curlOf } from "../../src/host/showRequest";
import { findTarget } from "../../src/host/target";
import { fixture, idle, KEY, nextText, setUserSettings, testChat, useSimulatedChat } from "./support";

describe("chat", () => {
  const use = useSimulatedChat();
  /** How many requests earlier tests have made, and how many of them were questions. */
  let start = 0;
  let sent = 0;

  beforeEach(() => {
    start = use.api.requests.length;
    sent = use.api.requests.filter(({ path }) => path === "/v1/messages").length;
  });

  async function ask(text: string): Promise<void> {
    await use.parts.chat.ask({ text, attachments: [] });
    await idle(use.parts.chat);
  }

  const lastBody = () => use.api.requests.at(-1)?.body as Record<string, unknown>;
  const lastMessage = () => use.parts.chat.view().messages.at(-1);

  it("streams an answer into the conversation", async () => {
    await ask("Hello");
    const { messages, status } = use.parts.chat.view();
    assert.deepEqual(
      messages.map(({ role, state }) => [role, state]),
      [
        ["user", "complete"],
        ["assistant", "complete"],
      ],
    );
    assert.equal(status.kind, "idle");
    const [block] = messages[1]?.blocks.filter(({ type }) => type === "text") ?? [];
    assert.ok(block?.type === "text" && block.text.length > 0);
  });

  it("sends the history with the next question", async () => {
    await ask("First question");
    await ask("Second question");
    const messages = lastBody()["messages"] as readonly { role: string }[];
    assert.deepEqual(
      messages.map(({ role }) => role),
      ["user", "assistant", "user"],
    );
  });

  it("sends no parameter that is not set, and what is set at the time of sending", async () => {
    await ask("Plain");
    assert.deepEqual(Object.keys(lastBody()).toSorted(), ["max_tokens", "messages", "model", "stream"]);
    await setUserSettings({
      systemPrompt: "Answer in rhyme.",
      maxTokens: 321,
      stopSequences: ["END"],
      caching: "off",
    });
    try {
      await ask("With settings");
      assert.equal(lastBody()["system"], "Answer in rhyme.");
      assert.equal(lastBody()["max_tokens"], 321);
      assert.deepEqual(lastBody()["stop_sequences"], ["END"]);
    } finally {
      await setUserSettings({
        systemPrompt: undefined,
        maxTokens: undefined,
        stopSequences: undefined,
        caching: undefined,
      });
    }
  });

  it("leaves out what the model refuses, and says so", async () => {
    await setUserSettings({ temperature: 0.2 });
    try {
      await ask("Hello");
      assert.equal("temperature" in lastBody(), false);
      assert.match(lastMessage()?.notes?.join(" ") ?? "", /temperature/);
      await use.parts.chat.choices.setModel("simulated/claude-sonnet-4-5");
      await ask("Hello again");
      assert.equal(lastBody()["temperature"], 0.2);
      assert.equal(lastMessage()?.state, "complete");
    } finally {
      await setUserSettings({ temperature: undefined });
    }
  });

  it("shows the exact request that would be sent, or was sent last, without the key", async () => {
    await assert.rejects(use.parts.chat.preview(), /Type a message/);
    use.parts.chat.messageBox.keep({ text: "It's a “question”" });
    const before = await use.parts.chat.preview();
    assert.equal(before.sent, false);
    await ask(use.parts.chat.messageBox.draft.text);
    assert.deepEqual(JSON.parse(before.request.body), lastBody());
    use.parts.chat.messageBox.keep({ text: "" });
    const after = await use.parts.chat.preview();
    assert.equal(after.sent, true);
    assert.deepEqual(JSON.parse(after.request.body), lastBody());
    assert.equal(after.request.url, `${use.api.url}/v1/messages`);
    const curl = curlOf(after.request);
    assert.match(curl, /-H "x-api-key: \$KEY"/);
    assert.ok(curl.includes("It'\\''s a “question”"));
    assert.ok(!curl.includes(KEY));
  });

  it("keeps what came when it is stopped", async () => {
    const running = use.parts.chat.ask({ text: "[[gate]] Tell me something long", attachments: [] });
    await running;
    await nextText(use.parts.chat);
    use.parts.chat.stop();
    await idle(use.parts.chat);
    const message = lastMessage();
    assert.equal(message?.state, "stopped");
    assert.ok(message?.blocks.some((block) => block.type === "text" && block.text !== ""));
    await ask("Go on");
    assert.equal(lastMessage()?.state, "complete");
  });

  it("shows a failure with advice, and retries beside it", async () => {
    await ask("[[401]]");
    const failed = lastMessage();
    assert.equal(failed?.state, "failed");
    assert.ok(failed?.failure?.message && failed.failure.advice);
    assert.equal(failed?.failure?.action, "setKey");
    await use.parts.chat.retry(failed?.id ?? "");
    await idle(use.parts.chat);
    assert.equal(use.parts.chat.view().messages.length, 2);
    assert.notEqual(lastMessage()?.id, failed?.id);
  });

  it("tries again by itself when the server is overloaded", async () => {
    const states: string[] = [];
    const subscription = use.parts.chat.onChange((changes) => {
      for (const change of changes)
        if (change.type === "view" && change.view.status) states.push(change.view.status.kind);
    });
    await ask("[[529]] Hello");
    subscription.dispose();
    assert.ok(states.includes("retrying"), states.join());
    assert.equal(lastMessage()?.state, "complete");
  });

  it("sends without the field that the endpoint refused, then and later", async () => {
    await setUserSettings({
      temperature: 0.5,
      endpoints: {
        simulated: { name: "Simulated", baseUrl: use.api.url, auth: "x-api-key", limits: { sampling: "accepted" } },
      },
    });
    try {
      await ask("Hello");
      const failed = lastMessage();
      assert.equal(failed?.failure?.parameter, "temperature");
      await use.parts.chat.sendWithout(failed?.id ?? "");
      await idle(use.parts.chat);
      assert.equal(lastMessage()?.state, "complete");
      await ask("Again");
      assert.equal(lastMessage()?.state, "complete");
      assert.match(lastMessage()?.notes?.join() ?? "", /temperature was not sent/);
      await use.parts.chat.choices.setModel("simulated/claude-sonnet-5-5");
      await ask("With everything");
      assert.equal(lastBody()["temperature"], 0.5);
    } finally {
      await setUserSettings({
        temperature: undefined,
        endpoints: { simulated: { name: "Simulated", baseUrl: use.api.url, auth: "x-api-key" } },
      });
    }
  });

  it("asks before a long wait, and stops when told so", async () => {
    const asked = new Promise<void>((resolve) => {
      const subscription = use.parts.chat.onChange((changes) => {
        for (const change of changes) {
          if (change.type !== "view" || change.view.status?.kind !== "retrying") continue;
          assert.equal(change.view.status.askFirst, true);
          subscription.dispose();
          resolve();
        }
      });
    });
    await use.parts.chat.ask({ text: "[[429 retry-after=3600]] Hello", attachments: [] });
    await asked;
    use.parts.chat.stop();
    await idle(use.parts.chat);
    assert.equal(lastMessage()?.state, "stopped");
    assert.equal(use.api.requests.filter(({ path }) => path === "/v1/messages").length - sent, 1);
  });

  it("refuses to ask without a key, and records nothing", async () => {
    const empty = testChat();
    await assert.rejects(empty.chat.ask({ text: "Hello", attachments: [] }), /no API key for Simulated/);
    assert.deepEqual(empty.chat.view().messages, []);
    assert.deepEqual(empty.chat.view().setup, { endpoint: "Simulated" });
    assert.equal(use.api.requests.length, start);
  });

  it("is still there in a new window", async () => {
    await ask("Remember me");
    const before = use.parts.chat.view();
    await use.parts.chat.flush();
    const again = use.parts.reopen();
    await again.chat.opened();
    assert.deepEqual(again.chat.view().messages, before.messages);
  });

  it("tells once that it is open, whatever was looked at before", async () => {
    const { chat } = use.parts;
    let told = 0;
    chat.onOpen(() => told++);
    await chat.choices.refresh();
    assert.equal(told, 0);
    await chat.opened();
    await chat.opened();
    assert.equal(told, 1);
  });

  it("shows what had come when the window died during an answer", async () => {
    await use.parts.chat.ask({ text: "[[gate]] Hello", attachments: [] });
    await nextText(use.parts.chat);
    await use.parts.chat.flush();
    const again = use.parts.reopen();
    await again.chat.opened();
    const message = again.chat.view().messages.at(-1);
    assert.equal(message?.state, "failed");
    assert.ok(message?.blocks.some((block) => block.type === "text" && block.text !== ""));
    use.parts.chat.stop();
    await idle(use.parts.chat);
  });

  describe("the tree", () => {
    const texts = () =>
      use.parts.chat
        .view()
        .messages.filter(({ role }) => role === "user")
        .map(({ blocks: [block] }) => block?.type === "text" && block.text);
    const messages = () => use.parts.chat.view().messages;

    it("keeps the old version of an edited message, to go back to", async () => {
      await ask("One");
      await ask("Two");
      const [one] = messages();
      await use.parts.chat.edit(one?.id ?? "", "One, better");
      await idle(use.parts.chat);
      assert.deepEqual(texts(), ["One, better"]);
      assert.deepEqual(messages()[0]?.siblings, { index: 2, count: 2 });
      use.parts.chat.showSibling(messages()[0]?.id ?? "", -1);
      assert.deepEqual(texts(), ["One", "Two"]);
      assert.deepEqual(messages()[0]?.siblings, { index: 1, count: 2 });
      await use.parts.chat.flush();
      const again = use.parts.reopen();
      await again.chat.opened();
      assert.deepEqual(again.chat.view().messages, messages());
    });

    it("sends no version of a message that says nothing", async () => {
      const { chat } = use.parts;
      await ask("Hello");
      const [message] = chat.view().messages;
      await assert.rejects(chat.edit(message?.id ?? "", " "), /nothing to send/);
      assert.equal(chat.busy, false);
      assert.equal(chat.view().messages[0]?.siblings, undefined);
    });

    it("gives another answer beside the first, with another model if wanted", async () => {
      await ask("One");
      await use.parts.chat.retry(lastMessage()?.id ?? "", "simulated/claude-haiku-5-5");
      await idle(use.parts.chat);
      assert.equal(lastMessage()?.model, "claude-haiku-5-5");
      assert.deepEqual(lastMessage()?.siblings, { index: 2, count: 2 });
      await ask("Two");
      assert.equal(lastBody()["model"], "claude-sonnet-5-5");
    });

    it("goes on from a cut answer", async () => {
      await ask("[[max_tokens]] One");
      await use.parts.chat.continue(lastMessage()?.id ?? "");
      await idle(use.parts.chat);
      assert.equal(lastMessage()?.state, "complete");
      const history = lastBody()["messages"] as readonly { role: string }[];
      assert.deepEqual(
        history.map(({ role }) => role),
        ["user", "assistant", "user"],
      );
    });

    it("goes on from a cut answer in another one that begins with it, where the model can", async () => {
      await use.parts.chat.choices.setModel("simulated/claude-haiku-4-5");
      await ask("[[max_tokens]] One");
      const source = () => sourceOf(use.parts.chat.conversation, lastMessage()?.id ?? "") ?? "";
      const begin = source().trimEnd();
      await use.parts.chat.continue(lastMessage()?.id ?? "");
      await idle(use.parts.chat);
      const history = lastBody()["messages"] as readonly { role: string; content: unknown }[];
      assert.deepEqual(history.at(-1), { role: "assistant", content: [{ type: "text", text: begin }] });
      assert.deepEqual(lastMessage()?.siblings, { index: 2, count: 2 });
      assert.ok(begin !== "" && source().startsWith(begin) && source().length > begin.length);
      assert.equal(messages().length, 2);
    });

    it("deletes a branch for good", async () => {
      await ask("One");
      await ask("Two");
      use.parts.chat.deleteBranch(messages()[2]?.id ?? "");
      assert.deepEqual(texts(), ["One"]);
      await use.parts.chat.flush();
      const again = use.parts.reopen();
      await again.chat.opened();
      assert.equal(again.chat.view().messages.length, 2);
    });

    it("is copied up to a message, with its images", async () => {
      await use.parts.chat.ask({ text: "One", attachments: [await readImage(fixture("images/chart.png"))] });
      await idle(use.parts.chat);
      await ask("Two");
      const [one, answer] = messages();
      await use.parts.chat.copyConversation(answer?.id ?? "");
      assert.deepEqual(messages(), [one, answer]);
      await ask("Three");
      assert.match(JSON.stringify(lastBody()), /"media_type":"image\/png"/);
    });
  });

  it("tells what each answer and the conversation took", async () => {
    await ask("Hello");
    const usage = lastMessage()?.usage;
    assert.ok(usage?.input && usage.output && usage.cost?.usd);
    await ask("Again");
    const { cost, context, contextWindow } = use.parts.chat.view().totals;
    assert.ok(cost && cost.usd > usage.cost.usd && cost.estimate);
    assert.ok(context && context > usage.input);
    assert.equal(contextWindow, 1_000_000);
  });

  it("sends an image as it is, and keeps it", async () => {
    const image = await readImage(fixture("images/chart.png"));
    await use.parts.chat.ask({ text: "Describe it", attachments: [image] });
    await idle(use.parts.chat);
    const [message] = lastBody()["messages"] as readonly { content: readonly Record<string, unknown>[] }[];
    const bytes = await workspace.fs.readFile(fixture("images/chart.png"));
    assert.deepEqual(message?.content[0], {
      type: "image",
      source: { type: "base64", media_type: "image/png", data: Buffer.from(bytes).toString("base64") },
    });
    assert.ok(image.attachment.type === "image");
    assert.deepEqual(
      new Uint8Array(await use.parts.chat.readAttachment(image.attachment.sha256)),
      new Uint8Array(bytes),
    );
  });

  it("says before anything is sent that an image cannot go", async () => {
    const entry = { name: "Simulated", baseUrl: use.api.url, auth: "x-api-key" };
    await setUserSettings({ endpoints: { simulated: { ...entry, limits: { images: false } } } });
    try {
      const question = { text: "Describe it", attachments: [await readImage(fixture("images/chart.png"))] };
      await assert.rejects(use.parts.chat.ask(question), /takes no images/);
      assert.equal(use.parts.chat.view().messages.length, 0);
      assert.equal(use.api.requests.filter(({ path }) => path === "/v1/messages").length, sent);
    } finally {
      await setUserSettings({ endpoints: { simulated: entry } });
    }
  });

  it("keeps the attachments of a draft over a reload", async () => {
    await use.parts.chat.messageBox.attach([await readImage(fixture("images/chart.png"))]);
    await use.parts.chat.flush();
    const again = use.parts.reopen();
    await again.chat.opened();
    assert.deepEqual(again.chat.view().attachments, use.parts.chat.view().attachments);
    assert.equal(again.chat.view().attachments.length, 1);
  });

  it("leaves an old conversation alone when a new chat begins during an answer", async () => {
    await use.parts.chat.ask({ text: "[[gate]] Old", attachments: [] });
    await use.parts.chat.newChat();
    assert.deepEqual(use.parts.chat.view().messages, []);
    assert.equal(use.parts.chat.busy, false);
    await ask("New");
    assert.equal(use.parts.chat.view().messages.length, 2);
  });

  it("goes on answering while another conversation is shown, and comes back to it", async () => {
    await ask("First");
    const first = use.parts.chat.id;
    await use.parts.chat.newChat();
    await use.parts.chat.ask({ text: "[[gate]] Second", attachments: [] });
    await nextText(use.parts.chat);
    const second = use.parts.chat.id;
    await use.parts.chat.show(first);
    assert.equal(use.parts.chat.busy, false);
    assert.equal(use.parts.chat.view().status.kind, "idle");
    assert.ok(use.parts.chat.isAnswering(second));
    await ask("More"); // both at once
    assert.equal(use.parts.chat.view().messages.length, 4);

    await use.parts.chat.show(second);
    assert.equal(use.parts.chat.busy, true);
    assert.equal(lastMessage()?.state, "streaming");
    assert.equal(use.parts.chat.view().status.kind, "streaming");
    const over = idle(use.parts.chat);
    use.api.release();
    await over;
    assert.equal(lastMessage()?.state, "complete");
    await use.parts.chat.flush();
    const again = use.parts.reopen();
    await again.chat.opened();
    assert.deepEqual(again.chat.view().messages, use.parts.chat.view().messages);
  });

  it("has the branches of two windows in both", async () => {
    await ask("Together");
    await use.parts.chat.flush();
    const other = use.parts.reopen();
    await other.chat.opened();
    await Promise.all([ask("Here"), other.chat.ask({ text: "There", attachments: [] })]);
    await idle(other.chat);
    await Promise.all([use.parts.chat.flush(), other.chat.flush()]);
    for (const { chat } of [use.parts, other]) {
      await chat.show(chat.id);
      const asked = () => chat.view().messages[2];
      const texts = [asked()];
      chat.showSibling(asked()?.id ?? "", asked()?.siblings?.index === 1 ? 1 : -1);
      texts.push(asked());
      assert.deepEqual(
        texts.map((it) => JSON.stringify(it?.blocks)).toSorted(),
        ["Here", "There"].map((text) => JSON.stringify([{ type: "text", text }])),
      );
      assert.equal(chat.view().messages.length, 4);
    }
  });

  it("deletes a conversation that is being answered, and brings it back", async () => {
    await use.parts.chat.ask({ text: "[[gate]] Keep this", attachments: [] });
    const { id } = use.parts.chat;
    await use.parts.chat.change(id, { type: "deleted", deleted: true });
    assert.deepEqual(use.parts.chat.view().messages, []);
    await assert.rejects(use.parts.chat.show(id), /not there any more/);
    await use.parts.chat.change(id, { type: "deleted", deleted: false });
    await use.parts.chat.show(id);
    assert.equal(lastMessage()?.state, "stopped");
    assert.equal(use.parts.chat.view().messages.length, 2);
  });

  it("leaves a conversation of a newer Sidenote as it is, and asks aside of it", async () => {
    const { chat, folder } = use.parts;
    await ask("Hello");
    await chat.flush();
    const { id } = chat;
    await writeFile(join(folder, id, "newer.jsonl"), '{"type":"journal","version":2,"at":1}\n');
    await chat.newChat();
    await chat.show(id);
    const [message] = chat.view().messages;
    const refused = /written by a newer Sidenote/;
    await assert.rejects(chat.ask({ text: "More", attachments: [] }), refused);
    await assert.rejects(chat.choices.setModel("simulated/claude-haiku-4-5"), refused);
    await assert.rejects(chat.choices.setTools([]), refused);
    await assert.rejects(chat.messageBox.attach([await readImage(fixture("images/chart.png"))]), refused);
    assert.throws(() => chat.deleteBranch(message?.id ?? ""), refused);
    assert.equal(chat.view().messages.length, 2);
    assert.ok(await chat.askAside({ text: "What else?", attachments: [] }, new AbortController().signal));
  });

  it("has the key in no log, file, memory or view", async () => {
    await ask("Hello");
    await ask("[[401]]");
    await ask("[[529]] Hello");
    await use.parts.chat.flush();
    for (const [where, text] of Object.entries({
      log: use.parts.log(),
      disk: use.parts.stored(),
      memory: use.parts.remembered(),
      page: JSON.stringify(use.parts.chat.view()),
      settings: JSON.stringify(workspace.getConfiguration("sidenote")),
    })) {
      assert.ok(text.length > 2, `nothing to search in the ${where}`);
      assert.ok(!text.includes(KEY.slice(8)), `the key is in the ${where}`);
    }
  });
});

describe("keys", () => {
  const use = useSimulatedChat();

  function endpoint(id: string) {
    const found = findEndpoint(id);
    assert.ok("endpoint" in found);
    return found.endpoint;
  }

  it("are stored for one endpoint and one origin", async () => {
    const { keys } = testChat();
    const anthropic = endpoint("anthropic");
    await keys.store(anthropic, KEY);
    assert.equal((await keys.credentials(anthropic)).key, KEY);
    assert.equal((await keys.credentials(endpoint("openrouter"))).key, undefined);
    assert.equal((await keys.credentials({ ...anthropic, baseUrl: "https://evil.example" })).key, undefined);
    await keys.remove(anthropic);
    assert.equal((await keys.credentials(anthropic)).key, undefined);
  });

  it("come from the environment for Anthropic alone, when nothing is stored", async () => {
    const { keys } = testChat((name) => (name === "ANTHROPIC_API_KEY" ? "from-environment" : undefined));
    const anthropic = endpoint("anthropic");
    assert.equal((await keys.credentials(anthropic)).key, "from-environment");
    assert.equal((await keys.credentials({ ...anthropic, baseUrl: "https://evil.example" })).key, undefined);
    assert.equal((await keys.credentials(endpoint("openrouter"))).key, undefined);
    await keys.store(anthropic, KEY);
    assert.equal((await keys.credentials(anthropic)).key, KEY);
  });

  it("say in a sentence that the system does not give them out", async () => {
    const locked: Pick<SecretStorage, "get"> = { get: () => Promise.reject(new Error("org.freedesktop.Secret.Error")) };
    const keys = new Keys(locked as SecretStorage, () => undefined);
    const sentence = /^UserProblem: The secret storage of VS Code does not answer/;
    await assert.rejects(findTarget("anthropic/claude-sonnet-5-5", { ...use.parts.directory, keys }), sentence);
    await assert.rejects(keys.source(endpoint("anthropic")), sentence);
  });
});
