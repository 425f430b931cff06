/**
 * What opening a long conversation costs in Chromium, through the page as users get it, and as the host posts it: the end
 * first and the rest in pieces.
 */
import type { BrowserContext, Page } from "playwright-core";
import type { Change, HostMessage } from "../../src/shared/protocol";
import type { MessageView } from "../../src/shared/views";
import { IDLE, longConversation } from "../e2e/page/long-conversation";
import { openPage } from "../e2e/page/open-page";
import { inPieces } from "../../src/host/pieces";
import type { Report } from "./bench";

const ROUNDS = 9;
/** Times that a conversation is opened and closed before its memory is looked at. */
const TIMES = 20;
const FEW = 10;
const MANY = 1000;

export async function benchConversations(report: Report, browser: BrowserContext, bundles: string): Promise<void> {
  const long = longConversation(MANY);
  const short = long.slice(-FEW);
  report("open_1000_mb", JSON.stringify(long).length / 1e6, "MB");
  report("host_pieces_1000_ms", median(times(ROUNDS, () => timed(() => inPieces(long)))), "ms");
  report("host_first_post_1000_ms", median(times(ROUNDS, () => timed(() => JSON.stringify(posts(long)[0])))), "ms");
  report("host_all_posts_1000_ms", median(times(ROUNDS, () => timed(() => JSON.stringify(posts(long))))), "ms");

  const { page } = await openPage(browser, IDLE, undefined, bundles);
  await page.evaluate(defineBench);
  const opened: Record<"few" | "many", Opened[]> = { few: [], many: [] };
  // The first round warms up; in turns, so that what else the machine does meets both.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, messages] of [["few", short] as const, ["many", long] as const]) {
      const cost = await open(page, messages);
      if (round > 0) opened[name].push(cost);
      await close(page);
    }
  }
  const paint = (costs: readonly Opened[]) => median(costs.map(({ painted }) => painted));
  report("open_10_ms", paint(opened.few), "ms");
  report("open_1000_ms", paint(opened.many), "ms");
  report("open_1000_vs_10", paint(opened.many) / paint(opened.few), "ratio");
  report("open_1000_all_ms", median(opened.many.map(({ all }) => all)), "ms");
  report("open_1000_longest_task_ms", median(opened.many.map(({ longest }) => longest)), "ms");
  await page.close();

  report("heap_after_close_mb", await heapGrowth(browser, bundles, long), "MB");
}

/** Megabytes that the page has more than before it opened a conversation, scrolled in it and closed it so many times. */
async function heapGrowth(browser: BrowserContext, bundles: string, messages: readonly MessageView[]): Promise<number> {
  const { page } = await openPage(browser, IDLE, undefined, bundles);
  await page.evaluate(defineBench);
  const session = await browser.newCDPSession(page);
  const used = async () => {
    await page.evaluate(() => globalThis.bench.frames(10)); // what a frame still holds is let go of
    await session.send("HeapProfiler.collectGarbage");
    return (await session.send("Runtime.getHeapUsage")).usedSize / 1e6;
  };
  const before = await used();
  for (let time = 0; time < TIMES; time++) {
    await open(page, messages);
    await page.evaluate(() => globalThis.bench.scroll());
    await close(page);
  }
  const growth = (await used()) - before;
  await page.close();
  return growth;
}

/** What the host posts for a conversation, in order. */
function posts(messages: readonly MessageView[]): HostMessage[] {
  const [last = [], ...earlier] = inPieces(messages);
  return [
    { type: "snapshot", number: 1, view: { ...IDLE, messages: last }, earlier: messages.length - last.length },
    ...earlier.map((piece, at): HostMessage => {
      const change: Change = { type: "earlier", messages: piece };
      return { type: "update", number: at + 2, changes: [change] };
    }),
  ];
}

function open(page: Page, messages: readonly MessageView[]): Promise<Opened> {
  return page.evaluate(([texts, count]) => globalThis.bench.open(texts, count), [
    posts(messages).map((post) => JSON.stringify(post)),
    messages.length,
  ] as const);
}

async function close(page: Page): Promise<void> {
  const text = JSON.stringify({ type: "snapshot", number: 1, view: IDLE } satisfies HostMessage);
  await page.evaluate((it) => globalThis.bench.open([it], 0), text);
}

/** Milliseconds from the first post until the end is painted, and until all messages are there; the longest task of them. */
interface Opened {
  readonly painted: number;
  readonly all: number;
  readonly longest: number;
}

declare global {
  var bench: {
    open(texts: readonly string[], count: number): Promise<Opened>;
    scroll(): Promise<void>;
    frames(count: number): Promise<void>;
  };
}

/** Runs in the page. */
function defineBench(): void {
  /** After a frame was painted: tasks queued in a frame run when it is done. */
  function frame(): Promise<void> {
    return new Promise((done) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done();
        port2.postMessage(null);
      });
    });
  }
  async function frames(count: number): Promise<void> {
    for (let n = 0; n < count; n++) await frame();
  }
  globalThis.bench = {
    frames,
    async open(texts, count) {
      const messages = () => document.querySelectorAll("article").length;
      let longest = 0;
      const start = performance.now();
      // As VS Code does: what was written is read, then given to the page.
      const give = async (text: string) => {
        const began = performance.now();
        window.postMessage(JSON.parse(text), "*");
        await frame();
        longest = Math.max(longest, performance.now() - began);
      };
      const [first = "", ...rest] = texts;
      await give(first);
      while (messages() > 0 !== count > 0) await frame();
      const painted = performance.now() - start;
      for (const text of rest) await give(text);
      while (messages() !== count) await frame();
      const all = performance.now() - start;
      await frames(5);
      return { painted, all, longest };
    },
    async scroll() {
      const log = document.querySelector(".log");
      for (const part of [0.5, 0, 1]) {
        if (log) log.scrollTop = part * log.scrollHeight;
        await frames(3);
      }
    },
  };
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
