import { ApiFailure } from "../../api/failure";
import type { BatchStore } from "../../chat/batch/batchStore";
import { findEndpoint, type EndpointOrProblem } from "../endpoints";
import type { Keys } from "../keys";
import { UserProblem } from "../userProblem";
import { connect, fieldsOf } from "./work";

/**
 * Makes records of the batches that were made elsewhere with the same key, where the endpoint lists them: the one of the chat, and
 * those of the batches that are known. Resolves to a sentence for each endpoint that could not be asked.
 */
export async function adoptBatches(store: BatchStore, keys: Keys, current: EndpointOrProblem): Promise<string[]> {
  const problems: string[] = [];
  const records = await store.list();
  const known = new Set(records.map(({ remoteId }) => remoteId));
  const used = new Set(records.map(({ endpoint }) => endpoint));
  if ("endpoint" in current) used.add(current.endpoint.id);
  for (const id of used) {
    const found = findEndpoint(id);
    if ("problem" in found || !(await keys.has(found.endpoint))) continue;
    const { baseUrl } = found.endpoint;
    const listed = await connect(keys, { endpoint: id, baseUrl })
      .then(({ client }) => client.batches?.list?.(new AbortController().signal))
      .catch((error: unknown) => {
        if (!(error instanceof ApiFailure || error instanceof UserProblem)) throw error;
        problems.push(error instanceof ApiFailure ? `${error.message} ${error.advice}` : error.message);
        return undefined;
      });
    for (const batch of listed ?? []) {
      if (known.has(batch.id)) continue;
      const { processing = 0, succeeded = 0, errored = 0, canceled = 0, expired = 0 } = batch.counts ?? {};
      await store.create({
        name: batch.id,
        endpoint: id,
        baseUrl,
        model: null,
        requests: processing + succeeded + errored + canceled + expired,
        bytes: 0,
        way: "batch",
        foreign: true,
        announced: batch.status === "ended",
        remoteId: batch.id,
        sentAt: Date.parse(batch.createdAt ?? "") || Date.now(),
        state: "running",
        ...fieldsOf(batch),
      });
    }
  }
  return problems;
}
