/**
 * What a test or a curious person can ask of the simulated model by writing `[[name]]`, or `[[name key=value]]`, anywhere
 * in the newest message. Several go together: `[[thinking]] [[slow]] [[gate]]`.
 */
export const directives = {
  slow: "answers at 20 tokens a second",
  fast: "answers at 5,000 tokens a second",
  long: "a long answer of prose, lists, tables and code; `kb=200` says how long",
  markdown: "a sample of all that markdown can do",
  hostile:
    "an answer that tries to do harm: scripts, bad links, remote images, tricks with text direction; `all` for every vector of the tests",
  echo: "the message comes back as the answer",
  thinking: "thinks first; with `redacted`, in a block that cannot be read",
  tool: "calls the first tool of the request; `count=2` calls that many at once",
  call: 'calls what the JSON in the fence says, `[{"name": …, "input": {…}}]`; `rounds=3` so many times in a row; `end=end_turn` with another stop reason; `cut` in the middle of the last one',
  search: "searches the web, and cites what it finds; `error=max_uses_exceeded` fails",
  run: "runs code, which makes a file",
  pause: "pauses in a turn of the server's own tools; `count=3` so many times",
  empty: "an answer without any content",
  refusal: "stops with a refusal after a few words",
  max_tokens: "stops half-way as if the limit of tokens were reached",
  gate: "waits half-way until the test lets it go on; `at=0` waits before the first byte",
  expired: "in a batch: ends without an answer, as after 24 hours",
  canceled: "in a batch: ends without an answer, as when the batch was cancelled before its turn came",
  stall: "stops half-way and keeps the connection open; `at=0` never begins",
  cut: "destroys the connection half-way; `at=0` before the first byte",
  overloaded: "an error event half-way through the stream",
  html: "a web page with status 200, as from a captive portal",
  "401": "authentication_error",
  "403": "permission_error",
  "429":
    "rate_limit_error, then well; `retry-after=1` in seconds, `times=1`, `spend-cap` for the kind that no retry heals",
  "500": "api_error; `times=3` for well after three",
  "502": "a proxy's error page in HTML; `times=3` for well after three",
  "529": "overloaded_error twice, then well; `times=2`",
} as const satisfies Readonly<Record<string, string>>;

export type DirectiveName = keyof typeof directives;
export type Arguments = Readonly<Record<string, string>>;

const pattern = /\[\[([a-z0-9_]+)((?:\s+[a-z-]+(?:=[\w.-]+)?)*)\s*\]\]/g;

function isDirective(name: string): name is DirectiveName {
  return Object.hasOwn(directives, name);
}

/** The directives in a text with their arguments. Other double brackets, as in C++ or bash, are plain text. */
export function parseDirectives(text: string): ReadonlyMap<DirectiveName, Arguments> {
  const found = new Map<DirectiveName, Arguments>();
  for (const [, name = "", list = ""] of text.matchAll(pattern)) {
    if (!isDirective(name)) continue;
    const pairs = list
      .split(/\s+/)
      .filter((pair) => pair !== "")
      .map((pair) => pair.split("=") as [string, string?]);
    found.set(name, Object.fromEntries(pairs.map(([key, value]) => [key, value ?? ""])));
  }
  return found;
}

/** The text without its directives. */
export function withoutDirectives(text: string): string {
  return text.replaceAll(pattern, (whole, name: string) => (isDirective(name) ? "" : whole)).trim();
}
