/** Runs one case of the tables under many chunkings. Needs nothing of Node, so that it runs in a web worker too. */
import { bytesOf, chunkings, chunksOfSize, fakeFetch, type Outcome, run } from "./harness";
import type { WireCase } from "./wire";

/** What is wrong with the client's answer, as sentences; none if it passes. */
export async function problemsOf(wire: WireCase): Promise<string[]> {
  const bytes = bytesOf(wire.wire);
  let golden: string | undefined;
  for (const chunks of wire.size === undefined ? chunkings(bytes, wire.everyByte) : [chunksOfSize(bytes, wire.size)]) {
    const network = fakeFetch({
      chunks,
      ...(wire.headers && { headers: wire.headers }),
      ...(wire.ends && { ends: wire.ends }),
    });
    const outcome = await run(network, { maxRetries: 0 });
    const problems = check(wire, outcome);
    if (problems.length > 0) return problems;
    // As text, which is fast to compare. Events hold the live blocks, so they show their final state.
    const seen = JSON.stringify([outcome.events, outcome.message]);
    golden ??= seen;
    if (seen !== golden) return [`another chunking gives another result: ${seen} instead of ${golden}`];
  }
  return [];
}

function check(wire: WireCase, { message, failure, events, requests }: Outcome): string[] {
  const problems: string[] = [];
  const expect = (what: string, actual: unknown, expected: unknown) => {
    if (canonical(actual) !== canonical(expected)) {
      problems.push(`${what}: ${canonical(actual)} instead of ${canonical(expected)}`);
    }
  };
  expect(`failure (${failure?.message})`, failure?.kind, wire.failure);
  if (wire.says && !wire.says.test(failure?.message ?? "")) problems.push(`it says: ${failure?.message}`);
  const content = typeof wire.content === "string" ? [{ type: "text", text: wire.content }] : wire.content;
  if (content) expect("content", message.content, content);
  for (const [field, value] of Object.entries(wire.message ?? {})) {
    expect(field, (message as unknown as Record<string, unknown>)[field], value);
  }
  expect(
    "invalid calls",
    message.invalidToolUses.map(({ id }) => id),
    wire.invalid ?? [],
  );
  expect("warnings", message.warnings.length, wire.warnings ?? 0);
  expect("complete", message.complete, wire.failure === undefined);
  expect("requests", requests, 1);
  expect("last event is the end", events.at(-1)?.type === "end", wire.failure === undefined);
  // A consumer that knows only the events has the same text as one that reads the message.
  const told = message.content.map(() => "");
  for (const event of events) if (event.type === "text" || event.type === "thinking") told[event.index] += event.text;
  const texts = message.content.map((block) =>
    block.type === "text" ? block.text : block.type === "thinking" ? block.thinking : "",
  );
  expect("text of the events", told, texts);
  if (message.complete) {
    const stops = events.filter((event) => event.type === "blockStop").map(({ index }) => index);
    expect(
      "each block stops once",
      stops.toSorted((a, b) => a - b),
      [...message.content.keys()],
    );
  }
  return problems;
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  const sort = (_key: string, item: unknown): unknown =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item;
  return JSON.stringify(value, sort) ?? "undefined";
}
