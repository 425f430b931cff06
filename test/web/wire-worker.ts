/** Runs the tables of wire cases in a web worker, with its own fetch classes, streams and decoder, and posts what failed. */
import { blockCases } from "../unit/api/blocks.cases";
import { byteCases } from "../unit/api/bytes.cases";
import { problemsOf } from "../unit/api/cases";
import { eventCases } from "../unit/api/events.cases";
import { errorCases } from "../unit/api/stream-errors.cases";
import { toolCases } from "../unit/api/tools.cases";
import { usageCases } from "../unit/api/usage.cases";

export interface WorkerResult {
  readonly count: number;
  readonly failed: readonly string[];
}

async function main(): Promise<WorkerResult> {
  const cases = [byteCases, eventCases, toolCases, blockCases, usageCases, errorCases].flat();
  const failed: string[] = [];
  for (const wire of cases) {
    const problems = await problemsOf(wire).catch((error: unknown) => [String(error)]);
    if (problems.length > 0) failed.push(`${wire.name}: ${problems.join("; ")}`);
  }
  return { count: cases.length, failed };
}

void main().then((result) => self.postMessage(result));
