import assert from "node:assert/strict";
import { MessagesClient } from "../../../src/api/client";
import { presets } from "../../../src/api/endpoint";
import { ApiFailure } from "../../../src/api/failure";
import { startSimulatedApi, type SimulatedApi } from "../../support/api/server";

describe("files at the server", () => {
  let api: SimulatedApi;
  before(async () => {
    api = await startSimulatedApi({ key: "key", tokensPerSecond: Infinity });
  });
  after(() => api.close());

  const { signal } = new AbortController();

  function client(): MessagesClient {
    const endpoint = presets.find(({ id }) => id === "anthropic");
    assert.ok(endpoint);
    return new MessagesClient({ ...endpoint, baseUrl: api.url }, "key", (url, init) => fetch(url, init), {
      maxRetries: 0,
    });
  }

  async function read(id: string): Promise<string> {
    const parts: Uint8Array[] = [];
    for await (const part of client().fileContent(id, signal)) parts.push(part);
    return Buffer.concat(parts).toString("utf8");
  }

  it("tell their name and size, and give their bytes when a tool has made them", async () => {
    assert.deepEqual(await client().fileInfo("file_plot", signal), { id: "file_plot", name: "plot.csv", size: 20 });
    assert.equal(await read("file_plot"), "month,value\n1,3\n2,4\n");
  });

  it("fail with what is wrong: no such file, one that was uploaded, an id that is a path", async () => {
    const failure = async (work: Promise<unknown>) => {
      const error = await work.then(
        () => assert.fail("it worked"),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof ApiFailure, String(error));
      return error;
    };
    assert.equal((await failure(client().fileInfo("file_none", signal))).kind, "notFound");
    assert.match((await failure(read("file_upload"))).message, /not downloadable/);
    await failure(client().fileInfo("../messages", signal));
    assert.equal(api.requests.at(-1)?.path, "/v1/files/..%2Fmessages");
  });
});
