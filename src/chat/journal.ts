import * as v from "valibot";
import type { Fact } from "./conversation";
import { readParameterSet } from "./parameters";

/**
 * The journal of a conversation: append-only JSON lines, one fact a line. Each writer (window) has a file of its own, so two
 * windows never overwrite each other. The first line of a file says the format. The format is described in docs/journal.md.
 */
export const JOURNAL_VERSION = 1;

/** Text deltas wait this long for company, in milliseconds: with the write, a partial answer is less than a second behind on disk. */
const DELTA_INTERVAL = 500;

/** After a failed write the lines are kept and written again after this many milliseconds, or with the next fact. */
const RETRY_INTERVAL = 5000;

/** A fact and when it happened, in milliseconds since 1970. */
export type DatedFact = Fact & { readonly at: number };

type Line = DatedFact | { readonly type: "journal"; readonly version: number; readonly at: number };

const text = v.string();
const index = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What `apply` and the page rely on; more fields pass, and so do block types of the future. */
const block = v.pipe(
  v.looseObject({ type: text }),
  v.check((it) => it.type !== "text" || typeof it["text"] === "string"),
  v.check((it) => it.type !== "thinking" || typeof it["thinking"] === "string"),
);

const sha256 = v.pipe(text, v.regex(/^[0-9a-f]{64}$/));

const image = v.looseObject({
  type: v.literal("image"),
  id: text,
  name: text,
  sha256,
  mediaType: v.picklist(["image/png", "image/jpeg", "image/gif", "image/webp"]),
  bytes: v.number(),
  width: v.number(),
  height: v.number(),
  animated: v.boolean(),
  original: v.exactOptional(v.looseObject({ width: v.number(), height: v.number() })),
  shrunk: v.exactOptional(v.literal(true)),
});

const attachment = v.variant("type", [
  image,
  v.looseObject({
    type: v.literal("document"),
    id: text,
    name: text,
    sha256,
    bytes: v.number(),
    pages: v.exactOptional(v.number()),
  }),
  v.looseObject({
    type: v.literal("code"),
    id: text,
    name: text,
    language: text,
    lines: v.optional(v.tuple([v.number(), v.number()])),
    text,
    document: v.exactOptional(v.literal(true)),
    redacted: v.optional(v.number()),
  }),
]);

const result = v.looseObject({
  call: text,
  kind: v.picklist(["done", "failed", "denied", "cancelled", "invalid"]),
  content: v.array(v.variant("type", [v.looseObject({ type: v.literal("text"), text }), image])),
  description: v.optional(text),
  source: v.optional(text),
  allowedBy: v.optional(v.picklist(["rule", "conversation", "once"])),
  milliseconds: v.optional(v.number()),
  whole: v.optional(v.looseObject({ sha256, characters: v.number() })),
});

const turn = v.variant("role", [
  v.looseObject({
    role: v.literal("user"),
    id: text,
    parent: v.nullable(text),
    text,
    attachments: v.array(attachment),
    model: v.optional(text),
  }),
  v.looseObject({
    role: v.literal("assistant"),
    id: text,
    parent: v.nullable(text),
    endpoint: text,
    model: text,
    systemPrompt: v.optional(text),
    systemMessages: v.optional(v.boolean()),
    tools: v.optional(text),
    smallImages: v.optional(v.boolean()),
    citations: v.optional(v.boolean()),
    content: v.array(block),
    notes: v.array(text),
  }),
  v.looseObject({ role: v.literal("results"), id: text, parent: text, results: v.array(result) }),
]);

/** What this version does not know or take is left out. */
const parameterSet = v.pipe(
  v.looseObject({}),
  v.transform((value) => readParameterSet(value)),
);

const outcome = v.variant("kind", [
  v.looseObject({ kind: v.literal("complete"), stopReason: v.nullable(text) }),
  v.looseObject({ kind: v.literal("stopped") }),
  v.looseObject({
    kind: v.literal("failed"),
    failure: v.looseObject({ kind: text, message: text, advice: text, parameter: v.optional(text) }),
  }),
]);

const at = v.number();
const lineSchema = v.variant("type", [
  v.looseObject({ at, type: v.literal("journal"), version: v.number() }),
  v.looseObject({ at, type: v.literal("turn"), turn }),
  v.looseObject({ at, type: v.literal("block"), turn: text, index, block }),
  v.looseObject({ at, type: v.literal("delta"), turn: text, index, text }),
  v.looseObject({
    at,
    type: v.literal("answered"),
    turn: text,
    content: v.array(block),
    outcome,
    usage: v.optional(v.looseObject({})),
    cost: v.optional(v.looseObject({ usd: v.number(), estimate: v.boolean() })),
    container: v.optional(v.looseObject({ id: text, expires_at: v.optional(text) })),
    thinkingSeconds: v.optional(v.record(text, v.number())),
    notes: v.optional(v.array(text)),
  }),
  v.looseObject({ at, type: v.literal("result"), turn: text, result }),
  v.looseObject({ at, type: v.literal("removed"), turn: text }),
  v.looseObject({ at, type: v.literal("leaf"), turn: v.nullable(text) }),
  v.looseObject({
    at,
    type: v.literal("title"),
    title: text,
    writtenBy: v.optional(v.looseObject({ endpoint: text, model: text })),
  }),
  v.looseObject({ at, type: v.literal("copied") }),
  v.looseObject({ at, type: v.literal("model"), model: v.nullable(text) }),
  v.looseObject({
    at,
    type: v.literal("profile"),
    profile: v.nullable(v.looseObject({ name: text, parameters: parameterSet })),
  }),
  v.looseObject({ at, type: v.literal("parameters"), set: parameterSet, reset: v.optional(v.array(text)) }),
  v.looseObject({ at, type: v.literal("draft"), attachments: v.array(attachment) }),
  v.looseObject({ at, type: v.literal("shrunk"), sha256, image }),
  v.looseObject({ at, type: v.literal("pinned"), pinned: v.boolean() }),
  v.looseObject({ at, type: v.literal("workspace"), workspace: v.looseObject({ uri: text, name: text }) }),
  v.looseObject({ at, type: v.literal("deleted"), deleted: v.boolean() }),
]);

export interface JournalWriter {
  write(fact: Fact): void;
  /** The lines that are not known to be on disk, as they will be written; empty when there are none. */
  waiting(): string;
  /** Resolves when everything written so far is on disk, or could not be stored. */
  flush(): Promise<void>;
}

export interface JournalFile {
  /** Adds text at the end of the writer's file. */
  append(text: string): Promise<void>;
  /** Called once for each time that storing begins to fail. Nothing is lost meanwhile: the lines wait in memory. */
  onFailure(error: unknown): void;
}

/** Deltas are joined and written twice a second, everything else at once and in order. */
export function journalWriter(file: JournalFile, now: () => number = Date.now): JournalWriter {
  let waiting: Line[] = [{ type: "journal", version: JOURNAL_VERSION, at: now() }];
  /** Also what could not be written: it may be on disk in part, so nothing is joined to it any more. */
  let beingWritten: readonly Line[] = [];
  let timer: unknown;
  let writing: Promise<void> = Promise.resolve();
  let failing = false;
  let lastDelta = 0;

  function schedule(milliseconds: number): void {
    timer ??= setTimeout(() => void flush(), milliseconds);
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(async () => {
      if (beingWritten.length + waiting.length === 0) return;
      beingWritten = [...beingWritten, ...waiting];
      waiting = [];
      try {
        // What failed may have left whole lines, which do not count twice, and a part of one, which ends here.
        await file.append(`${failing ? "\n" : ""}${textOf(beingWritten)}`);
        beingWritten = [];
        failing = false;
      } catch (error) {
        if (!failing) file.onFailure(error);
        failing = true;
        schedule(RETRY_INTERVAL);
      }
    });
    return writing;
  }

  return {
    waiting: () => textOf([...beingWritten, ...waiting]),
    write(fact) {
      const last = waiting.at(-1);
      if (fact.type !== "delta") {
        waiting.push({ ...fact, at: now() });
        void flush();
      } else if (last?.type === "delta" && last.turn === fact.turn && last.index === fact.index) {
        waiting[waiting.length - 1] = { ...last, text: last.text + fact.text };
      } else {
        lastDelta = Math.max(now(), lastDelta + 1); // the same text twice in a millisecond must not look like one line
        waiting.push({ ...fact, at: lastDelta });
        schedule(DELTA_INTERVAL);
      }
    },
    flush,
  };
}

function textOf(lines: readonly Line[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** What the files of a conversation's folder tell. */
export interface JournalContents {
  /** In the order in which they happened. */
  readonly facts: readonly DatedFact[];
  /** A file was written by a later format: show what can be read, write nothing. */
  readonly newer: boolean;
  /** Lines that could not be read: torn, damaged or foreign. The files are left as they are. */
  readonly unreadable: number;
}

/**
 * Merges the files of all writers by time; within a file the order of lines stands. A line that repeats another counts once:
 * a write that failed half-way is repeated whole. Never throws.
 */
export function readJournal(files: readonly string[]): JournalContents {
  let newer = false;
  let unreadable = 0;
  const lines: Line[] = [];
  const seen = new Set<string>();
  for (const file of files) {
    let latest = 0;
    for (const source of file.split("\n")) {
      if (source.trim() === "" || seen.has(source)) continue;
      seen.add(source);
      const line = parseLine(source);
      if (!line) unreadable++;
      else if (line.type === "journal") newer ||= line.version > JOURNAL_VERSION;
      else {
        latest = Math.max(latest, line.at); // a clock set back must not reorder a file
        lines.push({ ...line, at: latest });
      }
    }
  }
  lines.sort((a, b) => a.at - b.at); // stable
  return { facts: lines.filter((line) => line.type !== "journal"), newer, unreadable };
}

function parseLine(source: string): Line | undefined {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    return undefined;
  }
  const line = v.safeParse(lineSchema, value);
  return line.success ? (line.output as Line) : undefined;
}
