import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiFailure } from "../../../../src/api/failure";
import type { Message } from "../../../../src/api/types";
import { ARRIVED, REQUESTS } from "../../../../src/chat/batch/batchStore";
import { runOneByOne, type OneByOne } from "../../../../src/chat/batch/oneByOne";
import { orderResults, resultRows } from "../../../../src/chat/batch/results";
import { nodeDisk } from "../../../support/nodeDisk";

describe("a batch that is run one by one", () => {
  const folder = "one";
  let root: string;
  let asked: string[];
  let waits: number[];
  let clock: number;
  let told: { succeeded: number; errored: number }[];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "one-by-one-"));
    [asked, waits, clock, told] = [[], [], 0, []];
    for (const id of ["a", "b", "c"]) {
      const params = { model: "m", max_tokens: 10, messages: [{ role: "user", content: id }] };
      await nodeDisk(root).append(`${folder}/${REQUESTS}`, `${JSON.stringify({ custom_id: id, params })}\n`);
    }
  });
  afterEach(() => rm(root, { recursive: true }));

  /** @param answer throws what a request fails with */
  const run = (answer: (text: string) => void = () => {}, signal = new AbortController().signal) => {
    const options: OneByOne = {
      disk: nodeDisk(root),
      folder,
      ask: async ({ messages }) => {
        const content = messages[0]?.content;
        const text = typeof content === "string" ? content : "";
        asked.push(text);
        answer(text);
        return {
          id: `msg_${text}`,
          type: "message",
          role: "assistant",
          model: "m",
          content: [{ type: "text", text: `Answer to ${text}` }],
          stop_reason: "end_turn",
          usage: { input_tokens: 1, output_tokens: 2 },
        } as unknown as Message;
      },
      perMinute: 30,
      onProgress: async (counts) => void told.push({ ...counts }),
      wait: async (milliseconds) => {
        waits.push(milliseconds);
        clock += milliseconds;
      },
      now: () => clock,
      signal,
    };
    return runOneByOne(options);
  };

  /** Of the same files that a batch leaves. */
  async function table(): Promise<string[]> {
    const disk = nodeDisk(root);
    await orderResults({
      disk,
      folder,
      endpointName: "Single",
      model: null,
      without: "missing",
      prices: () => undefined,
      tier: undefined,
      onProgress: () => {},
      signal: new AbortController().signal,
    });
    const rows = await resultRows(disk, folder);
    const texts: string[] = [];
    for await (const { customId, status, firstLine } of rows.all()) texts.push(`${customId} ${status} ${firstLine}`);
    return texts;
  }

  it("begins no more requests in a minute than it may", async () => {
    await run();
    assert.deepEqual(waits, [0, 2000, 2000]);
  });

  it("waits as long as the server asks, and notes what is refused as a result", async () => {
    let busy = true;
    await run((text) => {
      if (text === "b") throw new ApiFailure({ kind: "invalid", message: "Not this one." });
      if (text !== "c" || !busy) return;
      busy = false;
      throw new ApiFailure({ kind: "rateLimit", message: "Too many.", retryable: true, retryAfter: 7000 });
    });
    assert.deepEqual(asked, ["a", "b", "c", "c"]);
    assert.equal(waits.at(-1), 7000);
    const rows = await table();
    assert.equal(rows[0], "a succeeded Answer to a");
    assert.match(rows[1] ?? "", /^b errored .*Not this one/);
    assert.equal(rows[2], "c succeeded Answer to c");
  });

  it("goes on where it was paused, and asks nothing twice", async () => {
    const paused = run((text) => {
      if (text === "b") throw new ApiFailure({ kind: "aborted", message: "Paused." });
    });
    await assert.rejects(paused, { kind: "aborted" });
    assert.deepEqual(told, [{ succeeded: 1, errored: 0 }]);
    // The window was closed in the middle of a line.
    await nodeDisk(root).append(`${folder}/${ARRIVED}`, '{"custom_id":"b","result":{"type":"succ');
    await run();
    assert.deepEqual(asked, ["a", "b", "b", "c"]);
    assert.deepEqual(
      told.slice(1).map(({ succeeded }) => succeeded),
      [1, 2, 3],
    );
    assert.deepEqual(await table(), ["a succeeded Answer to a", "b succeeded Answer to b", "c succeeded Answer to c"]);
  });
});
