import { CancellationTokenSource, type CancellationToken } from "vscode";
import type { JsonObject } from "../../api/json";
import type { ToolDefinition } from "../../api/types";
import { toBase64 } from "../../chat/base64";
import { UserProblem } from "../userProblem";
import { Exclusions, recheckFile, workspaceFile, type WorkspaceFile } from "./workspaceFiles";
import type { FileTool, PreparedCall, Tool, ToolContext, ToolOutput, TypedAnswer } from "./tool";

/** What the tools of the workspace are made with. */

export function textOutput(text: string): ToolOutput {
  return { content: [{ type: "text", text }] };
}

/**
 * What the user has typed as the result of a call.
 * @throws UserProblem when it shall be an error
 */
export function typedOutput({ text, images, failed }: TypedAnswer): ToolOutput {
  if (failed) throw new UserProblem(text.trim() === "" ? "It failed." : text);
  return {
    content: [
      { type: "text", text },
      // The type is told from the bytes when they are stored.
      ...images.map((bytes) => ({
        type: "image" as const,
        source: { type: "base64" as const, media_type: "image/png" as const, data: toBase64(bytes) },
      })),
    ],
  };
}

/** The definition of a tool whose input has these properties (JSON Schema) and no others. */
export function define(
  name: string,
  description: string,
  properties: Readonly<Record<string, object>>,
  required: readonly string[] = [],
): ToolDefinition & { readonly name: string } {
  return { name, description, input_schema: { type: "object", properties, required, additionalProperties: false } };
}

export const pathProperty = {
  type: "string",
  minLength: 1,
  maxLength: 1000,
  description: "Path of a file in the workspace, relative to its folder, with / between names.",
};

/** A text of the model in a sentence of ours: quoted, on one line and not long. */
export function quoted(value: unknown): string {
  const line = String(value).replaceAll(/\s+/g, " ");
  return `“${line.length > 100 ? `${line.slice(0, 99)}…` : line}”`;
}

/** A tool that reads one file. A file that is ignored or may be secret is asked about each time. */
export function fileReader(
  tool: Pick<Tool, "definition" | "describe">,
  read: (file: WorkspaceFile, input: JsonObject, context: ToolContext) => Promise<ToolOutput>,
): FileTool {
  const prepare = async (input: JsonObject): Promise<PreparedCall> => {
    const path = typeof input["path"] === "string" ? input["path"] : ".";
    const file = await workspaceFile(path);
    const reason = await new Exclusions().reasonFor(file);
    return {
      subject: { type: "file", path: file.name },
      details: [{ label: "File", text: file.name }],
      ...(reason !== undefined && { caution: `This file ${reason}.`, covers: null }),
      recheck: () => recheckFile(path, file),
      run: (context) => read(file, input, context),
    };
  };
  return {
    ...tool,
    source: "Sidenote",
    effect: "reads",
    prepare,
    call: async (input, context) => (await prepare(input)).run(context),
  };
}

/** Calls an API of VS Code that is cancelled by a token. */
export async function withToken<T>(signal: AbortSignal, work: (token: CancellationToken) => Thenable<T>): Promise<T> {
  const source = new CancellationTokenSource();
  const cancel = () => source.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    signal.throwIfAborted();
    return await work(source.token);
  } finally {
    signal.removeEventListener("abort", cancel);
    source.dispose();
  }
}
