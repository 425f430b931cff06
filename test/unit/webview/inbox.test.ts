import assert from "node:assert/strict";
import type { Change } from "../../../src/shared/protocol";
import type { ChatView } from "../../../src/shared/views";
import { createInbox, isHostMessage } from "../../../src/webview/inbox";

const VIEW: ChatView = {
  conversation: "c",
  messages: [],
  status: { kind: "idle" },
  model: { id: "anthropic/a", label: "A", endpoint: "Anthropic" },
  setup: null,
  totals: { cost: null, context: null, contextWindow: null },
  toSend: null,
  font: { family: null, size: null },
  parameters: { profile: null, fields: [] },
  tools: { on: 0, restricted: false },
  attachments: [],
};

function recorder() {
  const log: string[] = [];
  const inbox = createInbox({
    snapshot: () => log.push("snapshot"),
    changes: (changes) => log.push(`changes ${changes.length}`),
    resync: () => log.push("resync"),
  });
  const update = (number: number, changes: Change[] = []) => inbox.receive({ type: "update", number, changes });
  const snapshot = (number: number) => inbox.receive({ type: "snapshot", number, view: VIEW });
  return { log, inbox, update, snapshot };
}

describe("inbox", () => {
  it("passes on a snapshot and the updates that follow it", () => {
    const { log, update, snapshot } = recorder();
    snapshot(4);
    update(5, [{ type: "path", messages: [] }]);
    update(6);
    assert.deepEqual(log, ["snapshot", "changes 1", "changes 0"]);
  });

  it("ignores updates before the first snapshot, which is on its way", () => {
    const { log, update, snapshot } = recorder();
    update(3);
    snapshot(3);
    assert.deepEqual(log, ["snapshot"]);
  });

  for (const [what, number] of [
    ["skipped", 7],
    ["repeated", 5],
    ["old", 4],
  ] as const) {
    it(`asks for a snapshot once when a number is ${what}, and drops updates until it comes`, () => {
      const { log, update, snapshot } = recorder();
      snapshot(4);
      update(5);
      update(number);
      update(8);
      update(9);
      snapshot(9);
      update(10);
      assert.deepEqual(log, ["snapshot", "changes 0", "resync", "snapshot", "changes 0"]);
    });
  }

  it("asks for a snapshot when a change could not be followed", () => {
    const { log, inbox, update, snapshot } = recorder();
    snapshot(1);
    inbox.lost();
    inbox.lost();
    update(2);
    assert.deepEqual(log, ["snapshot", "resync"]);
  });

  it("takes messages of the known shapes only", () => {
    for (const message of [
      { type: "snapshot", number: 1, view: VIEW },
      { type: "update", number: 2, changes: [] },
      { type: "focus" },
      { type: "draft", conversation: "c", draft: { text: "a" } },
      { type: "suggestion", text: "a" },
      { type: "notice", text: "a" },
      { type: "reply", id: 1, result: null },
      { type: "refusal", id: 1, message: "no" },
    ]) {
      assert.equal(isHostMessage(message), true, message.type);
    }
    for (const data of [
      null,
      undefined,
      "focus",
      7,
      [],
      {},
      { type: "other" },
      { type: "snapshot", number: 1 },
      { type: "snapshot", number: 1, view: {} },
      { type: "update", number: "2", changes: [] },
      { type: "update", number: 2, changes: {} },
      { type: "draft", draft: { text: "a" } },
      { type: "suggestion" },
      { type: "notice", text: 1 },
      { type: "refusal", id: 1 },
    ]) {
      assert.equal(isHostMessage(data), false, JSON.stringify(data));
    }
  });
});
