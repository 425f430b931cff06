/** The wire cases in a web worker, against its own fetch classes, streams and decoder. */
import { blockCases } from "../../unit/api/blocks.cases";
import { byteCases } from "../../unit/api/bytes.cases";
import { problemsOf } from "../../unit/api/cases";
import { eventCases } from "../../unit/api/events.cases";
import { errorCases } from "../../unit/api/stream-errors.cases";
import { toolCases } from "../../unit/api/tools.cases";
import { usageCases } from "../../unit/api/usage.cases";

describe("Wire cases in a worker", () => {
  for (const wire of [byteCases, eventCases, toolCases, blockCases, usageCases, errorCases].flat()) {
    it(wire.name, async () => {
      const problems = await problemsOf(wire);
      if (problems.length > 0) throw new Error(problems.join("\n"));
    }).timeout(30_000);
  }
});
