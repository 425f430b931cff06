/**
 * What drawing a streamed answer, and opening a long conversation, costs in Chromium, through the page as users get it. The base of the ratios is plain
 * append: the same text in the same run, one text node a paragraph, nothing parsed.
 */
import { copyFile, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { BrowserContext, Page } from "playwright-core";
import type { ChatView } from "../../src/shared/views";
import { IDLE, openPage } from "../e2e/page/open-page";
import { root } from "../support/root";
import { openBrowser } from "../support/vscode/page";
import type { Report } from "./bench";
import { benchConversations } from "./conversations";
import { FRAME, hardShape, mixedAnswer, type Shape } from "./rendering/corpus";
import { play, playLive, type Play, type Played } from "./rendering/stage";

const PARTS = ["size", "answer", "react", "fence", "list", "paragraph", "table", "conversations", "live"] as const;
const ROUNDS = 3;
const ANSWER = 200_000;
const HARD = 100_000;
const STREAMING: ChatView = {
  ...IDLE,
  messages: [{ id: "a", role: "assistant", state: "streaming", blocks: [{ type: "text", text: "" }] }],
  status: { kind: "streaming", since: 0 },
};

/** @param parts those of `PARTS` to measure; all when there are none */
export async function bench(report: Report, parts: readonly string[]): Promise<void> {
  const unknown = parts.find((part) => !PARTS.some((known) => known === part));
  if (unknown) throw new Error(`${unknown} is none of ${PARTS.join(", ")}`);
  const bundles = await mkdtemp(join(tmpdir(), "bench-transcript-"));
  try {
    await buildBundles(bundles);
    for (const part of PARTS) if (parts.length === 0 || parts.includes(part)) await benchPart(report, bundles, part);
  } finally {
    await rm(bundles, { recursive: true });
  }
}

/** Each part has a browser of its own: what one leaves behind does not slow down the next. */
async function benchPart(report: Report, bundles: string, part: (typeof PARTS)[number]): Promise<void> {
  if (part === "size") return report("page_core_kb", (await stat(join(bundles, "page.js"))).size / 1000, "KB");
  if (part === "live") return benchLive(report, bundles);
  // As many frames as the machine can: the clock of a screen would only add waiting.
  const browser = await openBrowser("--disable-frame-rate-limit", "--disable-gpu-vsync");
  const stage = new Stage(browser, bundles);
  try {
    if (part === "answer") await benchAnswer(report, stage);
    else if (part === "react") await benchReact(report, stage);
    else if (part === "conversations") await benchConversations(report, browser, bundles);
    else await benchShape(report, stage, part);
  } finally {
    await browser.close();
  }
}

async function buildBundles(outdir: string): Promise<void> {
  const { buildPage } = createRequire(__filename)(join(root, "esbuild.js")) as {
    buildPage: (outdir: string) => Promise<unknown>;
  };
  await buildPage(outdir);
  // The same page whose highlighter knows no language.
  await mkdir(join(outdir, "plain"));
  for (const name of await readdir(outdir)) {
    if (/\.(js|css)$/.test(name)) await copyFile(join(outdir, name), join(outdir, "plain", name));
  }
  await writeFile(
    join(outdir, "plain", "code-highlighter.js"),
    "export const highlightSome = () => false, isDone = () => true, languageName = () => undefined;",
  );
  await build({
    entryPoints: [join(root, "test/bench/rendering/react-markdown.js")],
    outdir,
    bundle: true,
    minify: true,
    format: "iife",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });
}

async function benchAnswer(report: Report, stage: Stage): Promise<void> {
  const text = mixedAnswer(ANSWER);
  const { append, plain, highlighted } = await stage.rounds(text, ["append", "plain", "highlighted"]);
  report("append_ms", total(append), "ms");
  report("render_vs_append", total(plain) / total(append), "ratio");
  report("render_highlighted_vs_append", total(highlighted) / total(append), "ratio");
  report("render_drawn_percent", await stage.drawnPercent(text), "%");
  report("longest_task_ms", median(highlighted.map(({ costs }) => Math.max(...costs))), "ms");
  report("update_last_vs_first", median(highlighted.map(({ costs }) => lastVsFirst(costs))), "ratio");
}

async function benchReact(report: Report, stage: Stage): Promise<void> {
  const text = mixedAnswer(ANSWER);
  const { append } = await stage.rounds(text, ["append"]);
  const { costs: sampled } = await stage.once("react-markdown", text, { samples: 20 });
  const frames = text.length / FRAME;
  const all = (sampled.reduce((sum, cost) => sum + cost, 0) / sampled.length) * frames;
  report("react_markdown_vs_append", all / total(append), "ratio");
  report("react_markdown_longest_task_ms", Math.max(...sampled), "ms");
}

async function benchShape(report: Report, stage: Stage, shape: Shape): Promise<void> {
  const text = hardShape(shape, HARD);
  const { append, highlighted } = await stage.rounds(text, ["append", "highlighted"]);
  report(`one_${shape}_vs_append`, total(highlighted) / total(append), "ratio");
  report(`one_${shape}_drawn_percent`, await stage.drawnPercent(text), "%");
}

/** By the clock of a screen with 60 frames a second. */
async function benchLive(report: Report, bundles: string): Promise<void> {
  const browser = await openBrowser();
  try {
    const { page } = await openPage(browser, STREAMING, undefined, bundles);
    const { dropped, busy } = await playLive(page, mixedAnswer(ANSWER), 8000);
    report("dropped_frames_2000_tps_percent", dropped, "%");
    report("busy_2000_tps_percent", busy, "%");
  } finally {
    await browser.close();
  }
}

type Way = "append" | "plain" | "highlighted" | "react-markdown";

/** Plays texts, each time in a new page. */
class Stage {
  readonly #browser: BrowserContext;
  readonly #bundles: string;

  constructor(browser: BrowserContext, bundles: string) {
    this.#browser = browser;
    this.#bundles = bundles;
  }

  /** The costs of each frame, for each round of each way; in turns, so that what else the machine does meets all. */
  async rounds<W extends Way>(text: string, ways: readonly W[]): Promise<Record<W, Played[]>> {
    const result = Object.fromEntries(ways.map((way) => [way, []])) as unknown as Record<W, Played[]>;
    for (let round = 0; round < ROUNDS; round++) for (const way of ways) result[way].push(await this.once(way, text));
    return result;
  }

  /** The share of the frames in which something is drawn, in a round of its own. */
  async drawnPercent(text: string): Promise<number> {
    const { costs, drawn } = await this.once("highlighted", text, { count: true });
    return (100 * drawn) / costs.length;
  }

  async once(way: Way, text: string, more: Pick<Play, "samples" | "count"> = {}): Promise<Played> {
    const page = await this.#open(way);
    const painter = way === "plain" || way === "highlighted" ? "page" : way;
    const played = await play(page, { painter, text, frame: FRAME, ...more });
    await page.close();
    return played;
  }

  async #open(way: Way): Promise<Page> {
    switch (way) {
      case "highlighted":
        return (await openPage(this.#browser, STREAMING, undefined, this.#bundles)).page;
      case "plain":
        return (await openPage(this.#browser, STREAMING, undefined, join(this.#bundles, "plain"))).page;
      case "append":
        return openBare(this.#browser, this.#bundles);
      case "react-markdown": {
        const page = await openBare(this.#browser, this.#bundles);
        await page.addScriptTag({ path: join(this.#bundles, "react-markdown.js") });
        return page;
      }
    }
  }
}

/** The frame of the page with its styles and no script, for the other painters. */
async function openBare(browser: BrowserContext, bundles: string): Promise<Page> {
  const page = await browser.newPage();
  await page.setViewportSize({ width: 320, height: 480 });
  await page.setContent(BARE);
  await page.addStyleTag({ path: join(bundles, "page.css") });
  return page;
}

const BARE = `<!DOCTYPE html>
<body class="vscode-dark">
  <div id="app"><main class="conversation"><div class="log" role="log"><div class="transcript">
    <article class="message assistant"><div class="content"><div class="markdown"></div></div></article>
  </div></div></main></div>`;

function total(rounds: readonly Played[]): number {
  return median(rounds.map(({ costs }) => costs.reduce((sum, cost) => sum + cost, 0)));
}

/** The mean cost of the last tenth of the frames by that of the first tenth. */
function lastVsFirst(costs: readonly number[]): number {
  const tenth = Math.floor(costs.length / 10);
  const sum = (some: readonly number[]) => some.reduce((all, cost) => all + cost, 0);
  return sum(costs.slice(-tenth)) / sum(costs.slice(0, tenth));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
