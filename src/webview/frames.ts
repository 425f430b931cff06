/** Milliseconds that a frame with an update may take before the following frames are left to the browser: a quarter of one. */
const BUDGET = 4;
/** Whatever an update costs, something new is seen about once a second. */
const MOST_SKIPPED = 60;

/**
 * Calls `draw` at most once a frame, and not at all while the page is hidden. After a frame that took longer than the budget,
 * with its style, layout and paint, frames are skipped in proportion, so that scrolling and typing stay smooth whatever there
 * is to draw.
 */
export function createFrames(draw: () => void): { request(): void } {
  let requested = false;
  let skip = 0;
  let start = 0;
  // What is posted in a frame arrives after its layout and paint, without one that is forced.
  const ended = new MessageChannel();
  ended.port1.onmessage = () => {
    skip = Math.min(MOST_SKIPPED, Math.max(0, Math.ceil((performance.now() - start) / BUDGET) - 1));
  };

  function frame(): void {
    if (skip > 0) {
      skip--;
      requestAnimationFrame(frame);
      return;
    }
    requested = false;
    start = performance.now();
    draw();
    ended.port2.postMessage(undefined);
  }

  return {
    request() {
      if (requested) return;
      requested = true;
      requestAnimationFrame(frame);
    },
  };
}
