import { costText } from "../shared/cost";
import type { ToSendView, TotalsView, UsageView } from "../shared/views";

// Texts as the page shows them. No DOM here.

/** The default key bindings of the manifest, as the start screen tells them. */
export const KEYS = { explainSelection: "shift+f1", focus: "ctrl+shift+f1", focusMac: "cmd+shift+f1" };

/** "34 KB": a file size in bytes for people, decimal units. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** "app.ts:12–30", "app.ts:12" or "app.ts". Lines are 1-based and inclusive. */
export function codeName(name: string, lines?: readonly [first: number, last: number]): string {
  if (!lines) return name;
  const [first, last] = lines;
  return first === last ? `${name}:${first}` : `${name}:${first}–${last}`;
}

/** "950", "1.2K", "34K", "1.2M": a count for people. */
export function shortCount(count: number): string {
  const short = (value: number, unit: string) => `${value < 9.95 ? value.toFixed(1) : Math.round(value)}${unit}`;
  if (count < 1000) return String(count);
  return count < 999_500 ? short(count / 1000, "K") : short(count / 1_000_000, "M");
}

/** "45 s" or "12 min". */
export function waitText(seconds: number): string {
  return seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

/** "0.4 s", "12 s" or "2 min 5 s": how long something took. */
export function durationText(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Of English text and code in today's models; only for what is marked as an estimate. */
const CHARACTERS_PER_TOKEN = 3.5;

/** "about 48 tokens/s" after that many characters in that many milliseconds; empty while it is too early to tell. */
export function rateText(characters: number, milliseconds: number): string {
  if (milliseconds < 1500) return "";
  const rate = (characters / CHARACTERS_PER_TOKEN / milliseconds) * 1000;
  return rate < 1 ? "" : `about ${shortCount(Math.round(rate))} tokens/s`;
}

/** "Thought for 12 s · 340 tokens": what is known of a block of thinking that is over. */
export function thoughtText(seconds: number | undefined, tokens: number | undefined): string {
  const time = seconds === undefined ? "Thought" : `Thought for ${waitText(Math.max(1, Math.round(seconds)))}`;
  return tokens ? `${time} · ${shortCount(tokens)} tokens` : time;
}

/** What an answer took, as short facts and one fact a line. Facts that are not known are missing. */
export function usageText(usage: UsageView): { readonly short: readonly string[]; readonly long: string } {
  const { input, cacheRead, cacheWrite, output, thinking, cost } = usage;
  const read = [input, cacheRead, cacheWrite].filter((count) => count !== undefined);
  const short = [
    read.length > 0 ? `${shortCount(read.reduce((sum, count) => sum + count, 0))} in` : "",
    output === undefined ? "" : `${shortCount(output)} out`,
    cost ? costText(cost) : "",
  ];
  const long = [
    input === undefined ? "" : `Input: ${input.toLocaleString()} tokens`,
    cacheRead ? `Read from the cache: ${cacheRead.toLocaleString()} tokens` : "",
    cacheWrite ? `Written to the cache: ${cacheWrite.toLocaleString()} tokens` : "",
    output === undefined ? "" : `Output: ${output.toLocaleString()} tokens`,
    thinking ? `Of these for thinking: ${thinking.toLocaleString()} tokens` : "",
    cost ? `Cost: ${costText(cost)}` : "Cost: unknown",
  ];
  return { short: short.filter(Boolean), long: long.filter(Boolean).join("\n") };
}

/** What the chat has taken, as short facts and as sentences; empty when nothing is known. */
export function totalsText(totals: TotalsView): { readonly short: readonly string[]; readonly long: string } {
  const { cost, context, contextWindow } = totals;
  const known = context !== null && contextWindow !== null && contextWindow > 0;
  const used = known ? `${Math.round((100 * context) / contextWindow)}%` : context === null ? "" : shortCount(context);
  const long = [
    context === null
      ? ""
      : `Context: ${context.toLocaleString()}${known ? ` of ${contextWindow.toLocaleString()}` : ""} tokens.`,
    cost ? `This chat has cost ${costText(cost)}.` : "",
  ];
  return {
    short: [used, cost ? costText(cost) : ""].filter(Boolean),
    long: long.filter(Boolean).join(" "),
  };
}

/** "1.2K to send", "1%" and "~$0.0024", with "about" before an estimate, and the same as sentences. */
export function toSendText(toSend: ToSendView): { readonly short: readonly string[]; readonly long: string } {
  const { tokens, exact, cost, contextWindow } = toSend;
  const about = exact ? "" : "about ";
  const share = contextWindow ? percent(tokens / contextWindow) : "";
  return {
    short: [`${about}${shortCount(tokens)} to send`, share, cost ? costText(cost) : ""].filter(Boolean),
    long: [
      `With all before it, your message has ${about}${tokens.toLocaleString()} tokens`,
      share && contextWindow ? `, ${share} of the ${contextWindow.toLocaleString()} that the model can read` : "",
      cost ? `. Sending it costs ${costText(cost)}; the answer comes on top.` : ".",
    ].join(""),
  };
}

/** "<1%" for a share that is not nothing. */
function percent(share: number): string {
  return share > 0 && share < 0.01 ? "<1%" : `${Math.round(100 * share)}%`;
}

/** Whole seconds from `now` until `until`, both in milliseconds; never negative. */
export function secondsUntil(until: number, now: number): number {
  return Math.max(0, Math.ceil((until - now) / 1000));
}

/** A line for each text: a line break in one is "\\n", a backslash "\\\\". */
export function textOfLines(texts: readonly string[]): string {
  return texts.map((text) => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")).join("\n");
}

/** The texts of the lines, without empty ones. */
export function linesOf(text: string): string[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => line.replaceAll(/\\([n\\])/g, (_, escaped) => (escaped === "n" ? "\n" : "\\")));
}
