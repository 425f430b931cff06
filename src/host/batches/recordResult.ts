import { readResultLine } from "../../api/batches";
import { fromBase64 } from "../../chat/base64";
import type { BatchStore } from "../../chat/batch/batchStore";
import { conversationFacts } from "../../chat/batch/conversation";
import type { BatchRecord } from "../../chat/batch/record";
import { requestOf } from "../../chat/batch/requests";
import type { ResultRow } from "../../chat/batch/results";
import type { StoredConversation } from "../../chat/conversationStore";
import { imageAttachment } from "../images";
import { UserProblem } from "../userProblem";
import { resultLine } from "./resultsPanel";

/**
 * Records a request of a batch and its answer in a conversation, to be gone on with.
 * @param stored an empty one
 * @throws UserProblem when one of them is not there
 */
export async function recordResult(
  store: BatchStore,
  record: BatchRecord,
  row: ResultRow,
  number: number,
  stored: StoredConversation,
): Promise<void> {
  if (row.status !== "succeeded") throw new UserProblem("There is no answer to go on with.");
  const params = await requestOf(store, record, row, number);
  const result = readResultLine(record.endpoint, await resultLine(store, record, row));
  if (!params || result?.type !== "succeeded") throw new UserProblem("The question of this result is not here.");
  const origin = { endpoint: record.endpoint, name: `${record.name}: ${row.customId}` };
  const facts = await conversationFacts(params, result.message, origin, async (data) => {
    try {
      const { attachment, bytes } = await imageAttachment("image", fromBase64(data));
      await stored.saveAttachment(attachment.sha256, bytes);
      return attachment;
    } catch {
      return undefined;
    }
  });
  for (const fact of facts) stored.record(fact);
}
