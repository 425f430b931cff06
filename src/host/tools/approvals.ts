import { workspace } from "vscode";
import type { JsonObject } from "../../api/json";
import type { ApprovalView } from "../../shared/views";
import type { EditInParts } from "../editInParts";
import { linesOf } from "../hunks";
import { onAbort } from "../onAbort";
import { applied } from "./editTools";
import { readRules, ruleAllows } from "./rules";
import { visible } from "./visible";
import type { Approvals, Permission, PreparedCall, Tool, ToolCallInfo, ToolContext, ToolOutput } from "./tool";

/** What the page says to a question. It is not trusted: the host decides whether the answer was to be had. */
export type ApprovalAnswer =
  | { readonly choice: "once" | "chat" }
  | { readonly choice: "deny"; readonly reason: string }
  | { readonly choice: "show" | "acceptAll" }
  | { readonly choice: "accept" | "reject"; readonly part: number };

type Run = (this: void, context: ToolContext) => Promise<ToolOutput>;

interface Question {
  answer(answer: ApprovalAnswer): void;
}

/**
 * Asks the user about calls, in their lines in the page. What a conversation was allowed is remembered until the window is closed,
 * and nowhere else.
 */
export class AskedApprovals implements Approvals {
  /** By ids that only the page that shows them knows. */
  readonly #questions = new Map<string, Question>();
  /** What each conversation was allowed. */
  readonly #allowed = new Map<string, Set<string>>();

  async allow(tool: Tool, input: JsonObject, call: ToolCallInfo, signal: AbortSignal): Promise<Permission> {
    if (!workspace.isTrusted) return { allowed: false, reason: "Tools do not run in a workspace that is not trusted." };
    const prepared = (await tool.prepare?.(input, call.conversation)) ?? unprepared(tool, input);
    signal.throwIfAborted();
    const counted = prepared.as ?? tool;
    const covers = prepared.covers === undefined ? `${counted.source}\n${counted.definition.name}` : prepared.covers;
    const run = checked(prepared, (context) => prepared.run(context));
    if (prepared.caution === undefined) {
      const rules = readRules(workspace.getConfiguration("sidenote").get("toolRules"));
      if (rules.some((rule) => ruleAllows(rule, counted, prepared.subject))) return { allowed: true, by: "rule", run };
      if (covers !== null && this.#allowed.get(call.conversation)?.has(covers)) {
        return { allowed: true, by: "conversation", run };
      }
    }
    if (prepared.review) return this.#review(prepared, await prepared.review(), call, signal);
    return this.#ask({ ...prepared, covers, run }, call, signal);
  }

  /** Hears what the page says. An id that is not pending, or an answer that was not offered, does nothing. */
  answer(id: string, answer: ApprovalAnswer): void {
    this.#questions.get(id)?.answer(answer);
  }

  #ask(
    prepared: Omit<PreparedCall, "covers" | "run"> & { readonly covers: string | null; readonly run: Run },
    call: ToolCallInfo,
    signal: AbortSignal,
  ): Promise<Permission> {
    const { covers, run } = prepared;
    return this.#pending(signal, (id, settle) => {
      call.show(viewOf(id, prepared, { forChat: covers !== null }));
      return {
        answer: (given) => {
          if (given.choice === "deny") settle(denial(given.reason));
          else if (given.choice === "once") settle({ allowed: true, by: "once", run });
          else if (given.choice === "chat" && covers !== null) {
            const allowed = this.#allowed.get(call.conversation) ?? new Set();
            this.#allowed.set(call.conversation, allowed.add(covers));
            settle({ allowed: true, by: "conversation", run });
          }
        },
      };
    });
  }

  /** A change is allowed by accepting it, all or some of its parts, in the editor or in the page. */
  async #review(
    prepared: PreparedCall,
    edit: EditInParts,
    call: ToolCallInfo,
    signal: AbortSignal,
  ): Promise<Permission> {
    const end = onAbort(signal, () => edit.withdraw());
    let reason = "";
    try {
      return await this.#pending(signal, (id, settle) => {
        const show = () => {
          const parts = edit.parts.map(({ hunk, decision }) => ({ ...linesOf(edit.base, hunk), decision }));
          call.show(viewOf(id, prepared, { forChat: false, parts }));
        };
        show();
        edit.onChange(show);
        void edit.decided.then((accepted) => {
          const name = prepared.details?.[0]?.text ?? "";
          const lost = edit.parts.length > 0 && edit.parts.every(({ decision }) => decision === "lost");
          if (accepted) settle({ allowed: true, by: "once", run: checked(prepared, () => applied(edit, name)) });
          else if (lost)
            settle({ allowed: false, reason: "The user changed these lines meanwhile. Nothing was changed." });
          else settle(denial(reason));
        });
        return {
          answer(given) {
            switch (given.choice) {
              case "deny":
                ({ reason } = given);
                return edit.decideAll("rejected");
              case "acceptAll":
                return edit.decideAll("accepted");
              case "show":
                return void edit.show();
              case "accept":
              case "reject": {
                const part = edit.parts[given.part];
                return part && edit.decide(part, given.choice === "accept" ? "accepted" : "rejected");
              }
              case "once":
              case "chat": // not offered for a change
            }
          },
        };
      });
    } finally {
      end();
    }
  }

  #pending(
    signal: AbortSignal,
    ask: (id: string, settle: (permission: Permission) => void) => Question,
  ): Promise<Permission> {
    const id = crypto.randomUUID();
    let end: (() => void) | undefined;
    return new Promise<Permission>((resolve, reject) => {
      end = onAbort(signal, () => reject(signal.reason));
      this.#questions.set(id, ask(id, resolve));
    }).finally(() => {
      end?.();
      this.#questions.delete(id);
    });
  }
}

/** What was allowed, done only while it is what was shown. */
function checked(prepared: PreparedCall, run: Run): Run {
  return async (context) => {
    await prepared.recheck?.();
    return run(context);
  };
}

function unprepared(tool: Tool, input: JsonObject): PreparedCall {
  return {
    details: [
      { label: "Tool", text: `${tool.definition.name} (${tool.source})` },
      { label: "Input", text: JSON.stringify(input, null, 2) },
    ],
    run: (context) => tool.call(input, context),
  };
}

function viewOf(
  id: string,
  { caution, details = [] }: PreparedCall,
  rest: Pick<ApprovalView, "forChat" | "parts">,
): ApprovalView {
  return {
    id,
    ...(caution !== undefined && { caution: visible(caution) }),
    details: details.map(({ label, text }) => ({ label, text: visible(text) })),
    ...rest,
  };
}

function denial(reason: string): Permission {
  const said = reason.trim();
  return { allowed: false, reason: `The user did not allow this call${said === "" ? "." : `: ${said}`}` };
}
