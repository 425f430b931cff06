/** A batch that is too large for one string, sent over a real connection. */
import assert from "node:assert/strict";
import { MessagesClient } from "../../../src/api/client";
import type { LargeBody } from "../../../src/api/transport";
import { startSimulatedApi, type SimulatedApi } from "../../support/api/server";
import { preset, request } from "./harness";

describe("a large batch", () => {
  let api: SimulatedApi;
  before(async () => (api = await startSimulatedApi()));
  after(() => api.close());

  const client = () => new MessagesClient({ ...preset("anthropic"), baseUrl: api.url, auth: "none" }, undefined, fetch);

  function body(count: number, onChunk: (index: number) => void = () => {}): LargeBody {
    const { batches } = client();
    assert.ok(batches);
    const line = (index: number) => batches.wireRequest({ customId: `c${index}`, params: request });
    const parts = Array.from({ length: count }, (_, index) => (index === 0 ? line(index) : `,\n${line(index)}`));
    const bytes = ['{"requests":[', ...parts, "]}"].map((part) => new TextEncoder().encode(part));
    return {
      length: bytes.reduce((sum, { length }) => sum + length, 0),
      async *chunks() {
        for (const [index, chunk] of bytes.entries()) {
          onChunk(index);
          yield chunk;
        }
      },
    };
  }

  it("is sent piece by piece, with its length", async () => {
    const batch = await client().batches?.create(body(3), new AbortController().signal);
    assert.equal(batch?.counts?.processing, 3);
    const sent = api.requests.at(-1);
    assert.equal(sent?.headers["content-length"], String(body(3).length));
    assert.equal(sent?.headers["transfer-encoding"], undefined);
  });

  it("stops on the way when it is cancelled", async () => {
    const abort = new AbortController();
    const before = api.requests.length;
    let taken = 0;
    const sending = client().batches?.create(
      body(20_000, (index) => {
        taken = index;
        if (index === 1000) abort.abort();
      }),
      abort.signal,
    );
    await assert.rejects(sending ?? Promise.resolve(), { kind: "aborted" });
    assert.ok(taken < 20_000);
    assert.equal(api.requests.length, before, "the server never had the whole of it");
  });
});
