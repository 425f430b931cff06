import type { Pattern, Span } from "./find-pattern";
import { rangeOf, readText, shownText, type ShownText } from "./find-text";
import type { MessageElement } from "./message-view";

/** One match of the conversation. */
export interface Match {
  readonly message: MessageElement;
  /** Among those of its message. */
  readonly index: number;
}

/** Milliseconds of a frame that searching may take. */
const BUDGET = 8;
/** Matches that are marked at once: all are counted and gone to, and the browser paints no more than it must. */
const MOST_MARKED = 2000;

/**
 * Searches the messages, a few milliseconds a frame, and searches those again that have changed. The text of a message that
 * is not drawn is read off a drawing that is never shown, so that what is found is what will be seen.
 */
export interface Search {
  /** Begins anew, with the message at this index and those after it first. */
  start(pattern: Pattern | undefined, from: number): void;
  /** Everything has been searched. */
  readonly done: boolean;
  readonly total: number;
  /** The place of a match among all, from 0; -1 when it is gone. */
  placeOf(match: Match): number;
  /** The match at a place, counted from 0. */
  at(place: number): Match | undefined;
  range(match: Match): StaticRange | undefined;
  /** The line that a match is in. */
  line(match: Match): string;
  /** The matches in messages that are drawn, those around this index first, and not more than can be painted well. */
  ranges(around: number): StaticRange[];
  /** Tells that a message was drawn or has changed. */
  changed(message: MessageElement): void;
  /** Lets go of all texts. */
  stop(): void;
}

/** @param found is called when there is something new to show */
export function createSearch(messages: () => readonly MessageElement[], found: () => void): Search {
  let texts = new Map<MessageElement, ShownText>();
  let matches = new Map<MessageElement, readonly Span[]>();
  let waiting = new Set<MessageElement>();
  /** The message that is searched, a piece at a time: it may be long. */
  let current: { readonly message: MessageElement; readonly steps: Generator<undefined> } | undefined;
  let pattern: Pattern | undefined;
  let scheduled = false;

  /** Of a message that was searched. */
  function textOf(message: MessageElement): ShownText {
    const text = texts.get(message) ?? shownText(message.content);
    texts.set(message, text);
    return text;
  }

  function* search(message: MessageElement, wanted: Pattern): Generator<undefined> {
    let text = texts.get(message);
    if (!text) {
      const { drawn } = message;
      const read = yield* readText(drawn ? message.content : yield* message.preview());
      // Of what is not drawn, the text alone is kept.
      text = drawn ? read : { text: read.text, nodes: [] };
      texts.set(message, text);
    }
    matches.set(message, yield* matchesIn(text.text, wanted));
  }

  function isDone(): boolean {
    return waiting.size === 0 && !current;
  }

  function schedule(): void {
    if (scheduled || isDone()) return;
    scheduled = true;
    requestAnimationFrame(work);
  }

  function work(): void {
    scheduled = false;
    const end = performance.now() + BUDGET;
    do {
      const [message] = waiting;
      if (!current && message && pattern) current = { message, steps: search(message, pattern) };
      if (!current) break;
      waiting.delete(current.message);
      if (current.steps.next().done) current = undefined;
    } while (performance.now() < end);
    found();
    schedule();
  }

  return {
    start(wanted, from) {
      pattern = wanted;
      current = undefined;
      matches = new Map();
      const list = messages();
      waiting = new Set(wanted ? [...list.slice(from), ...list.slice(0, from)] : []);
      found();
      schedule();
    },
    get done() {
      return isDone();
    },
    get total() {
      return messages().reduce((sum, message) => sum + (matches.get(message)?.length ?? 0), 0);
    },
    placeOf({ message, index }) {
      if (index >= (matches.get(message)?.length ?? 0)) return -1;
      let place = index;
      for (const other of messages()) {
        if (other === message) return place;
        place += matches.get(other)?.length ?? 0;
      }
      return -1;
    },
    at(place) {
      let rest = place;
      for (const message of messages()) {
        const { length } = matches.get(message) ?? [];
        if (rest < length) return { message, index: rest };
        rest -= length;
      }
      return undefined;
    },
    range({ message, index }) {
      const span = matches.get(message)?.[index];
      return span && message.drawn ? rangeOf(textOf(message), ...span) : undefined;
    },
    line({ message, index }) {
      const [start, end] = matches.get(message)?.[index] ?? [0, 0];
      const { text } = textOf(message);
      const stop = text.indexOf("\n", end);
      return text.slice(text.lastIndexOf("\n", start) + 1, stop < 0 ? undefined : stop);
    },
    ranges(around) {
      const list = messages();
      const ranges: StaticRange[] = [];
      // Outwards from the message, as a reader goes.
      for (let distance = 0; distance < list.length && ranges.length < MOST_MARKED; distance++) {
        for (const at of distance === 0 ? [around] : [around - distance, around + distance]) {
          const message = list[at];
          if (!message?.drawn) continue;
          for (const span of matches.get(message) ?? []) {
            if (ranges.length >= MOST_MARKED) break;
            const range = rangeOf(textOf(message), ...span);
            if (range) ranges.push(range);
          }
        }
      }
      return ranges;
    },
    changed(message) {
      texts.delete(message);
      if (current?.message === message) current = undefined;
      if (!pattern) return;
      waiting.add(message);
      schedule();
    },
    stop() {
      pattern = undefined;
      current = undefined;
      texts = new Map();
      matches = new Map();
      waiting = new Set();
    },
  };
}

/** A match never goes over the end of a line, so that no block is found together with the next. */
function* matchesIn(text: string, pattern: Pattern): Generator<undefined, Span[]> {
  const spans: Span[] = [];
  for (let start = 0; start < text.length;) {
    const stop = text.indexOf("\n", start);
    const end = stop < 0 ? text.length : stop;
    for (const span of pattern(text.slice(start, end))) {
      if (span) spans.push([start + span[0], start + span[1]]);
      yield undefined;
    }
    start = end + 1;
    yield undefined;
  }
  return spans;
}
