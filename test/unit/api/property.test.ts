/** Random messages survive the wire; random damage ends in a defined way. The seed is printed to repeat a failure. */
import assert from "node:assert/strict";
import { ApiFailure } from "../../../src/api/failure";
import { damaged, eventsOf, randomMessage, streamOf } from "./generate";
import { bytesOf, fakeFetch, randomChunks, randomFrom, run } from "./harness";

const rounds = 5000;

describe("Random streams", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  before(() => console.log(`      seed ${seed}`));

  it(`${rounds} messages arrive as they were sent`, async () => {
    const random = randomFrom(seed);
    for (let round = 0; round < rounds; round++) {
      const sent = randomMessage(random);
      const chunks = randomChunks(bytesOf(streamOf(sent, random, "odd")), random, 400);
      const { message, failure } = await run(fakeFetch({ chunks }));
      assert.equal(failure, undefined, `seed ${seed}, round ${round}: ${failure?.message}`);
      const { complete, invalidToolUses, warnings, ...got } = message;
      assert.deepEqual([complete, invalidToolUses, warnings], [true, [], []]);
      assert.deepEqual(got, sent, `seed ${seed}, round ${round}`);
    }
  }).timeout(60_000);

  it(`${rounds} damaged streams end in a message or a failure`, async () => {
    const random = randomFrom(seed + 1);
    for (let round = 0; round < rounds; round++) {
      const bytes = damaged(eventsOf(randomMessage(random), random), random);
      const { message, failure } = await run(fakeFetch({ chunks: randomChunks(bytes, random, 400) }), {
        maxRetries: 0,
      });
      assert.equal(message.complete, failure === undefined, `seed ${seed}, round ${round}`);
      assert.ok(failure === undefined || failure instanceof ApiFailure);
      assert.doesNotThrow(() => JSON.stringify(message));
    }
  }).timeout(60_000);
});
