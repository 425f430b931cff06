import { invalid } from "./errors";
import type { Dialogue } from "./headers";
import type { Model } from "./models";
import { textBlocks } from "./prefix";
import { betaBlocks, type Block, type Message, type MessagesRequest, type TextBlock } from "./schema";

/** Rules of the conversation: roles, what may stand where, tool calls and their results, the last message. */
export function checkMessages(request: MessagesRequest, model: Model, dialogue: Dialogue): void {
  const { messages } = request;
  if (messages.length === 0) throw invalid("messages: at least one message is required");
  if (messages.length > 100_000) throw invalid("messages: too many messages");
  if (messages[0]?.role !== "user") throw invalid('messages: first message must use the "user" role');

  if (request.system !== undefined) checkTexts(textBlocks(request.system), "system");
  for (const [index, message] of messages.entries()) {
    checkContent(message, index, index === messages.length - 1);
    for (const [at, block] of textBlocks(message.content).entries()) {
      checkPlace(block, message.role, `messages.${index}.content.${at}`, dialogue);
    }
    if (message.role === "system") checkSystemMessage(messages, index, model);
  }
  checkToolPairs(messages);
  checkServerCalls(messages);
  checkToolsets(request);
  const usesTools = messages.some(({ content }) =>
    textBlocks(content).some(({ type }) => type === "tool_use" || type === "tool_result"),
  );
  if (usesTools && !request.tools?.length) {
    throw invalid("tools: Requests which include `tool_use` or `tool_result` blocks must define tools.");
  }
  checkThinkingFirst(request);
  checkPrefill(request, model);
}

function checkContent({ role, content }: Message, index: number, last: boolean): void {
  if (content.length === 0 && !(last && role === "assistant")) {
    throw invalid(
      `messages.${index}: all messages must have non-empty content except for the optional final assistant message`,
    );
  }
  for (const block of textBlocks(content)) {
    if (block.type === "text") checkTexts([block], "messages");
    if (block.type === "search_result") checkTexts(block.content, "messages");
    if (block.type === "tool_result" && Array.isArray(block.content)) {
      checkTexts(
        block.content.filter((inner) => inner.type === "text"),
        "messages",
      );
    }
  }
}

function checkTexts(blocks: readonly Pick<TextBlock, "text">[], place: "messages" | "system"): void {
  for (const { text } of blocks) {
    if (text === "") throw invalid(`${place}: text content blocks must be non-empty`);
    if (text.trim() === "") throw invalid(`${place}: text content blocks must contain non-whitespace text`);
  }
}

const userBlocks = new Set(["text", "image", "document", "search_result", "tool_result", "container_upload"]);
/** What only the user may say; all the rest of the block types is the assistant's. */
const onlyUser = new Set(["image", "search_result", "tool_result"]);

function checkPlace(block: Block, role: Message["role"], path: string, { version, betas }: Dialogue): void {
  const beta = block.type in betaBlocks ? betaBlocks[block.type as keyof typeof betaBlocks] : null;
  if (beta !== null && !betas.some((given) => given.startsWith(beta))) {
    throw invalid(`${path}: Input tag '${block.type}' found using 'type' does not match any of the expected tags`);
  }
  if (role === "user" && !userBlocks.has(block.type) && beta === null) {
    throw invalid(`${path}: \`${block.type}\` blocks can only be in \`assistant\` messages`);
  }
  if (role === "assistant" && onlyUser.has(block.type)) {
    throw invalid(`${path}: \`${block.type}\` blocks can only be in \`user\` messages`);
  }
  if (role === "system" && block.type !== "text" && beta === null) {
    throw invalid(`${path}: \`${block.type}\` blocks are not allowed in \`system\` messages`);
  }
  if (version === "2023-06-01") return;
  if (role === "assistant" && block.type === "document") {
    throw invalid(`${path}: \`document\` blocks can only be in \`user\` messages`);
  }
  const texts = block.type === "text" ? [block] : block.type === "search_result" ? block.content : [];
  if (role === "user" && texts.some(({ citations }) => citations?.length)) {
    throw invalid(`${path}.text.citations: citations are only allowed in \`assistant\` messages`);
  }
}

/** Mid-conversation system messages: after the user, before the assistant or at the end. */
function checkSystemMessage(messages: readonly Message[], index: number, model: Model): void {
  if (!model.systemMessages) throw invalid(`messages.${index}: role 'system' is not supported on this model`);
  const before = messages[index - 1];
  const lastBlock = before && typeof before.content !== "string" ? before.content.at(-1) : undefined;
  const afterServerTool = before?.role === "assistant" && lastBlock?.type.endsWith("_tool_result");
  if (before?.role !== "user" && !afterServerTool) {
    throw invalid(`messages.${index}: role 'system' must follow a user message`);
  }
  const after = messages[index + 1];
  if (after && after.role !== "assistant") {
    throw invalid(`messages.${index}: role 'system' must be last or be followed by an assistant message`);
  }
}

/** Every `tool_use` has exactly one `tool_result`, in the next message, before anything else there. */
function checkToolPairs(messages: readonly Message[]): void {
  const seen = new Set<string>();
  let open: string[] = [];
  for (const [index, { role, content }] of messages.entries()) {
    const blocks = textBlocks(content);
    const answered = new Set<string>();
    let other = false;
    for (const [at, block] of blocks.entries()) {
      if (block.type !== "tool_result") {
        other = true;
        continue;
      }
      const id = block.tool_use_id;
      if (!open.includes(id)) {
        throw invalid(
          `messages.${index}.content.${at}: unexpected tool_use_id found in tool_result blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
        );
      }
      if (answered.has(id)) {
        throw invalid(
          `messages.${index}.content.${at}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`,
        );
      }
      if (other) throw invalid(`messages.${index}.content.${at}: tool_result blocks must come first in the message`);
      answered.add(id);
    }
    const missing = open.filter((id) => !answered.has(id));
    if (missing.length > 0) throw danglingTools(index - 1, missing);

    open = [];
    if (role !== "assistant") continue;
    for (const [at, block] of blocks.entries()) {
      if (block.type !== "tool_use") continue;
      if (seen.has(block.id)) throw invalid(`messages.${index}.content.${at}: \`tool_use\` ids must be unique`);
      seen.add(block.id);
      open.push(block.id);
    }
  }
  if (open.length > 0) throw danglingTools(messages.length - 1, open);
}

/** A call of a set's member needs the set among the tools, and its result names the set as well. */
function checkToolsets({ messages, tools = [] }: MessagesRequest): void {
  const sets = new Set(tools.map(({ type }) => /^(\w+?)_toolset_/.exec(type ?? "")?.[1]));
  const called = new Map<string, string | undefined>();
  for (const [index, { content }] of messages.entries()) {
    for (const block of textBlocks(content)) {
      if (block.type === "tool_use") {
        called.set(block.id, block.toolset_name);
        if (block.toolset_name !== undefined && !sets.has(block.toolset_name)) {
          throw invalid(`messages.${index}: toolset '${block.toolset_name}' is not among the tools`);
        }
      }
      if (block.type === "tool_result" && called.get(block.tool_use_id) !== block.toolset_name) {
        throw invalid(`messages.${index}: toolset_name of the tool_result must be that of its tool_use`);
      }
    }
  }
}

/**
 * A call of a server tool has its result in the same message. Only the last one may lack it, when the server goes on with it: after
 * a pause, or after results of the client's tools and nothing else (Messages API, result rules).
 */
function checkServerCalls(messages: readonly Message[]): void {
  for (const [index, { role, content }] of messages.entries()) {
    if (role !== "assistant") continue;
    const blocks = textBlocks(content);
    const calls = blocks.flatMap((block) => (block.type === "server_tool_use" ? [block.id] : []));
    const results = blocks.flatMap((block) =>
      block.type !== "tool_result" && "tool_use_id" in block ? [String(block.tool_use_id)] : [],
    );
    const open = calls.filter((id) => !results.includes(id));
    const next = messages[index + 1];
    const goesOn = !next || textBlocks(next.content).every(({ type }) => type === "tool_result");
    if (open.length > 0 && !goesOn) {
      throw invalid(`messages.${index}: \`server_tool_use\` ids were found without a result block: ${open.join(", ")}`);
    }
    const before = messages[index - 2];
    const earlier = before && before.role === "assistant" ? textBlocks(before.content) : [];
    const known = new Set([
      ...calls,
      ...earlier.flatMap((block) => (block.type === "server_tool_use" ? [block.id] : [])),
    ]);
    const orphan = results.find((id) => !known.has(id));
    if (orphan !== undefined && blocks.some(({ type }) => type in serverResults)) {
      throw invalid(`messages.${index}: unexpected \`tool_use_id\` found in a server tool's result: ${orphan}`);
    }
  }
}

const serverResults: Readonly<Record<string, true>> = {
  web_search_tool_result: true,
  web_fetch_tool_result: true,
  code_execution_tool_result: true,
  bash_code_execution_tool_result: true,
  text_editor_code_execution_tool_result: true,
};

function danglingTools(index: number, ids: readonly string[]) {
  return invalid(
    `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids.join(", ")}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  );
}

/** With manual thinking on, an assistant message in an open tool loop begins with its thinking. */
function checkThinkingFirst({ thinking, messages }: MessagesRequest): void {
  if (thinking?.type !== "enabled") return;
  const last = messages.at(-1);
  const inToolLoop = last && textBlocks(last.content).some(({ type }) => type === "tool_result");
  const index = inToolLoop ? messages.findLastIndex(({ role }) => role === "assistant") : -1;
  const [first] = textBlocks(messages[index]?.content ?? []);
  if (!first || first.type === "thinking" || first.type === "redacted_thinking") return;
  throw invalid(
    `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first.type}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`,
  );
}

function checkPrefill(request: MessagesRequest, model: Model): void {
  const last = request.messages.at(-1);
  if (last?.role !== "assistant") return;
  if (endsInServerTool(last)) return; // a paused turn goes on, nothing is prefilled
  if (model.generation > 4.5) {
    throw invalid(
      "This model does not support assistant message prefill. The conversation must end with a user message.",
    );
  }
  if (request.thinking?.type === "enabled") {
    throw invalid("messages: assistant message prefill is not supported when thinking is enabled");
  }
  if (request.output_config?.format) {
    throw invalid("messages: assistant message prefill is not supported with structured outputs");
  }
  const block = textBlocks(last.content).at(-1);
  if (block?.type === "text" && block.text.trimEnd() !== block.text) {
    throw invalid("messages: final assistant content cannot end with trailing whitespace");
  }
}

function endsInServerTool({ content }: Message): boolean {
  const type = textBlocks(content).at(-1)?.type;
  return type === "server_tool_use" || (type?.endsWith("_tool_result") ?? false);
}
