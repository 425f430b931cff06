import { createSpeech, sentencesIn, withoutOpenMarks, type Speech } from "./speech";

/** Reads answers out, sentence by sentence. */
export interface Reader extends Speech {
  /** Reads what is drawn in `root`, which may grow. */
  follow(root: HTMLElement): Reading;
}

/** Reads a growing text out, each sentence once. */
export interface Reading {
  /** More of it was drawn. */
  grown(): void;
  /** All of it is drawn. `spoken`: what was not read yet is. */
  end(spoken: boolean): void;
}

interface Voice {
  read(sentence: string): void;
  /** "TypeScript" of "ts", if that is known. */
  readonly languageName: (language: string) => string | undefined;
}

/** Milliseconds from new text to looking for its sentences: far more rarely than it is drawn. */
const PAUSE = 500;

/** Elements that have nothing of their kind in them; together they are the text. */
const PARTS = ":is(p, h1, h2, h3, h4, h5, h6, .code-block, .table):not(:is(.footnote, .footnotes) *)";

/** @param region a live region of its own */
export function createReader(region: HTMLElement, languageName: Voice["languageName"]): Reader {
  const speech = createSpeech(
    (text) => region.replaceChildren(text),
    (done, ms) => setTimeout(done, ms),
  );
  const voice: Voice = { read: (sentence) => speech.read(sentence), languageName };
  return { ...speech, follow: (root) => createReading(voice, root) };
}

/**
 * Reads what is drawn in `root`. A part that has ended stays where it is among the parts, whatever becomes of the open end, so
 * that a number tells what was read. Code and tables are named when they are complete; footnotes come last.
 */
function createReading(voice: Voice, root: HTMLElement): Reading {
  /** So many parts were read, */
  let count = 0;
  /** of which this is the last. */
  let done: Element | undefined;
  /** So many sentences of the next part were read. */
  let said = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function go(grows: boolean): void {
    timer = undefined;
    let part = done?.isConnected ? partAfter(root, done) : root.querySelectorAll(PARTS)[count];
    while (part) {
      const next = partAfter(root, part);
      const last = grows && !next;
      const sentences = sentencesOf(voice, part, last);
      for (const sentence of sentences.slice(said)) voice.read(sentence);
      if (last) {
        said = Math.max(said, sentences.length);
        return;
      }
      said = 0;
      count++;
      done = part;
      part = next;
    }
  }

  return {
    grown() {
      timer ??= setTimeout(go, PAUSE, true);
    },
    end(spoken) {
      clearTimeout(timer);
      if (!spoken) return;
      go(false);
      for (const [index, note] of root.querySelectorAll(".footnotes li").entries()) {
        voice.read(`Footnote ${index + 1}: ${wordsOf(note)}`);
      }
    },
  };
}

/** The first part of `root` behind this one. What was read is not looked at again. */
function partAfter(root: Element, part: Element): Element | undefined {
  for (let node: Element | null = part; node && node !== root; node = node.parentElement) {
    for (let next = node.nextElementSibling; next; next = next.nextElementSibling) {
      const found = next.matches(PARTS) ? next : next.querySelector(PARTS);
      if (found) return found;
    }
  }
  return undefined;
}

function sentencesOf(voice: Voice, part: Element, grows: boolean): string[] {
  if (part.matches(".code-block")) return grows ? [] : [codeInWords(voice, part)];
  if (part.matches(".table")) return grows ? [] : [tableInWords(part)];
  return sentencesIn(wordsOf(part, grows), grows);
}

/** Without the numbers of footnotes, which would be read as part of a word. */
function wordsOf(part: Element, grows = false): string {
  const copy = part.cloneNode(true) as Element;
  for (const link of copy.querySelectorAll("sup, [role=doc-backlink]")) link.remove();
  if (grows) dropOpenMarks(copy);
  const task = copy.querySelector("input")?.ariaLabel;
  return (task ? `${task}: ` : "") + copy.textContent.trim();
}

function dropOpenMarks(part: Element): void {
  const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text instanceof Text; text = texts.nextNode()) {
    if (!text.parentElement?.closest("code")) text.data = withoutOpenMarks(text.data);
  }
}

function codeInWords({ languageName }: Voice, block: Element): string {
  const label = block.getAttribute("data-language") ?? "";
  const name = languageName(label) ?? label;
  const code = block.querySelector("pre")?.textContent ?? "";
  return `${["Code block", name, counted(code.trimEnd().split("\n").length, "line")].filter(Boolean).join(", ")}.`;
}

function tableInWords(block: Element): string {
  const rows = block.querySelectorAll("tbody tr").length;
  const columns = block.querySelectorAll("th").length;
  return `Table, ${counted(columns, "column")}, ${counted(rows, "row")}.`;
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
