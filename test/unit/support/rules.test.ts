import { rottenPng } from "../../support/badFiles";
import assert from "node:assert/strict";
import {
  assistant,
  document,
  errorOf,
  image,
  type Json,
  pdf,
  png,
  text,
  tool,
  toolResult,
  toolUse,
  useSimulatedApi,
  user,
} from "./harness";

/** A request that the API refuses, why, and the same request put right. */
interface Rule {
  readonly bad: Json;
  readonly says: RegExp;
  readonly good: Json;
  readonly headers?: Record<string, string>;
  /** Headers of the good request where they are what puts it right. */
  readonly goodHeaders?: Record<string, string>;
  readonly status?: number;
}

const hi = { messages: [user("hi")] };
const opus45 = "claude-opus-4-5";
const sonnet46 = "claude-sonnet-4-6";
const newest = { "anthropic-version": "2026-10-21" };
const beta = (...names: string[]) => ({ "anthropic-beta": names.join(", ") });
const cached = (ttl?: string) => ({ cache_control: { type: "ephemeral", ...(ttl !== undefined && { ttl }) } });
const schema = { type: "object", properties: { a: { type: "string" } }, additionalProperties: false };
const format = (value: Json) => ({ output_config: { format: { type: "json_schema", schema: value } } });
const manual = { thinking: { type: "enabled", budget_tokens: 1024 }, max_tokens: 2000 };

const skills = (count: number) => Array.from({ length: count }, () => ({ skill_id: "a", type: "custom" }));

const screen = (type: string) => ({ type, name: "computer", display_width_px: 1280, display_height_px: 800 });
const computer = { toolset_name: "computer" };

const search = { type: "web_search_20260318", name: "web_search" };
const searching = { type: "server_tool_use", id: "s1", name: "web_search", input: { query: "x" } };
const found = (id: string) => ({ type: "web_search_tool_result", tool_use_id: id, content: [] });

/** A conversation that ends with the given messages. */
const after = (...messages: Json[]) => ({ messages: [user("hi"), ...messages] });
const history = (...messages: Json[]) => ({ tools: [tool], messages: [user("hi"), ...messages] });

const rules: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  "top-level fields": {
    "unknown field": { bad: { ...hi, seed: 1 }, says: /^seed: Extra inputs are not permitted$/, good: hi },
    "model missing": { bad: { ...hi, model: undefined }, says: /^model: Field required$/, good: hi },
    "model no string": { bad: { ...hi, model: 5 }, says: /^model: Input should be a valid string$/, good: hi },
    "unknown model": { bad: { ...hi, model: "gpt" }, says: /^model: gpt$/, good: hi, status: 404 },
    "retired model": {
      bad: { ...hi, model: "claude-opus-4-1" },
      says: /^model: claude-opus-4-1$/,
      good: { ...hi, model: opus45 },
      status: 404,
    },
    "max_tokens missing": { bad: { ...hi, max_tokens: undefined }, says: /^max_tokens: Field required$/, good: hi },
    "max_tokens negative": {
      bad: { ...hi, max_tokens: -1 },
      says: /^max_tokens: .*greater than or equal to 0/,
      good: hi,
    },
    "max_tokens fractional": { bad: { ...hi, max_tokens: 1.5 }, says: /^max_tokens: .*valid integer/, good: hi },
    "max_tokens over the model's limit": {
      bad: { ...hi, model: opus45, max_tokens: 64_001 },
      says: /^max_tokens: 64001 > 64000, which is the maximum allowed number of output tokens for claude-opus-4-5-20251101/,
      good: { ...hi, model: opus45, max_tokens: 64_000 },
    },
    "max_tokens 0 in a stream": {
      bad: { ...hi, max_tokens: 0, stream: true },
      says: /^max_tokens: 0 cannot be combined with stream/,
      good: { ...hi, max_tokens: 0 },
    },
    "max_tokens 0 with a format": {
      bad: { ...hi, max_tokens: 0, ...format(schema) },
      says: /^max_tokens: 0 cannot be combined with output_config.format/,
      good: { ...hi, ...format(schema) },
    },
    "max_tokens 0 with a forced tool": {
      bad: { ...hi, model: opus45, max_tokens: 0, tools: [tool], tool_choice: { type: "any" } },
      says: /^max_tokens: 0 cannot be combined with tool_choice/,
      good: { ...hi, model: opus45, max_tokens: 0, tools: [tool] },
    },
    "stream no boolean": { bad: { ...hi, stream: "yes" }, says: /^stream: .*boolean/, good: { ...hi, stream: true } },
    "metadata with other fields": {
      bad: { ...hi, metadata: { name: "x" } },
      says: /^metadata.name: Extra inputs/,
      good: { ...hi, metadata: { user_id: "x" } },
    },
    "metadata.user_id too long": {
      bad: { ...hi, metadata: { user_id: "x".repeat(257) } },
      says: /^metadata.user_id: The number of characters should be at most 256/,
      good: { ...hi, metadata: { user_id: "x".repeat(256) } },
    },
    "blank stop sequence": {
      bad: { ...hi, stop_sequences: [" \n"] },
      says: /^stop_sequences: each stop sequence must contain non-whitespace/,
      good: { ...hi, stop_sequences: ["END"] },
    },
    "stop_sequences no list": {
      bad: { ...hi, stop_sequences: "END" },
      says: /^stop_sequences: Input should be a valid list/,
      good: { ...hi, stop_sequences: ["END"] },
    },
    "service_tier unknown": {
      bad: { ...hi, service_tier: "fast" },
      says: /^service_tier: Input should be 'auto', 'standard_only'/,
      good: { ...hi, service_tier: "auto" },
    },
    "speed on a model without": {
      bad: { ...hi, speed: "fast" },
      says: /^speed: /,
      good: { ...hi, model: "claude-opus-5-5", speed: "fast" },
    },
    "inference_geo on an older model": {
      bad: { ...hi, model: opus45, inference_geo: "us" },
      says: /^inference_geo: /,
      good: { ...hi, model: sonnet46, inference_geo: "us" },
    },
    "context_management without its beta": {
      bad: { ...hi, context_management: { edits: [] } },
      says: /^context_management: Extra inputs/,
      good: { ...hi, context_management: { edits: [{ type: "clear_tool_uses_20250919" }] } },
      goodHeaders: beta("context-management-2025-06-27"),
    },
    "too many skills": {
      bad: { ...hi, container: { skills: skills(9) } },
      says: /^container.skills: /,
      good: { ...hi, container: { skills: skills(8) } },
    },
  },

  headers: {
    "version missing": {
      bad: hi,
      headers: { "anthropic-version": "" },
      says: /^anthropic-version: header is required$/,
      good: hi,
      goodHeaders: newest,
    },
    "version unknown": {
      bad: hi,
      headers: { "anthropic-version": "2023-01-01" },
      says: /^anthropic-version: "2023-01-01" is not a valid version/,
      good: hi,
      goodHeaders: { "anthropic-version": "2023-06-01" },
    },
    "beta unknown": {
      bad: hi,
      headers: beta("compact-2026-01-12", "nonsense-2020-01-01"),
      says: /`nonsense-2020-01-01` for the `anthropic-beta` header/,
      good: hi,
      goodHeaders: beta("compact-2026-01-12"),
    },
    "beta of a longer context on a model without": {
      bad: { ...hi, model: "claude-haiku-4-5" },
      headers: beta("context-1m-2025-08-07"),
      says: /context-1m-2025-08-07/,
      good: { ...hi, model: "claude-sonnet-4-5" },
      goodHeaders: beta("context-1m-2025-08-07"),
    },
    "no JSON": {
      bad: hi,
      headers: { "content-type": "text/plain" },
      says: /^content-type: /,
      good: hi,
      goodHeaders: { "content-type": "application/json; charset=utf-8" },
    },
  },

  sampling: {
    "any, with the newest version": {
      bad: { ...hi, model: opus45, temperature: 1 },
      says: /^temperature: Extra inputs are not permitted$/,
      good: { ...hi, model: opus45 },
      headers: newest,
      goodHeaders: newest,
    },
    "top_p, with the newest version": {
      bad: { ...hi, model: opus45, top_p: 1 },
      says: /^top_p: Extra inputs are not permitted$/,
      good: { ...hi, model: opus45, top_p: 1 },
      headers: newest,
    },
    "top_k, with the newest version": {
      bad: { ...hi, model: opus45, top_k: 5 },
      says: /^top_k: Extra inputs are not permitted$/,
      good: { ...hi, model: opus45, top_k: 5 },
      headers: newest,
    },
    "temperature from 4.7 on": {
      bad: { ...hi, temperature: 0.5 },
      says: /^temperature: /,
      good: { ...hi, temperature: 1 },
    },
    "top_p from 4.7 on": { bad: { ...hi, top_p: 0.9 }, says: /^top_p: /, good: { ...hi, top_p: 0.99 } },
    "top_k from 4.7 on": {
      bad: { ...hi, model: "claude-opus-4-7", top_k: 5 },
      says: /^top_k: /,
      good: { ...hi, model: sonnet46, top_k: 5 },
    },
    "temperature over 1": {
      bad: { ...hi, model: opus45, temperature: 1.1 },
      says: /^temperature: Input should be less than or equal to 1$/,
      good: { ...hi, model: opus45, temperature: 0.3 },
    },
    "temperature and top_p": {
      bad: { ...hi, model: opus45, temperature: 0.5, top_p: 0.5 },
      says: /`temperature` and `top_p` cannot both/,
      good: { ...hi, model: opus45, top_p: 0.5 },
    },
    "temperature with thinking": {
      bad: { ...hi, ...manual, model: opus45, temperature: 0.5 },
      says: /`temperature` may only be set to 1 when thinking is enabled/,
      good: { ...hi, ...manual, model: opus45, temperature: 1 },
    },
    "top_k with thinking": {
      bad: { ...hi, model: sonnet46, thinking: { type: "adaptive" }, top_k: 5 },
      says: /`top_k` must be unset when thinking is enabled/,
      good: { ...hi, model: sonnet46, thinking: { type: "adaptive" } },
    },
    "top_p with thinking": {
      bad: { ...hi, ...manual, model: opus45, top_p: 0.9 },
      says: /`top_p` must be greater than or equal to 0.95/,
      good: { ...hi, ...manual, model: opus45, top_p: 0.95 },
    },
  },

  thinking: {
    "enabled from 4.7 on": {
      bad: { ...hi, ...manual },
      says: /^"thinking.type.enabled" is not supported for this model/,
      good: { ...hi, thinking: { type: "adaptive" } },
    },
    "adaptive before 4.6": {
      bad: { ...hi, model: opus45, thinking: { type: "adaptive" } },
      says: /^adaptive thinking is not supported on this model/,
      good: { ...hi, ...manual, model: opus45 },
    },
    "disabled on a model that always thinks": {
      bad: { ...hi, model: "claude-opus-5-5", thinking: { type: "disabled" } },
      says: /^"thinking.type.disabled" is not supported/,
      good: { ...hi, model: "claude-opus-5", thinking: { type: "disabled" } },
    },
    "between_tools elsewhere": {
      bad: { ...hi, model: "claude-opus-5", thinking: { type: "between_tools" } },
      says: /^"thinking.type.between_tools" is not supported/,
      good: { ...hi, thinking: { type: "between_tools" } },
    },
    "disabled with the highest effort": {
      bad: { ...hi, model: "claude-haiku-5-5", thinking: { type: "disabled" }, output_config: { effort: "max" } },
      says: /^output_config.effort: /,
      good: { ...hi, model: "claude-haiku-5-5", thinking: { type: "disabled" }, output_config: { effort: "high" } },
    },
    "budget too small": {
      bad: { ...hi, ...manual, model: opus45, thinking: { type: "enabled", budget_tokens: 1023 } },
      says: /^thinking.enabled.budget_tokens: Input should be greater than or equal to 1024$/,
      good: { ...hi, ...manual, model: opus45 },
    },
    "budget not below max_tokens": {
      bad: { ...hi, ...manual, model: opus45, max_tokens: 1024 },
      says: /^`max_tokens` must be greater than `thinking.budget_tokens`/,
      good: { ...hi, ...manual, model: opus45, max_tokens: 1024 },
      goodHeaders: beta("interleaved-thinking-2025-05-14"),
    },
    "display with disabled": {
      bad: { ...hi, model: "claude-opus-5", thinking: { type: "disabled", display: "omitted" } },
      says: /^thinking.disabled.display: Extra inputs/,
      good: { ...hi, model: "claude-opus-5", thinking: { type: "adaptive", display: "omitted" } },
    },
    "display updates without its beta": {
      bad: { ...hi, thinking: { type: "adaptive", display: "updates" } },
      says: /^thinking.adaptive.display: /,
      good: { ...hi, thinking: { type: "adaptive", display: "updates" } },
      goodHeaders: beta("thinking-display-updates-2026-08-18"),
    },
    "block_binding without its beta": {
      bad: { ...hi, thinking: { type: "adaptive", block_binding: { prefix_mismatch_behavior: "drop_block" } } },
      says: /^thinking.adaptive.block_binding: Extra inputs/,
      good: { ...hi, thinking: { type: "adaptive", block_binding: { prefix_mismatch_behavior: "drop_block" } } },
      goodHeaders: beta("thinking-binding-controls-2026-08-01"),
    },
  },

  output_config: {
    "effort on a model without": {
      bad: { ...hi, model: "claude-sonnet-4-5", output_config: { effort: "low" } },
      says: /^output_config.effort: This model does not support the effort parameter/,
      good: { ...hi, model: opus45, output_config: { effort: "low" } },
    },
    "effort that the model lacks": {
      bad: { ...hi, model: sonnet46, output_config: { effort: "xhigh" } },
      says: /^output_config.effort: .*'xhigh'.*low, medium, high, max/,
      good: { ...hi, model: "claude-opus-4-7", output_config: { effort: "xhigh" } },
    },
    "effort unknown": {
      bad: { ...hi, output_config: { effort: "extreme" } },
      says: /^output_config.effort: Input should be 'low', 'medium'/,
      good: { ...hi, output_config: { effort: "max" } },
    },
    "open objects in a schema": {
      bad: { ...hi, ...format({ type: "object", properties: {} }) },
      says: /'additionalProperties' must be explicitly set to false/,
      good: { ...hi, ...format(schema) },
    },
    "limits in a schema": {
      bad: { ...hi, ...format({ ...schema, properties: { a: { type: "integer", minimum: 1 } } }) },
      says: /^output_config.format.schema.properties.a: .*'minimum' is not supported/,
      good: { ...hi, ...format({ ...schema, properties: { minimum: { type: "integer" } } }) },
    },
    "limits of length in a schema": {
      bad: { ...hi, ...format({ ...schema, properties: { a: { type: "string", minLength: 1 } } }) },
      says: /^output_config.format.schema.properties.a: .*'minLength' is not supported/,
      good: { ...hi, ...format({ ...schema, properties: { a: { type: "string", enum: ["minLength"] } } }) },
    },
    "a schema within itself": {
      bad: { ...hi, ...format({ ...schema, properties: { a: { $ref: "#" } } }) },
      says: /^output_config.format.schema.properties.a: recursive schemas are not supported/,
      good: { ...hi, ...format({ ...schema, properties: { a: { $ref: "#/$defs/b" } }, $defs: { b: schema } }) },
    },
    "task_budget without its beta": {
      bad: { ...hi, output_config: { task_budget: { type: "tokens", total: 5 } } },
      says: /^output_config.task_budget: Extra inputs/,
      good: { ...hi, output_config: { task_budget: { type: "tokens", total: 5 } } },
      goodHeaders: beta("task-budgets-2026-03-13"),
    },
  },

  "tools and tool_choice": {
    "name with other characters": {
      bad: { ...hi, tools: [{ ...tool, name: "read file" }] },
      says: /^tools.0.name: String should match pattern '\^\[a-zA-Z0-9_-\]\{1,64\}\$'$/,
      good: { ...hi, tools: [{ ...tool, name: "read-file_2" }] },
    },
    "name too long": {
      bad: { ...hi, tools: [{ ...tool, name: "x".repeat(65) }] },
      says: /^tools.0.name: String should match/,
      good: { ...hi, tools: [{ ...tool, name: "x".repeat(64) }] },
    },
    "names not unique": {
      bad: { ...hi, tools: [tool, tool] },
      says: /^tools: Tool names must be unique/,
      good: { ...hi, tools: [tool, { ...tool, name: "other" }] },
    },
    "schema missing": {
      bad: { ...hi, tools: [{ name: "a" }] },
      says: /^tools.0.input_schema: Field required$/,
      good: { ...hi, tools: [{ name: "a", input_schema: { type: "object" } }] },
    },
    "schema of no object": {
      bad: { ...hi, tools: [{ name: "a", input_schema: { type: "string" } }] },
      says: /^tools.0.input_schema.type: Input should be 'object'$/,
      good: { ...hi, tools: [{ name: "a", type: "custom", input_schema: { type: "object" } }] },
    },
    "schema with alternatives": {
      bad: { ...hi, tools: [{ name: "a", input_schema: { type: "object", anyOf: [] } }] },
      says: /does not support oneOf, allOf, or anyOf at the top level/,
      good: { ...hi, tools: [{ name: "a", input_schema: { type: "object", properties: { anyOf: {} } } }] },
    },
    "strict with an open schema": {
      bad: { ...hi, tools: [{ ...tool, strict: true }] },
      says: /'additionalProperties' must be explicitly set to false/,
      good: { ...hi, tools: [{ name: "a", strict: true, input_schema: schema }] },
    },
    "unknown field": {
      bad: { ...hi, tools: [{ ...tool, function: {} }] },
      says: /^tools.0.function: Extra inputs/,
      good: { ...hi, tools: [tool] },
    },
    "built-in unknown": {
      bad: { ...hi, tools: [{ type: "bash_20990101", name: "bash" }] },
      says: /^tools.0.bash_20990101.type: Input should be 'bash_20250124'/,
      good: { ...hi, tools: [{ type: "bash_20250124", name: "bash" }] },
    },
    "built-in of another name": {
      bad: { ...hi, tools: [{ type: "bash_20250124", name: "shell" }] },
      says: /^tools.0.bash_20250124.name: Input should be 'bash'/,
      good: { ...hi, tools: [{ type: "bash_20250124", name: "bash" }] },
    },
    "built-in without its beta": {
      bad: { ...hi, tools: [screen("computer_20250124")] },
      says: /^tools.0: Input tag 'computer_20250124'/,
      good: { ...hi, tools: [screen("computer_20250124")] },
      goodHeaders: beta("computer-use-2025-01-24"),
    },
    "computer without a screen": {
      bad: { ...hi, tools: [{ type: "computer_20251124", name: "computer", display_width_px: 1280 }] },
      headers: beta("computer-use-2025-11-24"),
      says: /^tools.0.computer_20251124.display_height_px: Field required$/,
      good: { ...hi, tools: [screen("computer_20251124")] },
      goodHeaders: beta("computer-use-2025-11-24"),
    },
    "built-in that the model refuses": {
      bad: { ...hi, model: "claude-opus-5-5", tools: [screen("computer_20251124")] },
      headers: beta("computer-use-2025-11-24"),
      says: /^tools.0.computer_20251124: not supported for claude-opus-5-5/,
      good: { ...hi, tools: [screen("computer_20251124")] },
      goodHeaders: beta("computer-use-2025-11-24"),
    },
    "choice as a word": {
      bad: { ...hi, tools: [tool], tool_choice: "auto" },
      says: /^tool_choice: Input should be a valid dictionary$/,
      good: { ...hi, tools: [tool], tool_choice: { type: "auto" } },
    },
    "choice of OpenAI": {
      bad: { ...hi, tools: [tool], tool_choice: { type: "function", function: { name: "read_file" } } },
      says: /^tool_choice: Input tag 'function' found using 'type' does not match any/,
      good: { ...hi, tools: [tool], tool_choice: { type: "none" } },
    },
    "choice without tools": {
      bad: { ...hi, tool_choice: { type: "auto" } },
      says: /^tool_choice: tool_choice may only be specified while providing tools/,
      good: { ...hi, tools: [tool], tool_choice: { type: "auto" } },
    },
    "choice of a tool that is not there": {
      bad: { ...hi, model: opus45, tools: [tool], tool_choice: { type: "tool", name: "other" } },
      says: /^tool_choice: Tool 'other' not found in provided tools/,
      good: { ...hi, model: opus45, tools: [tool], tool_choice: { type: "tool", name: "read_file" } },
    },
    "forced on a model without": {
      bad: { ...hi, tools: [tool], tool_choice: { type: "any" } },
      says: /type "tool" and "any" are not supported for this model/,
      good: { ...hi, model: "claude-opus-5", tools: [tool], tool_choice: { type: "any" } },
    },
    "forced with manual thinking": {
      bad: { ...hi, ...manual, model: sonnet46, tools: [tool], tool_choice: { type: "any" } },
      says: /Thinking may not be enabled when tool_choice forces tool use/,
      good: { ...hi, model: sonnet46, tools: [tool], tool_choice: { type: "any" }, thinking: { type: "adaptive" } },
    },
  },

  "roles and content": {
    "no messages": { bad: { messages: [] }, says: /^messages: at least one message is required/, good: hi },
    "too many messages": {
      bad: { messages: Array.from({ length: 100_001 }, () => user("x")) },
      says: /^messages: too many messages/,
      good: { messages: Array.from({ length: 1000 }, () => user("x")) },
    },
    "first from the assistant": {
      bad: { messages: [assistant("hi"), user("hi")] },
      says: /^messages: first message must use the "user" role/,
      good: after(assistant("hi"), user("hi")),
    },
    "role unknown": {
      bad: after({ role: "tool", content: "x" }),
      says: /^messages.1.role: Input should be 'user', 'assistant', 'system'/,
      good: after(user("x")),
    },
    "content missing": { bad: after({ role: "user" }), says: /^messages.1.content: Field required/, good: hi },
    "field unknown": { bad: after({ ...user("x"), name: "me" }), says: /^messages.1.name: Extra inputs/, good: hi },
    "content empty": {
      bad: after(assistant(""), user("x")),
      says: /^messages.1: all messages must have non-empty content except for the optional final assistant message/,
      good: { ...after(assistant("")), model: opus45 },
    },
    "content an empty list": {
      bad: after({ role: "assistant", content: [] }, user("x")),
      says: /^messages.1: all messages must have non-empty content/,
      good: after(assistant("ok"), user("x")),
    },
    "text empty": {
      bad: after(user(text(""))),
      says: /^messages: text content blocks must be non-empty$/,
      good: after(user(text("x"))),
    },
    "text blank": {
      bad: after(user(" \n\t")),
      says: /^messages: text content blocks must contain non-whitespace text$/,
      good: after(user(" x")),
    },
    "system blank": {
      bad: { ...hi, system: [text(" ")] },
      says: /^system: text content blocks must contain non-whitespace/,
      good: { ...hi, system: [text("Be brief.")] },
    },
    "image in the system prompt": {
      bad: { ...hi, system: [image(png(1, 1))] },
      says: /^system.0.image.type: Input should be 'text'/,
      good: { ...hi, system: "Be brief." },
    },
    "block unknown": {
      bad: after(user({ type: "video" })),
      says: /^messages.1.content.0: Input tag 'video' found using 'type' does not match any/,
      good: after(user(text("x"))),
    },
    "block field unknown": {
      bad: after(user(text("x", { id: "1" }))),
      says: /^messages.1.content.0.text.id: Extra inputs are not permitted$/,
      good: after(user(text("x"))),
    },
    "image from the assistant": {
      bad: after(assistant(image(png(1, 1))), user("x")),
      says: /`image` blocks can only be in `user` messages/,
      good: after(user(image(png(1, 1)))),
    },
    "tool_use from the user": {
      bad: history(user(toolUse("a"))),
      says: /`tool_use` blocks can only be in `assistant` messages/,
      good: history(assistant(toolUse("a")), user(toolResult("a"))),
    },
    "block of a beta": {
      bad: after(assistant({ type: "compaction", content: "x" }), user("x")),
      says: /^messages.1.content.0: Input tag 'compaction'/,
      good: after(assistant({ type: "compaction", content: "x" }), user("x")),
      goodHeaders: beta("compact-2026-01-12"),
    },
    "document from the assistant, newest version": {
      bad: after(assistant(document(pdf(1))), user("x")),
      says: /`document` blocks can only be in `user` messages/,
      good: after(assistant(document(pdf(1))), user("x")),
      headers: newest,
    },
    "citations from the user, newest version": {
      bad: after(user(text("x", { citations: [{ type: "char_location" }] }))),
      says: /^messages.1.content.0.text.citations: /,
      good: after(assistant(text("x", { citations: [{ type: "char_location" }] })), user("x")),
      headers: newest,
      goodHeaders: newest,
    },
  },

  prefill: {
    "from 4.6 on": {
      bad: { ...after(assistant("I")), model: sonnet46 },
      says: /^This model does not support assistant message prefill. The conversation must end with a user message.$/,
      good: { ...after(assistant("I")), model: opus45 },
    },
    "blank at the end": {
      bad: { ...after(assistant("I ")), model: opus45 },
      says: /final assistant content cannot end with trailing whitespace/,
      good: { ...after(assistant("I")), model: opus45 },
    },
    "with thinking": {
      bad: { ...after(assistant("I")), ...manual, model: opus45 },
      says: /prefill is not supported when thinking/,
      good: { ...after(user("I")), ...manual, model: opus45 },
    },
    "with a format": {
      bad: { ...after(assistant("I")), ...format(schema), model: opus45 },
      says: /prefill is not supported with structured outputs/,
      good: { ...hi, ...format(schema), model: opus45 },
    },
  },

  "system messages": {
    "on a model without": {
      bad: { ...after({ role: "system", content: "Be brief." }), model: "claude-sonnet-5" },
      says: /^messages.1: role 'system' is not supported on this model/,
      good: after({ role: "system", content: "Be brief." }),
    },
    "not after the user": {
      bad: after(assistant("a"), { role: "system", content: "b" }),
      says: /^messages.2: role 'system' must follow a user message/,
      good: after(assistant("a"), user("c"), { role: "system", content: "b" }),
    },
    "before the user": {
      bad: after({ role: "system", content: "b" }, user("c")),
      says: /^messages.1: role 'system' must be last or be followed by an assistant message/,
      good: after({ role: "system", content: "b" }, assistant("a"), user("c")),
    },
    "with an image": {
      bad: after({ role: "system", content: [image(png(1, 1))] }),
      says: /`image` blocks are not allowed in `system` messages/,
      good: after({ role: "system", content: [text("b")] }),
    },
  },

  "tool calls and results": {
    "call without a result": {
      bad: history(assistant(toolUse("a")), user("x")),
      says: /^messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: a/,
      good: history(assistant(toolUse("a")), user(toolResult("a"), text("x"))),
    },
    "call at the end": {
      bad: { ...history(assistant(toolUse("a"))), model: opus45 },
      says: /^messages.1: `tool_use` ids were found without/,
      good: { ...history(assistant(toolUse("a")), user(toolResult("a"))), model: opus45 },
    },
    "call of a set that is not offered": {
      bad: history(assistant({ ...toolUse("a"), ...computer }), user({ ...toolResult("a"), ...computer })),
      says: /^messages.1: toolset 'computer' is not among the tools$/,
      good: {
        ...history(assistant({ ...toolUse("a"), ...computer }), user({ ...toolResult("a"), ...computer })),
        tools: [{ type: "computer_toolset_20260801" }],
      },
    },
    "result that does not name the set": {
      bad: {
        ...history(assistant({ ...toolUse("a"), ...computer }), user(toolResult("a"))),
        tools: [{ type: "computer_toolset_20260801" }],
      },
      says: /^messages.2: toolset_name of the tool_result must be that of its tool_use$/,
      good: history(assistant(toolUse("a")), user(toolResult("a"))),
    },
    "one of two results": {
      bad: history(assistant(toolUse("a"), toolUse("b")), user(toolResult("b"))),
      says: /immediately after: a\./,
      good: history(assistant(toolUse("a"), toolUse("b")), user(toolResult("b"), toolResult("a"))),
    },
    "results in two messages": {
      bad: history(assistant(toolUse("a"), toolUse("b")), user(toolResult("a")), user(toolResult("b"))),
      says: /immediately after: b\./,
      good: history(assistant(toolUse("a"), toolUse("b")), user(toolResult("a"), toolResult("b")), user("x")),
    },
    "server's call that nothing finishes": {
      bad: { tools: [search], messages: [user("hi"), assistant(searching), user("more")] },
      says: /^messages.1: `server_tool_use` ids were found without a result block: s1$/,
      good: { tools: [search], messages: [user("hi"), assistant(searching, found("s1")), user("more")] },
    },
    "more than results while the server has a call to finish": {
      bad: {
        tools: [tool, search],
        messages: [user("hi"), assistant(searching, toolUse("a")), user(toolResult("a"), text("more"))],
      },
      says: /^messages.1: `server_tool_use` ids were found without a result block: s1$/,
      good: {
        tools: [tool, search],
        messages: [user("hi"), assistant(searching, toolUse("a")), user(toolResult("a"))],
      },
    },
    "server's result without a call": {
      bad: { tools: [search], messages: [user("hi"), assistant(found("s2")), user("more")] },
      says: /^messages.1: unexpected `tool_use_id` found in a server tool's result: s2$/,
      good: { tools: [search], messages: [user("hi"), assistant(searching)] },
    },
    "result without a call": {
      bad: history(user(toolResult("a"))),
      says: /^messages.1.content.0: unexpected tool_use_id found in tool_result blocks: a/,
      good: history(assistant(toolUse("a")), user(toolResult("a"))),
    },
    "two results for one call": {
      bad: history(assistant(toolUse("a")), user(toolResult("a"), toolResult("a"))),
      says: /each tool_use must have a single result/,
      good: history(assistant(toolUse("a")), user(toolResult("a"))),
    },
    "text before the result": {
      bad: history(assistant(toolUse("a")), user(text("x"), toolResult("a"))),
      says: /tool_result blocks must come first/,
      good: history(assistant(toolUse("a")), user(toolResult("a"), text("x"))),
    },
    "ids not unique": {
      bad: history(assistant(toolUse("a"), toolUse("a")), user(toolResult("a"))),
      says: /`tool_use` ids must be unique/,
      good: history(assistant(toolUse("a"), toolUse("b")), user(toolResult("a"), toolResult("b"))),
    },
    "input no object": {
      bad: history(assistant({ ...toolUse("a"), input: "{}" }), user(toolResult("a"))),
      says: /^messages.1.content.0.tool_use.input: Input should be a valid dictionary/,
      good: history(assistant({ ...toolUse("a"), input: {} }), user(toolResult("a", { content: undefined }))),
    },
    "no tools in the request": {
      bad: after(assistant(toolUse("a")), user(toolResult("a"))),
      says: /^tools: Requests which include `tool_use` or `tool_result` blocks must define tools/,
      good: history(assistant(toolUse("a")), user(toolResult("a"))),
    },
    "no thinking first in a loop with manual thinking": {
      bad: { ...history(assistant(toolUse("a")), user(toolResult("a"))), ...manual, model: opus45 },
      says: /^messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`/,
      good: { ...history(assistant(toolUse("a")), user(toolResult("a"))), model: opus45 },
    },
    "empty text in a result": {
      bad: history(assistant(toolUse("a")), user(toolResult("a", { content: [text("")] }))),
      says: /text content blocks must be non-empty/,
      good: history(assistant(toolUse("a")), user(toolResult("a", { content: [], is_error: true }))),
    },
  },

  images: {
    "media type unknown": {
      bad: after(user(image(png(1, 1), "image/bmp"))),
      says: /^messages.1.content.0.image.source.base64.media_type: Input should be 'image\/jpeg', 'image\/png'/,
      good: after(user(image(png(1, 1)))),
    },
    "media type of another format": {
      bad: after(user(image(png(1, 1), "image/jpeg"))),
      says: /specified using the image\/jpeg media type, but the image appears to be a image\/png image/,
      good: after(user(image(png(1, 1), "image/png"))),
    },
    "no base64": {
      bad: after(user({ type: "image", source: { type: "base64", media_type: "image/png", data: "a b=" } })),
      says: /^messages.1.content.0.image.source.base64.data: Input should be valid base64/,
      good: after(user(image(png(1, 1)))),
    },
    "no image": {
      bad: after(user(image(Buffer.from("not an image")))),
      says: /Could not process image/,
      good: after(user(image(png(1, 1)))),
    },
    "an image that ends too soon": {
      bad: after(user(image(png(9, 9).subarray(0, -1)))),
      says: /Could not process image/,
      good: after(user(image(png(9, 9)))),
    },
    "an image with a wrong checksum": {
      bad: after(user(image(Buffer.from(rottenPng(9, 9))))),
      says: /Could not process image/,
      good: after(user(image(png(9, 9)))),
    },
    "over 10 MB of base64": {
      bad: after(user(image(png(9, 9, 7_864_333)))),
      says: /image exceeds 10 MB maximum: \d+ bytes > 10485760 bytes/,
      good: after(user(image(png(9, 9, 7_864_320)))),
    },
    "over 8000 pixels": {
      bad: after(user(image(png(8001, 10)))),
      says: /image dimensions exceed max allowed size: 8000 pixels/,
      good: after(user(image(png(8000, 10)))),
    },
    "over 2000 pixels among many": {
      bad: after(user(...Array(20).fill(image(png(1, 1))), image(png(10, 2001)))),
      says: /image dimensions exceed max allowed size for many-image requests: 2000 pixels/,
      good: after(user(...Array(19).fill(image(png(1, 1))), image(png(10, 2001)))),
    },
    "many, some of them in tool results": {
      bad: history(
        assistant(toolUse("a")),
        user(toolResult("a", { content: Array(20).fill(image(png(1, 1))) }), image(png(10, 2001))),
      ),
      says: /many-image requests/,
      good: history(
        assistant(toolUse("a")),
        user(toolResult("a", { content: Array(20).fill(image(png(1, 1))) }), image(png(10, 2000))),
      ),
    },
    "over 100 for a context of 200k": {
      bad: { ...after(user(...Array(101).fill(image(png(1, 1))))), model: opus45 },
      says: /too many images: 101 > 100/,
      good: after(user(...Array(101).fill(image(png(1, 1))))),
    },
    "over 600": {
      bad: after(user(...Array(601).fill(image(png(1, 1))))),
      says: /too many images: 601 > 600/,
      good: after(user(...Array(600).fill(image(png(1, 1))))),
    },
    "larger than the model sees, when that is an error": {
      bad: {
        ...after(user(image(png(1600, 10), "image/png", { transformations: { oversized_image: "error" } }))),
        model: opus45,
      },
      says: /image is larger than 1568 ×/,
      good: after(user(image(png(1600, 10), "image/png", { transformations: { oversized_image: "error" } }))),
    },
    "a file that was never uploaded": {
      bad: after(user({ type: "image", source: { type: "file", file_id: "file_1" } })),
      says: /File not found: file_1/,
      good: after(user({ type: "image", source: { type: "url", url: "https://example.com/a.png" } })),
    },
  },

  documents: {
    "no PDF": {
      bad: after(user(document({ ...pdf(1), data: "aGVsbG8=" }))),
      says: /The PDF specified was not valid/,
      good: after(user(document(pdf(1)))),
    },
    encrypted: {
      bad: after(user(document({ ...pdf(1), data: Buffer.from("%PDF-1.7 /Encrypt").toString("base64") }))),
      says: /password protected/,
      good: after(user(document(pdf(1)))),
    },
    "over 100 pages for a context of 200k": {
      bad: { ...after(user(document(pdf(101)))), model: opus45 },
      says: /A maximum of 100 PDF pages/,
      good: after(user(document(pdf(101)))),
    },
    "media type of a text": {
      bad: after(user(document({ type: "text", media_type: "text/markdown", data: "x" }))),
      says: /^messages.1.content.0.document.source.text.media_type: Input should be 'text\/plain'/,
      good: after(user(document({ type: "text", media_type: "text/plain", data: "x" }))),
    },
    "a text without text": {
      bad: after(user(document({ type: "text", media_type: "text/plain", data: " " }))),
      says: /^messages.1.content.0.document.source.text.data: text must be non-empty/,
      good: after(user(document({ type: "text", media_type: "text/plain", data: "x" }))),
    },
    "blocks that are none": {
      bad: after(user(document({ type: "content", content: [] }))),
      says: /^messages.1.content.0.document.source.content: content must be non-empty/,
      good: after(user(document({ type: "content", content: [text("x")] }))),
    },
    "a file that was never uploaded": {
      bad: after(user(document({ type: "file", file_id: "file_1" }))),
      says: /File not found: file_1/,
      good: after(user(document({ type: "url", url: "https://example.com/a.pdf" }))),
    },
    "citations on some only": {
      bad: after(user(document(pdf(1), { citations: { enabled: true } }), document(pdf(1)))),
      says: /citations must be enabled on all documents or on none/,
      good: after(
        user(document(pdf(1), { citations: { enabled: true } }), document(pdf(1), { citations: { enabled: true } })),
      ),
    },
    "citations with a format": {
      bad: { ...after(user(document(pdf(1), { citations: { enabled: true } }))), ...format(schema) },
      says: /structured outputs cannot be combined with citations/,
      good: { ...after(user(document(pdf(1)))), ...format(schema) },
    },
  },

  cache_control: {
    "five breakpoints": {
      bad: after(user(...Array(5).fill(text("x", cached())))),
      says: /A maximum of 4 blocks with cache_control may be provided. Found 5/,
      good: after(user(...Array(4).fill(text("x", cached())))),
    },
    "four and the automatic one": {
      bad: { ...after(user(...Array(4).fill(text("x", cached())), text("y"))), ...cached() },
      says: /Found 5/,
      good: { ...after(user(...Array(4).fill(text("x", cached())))), ...cached() },
    },
    "the automatic one with another ttl": {
      bad: { ...after(user(text("x", cached("1h")))), ...cached() },
      says: /^cache_control: .*different ttl/,
      good: { ...after(user(text("x", cached("1h")))), ...cached("1h") },
    },
    "an hour after five minutes": {
      bad: { ...after(user(text("x", cached("1h")))), system: [text("s", cached())] },
      says: /a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block/,
      good: { ...after(user(text("x", cached("5m")))), system: [text("s", cached("1h"))] },
    },
    "ttl unknown": {
      bad: after(user(text("x", cached("2h")))),
      says: /^messages.1.content.0.text.cache_control.ttl: Input should be '5m', '1h'/,
      good: after(user(text("x", cached("5m")))),
    },
    "on thinking": {
      bad: after(assistant({ type: "thinking", thinking: "", signature: "x", ...cached() }), user("x")),
      says: /^messages.1.content.0.thinking.cache_control: Extra inputs are not permitted$/,
      good: after(assistant(text("x", cached())), user("x")),
    },
  },

  "the context window": {
    "too long a prompt": {
      bad: { ...after(user("x ".repeat(200_001))), model: opus45 },
      says: /^prompt is too long: \d+ tokens > 200000 maximum$/,
      good: after(user("x ".repeat(200_001))),
    },
    "too long a prompt without the beta of a longer context": {
      bad: { ...after(user("x ".repeat(200_001))), model: "claude-sonnet-4-5" },
      says: /^prompt is too long: \d+ tokens > 200000 maximum$/,
      good: { ...after(user("x ".repeat(200_001))), model: "claude-sonnet-4-5" },
      goodHeaders: beta("context-1m-2025-08-07"),
    },
    "prompt and max_tokens together, on older models": {
      bad: { ...after(user("word ".repeat(150_000))), model: opus45, max_tokens: 60_000 },
      says: /^input length and max_tokens exceed context limit: \d+ \+ 60000 > 200000/,
      good: { ...after(user("word ".repeat(150_000))), model: opus45, max_tokens: 100 },
    },
  },
};

describe("the rules of the simulated API", () => {
  const { ask } = useSimulatedApi();

  for (const [subject, cases] of Object.entries(rules)) {
    describe(subject, () => {
      for (const [name, rule] of Object.entries(cases)) {
        it(name, async () => {
          const refused = await ask(rule.bad, rule.headers);
          assert.match(errorOf(refused).message ?? refused.text, rule.says);
          assert.equal(refused.status, rule.status ?? 400);
          assert.equal(errorOf(refused).type, rule.status === 404 ? "not_found_error" : "invalid_request_error");
          assert.equal(refused.json["request_id"], refused.headers.get("request-id"));

          const accepted = await ask(rule.good, rule.goodHeaders);
          assert.equal(accepted.status, 200, accepted.text);
        });
      }
    });
  }
});
