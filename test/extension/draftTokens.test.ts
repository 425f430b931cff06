import assert from "node:assert/strict";
import type { Disposable } from "vscode";
import { countDraft } from "../../src/host/draftTokens";
import { documentAttachment } from "../../src/host/documents";
import { findEndpoint } from "../../src/host/endpoints";
import type { ChatView } from "../../src/shared/views";
import { imageAttachment } from "../../src/host/images";
import { pdf, png } from "../support/badFiles";
import { idle, setUserSettings, useSimulatedChat } from "./support";

describe("tokens of the draft", () => {
  const use = useSimulatedChat();
  let counter: Disposable;
  let failures: string[];
  let before = 0;

  beforeEach(() => {
    failures = [];
    before = use.api.requests.length;
    const log = { debug: (...texts: readonly unknown[]) => void failures.push(texts.join(" ")) };
    counter = countDraft(use.parts.chat, use.parts.directory, log);
  });

  afterEach(() => counter.dispose());

  const counts = () => use.api.requests.slice(before).filter(({ path }) => path === "/v1/messages/count_tokens");

  /** What the page is told next. */
  function told(): Promise<ChatView["toSend"]> {
    return new Promise((resolve) => {
      const subscription = use.parts.chat.onChange((changes) => {
        for (const change of changes) {
          if (change.type !== "view" || change.view.toSend === undefined) continue;
          subscription.dispose();
          resolve(change.view.toSend);
        }
      });
    });
  }

  it("are those that the answer is then charged for", async () => {
    const { chat } = use.parts;
    const counted = told();
    chat.messageBox.keep({ text: "How many tokens has this?" });
    const tokens = await counted;
    assert.equal(tokens?.exact, true);
    assert.deepEqual(chat.view().toSend, tokens);
    await chat.ask({ text: chat.messageBox.draft.text, attachments: [] });
    await idle(chat);
    const { input, cacheRead, cacheWrite } = chat.view().messages.at(-1)?.usage ?? {};
    assert.equal((input ?? 0) + (cacheRead ?? 0) + (cacheWrite ?? 0), tokens.tokens);
  });

  it("come with their price, the share of the context window, and why they would be refused", async () => {
    const { chat } = use.parts;
    let counted = told();
    chat.messageBox.keep({ text: "What does this cost?" });
    const first = await counted;
    assert.equal(first?.contextWindow, 1_000_000);
    const price = (tokens: number, perMillion: number) => (tokens * perMillion) / 1e6;
    assert.ok(Math.abs((first.cost?.usd ?? 0) - price(first.tokens, 2)) < 1e-9, "too short to be cached");
    assert.equal(first.problem, undefined);
    counted = told();
    await chat.messageBox.attach([await documentAttachment("long.pdf", pdf(700))]);
    assert.match((await counted)?.problem ?? "", /“long.pdf”.* about 700 pages of PDF; at most 600/);
  });

  it("are counted once when typing rests, and forgotten with the draft", async () => {
    const { chat } = use.parts;
    const counted = told();
    chat.messageBox.keep({ text: "H" });
    chat.messageBox.keep({ text: "He" });
    chat.messageBox.keep({ text: "Hey" });
    await counted;
    assert.match(JSON.stringify(counts().map(({ body }) => body)), /^\[\{.*"Hey".*\}\]$/);
    chat.messageBox.keep({ text: " " });
    assert.equal(chat.view().toSend, null);
  });

  it("are counted anew when another model shall answer", async () => {
    const { chat } = use.parts;
    const first = told();
    chat.messageBox.keep({ text: "Hello" });
    await first;
    const second = told();
    await chat.choices.setModel("simulated/claude-haiku-4-5");
    await second;
    assert.deepEqual(
      counts().map(({ body }) => (body as { model: string }).model),
      ["claude-sonnet-5-5", "claude-haiku-4-5"],
    );
  });

  it("are estimated where the endpoint does not count", async () => {
    await setUserSettings({
      endpoints: { simulated: { baseUrl: use.api.url, auth: "x-api-key", dialect: "openrouter" } },
    });
    try {
      const { messageBox } = use.parts.chat;
      const estimate = async (change: () => unknown) => {
        const counted = told();
        await change();
        const tokens = await counted;
        assert.ok(tokens && !tokens.exact && tokens.tokens > 0);
        return tokens.tokens;
      };
      const text = await estimate(() => messageBox.keep({ text: "About" }));
      const withImage = await estimate(async () =>
        messageBox.attach([await imageAttachment("tea.png", png(1000, 1000))]),
      );
      assert.ok(withImage - text >= 1296 && withImage - text < 1310, `an image: ${withImage - text}`);
      const withPdf = await estimate(async () => messageBox.attach([await documentAttachment("tea.pdf", pdf(10))]));
      assert.ok(withPdf - withImage > 10 * 3000 && withPdf - withImage < 10 * 5500, `10 pages: ${withPdf - withImage}`);
      assert.deepEqual(counts(), []);
    } finally {
      await setUserSettings({
        endpoints: { simulated: { name: "Simulated", baseUrl: use.api.url, auth: "x-api-key" } },
      });
    }
  });

  it("are left out in silence when counting fails, or when there is no key", async () => {
    const found = findEndpoint("simulated");
    assert.ok("endpoint" in found);
    await use.parts.keys.store(found.endpoint, "sk-wrong");
    use.parts.chat.messageBox.keep({ text: "Refused" });
    await until(() => failures.length === 1);
    assert.equal(counts().length, 1);
    await use.parts.keys.remove(found.endpoint);
    use.parts.chat.messageBox.keep({ text: "No key" });
    await until(() => failures.length === 2);
    assert.equal(counts().length, 1);
    assert.equal(use.parts.chat.view().toSend, null);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
