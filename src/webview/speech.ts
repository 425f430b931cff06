// What a screen reader is told of a growing answer, and when. No DOM here.

/** Milliseconds between two texts, at least: a screen reader that is fed faster never finishes one. */
const PAUSE = 1500;
/** Characters a second that are read out, about: fast for a listener, slow for a model. */
const PACE = 30;
/** Characters that are told at once, when that is not less than a sentence. */
const MOST_AT_ONCE = 300;
/** Characters that may wait: what is heard is never more than about a minute old. */
const MOST_WAITING = 1500;
const SKIPPED = "Some text is skipped.";

/** Sentences of an answer on their way to a screen reader. */
export interface Speech {
  /** Reads a sentence out after those that wait. When too much waits, the oldest are left out, and that is said. */
  read(sentence: string): void;
  /** What waits will not be read. */
  hush(): void;
}

/**
 * @param say shows a text to the screen reader
 * @param later calls back after so many milliseconds
 */
export function createSpeech(say: (text: string) => void, later: (done: () => void, ms: number) => void): Speech {
  let waiting: string[] = [];
  let skipped = false;
  let speaking = false;

  function speak(): void {
    const texts = skipped ? [SKIPPED] : [];
    let length = 0;
    for (const next of waiting) {
      if (length > 0 && length + next.length > MOST_AT_ONCE) break;
      texts.push(next);
      length += next.length;
    }
    waiting.splice(0, texts.length - Number(skipped));
    skipped = false;
    speaking = texts.length > 0;
    if (!speaking) return;
    say(texts.join(" "));
    later(speak, Math.max(PAUSE, (length / PACE) * 1000));
  }

  return {
    read(sentence) {
      waiting.push(sentence);
      for (let length = lengthOf(waiting); length > MOST_WAITING && waiting.length > 1; skipped = true) {
        length -= waiting.shift()?.length ?? 0;
      }
      if (!speaking) speak();
    },
    hush() {
      waiting = [];
      skipped = false;
    },
  };
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

/**
 * A text that still grows, without the marks that may begin emphasis or code and are not closed yet: they would be read as
 * asterisks.
 */
export function withoutOpenMarks(text: string): string {
  return text.replaceAll(/(?<![\p{L}\p{N}*_~`])(?:\*{1,3}|_{1,3}|~~|`+)(?=[\p{L}\p{N}"“'‘([])/gu, "");
}

/** Longer paragraphs are read out as far as this. */
const LONGEST = 10_000;

const segmenter = new Intl.Segmenter(undefined, { granularity: "sentence" });

/** The sentences of a paragraph; without the last when it may still `grow`. */
export function sentencesIn(paragraph: string, grows: boolean): string[] {
  const text = paragraph.slice(0, LONGEST).replace(/\s+/g, " ");
  const sentences = [...segmenter.segment(text)].map(({ segment }) => segment.trim()).filter(Boolean);
  return grows ? sentences.slice(0, -1) : sentences;
}
