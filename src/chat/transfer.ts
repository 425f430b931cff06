import * as v from "valibot";
import type { Fact } from "./conversation";
import { JOURNAL_VERSION } from "./journal";

/** All files of a conversation in one: what is imported again is what was exported. Described in docs/journal.md. */
export interface ConversationFile {
  readonly format: "sidenote-conversation";
  readonly version: 1;
  /** The text of each journal. */
  readonly journals: readonly string[];
  /** Base64 text by SHA-256 in lower-case hexadecimal. */
  readonly attachments: Readonly<Record<string, string>>;
}

const conversationFile = v.object({
  format: v.literal("sidenote-conversation"),
  version: v.literal(1),
  journals: v.array(v.string()),
  attachments: v.record(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)), v.pipe(v.string(), v.base64())),
});

/** What claude.ai writes into its export, as far as it is known: one conversation, or a list of them. */
const foreignMessage = v.object({
  sender: v.picklist(["human", "assistant"]),
  text: v.optional(v.string(), ""),
  content: v.optional(v.array(v.looseObject({ type: v.string(), text: v.optional(v.string()) })), []),
  created_at: v.optional(v.string(), ""),
});
const foreignConversation = v.object({ name: v.optional(v.string(), ""), chat_messages: v.array(foreignMessage) });

/** Conversations to be stored as new ones, or one sentence on why there are none. */
export type Imported =
  | { readonly conversations: readonly Pick<ConversationFile, "journals" | "attachments">[] }
  | { readonly problem: string };

/** Reads a file that Sidenote or claude.ai exported. Never throws. */
export function readConversationFile(text: string): Imported {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: "The file is not JSON." };
  }
  const own = v.safeParse(conversationFile, value);
  if (own.success) {
    const { journals, attachments } = own.output;
    return { conversations: [{ journals, attachments }] };
  }
  const foreign = v.safeParse(v.array(foreignConversation), Array.isArray(value) ? value : [value]);
  if (foreign.success) {
    return { conversations: foreign.output.map((it) => ({ journals: [journalOf(it)], attachments: {} })) };
  }
  return { problem: "The file is neither a conversation exported by Sidenote nor an export of claude.ai." };
}

function journalOf({ name, chat_messages: messages }: v.InferOutput<typeof foreignConversation>): string {
  const lines: ({ at: number } & (Fact | { type: "journal"; version: number }))[] = [
    { type: "journal", version: JOURNAL_VERSION, at: 0 },
  ];
  let parent: string | null = null;
  for (const { sender, text, content, created_at: created } of messages) {
    const id = crypto.randomUUID();
    const at = Date.parse(created) || 0;
    const said = content.flatMap((block) => block.text ?? []).join("\n\n") || text;
    if (sender === "human") {
      lines.push({ at, type: "turn", turn: { role: "user", id, parent, text: said, attachments: [] } });
    } else {
      const model = "claude.ai";
      const turn = { role: "assistant", id, parent, endpoint: model, model, content: [], notes: [] } as const;
      const outcome = { kind: "complete", stopReason: "end_turn" } as const;
      lines.push({ at, type: "turn", turn: { ...turn, content: [] } });
      lines.push({ at, type: "answered", turn: id, content: [{ type: "text", text: said }], outcome });
    }
    parent = id;
  }
  if (name !== "") lines.push({ at: lines.at(-1)?.at ?? 0, type: "title", title: name });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}
