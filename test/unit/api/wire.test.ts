/** The tables of wire cases A to F. */
import assert from "node:assert/strict";
import { blockCases } from "./blocks.cases";
import { byteCases } from "./bytes.cases";
import { problemsOf } from "./cases";
import { eventCases } from "./events.cases";
import { errorCases } from "./stream-errors.cases";
import { toolCases } from "./tools.cases";
import { usageCases } from "./usage.cases";

const tables = {
  "A: bytes and framing": byteCases,
  "B: events": eventCases,
  "C: tools": toolCases,
  "D: thinking, citations, other blocks": blockCases,
  "E: usage and stop reasons": usageCases,
  "F: errors in a stream": errorCases,
};

for (const [name, cases] of Object.entries(tables)) {
  describe(`Wire cases ${name}`, () => {
    for (const wire of cases) {
      it(wire.name, async () => assert.deepEqual(await problemsOf(wire), []));
    }
  });
}
