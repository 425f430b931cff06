import assert from "node:assert/strict";
import { basename } from "node:path";
import type { BrowserContext, Route } from "playwright-core";
import type { MessageView } from "../../../src/shared/views";
import { openBrowser } from "../../support/vscode/page";
import { IDLE, openPage, type OpenPage } from "./open-page";

const MESSAGES: readonly MessageView[] = [
  { id: "q", role: "user", state: "complete", blocks: [{ type: "text", text: "What is in the hay?" }] },
  { id: "a", role: "assistant", state: "complete", blocks: [{ type: "text", text: "A needle, and no other needle." }] },
];

describe("the parts of the page that come as scripts of their own", () => {
  let browser: BrowserContext;
  let open: OpenPage;

  before(async () => {
    browser = await openBrowser();
    // A browser that is never idle: nothing is loaded before it is wanted.
    await browser.addInitScript(() => (globalThis.requestIdleCallback = () => 0));
  });

  after(() => browser.close());

  beforeEach(async () => {
    open = await openPage(browser, { ...IDLE, messages: MESSAGES }, undefined, undefined, false);
  });

  afterEach(() => open.page.close());

  /** Holds a script back; what it returns lets it come. */
  async function hold(script: string): Promise<() => void> {
    const held: Route[] = [];
    let late = false;
    await open.page.route(`**/${script}`, (route) => {
      if (late) return route.fallback();
      held.push(route);
    });
    return () => {
      late = true;
      for (const route of held) void route.fallback();
    };
  }

  const box = () => open.page.getByRole("textbox", { name: "Message" });
  const more = () => open.page.getByRole("article", { name: "Claude" }).getByRole("button", { name: "More Actions" });

  it("are not loaded before they are wanted, and once only", async () => {
    const loaded: string[] = [];
    open.page.on("request", (request) => loaded.push(basename(request.url())));
    await more().click();
    await open.page.getByRole("menu", { name: "More Actions" }).waitFor();
    await open.page.keyboard.press("Escape");
    await more().click();
    await open.page.getByRole("menu", { name: "More Actions" }).waitFor();
    assert.deepEqual(loaded, ["menu.js"]);
    assert.deepEqual(open.problems, []);
  });

  it("take what was typed before they came: finding", async () => {
    const come = await hold("find.js");
    await box().focus();
    await open.post({ type: "find" });
    await open.page.getByRole("textbox", { name: "Find in conversation" }).waitFor();
    await open.page.keyboard.type("need");
    come();
    await open.page.locator(".find-count", { hasText: "1 of 2" }).waitFor();
    await open.page.keyboard.type("le,");
    await open.page.locator(".find-count", { hasText: "1 of 1" }).waitFor();
    assert.equal(await box().inputValue(), "");
    await open.page.keyboard.press("Escape");
    assert.ok(await box().evaluate((it) => it === document.activeElement), "the focus is back where it was");
    assert.deepEqual(open.problems, []);
  });

  it("take what was typed before they came: suggestions", async () => {
    const come = await hold("completions.js");
    await box().pressSequentially("/rev");
    come();
    await open.page.waitForFunction(() => globalThis.fake.posted.some((it) => it.type === "request"));
    const [request] = await open.posted("request");
    const prompts = ["explain", "review"].map((id) => ({ id, name: id, description: "", origin: "builtIn" }));
    await open.post({ type: "reply", id: request?.id ?? 0, result: prompts } as never);
    assert.deepEqual(await open.page.getByRole("option").allTextContents(), ["/review"]);
    assert.deepEqual(open.problems, []);
  });

  it("are opened by the last word about them when they come late", async () => {
    const come = await hold("parameters-panel.js");
    await open.page.getByRole("button", { name: "Parameters", exact: true }).click();
    await open.update({ type: "view", view: { parameters: { profile: "Reviewer", fields: [] } } });
    come();
    await open.page.getByRole("button", { name: "Profile: Reviewer" }).waitFor();
    assert.equal(await open.page.getByRole("region", { name: "Parameters" }).count(), 1);
    assert.deepEqual(open.problems, []);
  });

  it("say so when they cannot be loaded, leave the page as it was, and are asked for again", async () => {
    await open.page.route("**/{menu,find,completions}.js", (route) => route.abort());
    await more().click();
    await open.page
      .locator(".notice", { hasText: "A part of Sidenote could not be loaded. Reload the window." })
      .waitFor();
    await box().focus();
    await open.post({ type: "find" });
    await open.page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Message");
    await box().fill("/rev");
    await open.page.locator(".notice:visible").waitFor();
    await box().fill("Go on");
    await box().press("Enter");
    assert.deepEqual(
      (await open.posted("request")).map(({ name }) => name),
      ["send"],
    );
    await open.page.unroute("**/{menu,find,completions}.js");
    await more().click();
    await open.page.getByRole("menu").waitFor();
    await box().fill("/rev");
    await open.page.locator("[role=listbox]").waitFor({ state: "attached" });
  });
});
