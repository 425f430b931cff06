import type { JsonObject } from "../../api/json";
import type { ImageBlock, TextBlock, ToolDefinition } from "../../api/types";
import type { ApprovalView } from "../../shared/views";
import type { EditInParts } from "../editInParts";

/** A function that the model may call, run by this computer. */
export interface Tool {
  readonly definition: ToolDefinition & { readonly name: string };
  /**
   * Set for a tool that models know by a type of the API (`clientToolDefinition`): that type is sent in the place of the definition,
   * where the model has it. The schema that its input is checked against here.
   */
  readonly inputSchema?: object;
  /** Where it comes from, for the user: "Sidenote", "Your function", the name of an extension or MCP server. */
  readonly source: string;
  /** What it may do at worst; decides how it is allowed. */
  readonly effect: ToolEffect;
  /** One line for the user on what this call would do, from an input that fits the schema. Made of our words, never of the model's alone. */
  describe(input: JsonObject): string;
  /**
   * For a tool that must look before it can be allowed: the file that an edit would change, whether it is a secret one. Changes nothing.
   * Rejects with a UserProblem when the call cannot be done at all.
   * @param conversation its id
   */
  prepare?(input: JsonObject, conversation: string): Promise<PreparedCall>;
  /** Only called with input that fits the schema, after it was allowed. Rejects with a UserProblem whose sentence becomes the error result; a rejection after an abort becomes "cancelled". */
  call(input: JsonObject, context: ToolContext): Promise<ToolOutput>;
}

/** A tool of one file, which looks before it is allowed, whatever the conversation. */
export type FileTool = Tool & { prepare(input: JsonObject): Promise<PreparedCall> };

/** "none": it touches nothing, such as a fixed text; nobody is asked about it. */
export type ToolEffect = "none" | "reads" | "writes" | "runs";

export interface ToolContext {
  readonly signal: AbortSignal;
  /** Id of the conversation that asks. */
  readonly conversation: string;
  /** Has the user type the result, in the line of the call. Rejects when `signal` aborts. */
  askUser(): Promise<TypedAnswer>;
}

export interface TypedAnswer {
  readonly text: string;
  /** Files of images. */
  readonly images: readonly Uint8Array[];
  /** The user wants the model to see it as an error. */
  readonly failed: boolean;
}

export interface ToolOutput {
  readonly content: readonly (TextBlock | ImageBlock)[];
}

/** What is known about a call before it is allowed. */
export interface PreparedCall {
  /** The tool whose rules and allowances count, where one stands for another: to view a file by a text editor is to read it. */
  readonly as?: Pick<Tool, "definition" | "source" | "effect">;
  /** What a rule in the settings is compared with. "other": nothing that a rule could say. */
  readonly subject?:
    | { readonly type: "file"; readonly path: string }
    | { readonly type: "command"; readonly command: string; readonly folder: string }
    | { readonly type: "other" };
  /** Why this call is asked about on its own, whatever was allowed for the conversation. */
  readonly caution?: string;
  /** Lines below the description in the card: the exact command, the folder. Shown as plain text. */
  readonly details?: readonly { readonly label: string; readonly text: string }[];
  /** What "Allow for this chat" would cover; null: it is not offered. Undefined: every call of the tool. */
  readonly covers?: string | null;
  /** Looks once more when it was allowed: rejects with a UserProblem when what was shown is another thing by now. */
  recheck?(): Promise<void>;
  /** Shows the change in an editor, where it is accepted or rejected in parts. Such a call is allowed by accepting, nothing else. */
  review?(): Promise<EditInParts>;
  /** Called in place of the tool's `call`: does what was shown, no more. */
  run(context: ToolContext): Promise<ToolOutput>;
}

/** Which call of the conversation it is. */
export interface ToolCallInfo {
  readonly conversation: string;
  /** Id of the `tool_use` block. */
  readonly id: string;
  /** Shows what the user is asked, in the line of the call; again whenever it has changed. */
  show(approval: ApprovalView): void;
}

/** Decides whether a call may run, and asks the user where nothing else decides. */
export interface Approvals {
  /**
   * Rejects with a UserProblem when the call cannot be done at all (its sentence becomes the error result), and when `signal` aborts.
   * @param input fits the tool's schema
   */
  allow(tool: Tool, input: JsonObject, call: ToolCallInfo, signal: AbortSignal): Promise<Permission>;
}

export type Permission =
  | {
      readonly allowed: true;
      readonly by: "rule" | "conversation" | "once";
      /** Runs the call as it was allowed. The only way to run a tool. */
      run(context: ToolContext): Promise<ToolOutput>;
    }
  /** `reason` becomes the error result. */
  | { readonly allowed: false; readonly reason: string };

/** Somewhere tools come from: the workspace, VS Code and its extensions, the user's own functions. */
export interface ToolSource {
  /** The tools as they are now. */
  tools(): readonly Tool[];
}
