import assert from "node:assert/strict";
import { commands, window } from "vscode";
import { modelCapabilities } from "../../src/host/models";
import { findEndpoint, listEndpoints } from "../../src/host/endpoints";
import { testConnection } from "../../src/host/testConnection";
import { startSimulatedApi } from "../support/api/server";
import { setUserSettings, testChat } from "./support";

describe("endpoints", () => {
  afterEach(async () => {
    await setUserSettings({ endpoints: undefined });
  });

  async function found(id: string, entries: Readonly<Record<string, unknown>>) {
    await setUserSettings({ endpoints: entries });
    return findEndpoint(id);
  }

  it("are the presets and the user's own", async () => {
    await setUserSettings({ endpoints: { own: { baseUrl: "https://own.example/v1/messages" } } });
    const ids = listEndpoints().map(({ id }) => id);
    assert.deepEqual(ids.toSorted(), [
      "aimlapi",
      "anthropic",
      "apimart",
      "litellm",
      "llamacpp",
      "lmstudio",
      "ollama",
      "openrouter",
      "own",
      "vllm",
    ]);
    const own = findEndpoint("own");
    assert.ok("endpoint" in own);
    assert.equal(own.endpoint.baseUrl, "https://own.example");
    assert.equal(own.endpoint.auth, "bearer");
  });

  it("may correct a preset", async () => {
    const anthropic = await found("anthropic", {
      anthropic: { version: "2026-10-21", models: { "claude-x": { maxOutput: 5, images: false } } },
    });
    assert.ok("endpoint" in anthropic);
    assert.equal(anthropic.endpoint.baseUrl, "https://api.anthropic.com");
    assert.equal(anthropic.endpoint.version, "2026-10-21");
    const capabilities = modelCapabilities(anthropic.endpoint, "claude-x", undefined);
    assert.deepEqual([capabilities.maxOutput, capabilities.images], [5, undefined]);
    assert.notEqual(modelCapabilities(anthropic.endpoint, "claude-y", undefined).images, undefined);
  });

  for (const [what, entry, problem] of [
    ["no address", {}, /no baseUrl/],
    ["no URL", { baseUrl: "gateway" }, /full address/],
    ["plain http to another machine", { baseUrl: "http://gateway.example" }, /https/],
    ["a password in the address", { baseUrl: "https://me:secret@gateway.example" }, /password/],
    ["an unknown field", { baseUrl: "https://a.example", apiKey: "x" }, /apiKey/],
    ["a wrong type", { baseUrl: "https://a.example", betas: "x" }, /betas/],
    ["a header name with a line break", { baseUrl: "https://a.example", headers: { "a\nb": "c" } }, /header/],
  ] as const) {
    it(`are refused with a sentence: ${what}`, async () => {
      const result = await found("own", { own: entry });
      assert.ok("problem" in result, JSON.stringify(result));
      assert.match(result.problem, problem);
      assert.match(result.problem, /own/);
      assert.doesNotMatch(result.problem, /me:secret/);
      assert.ok(!listEndpoints().some(({ id }) => id === "own"));
    });
  }
});

describe("Test Connection", () => {
  const KEY = "sk-test-connection-0123456789";

  afterEach(async () => {
    await commands.executeCommand("workbench.action.closeAllEditors");
    await setUserSettings({ endpoints: undefined });
  });

  async function report(baseUrl: string, key: string | undefined): Promise<string> {
    await setUserSettings({ endpoints: { own: { name: "Own", baseUrl, auth: "x-api-key" } } });
    const own = findEndpoint("own");
    assert.ok("endpoint" in own);
    const { keys } = testChat();
    if (key !== undefined) await keys.store(own.endpoint, key);
    await testConnection(keys, own.endpoint, "claude-sonnet-5-5");
    return window.activeTextEditor?.document.getText() ?? "";
  }

  const marks = (text: string) =>
    Array.from(text.matchAll(/^- ([✓✗]) \*\*([^*]+)\*\*/gm), ([, mark, name]) => `${mark} ${name}`);

  it("tells line by line that all is well, without the key", async () => {
    const api = await startSimulatedApi({ key: KEY, tokensPerSecond: Infinity });
    try {
      const text = await report(api.url, KEY);
      assert.deepEqual(marks(text), [
        "✓ Address",
        "✓ Key",
        "✓ Connection",
        "✓ Authorization and models",
        "✓ Streamed message",
        "✓ Token counting",
      ]);
      assert.ok(!text.includes(KEY));
      assert.match(text, /\(\d+ ms\)/);
      assert.match(text, /left: .*\d+ of \d+ requests/);
    } finally {
      await api.close();
    }
  });

  it("names the step that fails and what to do", async () => {
    const api = await startSimulatedApi({ key: KEY, tokensPerSecond: Infinity });
    try {
      const text = await report(api.url, "another-key");
      assert.deepEqual(marks(text).slice(2), [
        "✓ Connection",
        "✗ Authorization and models",
        "✗ Streamed message",
        "✗ Token counting",
      ]);
      assert.match(text, /→ .*key/i);
      assert.ok(!text.includes("another-key"));
    } finally {
      await api.close();
    }
  });

  it("says that nothing answers", async () => {
    const api = await startSimulatedApi();
    await api.close();
    assert.match(await report(api.url, undefined), /✗ \*\*Connection\*\*.*ECONNREFUSED/);
  });
});
