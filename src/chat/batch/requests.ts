import { parseJson } from "../../api/json";
import type { MessageRequest } from "../../api/types";
import { REQUESTS, type BatchStore } from "./batchStore";
import type { Candidate } from "./draft";
import { linesWithPlaces, readText } from "./files";
import type { BatchRecord } from "./record";
import { requestPlaces, resultRows, type ResultRow } from "./results";

/** What was asked for a result; undefined when the request is not here. */
export async function requestOf(
  { disk }: BatchStore,
  { id, requests, foreign }: BatchRecord,
  row: ResultRow,
  number: number,
): Promise<MessageRequest | undefined> {
  if (requests === 0 || foreign === true) return undefined;
  const places = await requestPlaces(disk, id);
  const [place] = number < places.count ? await places.lines([number]) : [];
  if (place?.customId !== row.customId) return undefined;
  const file = await disk.open(`${id}/${REQUESTS}`);
  try {
    return requestIn(await readText(file, place)).params;
  } finally {
    await file.close();
  }
}

/** The requests without an answer, to be sent again. */
export async function* failedRequests(
  { disk }: BatchStore,
  { id }: BatchRecord,
): AsyncGenerator<Candidate, void, void> {
  const rows = (await resultRows(disk, id)).all();
  // The rows are in the order of the requests; behind those stands what no request has.
  for await (const { text } of linesWithPlaces(disk, `${id}/${REQUESTS}`)) {
    const { value: row } = await rows.next();
    const { custom_id: customId, params } = requestIn(text);
    if (row?.customId !== customId || row.status === "succeeded") continue;
    yield { where: customId, customId, params, ...(row.input !== null && { input: row.input }) };
  }
}

/** A line that `prepareDraft` has written. */
function requestIn(line: string): { readonly custom_id: string; readonly params: MessageRequest } {
  return parseJson(line) as { custom_id: string; params: MessageRequest };
}
