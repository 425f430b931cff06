/**
 * What the Messages API says on the wire, in its own names. Servers add fields and block types at any time: whatever is
 * not listed here is kept at run time and sent back verbatim.
 */

export type Role = "user" | "assistant" | "system";

export interface CacheControl {
  readonly type: "ephemeral";
  readonly ttl?: "5m" | "1h";
}

// ---- Content blocks

export interface TextBlock {
  readonly type: "text";
  text: string;
  citations?: Citation[] | null;
  cache_control?: CacheControl;
}

/** Where a statement comes from; the fields depend on `type` (char_location, page_location, web_search_result_location, …). */
export interface Citation {
  readonly type: string;
  readonly cited_text?: string;
  readonly document_title?: string | null;
  readonly title?: string | null;
  readonly url?: string;
  readonly [field: string]: unknown;
}

export type ImageMediaType = "image/jpeg" | "image/png" | "image/gif" | "image/webp";

export interface ImageBlock {
  readonly type: "image";
  source:
    | { readonly type: "base64"; readonly media_type: ImageMediaType; readonly data: string }
    | { readonly type: "url"; readonly url: string }
    | { readonly type: "file"; readonly file_id: string };
  cache_control?: CacheControl;
}

export interface DocumentBlock {
  readonly type: "document";
  source:
    | { readonly type: "base64"; readonly media_type: "application/pdf"; readonly data: string }
    | { readonly type: "text"; readonly media_type: "text/plain"; readonly data: string }
    | { readonly type: "content"; readonly content: string | readonly (TextBlock | ImageBlock)[] }
    | { readonly type: "url"; readonly url: string }
    | { readonly type: "file"; readonly file_id: string };
  title?: string | null;
  context?: string | null;
  citations?: { readonly enabled: boolean };
  cache_control?: CacheControl;
}

export interface SearchResultBlock {
  readonly type: "search_result";
  source: string;
  title: string;
  content: readonly TextBlock[];
  citations?: { readonly enabled: boolean };
  cache_control?: CacheControl;
}

/** `thinking` is empty when the display is "omitted"; the signature is what the API checks. */
export interface ThinkingBlock {
  readonly type: "thinking";
  thinking: string;
  signature?: string;
}

export interface RedactedThinkingBlock {
  readonly type: "redacted_thinking";
  readonly data: string;
}

/** `tool_use` is for the client to run; the other two run at the server. */
export interface ToolUseBlock {
  readonly type: "tool_use" | "server_tool_use" | "mcp_tool_use";
  id: string;
  readonly name: string;
  input: { readonly [key: string]: unknown };
  /** The set whose member is called. */
  readonly toolset_name?: string;
  cache_control?: CacheControl;
}

export interface ToolResultBlock {
  readonly type: "tool_result";
  readonly tool_use_id: string;
  content?: string | readonly (TextBlock | ImageBlock | DocumentBlock | SearchResultBlock)[];
  is_error?: boolean;
  readonly toolset_name?: string;
  cache_control?: CacheControl;
}

export interface CompactionBlock {
  readonly type: "compaction";
  content: string | null;
  encrypted_content?: string | null;
  cache_control?: CacheControl;
}

/** Marks where the server went on with another model. */
export interface FallbackBlock {
  readonly type: "fallback";
  readonly from: { readonly model: string };
  readonly to: { readonly model: string };
}

/**
 * Any other block: results of server tools, container uploads, whatever comes next. `type` is some other string at run
 * time; the literal here only keeps the union discriminated.
 */
export interface OpaqueBlock {
  readonly type: "(any other type)";
  readonly [field: string]: unknown;
}

export type ContentBlock =
  | TextBlock
  | ImageBlock
  | DocumentBlock
  | SearchResultBlock
  | ThinkingBlock
  | RedactedThinkingBlock
  | ToolUseBlock
  | ToolResultBlock
  | CompactionBlock
  | FallbackBlock
  | OpaqueBlock;

// ---- The request

export interface MessageParam {
  readonly role: Role;
  readonly content: string | readonly ContentBlock[];
}

export type Effort = "low" | "medium" | "high" | "xhigh" | "max";

export type ThinkingConfig =
  | { readonly type: "enabled"; readonly budget_tokens: number; readonly display?: ThinkingDisplay }
  | { readonly type: "adaptive"; readonly display?: ThinkingDisplay }
  | { readonly type: "disabled" }
  | { readonly type: "between_tools"; readonly display?: ThinkingDisplay };

export type ThinkingDisplay = "summarized" | "omitted" | "updates";

export interface OutputConfig {
  readonly effort?: Effort;
  readonly format?: { readonly type: "json_schema"; readonly schema: object };
}

/** A tool of the client (`input_schema`), or a built-in one, whose other fields depend on `type`. */
export interface ToolDefinition {
  readonly name?: string;
  readonly type?: string;
  readonly description?: string;
  readonly input_schema?: object;
  readonly cache_control?: CacheControl;
  readonly [field: string]: unknown;
}

export type ToolChoice =
  | { readonly type: "auto" | "any"; readonly disable_parallel_tool_use?: boolean }
  | { readonly type: "tool"; readonly name: string; readonly disable_parallel_tool_use?: boolean }
  | { readonly type: "none" };

/** The body of POST /v1/messages without `stream`, which the client adds. A field that is not set is not sent. */
export interface MessageRequest {
  readonly model: string;
  readonly messages: readonly MessageParam[];
  /** In tokens, thinking included. */
  readonly max_tokens: number;
  readonly system?: string | readonly TextBlock[];
  readonly stop_sequences?: readonly string[];
  /** 0 to 1. Only with version 2023-06-01 and models up to 4.6, like top_p and top_k. */
  readonly temperature?: number;
  readonly top_p?: number;
  readonly top_k?: number;
  readonly metadata?: { readonly user_id?: string | null };
  readonly thinking?: ThinkingConfig;
  readonly output_config?: OutputConfig;
  readonly tools?: readonly ToolDefinition[];
  readonly tool_choice?: ToolChoice;
  /** Automatic caching: the server sets the breakpoint on the last block that can be cached. */
  readonly cache_control?: CacheControl;
  readonly service_tier?: "auto" | "standard_only";
  readonly speed?: "standard" | "fast";
  readonly inference_geo?: string;
  readonly container?: string | { readonly id?: string; readonly skills?: readonly object[] };
  readonly diagnostics?: { readonly previous_message_id: string | null };
  // With an anthropic-beta header only:
  readonly context_management?: { readonly edits: readonly object[] };
  readonly compaction?: { readonly type: "summarize"; readonly instructions?: string };
  readonly mcp_servers?: readonly object[];
  readonly fallbacks?: "default" | readonly object[];
}

// ---- The reply

export type StopReason =
  | "end_turn"
  | "max_tokens"
  | "stop_sequence"
  | "tool_use"
  | "pause_turn"
  | "refusal"
  | "model_context_window_exceeded"
  | "compaction";

export interface StopDetails {
  readonly type?: string;
  readonly category?: string | null;
  readonly explanation?: string | null;
}

/** Counts are tokens; a field the server did not send is missing. Names of OpenAI-like gateways are translated. */
export interface Usage {
  /** Input that was neither read from nor written to the cache. */
  input_tokens?: number | null;
  /** Includes all thinking, also what is not shown. */
  output_tokens?: number | null;
  cache_creation_input_tokens?: number | null;
  cache_read_input_tokens?: number | null;
  /** How the cache write splits by lifetime; comes with message_start only. */
  cache_creation?: { ephemeral_5m_input_tokens?: number | null; ephemeral_1h_input_tokens?: number | null } | null;
  output_tokens_details?: { thinking_tokens?: number | null } | null;
  server_tool_use?: { web_search_requests?: number | null; web_fetch_requests?: number | null } | null;
  service_tier?: string | null;
  speed?: string | null;
  inference_geo?: string | null;
  /** Beta: the model calls this answer took, compactions included. */
  iterations?: readonly UsageIteration[] | null;
  /** US dollars, where a gateway says what it charged. */
  cost?: number;
}

export interface UsageIteration extends Usage {
  readonly type: string;
  readonly model?: string;
}

/** The API's message and, in camelCase, what only the client knows. The latter is never sent. */
export interface Message {
  id: string;
  readonly type: "message";
  readonly role: "assistant";
  model: string;
  content: ContentBlock[];
  /** Null until known. A value this client does not know is kept as it came: the type lists today's. */
  stop_reason: StopReason | null;
  stop_sequence: string | null;
  stop_details?: StopDetails | null;
  usage: Usage;
  // As they came: for the code execution container, and what the betas report.
  container?: unknown;
  context_management?: unknown;
  diagnostics?: unknown;
  input_transformations?: unknown;
  /** False until the server said that the message is whole; a partial message stays false. */
  complete: boolean;
  /** Tool calls that must not run: their input is cut off or no JSON object. Answer them with an error result. */
  invalidToolUses: InvalidToolUse[];
  /** What the server did against the rules, for the log. */
  warnings: string[];
}

export interface InvalidToolUse {
  /** Of the block; unique in the message. */
  readonly id: string;
  /** One sentence that can be sent to the model as the result. */
  readonly problem: string;
  /** The input as it arrived. */
  readonly raw: string;
}

// ---- Stream events, as the specification has them. Gateways deviate: see accumulator.ts.

export type StreamEvent =
  | { type: "message_start"; message: WireMessage }
  | { type: "content_block_start"; index: number; content_block: ContentBlock }
  | { type: "content_block_delta"; index: number; delta: BlockDelta }
  | { type: "content_block_stop"; index: number }
  | { type: "message_delta"; delta: MessageDelta; usage: Usage }
  | { type: "message_stop" }
  | { type: "ping" }
  | { type: "error"; error: { type: string; message: string }; request_id?: string };

export type WireMessage = Omit<Message, "complete" | "invalidToolUses" | "warnings">;

export type BlockDelta =
  | { type: "text_delta"; text: string }
  | { type: "input_json_delta"; partial_json: string }
  | { type: "thinking_delta"; thinking: string; estimated_tokens?: number }
  | { type: "signature_delta"; signature: string }
  | { type: "citations_delta"; citation: Citation }
  | { type: "compaction_delta"; content: string | null; encrypted_content?: string | null };

export interface MessageDelta {
  stop_reason: StopReason | null;
  stop_sequence: string | null;
  stop_details?: StopDetails | null;
}

// ---- Models

/** US dollars per million tokens. */
export interface Prices {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  /** With `speed: "fast"`; cache prices rise in proportion to the input's. */
  readonly fast?: { readonly input: number; readonly output: number };
  /** A prompt of more tokens than this, cache included, puts the whole request on these prices. */
  readonly above?: { readonly promptTokens: number; readonly prices: Prices };
}

/** One model of an endpoint's list, whatever shape the endpoint lists it in. */
export interface ModelInfo {
  readonly id: string;
  readonly displayName: string;
  /** Tokens. */
  readonly contextWindow?: number;
  /** The largest `max_tokens`. */
  readonly maxTokens?: number;
  readonly lifecycle?: "active" | "deprecated" | "retired";
  /** RFC 3339. */
  readonly deprecatedAt?: string;
  readonly retiresAt?: string;
  readonly capabilities?: ListedCapabilities;
  readonly prices?: Prices;
}

/** `capabilities` of GET /v1/models; every leaf is `{supported}`. */
export interface ListedCapabilities {
  readonly image_input?: Supported;
  readonly pdf_input?: Supported;
  readonly citations?: Supported;
  readonly code_execution?: Supported;
  readonly server_tools?: { readonly [name: string]: Supported | undefined };
  readonly effort?: Supported & { readonly [level in Effort]?: Supported };
  readonly thinking?: Supported & {
    readonly types?: { readonly [kind in ThinkingConfig["type"]]?: Supported };
  };
  readonly [name: string]: unknown;
}

export interface Supported {
  readonly supported?: boolean;
}
