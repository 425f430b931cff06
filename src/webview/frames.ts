/** Milliseconds of a frame that an update may take before the following frames are left to the browser. */
const BUDGET = 4;
/** Whatever an update costs, something new is seen about once a second. */
const MOST_SKIPPED = 60;

/**
 * Calls `draw` at most once a frame, and not at all while the page is hidden. After a call that took longer than the budget,
 * frames are skipped in proportion, so that scrolling and typing stay smooth whatever there is to draw: the layout of a table
 * of a thousand rows, a paragraph of a megabyte. What `draw` measures at its end makes the layout part of the call.
 */
export function createFrames(draw: () => void): { request(): void } {
  let requested = false;
  let skip = 0;

  function frame(): void {
    if (skip > 0) {
      skip--;
      requestAnimationFrame(frame);
      return;
    }
    requested = false;
    const start = performance.now();
    draw();
    skip = Math.min(MOST_SKIPPED, Math.max(0, Math.ceil((performance.now() - start) / BUDGET) - 1));
  }

  return {
    request() {
      if (requested) return;
      requested = true;
      requestAnimationFrame(frame);
    },
  };
}
