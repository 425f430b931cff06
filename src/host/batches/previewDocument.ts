import { commands, EventEmitter, Uri, workspace, type Disposable } from "vscode";
import type { BatchStore } from "../../chat/batch/batchStore";
import { readDraft, type Draft } from "../../chat/batch/draft";
import type { BatchRecord } from "../../chat/batch/record";
import { plain } from "../../chat/plain";

const SCHEME = "sidenote-batch";

export interface PreviewDocuments extends Disposable {
  /** @param draft the batch that has the draft */
  show(draft: string): Promise<void>;
  /** Something has happened to the batch. */
  changed(draft: string): void;
}

/** The preview of a draft: a document that is read only, and made anew each time it is asked for. */
export function previewDocuments(store: BatchStore): PreviewDocuments {
  const changed = new EventEmitter<Uri>();
  const provider = workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    async provideTextDocumentContent({ query }) {
      const [draft, record] = await Promise.all([readDraft(store, query), store.read(query)]);
      return draft && record ? draftReport(draft, record) : "This batch is not there any more.\n";
    },
  });
  return {
    async show(draft) {
      changed.fire(uriOf(draft));
      await commands.executeCommand("markdown.showPreview", uriOf(draft));
    },
    changed: (draft) => changed.fire(uriOf(draft)),
    dispose() {
      provider.dispose();
      changed.dispose();
    },
  };
}

function uriOf(draft: string): Uri {
  return Uri.from({ scheme: SCHEME, path: "/Batch.md", query: draft });
}

const number = new Intl.NumberFormat("en-US");

/** All that a person should know before it is sent, as markdown. */
function draftReport(draft: Draft, { endpoint, way, state }: Pick<BatchRecord, "endpoint" | "way" | "state">): string {
  const { requests, parts, bytes, models, inputTokens, mostOutputTokens, cost, problems, problemCount, notes } = draft;
  const asBatch = way === "batch";
  const price = (value: number) => `$${value < 0.01 ? value.toPrecision(2) : value.toFixed(2)}`;
  const lines = [
    `# ${plain(draft.name)}`,
    "",
    ...(state === "draft" ? ["Nothing was sent yet.", ""] : []),
    "| | |",
    "| --- | --- |",
    `| Requests | ${number.format(requests)}${parts.length > 1 ? `, as ${parts.length} batches` : ""} |`,
    `| Endpoint | ${plain(endpoint)}${asBatch ? "" : ", which has no batches: one by one"} |`,
    `| Model | ${models.slice(0, 5).map(plain).join(", ")} |`,
    `| Size | ${bytes < 100_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`} |`,
    `| Input | about ${number.format(inputTokens)} tokens |`,
    `| Output | at most ${number.format(mostOutputTokens)} tokens |`,
  ];
  if (cost && asBatch) {
    const { batch, normal } = cost;
    lines.push(`| Input cost | **${price(batch.input)}** as a batch, ${price(normal.input)} otherwise (estimate) |`);
    lines.push(`| Cost at most | **${price(batch.most)}** as a batch, ${price(normal.most)} otherwise (estimate) |`);
  } else if (cost) lines.push(`| Cost | ${price(cost.normal.input)} to ${price(cost.normal.most)} (estimate) |`);
  else lines.push("| Cost | not known: the price of a model is not known |");
  if (problemCount > 0) {
    lines.push(
      "",
      `## Left out (${number.format(problemCount)} ${problemCount === 1 ? "problem" : "problems"})`,
      "",
      "| Where | What is wrong |",
      "| --- | --- |",
    );
    lines.push(...problems.map(({ where, text }) => `| ${plain(where)} | ${plain(text)} |`));
    if (problemCount > problems.length) lines.push("", `And ${number.format(problemCount - problems.length)} more.`);
  }
  if (notes.length > 0) lines.push("", "## Changed in the requests", "", ...notes.map((note) => `- ${plain(note)}`));
  lines.push("", requests > draft.samples.length ? `## The first ${draft.samples.length} requests` : "## The requests");
  for (const sample of draft.samples) {
    const longest = Math.max(2, ...Array.from(sample.matchAll(/`+/g), ([run]) => run.length));
    const fence = "`".repeat(longest + 1);
    lines.push("", `${fence}json`, sample, fence);
  }
  return `${lines.join("\n")}\n`;
}
