/** How text is searched for. */
export interface FindOptions {
  readonly matchCase: boolean;
  readonly wholeWord: boolean;
  readonly regex: boolean;
}

/**
 * Finds in one line: where each match begins and ends. Empty matches do not count. Undefined is no match: it is a place to stop for
 * a while, for a line may be long.
 */
export type Pattern = (line: string) => Iterable<Span | undefined>;
export type Span = readonly [start: number, end: number];

/**
 * Makes a pattern of what was typed. Throws an error with a sentence for the user.
 *
 * The engine of JavaScript cannot be stopped once a pattern like `(a+)+$` has begun, and the page would hang. So a regular
 * expression is only checked and its single characters are only compared by it; the rest is done here, in a time that grows
 * with the length of the line and of the pattern and no more: a state that has failed at a position is not tried again.
 */
export function findPattern(query: string, options: FindOptions): Pattern {
  const flags = options.matchCase ? "u" : "iu";
  const find = options.regex ? expression(query, flags) : literal(query, flags);
  if (!options.wholeWord) return find;
  return function* (line) {
    for (const span of find(line)) {
      yield span && isBoundary(line, span[0]) && isBoundary(line, span[1]) ? span : undefined;
    }
  };
}

function literal(query: string, flags: string): Pattern {
  const escaped = query.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  const expressionOfText = new RegExp(escaped, `g${flags}`);
  return function* (line) {
    for (const { index, 0: match } of line.matchAll(expressionOfText)) yield [index, index + match.length];
  };
}

const WORD = /[\p{L}\p{M}\p{N}_]/u;

/** Not within a word. */
function isBoundary(line: string, at: number): boolean {
  return !(WORD.test(line[at - 1] ?? "") && WORD.test(line[at] ?? ""));
}

/** A part of a regular expression. */
type Part =
  | { readonly type: "one"; readonly test: (character: string) => boolean }
  | { readonly type: "at"; readonly test: (line: string, at: number) => boolean }
  | { readonly type: "sequence" | "choice"; readonly parts: readonly Part[] }
  | {
      readonly type: "repeat";
      readonly part: Part;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    };

/** A step of the program that a regular expression becomes: `fork` tries `next` first, then `other`. */
type Step =
  | { readonly type: "one"; readonly test: (character: string) => boolean }
  | { readonly type: "at"; readonly test: (line: string, at: number) => boolean }
  | { readonly type: "fork"; next: number; other: number }
  | { readonly type: "end" };

const MOST_STEPS = 2000;
/** States that are remembered for a line, a byte each. Longer lines are searched in pieces. */
const MOST_STATES = 4_000_000;
/** After so many there is a place to stop. */
const STATES_AT_ONCE = 20_000;

function expression(query: string, flags: string): Pattern {
  RegExp(query, flags); // throws a sentence when it is not valid
  const steps: Step[] = [];
  emit(parse(query, flags), steps);
  steps.push({ type: "end" });
  const longest = Math.floor(MOST_STATES / steps.length);
  return function* (line) {
    for (let from = 0; from < line.length; from += longest) {
      for (const span of run(steps, line.slice(from, from + longest))) {
        yield span && [span[0] + from, span[1] + from];
      }
    }
  };
}

/** Reads an expression that is known to be valid. */
function parse(source: string, flags: string): Part {
  let at = 0;

  function choice(): Part {
    const parts = [sequence()];
    while (source[at] === "|") {
      at++;
      parts.push(sequence());
    }
    return { type: "choice", parts };
  }

  function sequence(): Part {
    const parts: Part[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") parts.push(quantified(atom()));
    return { type: "sequence", parts };
  }

  function atom(): Part {
    if (source[at] === "(") {
      const [opening = "(", kind] = /^\((?:\?(:|<\w+>|.{1,2}))?/u.exec(source.slice(at)) ?? [];
      if (kind !== undefined && kind !== ":" && !kind.endsWith(">")) throw unsupported("Looking ahead or behind");
      at += opening.length;
      const part = choice();
      at++;
      return part;
    }
    const [token = ""] = TOKEN.exec(source.slice(at)) ?? [];
    at += token.length;
    if (/^\\[1-9k]/.test(token)) throw unsupported("A reference to a group");
    if (token === "^") return { type: "at", test: (_, position) => position === 0 };
    if (token === "$") return { type: "at", test: (line, position) => position === line.length };
    if (token === "\\b" || token === "\\B") return { type: "at", test: wordEdge(token === "\\b") };
    return { type: "one", test: characterTest(token, flags) };
  }

  function quantified(part: Part): Part {
    const [token, sign, min, comma, max] = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})/.exec(source.slice(at)) ?? [];
    if (token === undefined) return part;
    at += token.length;
    const lazy = source[at] === "?";
    if (lazy) at++;
    const least = sign === "+" ? 1 : Number(min ?? 0);
    const most = sign === "?" ? 1 : sign || (comma && !max) ? Infinity : Number(max || min);
    return { type: "repeat", part, min: least, max: most, lazy };
  }

  return choice();
}

/** One character of an expression, as it is written: a class, an escape, or the character itself. */
const TOKEN =
  /^(?:\[(?:\\.|[^\]\\])*\]|\\(?:u\{[0-9a-f]+\}|u[0-9a-f]{4}|x[0-9a-f]{2}|[pP]\{[^}]*\}|c[a-z]|k<\w+>|.)|.)/isu;

function unsupported(what: string): Error {
  return new Error(`${what} is not possible in this search.`);
}

function wordEdge(wanted: boolean): (line: string, at: number) => boolean {
  const isWord = (character: string | undefined) => /\w/.test(character ?? "");
  return (line, at) => (isWord(line[at - 1]) !== isWord(line[at])) === wanted;
}

function characterTest(token: string, flags: string): (character: string) => boolean {
  const single = new RegExp(`^(?:${token})$`, flags);
  const known = new Map<string, boolean>();
  return (character) => {
    let result = known.get(character);
    if (result === undefined) known.set(character, (result = single.test(character)));
    return result;
  };
}

function emit(part: Part, steps: Step[]): void {
  if (steps.length > MOST_STEPS) throw new Error("This regular expression is too large.");
  switch (part.type) {
    case "one":
    case "at":
      steps.push(part);
      return;
    case "sequence":
      for (const one of part.parts) emit(one, steps);
      return;
    case "choice":
      return emitChoice(part.parts, steps);
    case "repeat":
      return emitRepeat(part, steps);
  }
}

function emitChoice(parts: readonly Part[], steps: Step[]): void {
  const exits: Extract<Step, { type: "fork" }>[] = [];
  for (const [index, one] of parts.entries()) {
    if (index === parts.length - 1) {
      emit(one, steps);
      break;
    }
    const fork = addFork(steps);
    emit(one, steps);
    exits.push(addFork(steps));
    fork.other = steps.length;
  }
  for (const exit of exits) exit.next = exit.other = steps.length;
}

function emitRepeat({ part, min, max, lazy }: Extract<Part, { type: "repeat" }>, steps: Step[]): void {
  for (let count = 0; count < min; count++) emit(part, steps);
  const leave: Extract<Step, { type: "fork" }>[] = [];
  const most = max === Infinity ? 1 : max - min;
  for (let count = 0; count < most; count++) {
    const begin = steps.length;
    leave.push(addFork(steps));
    emit(part, steps);
    if (max === Infinity) {
      const again = addFork(steps);
      again.next = again.other = begin;
    }
  }
  for (const fork of leave) {
    fork.other = steps.length;
    if (lazy) [fork.next, fork.other] = [fork.other, fork.next];
  }
}

function addFork(steps: Step[]): Extract<Step, { type: "fork" }> {
  const fork = { type: "fork" as const, next: steps.length + 1, other: steps.length + 1 };
  steps.push(fork);
  return fork;
}

/** All matches in a line, from left to right, as JavaScript would find them. */
function* run(steps: readonly Step[], line: string): Generator<Span | undefined> {
  const width = steps.length;
  /** By position and step: it was tried there. What led to a match is forgotten, all else has failed. */
  const tried = new Uint8Array(width * (line.length + 1));
  const stack: number[] = [];
  let count = 0;

  for (let from = 0; from < line.length;) {
    let end = -1;
    stack.length = 0;
    stack.push(from * width);
    for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
      if (tried[state]) continue;
      tried[state] = 1;
      if (++count % STATES_AT_ONCE === 0) yield undefined;
      const index = state % width;
      const at = (state - index) / width;
      const step = steps[index];
      if (step?.type === "end") {
        end = at;
        break;
      }
      if (step?.type === "fork") stack.push(at * width + step.other, at * width + step.next);
      else if (step?.type === "at" && step.test(line, at)) stack.push(state + 1);
      else if (step?.type === "one" && at < line.length) {
        const character = String.fromCodePoint(line.codePointAt(at) ?? 0);
        if (step.test(character)) stack.push((at + character.length) * width + index + 1);
      }
    }
    if (end > from) {
      yield [from, end];
      tried.fill(0, end * width, (end + 1) * width);
      from = end;
    } else {
      from += (line.codePointAt(from) ?? 0) > 0xff_ff ? 2 : 1;
    }
  }
}
