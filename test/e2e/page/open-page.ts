import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import type { Change, HostMessage, PageMessage } from "../../../src/shared/protocol";
import type { ChatView } from "../../../src/shared/views";
import { root } from "../../support/root";

/** The page of the side bar in a browser, with the test as its host. */
export interface OpenPage {
  readonly page: Page;
  /** What the page broke: errors, refusals of the content security policy. */
  readonly problems: readonly string[];
  post(message: HostMessage): Promise<void>;
  /** Posts changes under the next number. */
  update(...changes: Change[]): Promise<void>;
  /** What the page has posted, of one type, in order. */
  posted<T extends PageMessage["type"]>(type: T): Promise<Extract<PageMessage, { type: T }>[]>;
  /** What the page keeps for the next time it is opened. */
  state(): Promise<unknown>;
}

/** A chat before the first message. */
export const IDLE: ChatView = {
  conversation: "c",
  messages: [],
  status: { kind: "idle" },
  model: { id: "anthropic/claude-sonnet-5-5", label: "Claude Sonnet 5.5", endpoint: "Anthropic" },
  setup: null,
  totals: { cost: null, context: null, contextWindow: null },
  toSend: null,
  font: { family: null, size: null },
  parameters: { profile: null, fields: [] },
  tools: { on: 0, restricted: false },
  attachments: [],
};

/** As the host sets it, with the nonce "n" and the page's own origin for the extension's. */
const POLICY =
  "default-src 'none'; script-src 'nonce-n'; style-src 'self'; img-src 'self' data: blob:; require-trusted-types-for 'script'; trusted-types 'none'";

/** What VS Code's own sheet does to a page, as far as it can be seen. */
const VSCODE_SHEET = `@layer vscode-default {
  html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background) }
  body { padding: 0 20px }
  a { color: var(--vscode-textLink-foreground) }
  textarea:focus, input:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px }
  kbd { padding: 1px 3px; box-shadow: inset 0 -1px 0 var(--vscode-widget-shadow); vertical-align: middle }
  ::-webkit-scrollbar { width: 10px; height: 10px }
  ::-webkit-scrollbar-thumb { background-color: var(--vscode-scrollbarSlider-background, #7966) }
}`;

const HTML = `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
    <link rel="stylesheet" href="/vscode.css" />
    <link rel="stylesheet" href="/dist/webview/page.css" />
    <title>Sidenote</title>
  </head>
  <body class="vscode-dark">
    <div id="app"></div>
    <script type="module" nonce="n" src="/dist/webview/page.js"></script>
  </body>
</html>`;

/**
 * Opens the page, with this view as its first snapshot, after which so many `earlier` messages come, and this state kept
 * from before.
 * @param bundles where its scripts are, if not where the build puts them
 * @param idle what is loaded after the first paint is awaited
 */
export async function openPage(
  browser: BrowserContext,
  { earlier = 0, ...view }: ChatView & { readonly earlier?: number },
  kept?: unknown,
  bundles = join(root, "dist", "webview"),
  idle = true,
): Promise<OpenPage> {
  const page = await browser.newPage();
  await page.setViewportSize({ width: 320, height: 480 });
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.route("http://sidenote.test/**", async (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path === "/") return route.fulfill({ contentType: "text/html", body: HTML });
    if (path === "/vscode.css") return route.fulfill({ contentType: "text/css", body: VSCODE_SHEET });
    const name = basename(path);
    const contentType = name.endsWith(".css") ? "text/css" : "text/javascript";
    const file = path.startsWith("/dist/webview/") ? join(bundles, name) : join(root, path);
    return route.fulfill({ contentType, body: await readFile(file) });
  });
  await page.addInitScript(fakeApi, kept);
  await page.goto("http://sidenote.test/");

  let number = 1;
  const post = (message: HostMessage) => page.evaluate((it) => window.postMessage(it, "*"), message);
  await post({ type: "snapshot", number, view, earlier });
  await page.getByRole("button", { name: view.setup ? "Set API Key" : /^Model/ }).waitFor();
  if (idle) await page.locator(".drop-target").waitFor({ state: "attached" });
  return {
    page,
    problems,
    post,
    update: (...changes) => post({ type: "update", number: ++number, changes }),
    posted: (type) =>
      page.evaluate((wanted) => globalThis.fake.posted.filter((it) => it.type === wanted), type) as never,
    state: () => page.evaluate(() => globalThis.fake.state),
  };
}

declare global {
  /** What VS Code would know. */
  var fake: { posted: PageMessage[]; state: unknown };
}

/** Runs in the page, before its own script. */
function fakeApi(kept: unknown): void {
  const fake = { posted: [] as PageMessage[], state: kept };
  Object.assign(globalThis, {
    fake,
    acquireVsCodeApi: () => ({
      getState: () => fake.state,
      setState: (state: unknown) => (fake.state = state),
      postMessage: (message: PageMessage) => fake.posted.push(message),
    }),
  });
}
