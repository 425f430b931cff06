import {
  extensions,
  LanguageModelDataPart,
  LanguageModelPromptTsxPart,
  LanguageModelTextPart,
  lm,
  type LanguageModelToolInformation,
} from "vscode";
import type { ImageBlock, ImageMediaType, TextBlock } from "../../api/types";
import { toBase64 } from "../../chat/base64";
import { withToken } from "./kit";
import { schemaProblem } from "./schema";
import type { Tool, ToolSource } from "./tool";

/** The tools that VS Code's language model interface knows: those of extensions and of MCP servers. */
export function languageModelTools(): ToolSource {
  return { tools: () => lm.tools.flatMap((it) => asTool(it) ?? []) };
}

/** Undefined for a tool that the API would not take: of a bad name, or with a schema that is none. */
function asTool({ name, description, inputSchema }: LanguageModelToolInformation): Tool | undefined {
  const schema = { ...inputSchema, type: "object" };
  if (!/^[\w-]{1,64}$/.test(name) || schemaProblem(schema) !== undefined) return undefined;
  return {
    definition: { name, description, input_schema: schema },
    source: sourceOf(name),
    effect: "runs", // nobody says what it may do
    describe: () => "Call a tool that does not belong to Sidenote",
    async call(input, { signal }) {
      const { content } = await withToken(signal, (token) =>
        lm.invokeTool(name, { input, toolInvocationToken: undefined }, token),
      );
      return { content: content.map((part) => blockOf(part)) };
    },
  };
}

const IMAGES: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

function blockOf(part: unknown): TextBlock | ImageBlock {
  if (part instanceof LanguageModelTextPart) return { type: "text", text: part.value };
  if (part instanceof LanguageModelPromptTsxPart) return { type: "text", text: JSON.stringify(part.value) };
  if (!(part instanceof LanguageModelDataPart))
    return { type: "text", text: "(A part of the result is not known here.)" };
  const { data, mimeType } = part;
  if (IMAGES.has(mimeType)) {
    return { type: "image", source: { type: "base64", media_type: mimeType as ImageMediaType, data: toBase64(data) } };
  }
  if (/^text\/|[/+]json$/.test(mimeType)) return { type: "text", text: new TextDecoder().decode(data) };
  return { type: "text", text: `(${data.length} bytes of type ${mimeType})` };
}

interface Manifest {
  readonly displayName?: string;
  readonly contributes?: { readonly languageModelTools?: readonly { readonly name?: string }[] };
}

/** VS Code does not tell whose tool it is: its manifest does, and those of MCP servers have a name of their own kind. */
function sourceOf(name: string): string {
  for (const { id, packageJSON } of extensions.all) {
    const { displayName, contributes } = packageJSON as Manifest;
    // Its id too: a name can be that of another one, or our own.
    if (contributes?.languageModelTools?.some((tool) => tool.name === name)) return `${displayName ?? id} · ${id}`;
  }
  return name.startsWith("mcp_") ? "MCP server" : "VS Code";
}
