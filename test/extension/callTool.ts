import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import type { JsonObject } from "../../src/api/json";
import { AskedApprovals, type ApprovalAnswer } from "../../src/host/tools/approvals";
import type { Tool, TypedAnswer } from "../../src/host/tools/tool";
import type { ApprovalView } from "../../src/shared/views";

/** Calls tools as an answer of a model does, with a user who is asked. */
export interface Caller {
  /** What the user was asked, the newest last. */
  readonly asked: ApprovalView[];
  /** Gives what the model gets. Rejects with what a tool throws. @param answer what the user says to the question */
  readonly call: (
    name: string,
    input: JsonObject,
    answer?: (question: ApprovalView) => ApprovalAnswer | Promise<ApprovalAnswer>,
    conversation?: string,
  ) => Promise<string>;
  /** What the last question showed, a line for each detail. */
  readonly shown: () => string[] | undefined;
}

export const once = () => ({ choice: "once" }) as const;
export const accept = () => ({ choice: "acceptAll" }) as const;
export const deny = () => ({ choice: "deny", reason: "" }) as const;

export function caller(tools: readonly Tool[], typed?: TypedAnswer): Caller {
  const approvals = new AskedApprovals();
  const asked: ApprovalView[] = [];
  return {
    asked,
    async call(name, input, answer = once, conversation = "c") {
      const tool = tools.find(({ definition }) => definition.name === name);
      assert.ok(tool, name);
      const { signal } = new AbortController();
      const show = (question: ApprovalView) => {
        if (asked.at(-1)?.id === question.id) return; // shown anew
        asked.push(question);
        void Promise.resolve(question)
          .then(answer)
          .then((given) => approvals.answer(question.id, given));
      };
      const permission = await approvals.allow(tool, input, { conversation, id: "1", show }, signal);
      if (!permission.allowed) return permission.reason;
      const askUser = async () => typed ?? assert.fail("asked");
      const { content } = await permission.run({ signal, conversation, askUser });
      assert.deepEqual(getEventListeners(signal, "abort"), [], "the signal outlives the call");
      return content.map((block) => (block.type === "text" ? block.text : "(image)")).join("\n");
    },
    shown: () => asked.at(-1)?.details.map(({ label, text }) => `${label}: ${text}`),
  };
}
