/** Milliseconds of a frame, an eighth of it, that an update may take and be followed by others at once. */
const CHEAP = 2;
/** So many frames are left to the browser after a dearer one: text that grows 20 times a second reads as well. */
const REST = 2;
/** After a still dearer one, so many that this much of each, a seventh of it, would have been taken. */
const BUDGET = 2.5;
/** Whatever an update costs, something new is seen about once a second. */
const MOST_SKIPPED = 60;
/** After so many milliseconds without an update there is nothing to rest from. */
const PAUSE = 100;

export interface Frames {
  /** Draws in the next frame that is not left to the browser; `now`: in the next one of all. */
  request(now?: boolean): void;
  /** Does what can wait, in a frame that has time for it. One thing can wait. */
  between(work: () => void): void;
}

/**
 * Calls `draw` at most once a frame, and not at all while the page is hidden. After a frame that took long, with its style, layout
 * and paint, frames are skipped, so that scrolling and typing stay smooth whatever there is to draw.
 */
export function createFrames(draw: () => void): Frames {
  let requested = false;
  let scheduled = false;
  let waiting: (() => void) | undefined;
  let cheap = true;
  let skip = 0;
  let start = 0;
  let end = 0;
  // What is posted in a frame arrives after its layout and paint, without one that is forced.
  const ended = new MessageChannel();
  ended.port1.onmessage = () => {
    end = performance.now();
    const took = end - start;
    cheap = took <= CHEAP;
    skip = cheap ? 0 : Math.min(MOST_SKIPPED, Math.max(REST, Math.ceil(took / BUDGET) - 1));
  };

  function schedule(): void {
    if (scheduled || !(requested || waiting)) return;
    scheduled = true;
    requestAnimationFrame(frame);
  }

  function frame(): void {
    scheduled = false;
    const draws = requested && skip === 0;
    if (draws) {
      requested = false;
      start = performance.now();
      draw();
      ended.port2.postMessage(undefined);
    } else if (skip > 0) skip--;
    if (cheap || !draws) {
      const work = waiting;
      waiting = undefined;
      work?.();
    }
    schedule();
  }

  return {
    request(now = !requested && performance.now() - end > PAUSE) {
      if (now) skip = 0;
      requested = true;
      schedule();
    },
    between(work) {
      waiting = work;
      schedule();
    },
  };
}
