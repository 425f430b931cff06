import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { giveLeaseBack, nextLook, takeLease } from "../../../../src/chat/batch/polling";
import { nodeDisk } from "../../../support/nodeDisk";

describe("looking at batches", () => {
  let root: string;
  beforeEach(async () => (root = await mkdtemp(join(tmpdir(), "polling-"))));
  afterEach(() => rm(root, { recursive: true }));

  it("is done less and less often", () => {
    assert.deepEqual(
      [0, 60_000, 600_000, 86_400_000].map((age) => nextLook(age, 0)),
      [2000, 6000, 60_000, 300_000],
    );
    assert.equal(nextLook(0, 3), 16_000);
  });

  it("is done by one window, until it gives up or its time is over", async () => {
    const disk = nodeDisk(root);
    assert.equal(await takeLease(disk, "one", 1000, 0), true);
    assert.equal(await takeLease(disk, "two", 1000, 500), false);
    assert.equal(await takeLease(disk, "one", 1000, 900), true);
    assert.equal(await takeLease(disk, "two", 1000, 1901), true);
    assert.equal(await takeLease(disk, "one", 1000, 1902), false);
    await giveLeaseBack(disk, "one"); // which it has not
    assert.equal(await takeLease(disk, "one", 1000, 1903), false);
    await giveLeaseBack(disk, "two");
    assert.equal(await takeLease(disk, "one", 1000, 1904), true);
  });

  it("is done by one of many that begin at the same moment", async () => {
    const files = new Map<string, Uint8Array>();
    const disk = {
      ...nodeDisk(root),
      read: async (file: string) => files.get(file) ?? Promise.reject(new Error("ENOENT")),
      write: async (file: string, bytes: Uint8Array) => void files.set(file, bytes),
    };
    const names = Array.from({ length: 10 }, (_, number) => `window ${number}`);
    const taken = await Promise.all(names.map((name) => takeLease(disk, name, 1000, 0)));
    assert.equal(taken.filter(Boolean).length, 1);
  });
});
