/** Runs a table of cases, each under many chunkings. */
import assert from "node:assert/strict";
import { bytesOf, chunkings, chunksOfSize, fakeFetch, type Outcome, run } from "./harness";
import type { WireCase } from "./wire";

export function wireCases(care: "usual" | "thorough", cases: readonly WireCase[]): void {
  for (const wire of cases) {
    it(wire.name, async () => {
      const bytes = bytesOf(wire.wire);
      let golden: string | undefined;
      for (const chunks of wire.size === undefined ? chunkings(bytes, care) : [chunksOfSize(bytes, wire.size)]) {
        const network = fakeFetch({
          chunks,
          ...(wire.headers && { headers: wire.headers }),
          ...(wire.ends && { ends: wire.ends }),
        });
        const outcome = await run(network, { maxRetries: 0 });
        check(wire, outcome);
        // As text, which is fast to compare. Events hold the live blocks, so they show their final state.
        const seen = JSON.stringify([outcome.events, outcome.message]);
        golden ??= seen;
        assert.equal(seen, golden, "another chunking gives another result");
      }
    }).timeout(20_000);
  }
}

export function check(wire: WireCase, { message, failure, events, requests }: Outcome): void {
  assert.equal(failure?.kind, wire.failure, failure && `${failure.message} | ${failure.raw}`);
  if (wire.says) assert.match(failure?.message ?? "", wire.says);
  const content = typeof wire.content === "string" ? [{ type: "text", text: wire.content }] : wire.content;
  if (content) assert.deepEqual(message.content, content);
  if (wire.message) assert.deepEqual({ ...message, ...wire.message }, message);
  assert.deepEqual(
    message.invalidToolUses.map((invalid) => invalid.id),
    wire.invalid ?? [],
  );
  if (wire.warnings !== undefined) assert.ok(message.warnings.length >= wire.warnings, "no warning");
  assert.equal(message.complete, wire.failure === undefined);
  assert.equal(requests, 1);
  if (wire.failure === undefined) assert.equal(events.at(-1)?.type, "end");
  assertEventsTellTheMessage({ message, events, failure, requests });
}

/** A consumer that knows only the events has the same text as one that reads the message. */
function assertEventsTellTheMessage({ message, events }: Outcome): void {
  const texts = message.content.map((block) =>
    block.type === "text" ? block.text : block.type === "thinking" ? block.thinking : "",
  );
  const told = message.content.map(() => "");
  for (const event of events) {
    if (event.type === "text" || event.type === "thinking") told[event.index] += event.text;
  }
  assert.deepEqual(told, texts);
}
