/** Runs in the browser: plays an answer frame by frame and tells what each frame took on the main thread. */
import type { Page } from "playwright-core";

/** What draws the pieces: the page of the side bar, plain text, or react-markdown over all text so far. */
export type Painter = "page" | "append" | "react-markdown";

export interface Play {
  readonly painter: Painter;
  readonly text: string;
  /** Characters a frame. */
  readonly frame: number;
  /** Time so many places only, three frames each; all frames otherwise. */
  readonly samples?: number;
  /** Count the frames in which something was drawn: that costs a little in each. */
  readonly count?: true;
}

declare global {
  var renderWithReact: ((element: Element) => (text: string) => void) | undefined;
}

export interface Played {
  /**
   * Milliseconds of each frame that was timed: the message, the callbacks of the frame, style, layout, observers and paint
   * records. What other processes and threads do is not in it.
   */
  readonly costs: number[];
  /** In so many of them something was drawn, if that was to be counted: the page skips frames after dear ones. */
  readonly drawn: number;
}

export function play(page: Page, what: Play): Promise<Played> {
  return page.evaluate(async ({ painter, text, frame, samples, count }) => {
    // Chromium 156 never ends laying out some text nodes that grow beyond 32,768 characters: the table of 100 KB is one.
    const longest = 30_000;
    const log = document.querySelector("[role=log]");
    const content = document.querySelector(".markdown");
    if (!log || (!content && painter !== "page")) throw new Error("This is not the page.");
    const ended = new MessageChannel();

    /** What one frame took. `draw` runs before it and may ask for a frame callback. */
    const timed = (draw: () => void) =>
      new Promise<number>((done) => {
        let start = 0;
        requestAnimationFrame(() => (start = performance.now()));
        const before = performance.now();
        draw();
        const posting = performance.now() - before;
        requestAnimationFrame(() => {
          // A message that is posted in the last callback of a frame comes after its layout and paint.
          ended.port1.addEventListener("message", () => done(posting + performance.now() - start), { once: true });
          ended.port2.postMessage(null);
        });
        ended.port1.start();
      });

    let number = 1;
    let paragraph: Text | undefined;
    const react = painter === "react-markdown" && content && globalThis.renderWithReact?.(content);
    const draw = (from: number, to: number) => {
      const piece = text.slice(from, to);
      if (painter === "page") {
        const change = { type: "append", message: "a", index: 0, text: piece };
        window.dispatchEvent(
          new MessageEvent("message", { data: { type: "update", number: ++number, changes: [change] } }),
        );
        return;
      }
      requestAnimationFrame(() => {
        if (react) react(text.slice(0, to));
        else {
          for (const [index, part] of piece.split("\n\n").entries()) {
            if (index > 0 || !paragraph) {
              paragraph = document.createTextNode("");
              const made = document.createElement("p");
              made.append(paragraph);
              content?.append(made);
            } else if (paragraph.length > longest) {
              const more = document.createTextNode("");
              paragraph.after(more);
              paragraph = more;
            }
            paragraph.appendData(part);
          }
        }
        log.scrollTop = log.scrollHeight;
      });
    };

    let changed = false;
    const observer = new MutationObserver(() => (changed = true));
    if (count) observer.observe(log, { childList: true, characterData: true, subtree: true });
    let drawn = 0;
    const costs: number[] = [];
    const take = (cost: number) => {
      costs.push(cost);
      if (changed) drawn++;
      changed = false;
    };
    const step = samples === undefined ? frame : Math.floor(text.length / samples);
    for (let at = 0; at < text.length; at += step) {
      if (samples === undefined) {
        take(await timed(() => draw(at, at + frame)));
        continue;
      }
      await timed(() => draw(0, at));
      for (let n = 0; n < 3; n++) take(await timed(() => draw(at + n * frame, at + (n + 1) * frame)));
    }
    // What was put off belongs to it.
    for (let frames = 0, before = log.textContent.length; frames < 61; frames++) {
      const cost = await timed(() => undefined);
      const { length } = log.textContent;
      if (length !== before) take(cost);
      before = length;
    }
    return { costs, drawn };
  }, what);
}

/**
 * Plays the answer by the clock.
 * @param rate characters a second
 * @returns the share of frames that were not shown and of the time that the main thread was at work, in percent
 */
export async function playLive(page: Page, text: string, rate: number): Promise<{ dropped: number; busy: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const taskSeconds = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
  };
  const before = await taskSeconds();
  const { intervals, seconds } = await page.evaluate(
    ({ text: all, rate: perSecond }) =>
      new Promise<{ intervals: number[]; seconds: number }>((done) => {
        const start = performance.now();
        const frames: number[] = [];
        let sent = 0;
        let number = 1;
        let running = true;
        const post = setInterval(() => {
          const due = Math.floor(((performance.now() - start) * perSecond) / 1000);
          const change = { type: "append", message: "a", index: 0, text: all.slice(sent, due) };
          window.dispatchEvent(
            new MessageEvent("message", { data: { type: "update", number: ++number, changes: [change] } }),
          );
          sent = due;
          if (sent < all.length) return;
          clearInterval(post);
          running = false;
          done({
            intervals: frames.slice(1).map((time, index) => time - (frames[index] ?? 0)),
            seconds: (performance.now() - start) / 1000,
          });
        }, 16);
        const frame = (time: number) => {
          frames.push(time);
          if (running) requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),
    { text, rate },
  );
  const period = 1000 / 60;
  const missed = intervals.reduce((sum, interval) => sum + Math.max(0, Math.round(interval / period) - 1), 0);
  const busy = (await taskSeconds()) - before;
  return { dropped: (100 * missed) / (intervals.length + missed), busy: (100 * busy) / seconds };
}
