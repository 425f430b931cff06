/** Conversations on disk: what storing, listing, finding and opening them costs as they grow. In plain Node. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fact } from "../../src/chat/conversation";
import { ConversationList } from "../../src/chat/conversationList";
import { ConversationStore, type StoredConversation } from "../../src/chat/conversationStore";
import { wordsOf } from "../../src/chat/summary";
import { nodeDisk } from "../support/nodeDisk";
import type { Report } from "./bench";

const MANY = 10_000;
const FEW = 100;
/** Turns of a listed conversation, each a question and its answer. */
const TURNS = 4;

export async function bench(report: Report): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "bench-history-"));
  try {
    await benchOne(report, join(root, "one"));
    await benchList(report, root);
  } finally {
    await rm(root, { recursive: true });
  }
}

async function benchOne(report: Report, folder: string): Promise<void> {
  const store = new ConversationStore(nodeDisk(folder), fail);
  const add = async (to: StoredConversation, turns: number) => {
    for (let turn = 0; turn < turns; turn++) {
      for (const fact of exchange(`${to.conversation.turns.size}`, to.conversation.leaf)) to.record(fact);
      await store.flush();
    }
  };
  const long = store.create();
  await add(long, 1000);
  report("open_1000_turns_ms", await median(() => store.open(long.conversation.id)), "ms");

  // In turns, so that what else the machine does meets both.
  const times = { short: 0, long: 0 };
  for (let round = 0; round < 50; round++) {
    const short = store.create();
    await add(short, 10);
    times.short += await timed(() => add(short, 1));
    times.long += await timed(() => add(long, 1));
  }
  report("append_cost_1000_vs_10", times.long / times.short, "ratio");
}

async function benchList(report: Report, root: string): Promise<void> {
  const lists = { few: join(root, "few"), many: join(root, "many") };
  await fill(lists.few, FEW);
  await fill(lists.many, MANY);
  const list = (folder: string) => new ConversationList(nodeDisk(folder), fail);
  await list(lists.few).refresh();
  report("index_rebuild_10000_ms", await timed(() => list(lists.many).refresh()), "ms");

  const show = (folder: string) => async () => {
    const fresh = list(folder);
    await fresh.load();
    if (fresh.summaries().length === 0) throw new Error("an empty list");
  };
  const many = await median(show(lists.many));
  report("list_10000_ms", many, "ms");
  report("list_10000_vs_100", many / (await median(show(lists.few))), "ratio");

  const full = list(lists.many);
  await full.load();
  report("check_10000_ms", await timed(() => full.refresh()), "ms");
  const search = async () => {
    const found = await full.search(wordsOf("needle 7777"), new AbortController().signal);
    if (found.size === 0) throw new Error("nothing was found");
  };
  report("search_10000_ms", await median(search), "ms");
}

/** Conversations as a window leaves them, about 8 KB of text each. */
async function fill(folder: string, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    const id = `${(number % 256).toString(16).padStart(2, "0")}000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
    const lines: object[] = [{ type: "journal", version: 1 }];
    let parent: string | null = null;
    for (let turn = 0; turn < TURNS; turn++) {
      const facts = exchange(`${turn}`, parent, ` needle ${number}`);
      lines.push(...facts);
      parent = `a${turn}`;
    }
    await mkdir(join(folder, id), { recursive: true });
    await writeFile(
      join(folder, id, "window.jsonl"),
      lines.map((line, index) => `${JSON.stringify({ ...line, at: number * 60_000 + index })}\n`).join(""),
    );
  }
}

function exchange(id: string, parent: string | null, more = ""): Fact[] {
  const text = `An answer of some length${more}. `.repeat(40);
  const answer = { id: `a${id}`, parent: `q${id}`, endpoint: "e", model: "m", content: [], notes: [] };
  return [
    { type: "turn", turn: { role: "user", id: `q${id}`, parent, text: `Question ${id}${more}`, attachments: [] } },
    { type: "turn", turn: { role: "assistant", ...answer } },
    { type: "block", turn: answer.id, index: 0, block: { type: "text", text: "" } },
    { type: "delta", turn: answer.id, index: 0, text },
    {
      type: "answered",
      turn: answer.id,
      content: [{ type: "text", text }],
      outcome: { kind: "complete", stopReason: "end_turn" },
      usage: { input_tokens: 1, output_tokens: 1 },
    },
  ];
}

/** In milliseconds. */
async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

/** Of eleven runs, in milliseconds. */
async function median(action: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 11; run++) times.push(await timed(action));
  return times.toSorted((a, b) => a - b)[5] ?? Number.NaN;
}

function fail(error: unknown): never {
  throw error;
}
