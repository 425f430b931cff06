import * as v from "valibot";
import { efforts } from "./models";
import { type ApiError, invalid } from "./errors";

/*
 * The shapes of a request body (Messages API, request body, content blocks, tools). What depends on the model, on the
 * version or on the neighbours of a block is in the validate-*.ts files.
 */

export type Json = Record<string, unknown>;

/** An object that is kept as it is. */
export const dictionary = v.custom<Json>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "Input should be a valid dictionary",
);

const cacheControl = v.strictObject({ type: v.literal("ephemeral"), ttl: v.optional(v.picklist(["5m", "1h"])) });
export type CacheControl = v.InferOutput<typeof cacheControl>;

const cached = { cache_control: v.nullish(cacheControl) };
const citations = v.optional(v.strictObject({ enabled: v.optional(v.boolean()) }));

const text = v.strictObject({
  type: v.literal("text"),
  text: v.string(),
  citations: v.nullish(v.array(v.looseObject({ type: v.string() }))),
  ...cached,
});

const imageTypes = ["image/jpeg", "image/png", "image/gif", "image/webp"] as const;

const image = v.strictObject({
  type: v.literal("image"),
  source: v.variant("type", [
    v.strictObject({ type: v.literal("base64"), media_type: v.picklist(imageTypes), data: v.string() }),
    v.strictObject({ type: v.literal("url"), url: v.string() }),
    v.strictObject({ type: v.literal("file"), file_id: v.string() }),
  ]),
  transformations: v.optional(v.strictObject({ oversized_image: v.optional(v.picklist(["downsize", "error"])) })),
  ...cached,
});

const document = v.strictObject({
  type: v.literal("document"),
  source: v.variant("type", [
    v.strictObject({ type: v.literal("base64"), media_type: v.literal("application/pdf"), data: v.string() }),
    v.strictObject({ type: v.literal("text"), media_type: v.literal("text/plain"), data: v.string() }),
    v.strictObject({
      type: v.literal("content"),
      content: v.lazy((value) => (typeof value === "string" ? v.string() : v.array(v.variant("type", [text, image])))),
    }),
    v.strictObject({ type: v.literal("url"), url: v.string() }),
    v.strictObject({ type: v.literal("file"), file_id: v.string() }),
  ]),
  title: v.nullish(v.string()),
  context: v.nullish(v.string()),
  citations,
  ...cached,
});

const searchResult = v.strictObject({
  type: v.literal("search_result"),
  source: v.string(),
  title: v.string(),
  content: v.array(text),
  citations,
  ...cached,
});

const toolResult = v.strictObject({
  type: v.literal("tool_result"),
  tool_use_id: v.string(),
  content: v.optional(
    v.lazy((value) =>
      typeof value === "string"
        ? v.string()
        : v.array(
            v.variant("type", [
              text,
              image,
              document,
              searchResult,
              v.strictObject({ type: v.literal("tool_reference"), tool_name: v.string(), ...cached }),
              v.looseObject({ type: v.literal("browser_state") }),
            ]),
          ),
    ),
  ),
  is_error: v.optional(v.boolean()),
  toolset_name: v.optional(v.string()),
  ...cached,
});

const toolUse = {
  id: v.string(),
  name: v.string(),
  input: dictionary,
  caller: v.optional(v.looseObject({ type: v.string() })),
  ...cached,
};

/** Blocks that the server made and that come back unchanged. */
const echoedTypes = [
  "web_search_tool_result",
  "web_fetch_tool_result",
  "code_execution_tool_result",
  "bash_code_execution_tool_result",
  "text_editor_code_execution_tool_result",
  "tool_search_tool_result",
] as const;

/** Blocks that exist only under a beta, by the beginning of its name. */
export const betaBlocks = {
  mcp_tool_use: "mcp-client-",
  mcp_tool_result: "mcp-client-",
  mcp_tool_listing: "mcp-client-",
  compaction: "compact-",
  fallback: "server-side-fallback-",
  advisor_tool_result: "advisor-tool-",
  tool_addition: "mid-conversation-tool-changes-",
  tool_removal: "mid-conversation-tool-changes-",
} as const;

const block = v.variant("type", [
  text,
  image,
  document,
  searchResult,
  toolResult,
  v.strictObject({ type: v.literal("thinking"), thinking: v.string(), signature: v.string() }),
  v.strictObject({ type: v.literal("redacted_thinking"), data: v.string() }),
  v.strictObject({ type: v.literal("tool_use"), toolset_name: v.optional(v.string()), ...toolUse }),
  v.strictObject({ type: v.literal("server_tool_use"), ...toolUse }),
  v.looseObject({ type: v.picklist(echoedTypes), tool_use_id: v.string(), content: v.unknown(), ...cached }),
  v.strictObject({ type: v.literal("container_upload"), file_id: v.string(), ...cached }),
  v.looseObject({ type: v.picklist(Object.keys(betaBlocks) as (keyof typeof betaBlocks)[]), ...cached }),
]);
export type Block = v.InferOutput<typeof block>;
export type ImageBlock = v.InferOutput<typeof image>;
export type DocumentBlock = v.InferOutput<typeof document>;
export type TextBlock = v.InferOutput<typeof text>;

const message = v.strictObject({
  role: v.picklist(["user", "assistant", "system"]),
  content: v.lazy((value) => (typeof value === "string" ? v.string() : v.array(block))),
});
export type Message = v.InferOutput<typeof message>;

const display = v.optional(v.picklist(["summarized", "omitted", "updates"]));
const blockBinding = v.optional(v.strictObject({ prefix_mismatch_behavior: v.picklist(["error", "drop_block"]) }));

const thinking = v.variant("type", [
  v.strictObject({
    type: v.literal("enabled"),
    budget_tokens: v.pipe(v.number(), v.integer(), v.minValue(1024)),
    display,
    block_binding: blockBinding,
  }),
  v.strictObject({ type: v.literal("adaptive"), display, block_binding: blockBinding }),
  v.strictObject({ type: v.literal("disabled"), block_binding: blockBinding }),
  v.strictObject({ type: v.literal("between_tools"), display, block_binding: blockBinding }),
]);
export type Thinking = v.InferOutput<typeof thinking>;

const parallel = { disable_parallel_tool_use: v.optional(v.boolean()) };

const toolChoice = v.variant("type", [
  v.strictObject({ type: v.literal("auto"), ...parallel }),
  v.strictObject({ type: v.literal("any"), ...parallel }),
  v.strictObject({ type: v.literal("tool"), name: v.string(), ...parallel }),
  v.strictObject({ type: v.literal("none") }),
]);

/** `^[a-zA-Z0-9_-]{1,64}$`: names of tools, `custom_id` of batches. */
export const namePattern = /^[a-zA-Z0-9_-]{1,64}$/;

const toolOptions = {
  strict: v.optional(v.boolean()),
  defer_loading: v.optional(v.boolean()),
  allowed_callers: v.optional(v.array(v.string())),
  ...cached,
};

const customTool = v.strictObject({
  type: v.optional(v.literal("custom")),
  name: v.pipe(v.string(), v.regex(namePattern)),
  description: v.optional(v.string()),
  input_schema: v.looseObject({
    type: v.literal("object"),
    properties: v.nullish(dictionary),
    required: v.nullish(v.array(v.string())),
  }),
  input_examples: v.optional(v.array(dictionary)),
  eager_input_streaming: v.nullish(v.boolean()),
  ...toolOptions,
});
export type CustomTool = v.InferOutput<typeof customTool>;

/** The built-in tools by type: the name that each must have, and the beta that it needs. */
export const builtInTools: Readonly<Record<string, { readonly name?: string; readonly beta?: string }>> = {
  bash_20250124: { name: "bash" },
  text_editor_20250124: { name: "str_replace_editor" },
  text_editor_20250429: { name: "str_replace_based_edit_tool" },
  text_editor_20250728: { name: "str_replace_based_edit_tool" },
  memory_20250818: { name: "memory" },
  computer_toolset_20260801: {},
  browser_toolset_20260801: {},
  computer_20251124: { name: "computer", beta: "computer-use-2025-11-24" },
  computer_20250124: { name: "computer", beta: "computer-use-2025-01-24" },
  computer_20241022: { name: "computer", beta: "computer-use-2024-10-22" },
  bash_20241022: { name: "bash", beta: "computer-use-2024-10-22" },
  text_editor_20241022: { name: "str_replace_editor", beta: "computer-use-2024-10-22" },
  web_search_20250305: { name: "web_search" },
  web_search_20260209: { name: "web_search" },
  web_search_20260318: { name: "web_search" },
  web_fetch_20250910: { name: "web_fetch" },
  web_fetch_20260209: { name: "web_fetch" },
  web_fetch_20260309: { name: "web_fetch" },
  web_fetch_20260318: { name: "web_fetch" },
  code_execution_20250522: { name: "code_execution", beta: "code-execution-2025-05-22" },
  code_execution_20250825: { name: "code_execution" },
  code_execution_20260120: { name: "code_execution" },
  code_execution_20260521: { name: "code_execution" },
  tool_search_tool_regex_20251119: { name: "tool_search_tool_regex" },
  tool_search_tool_bm25_20251119: { name: "tool_search_tool_bm25" },
  advisor_20260301: { name: "advisor", beta: "advisor-tool-2026-03-01" },
  mcp_toolset: { beta: "mcp-client-" },
};

const builtInTool = v.looseObject({
  type: v.picklist(Object.keys(builtInTools)),
  name: v.optional(v.string()),
  ...toolOptions,
});
type BuiltInTool = v.InferOutput<typeof builtInTool>;
export type Tool = CustomTool | BuiltInTool;

export function isCustomTool(tool: Tool): tool is CustomTool {
  return tool.type === undefined || tool.type === "custom";
}

const tool = v.lazy((value) => {
  const type = typeof value === "object" && value !== null && "type" in value ? value.type : undefined;
  return type === undefined || type === "custom" ? customTool : builtInTool;
});

const outputConfig = v.strictObject({
  effort: v.nullish(v.picklist(efforts)),
  format: v.nullish(v.strictObject({ type: v.literal("json_schema"), schema: dictionary })),
  task_budget: v.optional(
    v.strictObject({ type: v.literal("tokens"), total: v.number(), remaining: v.nullish(v.number()) }),
  ),
});

const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** All fields of all versions and betas; which of them a request may have is decided by `allowedFields`. */
const body = v.object({
  model: v.pipe(v.string(), v.minLength(1)),
  messages: v.array(message),
  max_tokens: v.pipe(v.number(), v.integer(), v.minValue(0)),
  system: v.optional(v.lazy((value) => (typeof value === "string" ? v.string() : v.array(text)))),
  stream: v.optional(v.boolean()),
  stop_sequences: v.optional(v.array(v.string())),
  temperature: v.optional(fraction),
  top_p: v.optional(fraction),
  top_k: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  metadata: v.optional(v.strictObject({ user_id: v.nullish(v.pipe(v.string(), v.maxLength(256))) })),
  thinking: v.optional(thinking),
  output_config: v.optional(outputConfig),
  tools: v.optional(v.array(tool)),
  tool_choice: v.optional(toolChoice),
  ...cached,
  service_tier: v.optional(v.picklist(["auto", "standard_only"])),
  speed: v.nullish(v.picklist(["standard", "fast"])),
  inference_geo: v.nullish(v.string()),
  container: v.nullish(
    v.lazy((value) =>
      typeof value === "string"
        ? v.string()
        : v.strictObject({
            id: v.nullish(v.string()),
            skills: v.nullish(
              v.pipe(
                v.array(
                  v.strictObject({
                    skill_id: v.string(),
                    type: v.picklist(["anthropic", "custom"]),
                    version: v.optional(v.string()),
                  }),
                ),
                v.maxLength(8),
              ),
            ),
          }),
    ),
  ),
  diagnostics: v.nullish(v.strictObject({ previous_message_id: v.nullable(v.string()) })),
  context_management: v.nullish(
    v.strictObject({
      edits: v.optional(
        v.array(
          v.looseObject({
            type: v.picklist(["clear_tool_uses_20250919", "clear_thinking_20251015", "compact_20260112"]),
          }),
        ),
      ),
    }),
  ),
});
export type MessagesRequest = v.InferOutput<typeof body>;

/** `count_tokens` has no `max_tokens`: the smallest stands in for it. */
export function parseBody(value: Json, counting: boolean): MessagesRequest {
  return parse(body, counting ? { max_tokens: 1, ...value } : value);
}

/** The value in its type, or the 400 that names the first wrong field. */
export function parse<T extends v.GenericSchema>(schema: T, value: unknown): v.InferOutput<T> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  throw explain(result.issues[0]);
}

/** Says what is wrong in the words and paths of the API: `messages.0.content.1.image.source: Field required`. */
function explain(issue: v.BaseIssue<unknown>): ApiError {
  const path: string[] = [];
  const items = issue.path ?? [];
  // A wrong tag is reported for the whole object, not for its `type`.
  for (const item of issue.type === "variant" && items.at(-1)?.key === "type" ? items.slice(0, -1) : items) {
    path.push(String(item.key));
    // The API names the variant of a union after its place.
    const variant = typeof item.value === "object" && item.value !== null && "type" in item.value && item.value.type;
    const inUnion = typeof item.key === "number" || item.key === "source" || item.key === "thinking";
    if (typeof variant === "string" && inUnion && issue.type !== "variant") path.push(variant);
  }
  return invalid(`${path.join(".") || "body"}: ${reason(issue)}`);
}

const kinds: Readonly<Record<string, string>> = {
  string: "string",
  number: "number",
  integer: "integer",
  boolean: "boolean",
  array: "list",
  object: "dictionary",
  loose_object: "dictionary",
};

function reason(issue: v.BaseIssue<unknown>): string {
  const { type, requirement, expected, received, input } = issue;
  const missing = input === undefined;
  if (type === "strict_object" && expected === "never") return "Extra inputs are not permitted";
  if (missing) return "Field required";
  switch (type) {
    case "min_value":
      return `Input should be greater than or equal to ${String(requirement)}`;
    case "max_value":
      return `Input should be less than or equal to ${String(requirement)}`;
    case "min_length":
      return `${lengthOf(input)} at least ${String(requirement)}`;
    case "max_length":
      return `${lengthOf(input)} at most ${String(requirement)}`;
    case "regex":
      return `String should match pattern '${String(requirement).slice(1, -1)}'`;
    case "custom":
      return issue.message;
    case "literal":
    case "picklist":
      return `Input should be ${quoted(expected)}`;
    case "variant":
      return expected === "Object"
        ? "Input should be a valid dictionary"
        : `Input tag ${received.replaceAll('"', "'")} found using 'type' does not match any of the expected tags: ${quoted(expected)}`;
    default:
      return `Input should be a valid ${kinds[type] ?? "dictionary"}`;
  }
}

function lengthOf(input: unknown): string {
  return Array.isArray(input) ? "The number of items should be" : "The number of characters should be";
}

/** `("a" | "b")` → `'a', 'b'` */
function quoted(expected: string | null): string {
  return (expected ?? "").replaceAll(/[()]/g, "").replaceAll('"', "'").replaceAll(" | ", ", ");
}
