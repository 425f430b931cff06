import * as v from "valibot";
import { Uri, ViewColumn, window } from "vscode";
import { readResultLine } from "../../api/batches";
import { cut } from "../../api/failure";
import { RESULTS, type BatchStore } from "../../chat/batch/batchStore";
import { readText, type Index } from "../../chat/batch/files";
import type { BatchRecord } from "../../chat/batch/record";
import { answerOf, resultRows, type ResultRow } from "../../chat/batch/results";
import type { ResultsHostMessage } from "../../shared/resultsPage";
import { documentHtml } from "../pageHtml";
import { failedCount, summary } from "./batchesView";

/** Longer texts are cut in the table; the files have all of it. In characters. */
const LONGEST = 200_000;

const number = v.pipe(v.number(), v.integer(), v.minValue(0));
const pageMessage = v.variant("type", [
  v.strictObject({ type: v.literal("ready") }),
  v.strictObject({ type: v.literal("rows"), from: number, count: v.pipe(number, v.maxValue(200)) }),
  v.strictObject({ type: v.literal("filter"), failed: v.boolean() }),
  v.strictObject({ type: v.literal("text"), number }),
  v.strictObject({ type: v.literal("conversation"), number }),
  v.strictObject({ type: v.literal("again") }),
]);

export interface ResultsPanelParts {
  readonly extension: Uri;
  readonly store: BatchStore;
  readonly onConversation: (record: BatchRecord, row: ResultRow, number: number) => Promise<void>;
  readonly onAgain: (record: BatchRecord) => Promise<void>;
  readonly report: (error: unknown) => void;
}

/** Opens the table of the results, which are on disk. What the page asks for is checked: it draws a model's words. */
export async function openResults(record: BatchRecord, parts: ResultsPanelParts): Promise<void> {
  const { store, extension, report } = parts;
  const rows = await resultRows(store.disk, record.id);
  let shown: Uint32Array | undefined;
  const panel = window.createWebviewPanel("sidenote.results", `Results: ${record.name}`, ViewColumn.Active, {
    enableScripts: true,
    localResourceRoots: [Uri.joinPath(extension, "dist", "webview"), Uri.joinPath(extension, "media")],
  });
  const post = (message: ResultsHostMessage) => panel.webview.postMessage(message);
  const table = () => {
    const { name, foreign } = record;
    const count = shown?.length ?? rows.count;
    const again = foreign !== true && failedCount(record) > 0;
    return post({ type: "table", name, summary: summary(record, Date.now()), count, again });
  };

  const rowAt = async (place: number) => (place < rows.count ? (await rows.lines([place]))[0] : undefined);

  async function handle(message: v.InferOutput<typeof pageMessage>): Promise<unknown> {
    switch (message.type) {
      case "ready":
        return table();
      case "filter":
        shown = message.failed ? await failedRows(rows) : undefined;
        return table();
      case "rows": {
        const total = shown?.length ?? rows.count;
        const places = Array.from(
          { length: Math.max(0, Math.min(message.count, total - message.from)) },
          (_, index) => shown?.[message.from + index] ?? message.from + index,
        );
        const found = (await rows.lines(places)).map(
          ({ customId: id, status, inputTokens, outputTokens, firstLine }, index) => {
            return { number: places[index] ?? 0, id, status, inputTokens, outputTokens, firstLine };
          },
        );
        return post({ type: "rows", from: message.from, rows: found });
      }
      case "text": {
        const row = await rowAt(message.number);
        if (!row) return undefined;
        return post({ type: "text", number: message.number, text: cut(await textAt(store, record, row), LONGEST) });
      }
      case "conversation": {
        const row = await rowAt(message.number);
        return row && parts.onConversation(record, row, message.number);
      }
      case "again":
        return parts.onAgain(record);
    }
  }

  panel.webview.onDidReceiveMessage((value: unknown) => {
    const message = v.safeParse(pageMessage, value);
    if (message.success) handle(message.output).catch(report);
  });
  panel.webview.html = documentHtml(panel.webview, extension, "results.css", "results.js");
}

/** The places of those without an answer. */
async function failedRows(rows: Index<ResultRow>): Promise<Uint32Array> {
  const failed = new Uint32Array(rows.count);
  let count = 0;
  let place = 0;
  for await (const { status } of rows.all()) {
    if (status !== "succeeded") failed[count++] = place;
    place++;
  }
  return failed.subarray(0, count);
}

async function textAt(store: BatchStore, record: BatchRecord, row: ResultRow): Promise<string> {
  if (row.length === 0) return "There is no result.";
  const line = await resultLine(store, record, row);
  const result = readResultLine(record.endpoint, line);
  return (result && answerOf(result)) || `The request is ${row.status}.`;
}

/** The result as the server sent it. */
export async function resultLine(store: BatchStore, record: BatchRecord, row: ResultRow): Promise<string> {
  const file = await store.disk.open(`${record.id}/${RESULTS}`);
  try {
    return await readText(file, row);
  } finally {
    await file.close();
  }
}
