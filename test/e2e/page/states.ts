import type { BlockView, ChatView, MessageView } from "../../../src/shared/protocol";
import { IDLE } from "./open-page";

const text = (value: string): BlockView => ({ type: "text", text: value });
const question: MessageView = { id: "q", role: "user", state: "complete", blocks: [text("What is the price?")] };

function answer(more: Partial<MessageView> = {}): MessageView {
  return { id: "a", role: "assistant", state: "complete", model: "claude-sonnet-5-5", blocks: [text(ANSWER)], ...more };
}

const CODE = "```ts\n// The price, with tax\nexport function total(items: Item[]): number {\n  return 1;\n}\n```\n";
const ANSWER = `## Total\n\nSee [the docs](https://docs.example) and \`total\`.\n\n${CODE}\n> quoted\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n`;
const LONG = `\`\`\`sh\n${"echo a line that is long enough to need some scrolling to the side in a narrow view\n".repeat(40)}\`\`\`\n`;
const usage = { input: 1200, output: 3400, thinking: 340, cost: { usd: 0.25, estimate: true } };
const failure = {
  message: "The key was refused.",
  advice: "Set another key.",
  action: "setKey",
  parameter: "top_k",
  retryable: true,
} as const;

function chat(message: MessageView, more: Partial<ChatView> = {}): ChatView {
  return { ...IDLE, messages: [question, message], ...more };
}

const streaming = (kind: "waiting" | "thinking" | "streaming", blocks: readonly BlockView[]) =>
  chat(answer({ state: "streaming", blocks }), { status: { kind, since: Date.now() - 12_000 } });

/** What the page can look like, by name. */
export const STATES: Readonly<Record<string, ChatView>> = {
  empty: IDLE,
  setup: { ...IDLE, setup: { endpoint: "Anthropic" } },
  waiting: streaming("waiting", []),
  thinking: streaming("thinking", [{ type: "thinking", text: "The price is …" }]),
  streaming: streaming("streaming", [{ type: "thinking", text: "Well.", seconds: 12 }, text(ANSWER)]),
  retrying: chat(answer({ state: "streaming", blocks: [] }), {
    status: { kind: "retrying", until: Date.now() + 20_000, reason: "The service is busy.", askFirst: false },
  }),
  "long wait": chat(answer({ state: "streaming", blocks: [] }), {
    status: { kind: "retrying", until: Date.now() + 3_600_000, reason: "Too many requests.", askFirst: true },
  }),
  complete: chat(answer({ usage, siblings: { index: 1, count: 2 } }), {
    totals: { cost: usage.cost, context: 4600, contextWindow: 200_000 },
    draftTokens: { tokens: 4700, exact: false },
  }),
  stopped: chat(answer({ state: "stopped" })),
  cut: chat(answer({ cut: true, notes: ["The answer is cut: it reached the limit of tokens."], usage })),
  refused: chat(answer({ blocks: [], notes: ["Claude declined to answer."] })),
  failed: chat(answer({ state: "failed", failure, blocks: [] })),
  "long code": chat(answer({ blocks: [text(LONG)] })),
  "right to left": chat(answer({ blocks: [text("שלום עולם, המחיר הוא `total` שקלים.\n\nمرحبا بالعالم")] })),
  attachments: {
    ...chat(answer()),
    attachments: [
      { type: "code", id: "c", name: "src/cart.ts", language: "typescript", lines: [3, 9], text: "let a;" },
      { type: "image", id: "i", name: "chart.png", bytes: 1200, width: 640, height: 400 },
    ],
  },
};
