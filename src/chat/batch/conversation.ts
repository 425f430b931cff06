import type { Message, MessageRequest } from "../../api/types";
import type { Attachment, Fact, UserTurn } from "../conversation";

export interface ResultOrigin {
  /** The endpoint's id. */
  readonly endpoint: string;
  /** For the name of the conversation. */
  readonly name: string;
}

/**
 * A request and its answer as the facts of a conversation to go on with. Its cost was the batch's, so that none counts here.
 *
 * @param image makes an attachment of the base64 text of an image, and stores it; undefined when it cannot be read
 */
export async function conversationFacts(
  params: MessageRequest,
  message: Message,
  { endpoint, name }: ResultOrigin,
  image: (data: string) => Promise<Attachment | undefined>,
): Promise<Fact[]> {
  const facts: Fact[] = [{ type: "model", model: `${endpoint}/${params.model}` }];
  let parent: string | null = null;
  const answer = (content: Message["content"], stopReason: Message["stop_reason"], usage?: Message["usage"]) => {
    const id = crypto.randomUUID();
    const systemPrompt = typeof params.system === "string" ? { systemPrompt: params.system } : {};
    const turn = { role: "assistant", id, parent, endpoint, model: params.model, ...systemPrompt } as const;
    facts.push({ type: "turn", turn: { ...turn, content: [], notes: [] } });
    facts.push({
      type: "answered",
      turn: id,
      content,
      outcome: { kind: "complete", stopReason },
      ...(usage && { usage }),
    });
    parent = id;
  };
  for (const { role, content } of params.messages) {
    const blocks = typeof content === "string" ? [{ type: "text", text: content } as const] : [...content];
    if (role === "assistant") {
      answer(blocks, "end_turn");
      continue;
    }
    const attachments: Attachment[] = [];
    const texts: string[] = [];
    for (const block of blocks) {
      const source = block.type === "image" && block.source.type === "base64" ? block.source : undefined;
      const attachment = source && (await image(source.data));
      if (attachment) attachments.push(attachment);
      else if (block.type === "text") texts.push(block.text);
      else texts.push(`[${block.type}]`);
    }
    const turn: UserTurn = { role: "user", id: crypto.randomUUID(), parent, text: texts.join("\n\n"), attachments };
    facts.push({ type: "turn", turn });
    parent = turn.id;
  }
  answer(message.content, message.stop_reason, message.usage);
  return [...facts, { type: "title", title: name }, { type: "copied" }];
}
