import type {
  AttachmentView,
  BlockView,
  ChatView,
  CitationView,
  MessageView,
  ParametersView,
  ToolView,
} from "../../../src/shared/views";
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

const approval: ToolView["approval"] = {
  id: "p",
  caution: "It changes a file outside of what was asked.",
  details: [{ label: "File", text: "src/cart.ts" }],
  forChat: true,
  parts: [{ first: 3, removed: 1, added: 2, decision: "open" }],
};
const CODE_FILE: Extract<AttachmentView, { type: "code" }> = {
  type: "code",
  id: "c",
  name: "src/cart.ts",
  language: "typescript",
  lines: [3, 9],
  text: "let a;",
  refreshable: true,
};
const CHART: AttachmentView = {
  type: "image",
  id: "i",
  name: "chart.png",
  bytes: 1200,
  width: 1568,
  height: 1018,
  original: { width: 3024, height: 1964 },
  tokens: 2072,
};
const REPORT: AttachmentView = {
  type: "document",
  id: "d",
  name: "the quarterly report of all departments, final version.pdf",
  bytes: 1_200_000,
  pages: 12,
};
const citation: CitationView = { number: 1, title: "Prices", url: "https://prices.example/list", quote: "3 euros" };
const PARAMETERS: ParametersView["fields"] = [
  { name: "systemPrompt", value: "Be brief.", source: "profile" },
  {
    name: "thinking",
    value: "default",
    source: "default",
    unavailable: ["off"],
    hint: "It thinks unless told otherwise.",
  },
  { name: "maxTokens", value: 16_000, source: "user", hint: "At most 128,000." },
  { name: "topK", value: null, source: "default", refusal: "claude-sonnet-5-5 does not take it." },
];

function call(more: Partial<ToolView>): ToolView {
  return {
    type: "tool",
    call: "c1",
    name: "find_files",
    description: "“**/*.ts”",
    source: "Sidenote",
    state: "done",
    input: '{\n  "glob": "**/*.ts"\n}',
    result: [],
    ...more,
  };
}

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
    toSend: { tokens: 4700, exact: false, cost: { usd: 0.0094, estimate: true }, contextWindow: 200_000 },
  }),
  stopped: chat(answer({ state: "stopped" })),
  cut: chat(answer({ cut: true, notes: ["The answer is cut: it reached the limit of tokens."], usage })),
  refused: chat(answer({ blocks: [], refused: true, notes: ["Claude declined to answer."] })),
  calls: chat(
    answer({
      state: "streaming",
      blocks: [
        text("I look at it."),
        call({ state: "done", milliseconds: 2100, result: [{ type: "text", text: "12 files" }] }),
        call({
          call: "c2",
          state: "failed",
          milliseconds: 90,
          result: [{ type: "text", text: "There is no such file." }],
        }),
        call({ call: "c3", name: "edit_file", description: "src/cart.ts", state: "waiting", approval }),
      ],
    }),
    { status: { kind: "tools" }, tools: { on: 3, restricted: false } },
  ),
  command: chat(
    answer({
      state: "streaming",
      blocks: [
        call({
          name: "run_command",
          description: "Run the command “for file in src/*.ts; do node check.js …”",
          state: "waiting",
          approval: {
            id: "p",
            forChat: true,
            details: [
              { label: "Command", text: `${"for file in src/*.ts; do node check.js; done\n".repeat(30)}rm -rf dist` },
              { label: "Folder", text: "tea-shop" },
            ],
          },
        }),
      ],
    }),
    { status: { kind: "tools" }, tools: { on: 14, restricted: false } },
  ),
  answering: chat(
    answer({
      state: "streaming",
      blocks: [call({ name: "computer", description: "You do by hand: screenshot", state: "asking" })],
    }),
    { status: { kind: "tools" }, tools: { on: 1, restricted: false } },
  ),
  sources: chat(
    answer({ blocks: [{ type: "text", text: "It costs 3 euros [1].\n\n---\n\nAs of today.", citations: [citation] }] }),
  ),
  finding: chat(answer()),
  parameters: { ...IDLE, parameters: { profile: "Reviewer", fields: PARAMETERS } },
  prompts: IDLE,
  failed: chat(answer({ state: "failed", failure, blocks: [] })),
  "long code": chat(answer({ blocks: [text(LONG)] })),
  "right to left": chat(answer({ blocks: [text("שלום עולם, המחיר הוא `total` שקלים.\n\nمرحبا بالعالم")] })),
  "refused draft": {
    ...IDLE,
    toSend: {
      tokens: 210_000,
      exact: true,
      cost: null,
      contextWindow: 200_000,
      problem: "This is more than the 200,000 tokens that the model can read. Send less, or choose another model.",
    },
  },
  attachments: {
    ...chat(answer()),
    messages: [
      {
        ...question,
        blocks: [
          { type: "attachment", attachment: CHART },
          { type: "attachment", attachment: { ...CODE_FILE, redacted: 2 } },
          { type: "attachment", attachment: REPORT },
          text("What is in these?"),
        ],
      },
      answer({ blocks: [text("A chart, some code and a report.")] }),
    ],
    attachments: [REPORT, CODE_FILE, CHART],
  },
};
