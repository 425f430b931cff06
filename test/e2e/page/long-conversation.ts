import type { BlockView, ChatView, MessageView } from "../../../src/shared/views";

/** A view without anything going on. */
export const IDLE: ChatView = {
  conversation: "c",
  messages: [],
  status: { kind: "idle" },
  model: { id: "anthropic/claude-sonnet-5-5", label: "Claude Sonnet 5.5", endpoint: "Anthropic" },
  setup: null,
  totals: { cost: null, context: null, contextWindow: null },
  toSend: null,
  font: { family: null, size: null },
  parameters: { profile: null, fields: [] },
  tools: { on: 0, restricted: false },
  attachments: [],
};

const WORDS =
  "the quick brown fox of a compiler jumps over every lazy promise while a small parser reads line after line".split(
    " ",
  );

/**
 * Questions and answers by turns, always the same: about 4 KB of prose, lists, tables and code in two. Message number n says
 * "Needle n." once.
 */
export function longConversation(count: number): MessageView[] {
  return Array.from({ length: count }, (_, n): MessageView => {
    const text = n % 2 ? answerText(n) : `Needle ${n}. How does *step ${n}* work?`;
    const blocks: BlockView[] = [{ type: "text", text }];
    return { id: `m${n}`, role: n % 2 ? "assistant" : "user", state: "complete", blocks };
  });
}

function answerText(n: number): string {
  const sentence = (from: number, length: number) =>
    Array.from({ length }, (_, at) => WORDS[(from * 7 + at) % WORDS.length]).join(" ");
  const parts = [`Needle ${n}. Here is **step ${n}** with \`code_${n}\`.`];
  for (let part = 0; part < 4; part++) {
    parts.push(
      `## Part ${part}`,
      `${sentence(n + part, 40 + ((n * 13 + part * 29) % 60))}.`,
      Array.from({ length: 3 + (n % 4) }, (_, item) => `- ${sentence(item + n, 8)}`).join("\n"),
    );
    if (part % 2)
      parts.push(`\`\`\`ts\n${`const value${part} = read(${n}, "text"); // line\n`.repeat(5 + (n % 9))}\`\`\``);
    else parts.push(`| a | b |\n|---|---|\n| ${sentence(n, 3)} | ${part} |`);
  }
  return parts.join("\n\n");
}
