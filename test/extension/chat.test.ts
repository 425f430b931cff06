import assert from "node:assert/strict";
import { workspace } from "vscode";
import { startSimulatedApi, type SimulatedApi } from "../support/api/server";
import { findEndpoint } from "../../src/host/endpoints";
import { readImage } from "../../src/host/images";
import { curlOf } from "../../src/host/showRequest";
import { fixture, idle, nextText, setUserSettings, testChat, type TestChat } from "./support";

/** Looks like a real key, so that a leak would be one. */
const KEY = "sk-ant-test03-0123456789abcdefghijklmnop";

describe("chat", () => {
  let api: SimulatedApi;
  let parts: TestChat;
  /** How many requests earlier tests have made. */
  let start = 0;
  let sent = 0;

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
    start = api.requests.length;
    sent = api.requests.filter(({ path }) => path === "/v1/messages").length;
  });

  async function ask(text: string): Promise<void> {
    await parts.chat.ask({ text, attachments: [] });
    await idle(parts.chat);
  }

  const lastBody = () => api.requests.at(-1)?.body as Record<string, unknown>;
  const lastMessage = () => parts.chat.view().messages.at(-1);

  it("streams an answer into the conversation", async () => {
    await ask("Hello");
    const { messages, status } = parts.chat.view();
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
      await parts.chat.setModel("simulated/claude-sonnet-4-5");
      await ask("Hello again");
      assert.equal(lastBody()["temperature"], 0.2);
      assert.equal(lastMessage()?.state, "complete");
    } finally {
      await setUserSettings({ temperature: undefined });
    }
  });

  it("shows the exact request that would be sent, or was sent last, without the key", async () => {
    await assert.rejects(parts.chat.preview(), /Type a message/);
    parts.chat.draftText = "It's a “question”";
    const before = await parts.chat.preview();
    assert.equal(before.sent, false);
    await ask(parts.chat.draftText);
    assert.deepEqual(JSON.parse(before.request.body), lastBody());
    parts.chat.draftText = "";
    const after = await parts.chat.preview();
    assert.equal(after.sent, true);
    assert.deepEqual(JSON.parse(after.request.body), lastBody());
    assert.equal(after.request.url, `${api.url}/v1/messages`);
    const curl = curlOf(after.request);
    assert.match(curl, /-H "x-api-key: \$KEY"/);
    assert.ok(curl.includes("It'\\''s a “question”"));
    assert.ok(!curl.includes(KEY));
  });

  it("keeps what came when it is stopped", async () => {
    const running = parts.chat.ask({ text: "[[gate]] Tell me something long", attachments: [] });
    await running;
    await nextText(parts.chat);
    parts.chat.stop();
    await idle(parts.chat);
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
    await parts.chat.retry(failed?.id ?? "");
    await idle(parts.chat);
    assert.equal(parts.chat.view().messages.length, 2);
    assert.notEqual(lastMessage()?.id, failed?.id);
  });

  it("tries again by itself when the server is overloaded", async () => {
    const states: string[] = [];
    const subscription = parts.chat.onChange((changes) => {
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
        simulated: { name: "Simulated", baseUrl: api.url, auth: "x-api-key", limits: { sampling: "accepted" } },
      },
    });
    try {
      await ask("Hello");
      const failed = lastMessage();
      assert.equal(failed?.failure?.parameter, "temperature");
      await parts.chat.sendWithout(failed?.id ?? "");
      await idle(parts.chat);
      assert.equal(lastMessage()?.state, "complete");
      await ask("Again");
      assert.equal(lastMessage()?.state, "complete");
      assert.match(lastMessage()?.notes?.join() ?? "", /temperature was not sent/);
      await parts.chat.setModel("simulated/claude-sonnet-5-5");
      await ask("With everything");
      assert.equal(lastBody()["temperature"], 0.5);
    } finally {
      await setUserSettings({
        temperature: undefined,
        endpoints: { simulated: { name: "Simulated", baseUrl: api.url, auth: "x-api-key" } },
      });
    }
  });

  it("asks before a long wait, and stops when told so", async () => {
    const asked = new Promise<void>((resolve) => {
      const subscription = parts.chat.onChange((changes) => {
        for (const change of changes) {
          if (change.type !== "view" || change.view.status?.kind !== "retrying") continue;
          assert.equal(change.view.status.askFirst, true);
          subscription.dispose();
          resolve();
        }
      });
    });
    await parts.chat.ask({ text: "[[429 retry-after=3600]] Hello", attachments: [] });
    await asked;
    parts.chat.stop();
    await idle(parts.chat);
    assert.equal(lastMessage()?.state, "stopped");
    assert.equal(api.requests.filter(({ path }) => path === "/v1/messages").length - sent, 1);
  });

  it("refuses to ask without a key, and records nothing", async () => {
    const empty = testChat();
    await assert.rejects(empty.chat.ask({ text: "Hello", attachments: [] }), /no API key for Simulated/);
    assert.deepEqual(empty.chat.view().messages, []);
    assert.deepEqual(empty.chat.view().setup, { endpoint: "Simulated" });
    assert.equal(api.requests.length, start);
  });

  it("is still there in a new window", async () => {
    await ask("Remember me");
    const before = parts.chat.view();
    await parts.chat.flush();
    const again = parts.reopen();
    await again.chat.opened();
    assert.deepEqual(again.chat.view().messages, before.messages);
  });

  it("shows what had come when the window died during an answer", async () => {
    await parts.chat.ask({ text: "[[gate]] Hello", attachments: [] });
    await nextText(parts.chat);
    await parts.chat.flush();
    const again = parts.reopen();
    await again.chat.opened();
    const message = again.chat.view().messages.at(-1);
    assert.equal(message?.state, "failed");
    assert.ok(message?.blocks.some((block) => block.type === "text" && block.text !== ""));
    parts.chat.stop();
    await idle(parts.chat);
  });

  describe("the tree", () => {
    const texts = () =>
      parts.chat
        .view()
        .messages.filter(({ role }) => role === "user")
        .map(({ blocks: [block] }) => block?.type === "text" && block.text);
    const messages = () => parts.chat.view().messages;

    it("keeps the old version of an edited message, to go back to", async () => {
      await ask("One");
      await ask("Two");
      const [one] = messages();
      await parts.chat.edit(one?.id ?? "", "One, better");
      await idle(parts.chat);
      assert.deepEqual(texts(), ["One, better"]);
      assert.deepEqual(messages()[0]?.siblings, { index: 2, count: 2 });
      parts.chat.showSibling(messages()[0]?.id ?? "", -1);
      assert.deepEqual(texts(), ["One", "Two"]);
      assert.deepEqual(messages()[0]?.siblings, { index: 1, count: 2 });
      await parts.chat.flush();
      const again = parts.reopen();
      await again.chat.opened();
      assert.deepEqual(again.chat.view().messages, messages());
    });

    it("gives another answer beside the first, with another model if wanted", async () => {
      await ask("One");
      await parts.chat.retry(lastMessage()?.id ?? "", "simulated/claude-haiku-5-5");
      await idle(parts.chat);
      assert.equal(lastMessage()?.model, "claude-haiku-5-5");
      assert.deepEqual(lastMessage()?.siblings, { index: 2, count: 2 });
      await ask("Two");
      assert.equal(lastBody()["model"], "claude-sonnet-5-5");
    });

    it("goes on from a cut answer", async () => {
      await ask("[[max_tokens]] One");
      await parts.chat.continue(lastMessage()?.id ?? "");
      await idle(parts.chat);
      assert.equal(lastMessage()?.state, "complete");
      const history = lastBody()["messages"] as readonly { role: string }[];
      assert.deepEqual(
        history.map(({ role }) => role),
        ["user", "assistant", "user"],
      );
    });

    it("deletes a branch for good", async () => {
      await ask("One");
      await ask("Two");
      parts.chat.deleteBranch(messages()[2]?.id ?? "");
      assert.deepEqual(texts(), ["One"]);
      await parts.chat.flush();
      const again = parts.reopen();
      await again.chat.opened();
      assert.equal(again.chat.view().messages.length, 2);
    });

    it("is copied up to a message, with its images", async () => {
      await parts.chat.ask({ text: "One", attachments: [await readImage(fixture("images/chart.png"))] });
      await idle(parts.chat);
      await ask("Two");
      const [one, answer] = messages();
      await parts.chat.copyConversation(answer?.id ?? "");
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
    const { cost, context, contextWindow } = parts.chat.view().totals;
    assert.ok(cost && cost.usd > usage.cost.usd && cost.estimate);
    assert.ok(context && context > usage.input);
    assert.equal(contextWindow, 1_000_000);
  });

  it("sends an image as it is, and keeps it", async () => {
    const image = await readImage(fixture("images/chart.png"));
    await parts.chat.ask({ text: "Describe it", attachments: [image] });
    await idle(parts.chat);
    const [message] = lastBody()["messages"] as readonly { content: readonly Record<string, unknown>[] }[];
    const bytes = await workspace.fs.readFile(fixture("images/chart.png"));
    assert.deepEqual(message?.content[0], {
      type: "image",
      source: { type: "base64", media_type: "image/png", data: Buffer.from(bytes).toString("base64") },
    });
    assert.ok(image.attachment.type === "image");
    assert.deepEqual(new Uint8Array(await parts.chat.readAttachment(image.attachment.sha256)), new Uint8Array(bytes));
  });

  it("keeps the attachments of a draft over a reload", async () => {
    await parts.chat.attach([await readImage(fixture("images/chart.png"))]);
    await parts.chat.flush();
    const again = parts.reopen();
    await again.chat.opened();
    assert.deepEqual(again.chat.view().attachments, parts.chat.view().attachments);
    assert.equal(again.chat.view().attachments.length, 1);
  });

  it("leaves an old conversation alone when a new chat begins during an answer", async () => {
    await parts.chat.ask({ text: "[[gate]] Old", attachments: [] });
    await parts.chat.newChat();
    assert.deepEqual(parts.chat.view().messages, []);
    assert.equal(parts.chat.busy, false);
    await ask("New");
    assert.equal(parts.chat.view().messages.length, 2);
  });

  it("goes on answering while another conversation is shown, and comes back to it", async () => {
    await ask("First");
    const first = parts.chat.id;
    await parts.chat.newChat();
    await parts.chat.ask({ text: "[[gate]] Second", attachments: [] });
    await nextText(parts.chat);
    const second = parts.chat.id;
    await parts.chat.show(first);
    assert.equal(parts.chat.busy, false);
    assert.equal(parts.chat.view().status.kind, "idle");
    assert.ok(parts.chat.isAnswering(second));
    await ask("More"); // both at once
    assert.equal(parts.chat.view().messages.length, 4);

    await parts.chat.show(second);
    assert.equal(parts.chat.busy, true);
    assert.equal(lastMessage()?.state, "streaming");
    assert.equal(parts.chat.view().status.kind, "streaming");
    const over = idle(parts.chat);
    api.release();
    await over;
    assert.equal(lastMessage()?.state, "complete");
    await parts.chat.flush();
    const again = parts.reopen();
    await again.chat.opened();
    assert.deepEqual(again.chat.view().messages, parts.chat.view().messages);
  });

  it("has the branches of two windows in both", async () => {
    await ask("Together");
    await parts.chat.flush();
    const other = parts.reopen();
    await other.chat.opened();
    await Promise.all([ask("Here"), other.chat.ask({ text: "There", attachments: [] })]);
    await idle(other.chat);
    await Promise.all([parts.chat.flush(), other.chat.flush()]);
    for (const { chat } of [parts, other]) {
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
    await parts.chat.ask({ text: "[[gate]] Keep this", attachments: [] });
    const { id } = parts.chat;
    await parts.chat.change(id, { type: "deleted", deleted: true });
    assert.deepEqual(parts.chat.view().messages, []);
    await assert.rejects(parts.chat.show(id), /not there any more/);
    await parts.chat.change(id, { type: "deleted", deleted: false });
    await parts.chat.show(id);
    assert.equal(lastMessage()?.state, "stopped");
    assert.equal(parts.chat.view().messages.length, 2);
  });

  it("has the key in no log, file, memory or view", async () => {
    await ask("Hello");
    await ask("[[401]]");
    await ask("[[529]] Hello");
    await parts.chat.flush();
    for (const [where, text] of Object.entries({
      log: parts.log(),
      disk: parts.stored(),
      memory: parts.remembered(),
      page: JSON.stringify(parts.chat.view()),
      settings: JSON.stringify(workspace.getConfiguration("sidenote")),
    })) {
      assert.ok(text.length > 2, `nothing to search in the ${where}`);
      assert.ok(!text.includes(KEY.slice(8)), `the key is in the ${where}`);
    }
  });
});

describe("keys", () => {
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
});
