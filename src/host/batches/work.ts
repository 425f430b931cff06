import { ApiFailure } from "../../api/failure";
import { capabilitiesOf } from "../../api/capabilities";
import type { Batch, Batches } from "../../api/batches";
import type { LargeBody } from "../../api/transport";
import { REQUESTS, type BatchStore } from "../../chat/batch/batchStore";
import { piecesOf } from "../../chat/batch/files";
import { runOneByOne } from "../../chat/batch/oneByOne";
import { isHeldByOther, type BatchRecord } from "../../chat/batch/record";
import { downloadResults, orderResults } from "../../chat/batch/results";
import { clientFor } from "../client";
import { findEndpoint, type OwnEndpoint } from "../endpoints";
import type { Keys } from "../keys";
import { withProgress } from "../notifications";
import { UserProblem } from "../userProblem";

/** A window that works on a batch says so for so long, and four times as often; milliseconds. Then another one may go on. */
const HOLD = 8000;

/** The endpoint of a batch with its key. Refuses when its address has changed: the batch would be looked for elsewhere. */
export async function connect(keys: Keys, record: Pick<BatchRecord, "endpoint" | "baseUrl">) {
  const found = findEndpoint(record.endpoint);
  if ("problem" in found) throw new UserProblem(found.problem);
  const { endpoint } = found;
  if (endpoint.baseUrl !== record.baseUrl) {
    throw new UserProblem(
      `The address of ${endpoint.name} is another one now; the batch was made for ${record.baseUrl}.`,
    );
  }
  if (!(await keys.has(endpoint))) throw new UserProblem(`There is no API key for ${endpoint.name}.`);
  return { endpoint, client: clientFor(endpoint, await keys.credentials(endpoint)) };
}

/** The same, where there must be batches. */
export async function connectBatches(
  keys: Keys,
  record: Pick<BatchRecord, "endpoint" | "baseUrl">,
): Promise<{ readonly endpoint: OwnEndpoint; readonly batches: Batches }> {
  const { endpoint, client } = await connect(keys, record);
  if (!client.batches) throw new UserProblem(`${endpoint.name} has no batches.`);
  return { endpoint, batches: client.batches };
}

/** Deletes a batch at the server, where that is possible: not at an endpoint that is no more, or that has no key any more. */
export async function deleteRemote(keys: Keys, record: BatchRecord): Promise<void> {
  if (record.remoteId === undefined) return;
  try {
    const { batches } = await connectBatches(keys, record);
    await batches.delete?.(record.remoteId, new AbortController().signal);
  } catch (error) {
    const impossible = error instanceof UserProblem || (error instanceof ApiFailure && error.kind === "notFound");
    if (!impossible) throw error;
  }
}

/** What the server says of a batch. */
export function fieldsOf(batch: Batch): Partial<BatchRecord> {
  const time = (text: string | undefined) => {
    const at = text === undefined ? NaN : Date.parse(text);
    return Number.isNaN(at) ? undefined : at;
  };
  const expiresAt = time(batch.expiresAt);
  const endedAt = time(batch.endedAt);
  return {
    state: batch.status === "in_progress" ? "running" : batch.status,
    ...(batch.counts && { counts: batch.counts }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(endedAt !== undefined && { endedAt }),
  };
}

/**
 * Says on disk, again and again, that this window works on the batch. The signal of the work aborts when `signal` does, and when
 * another window has the batch: this one had been silent for too long, or both took it at once.
 */
async function holding<T>(
  store: BatchStore,
  id: string,
  me: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  let timer: unknown;
  let over = false;
  const hold = async () => {
    const now = Date.now();
    const record = await store.update(id, (it) =>
      isHeldByOther(it, me, now) ? {} : { held: { window: me, until: now + HOLD } },
    );
    if (record?.held?.window !== me) return lost.abort();
    const again = () => hold().catch(() => undefined);
    if (!over) timer = setTimeout(() => void again(), HOLD / 4);
  };
  await hold();
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    over = true;
    clearTimeout(timer);
    await store.update(id, ({ held }) => (held?.window === me ? { held: undefined } : {}));
  }
}

/** Sends a draft as it lies on disk. When that fails it is a draft again, with the reason. */
export async function upload(store: BatchStore, keys: Keys, id: string, me: string): Promise<void> {
  const record = await store.read(id);
  if (record?.state !== "draft" && record?.state !== "sending") return;
  const { batches } = await connectBatches(keys, record);
  await store.update(id, () => ({ state: "sending", problem: undefined, sentAt: Date.now() }));
  try {
    const batch = await holding(store, id, me, new AbortController().signal, (lost) =>
      withProgress(`Sending “${record.name}”`, { cancellable: true }, async (progress, signal) => {
        const body = await bodyOf(store, id, (share) => {
          progress.report({ increment: share * 100 });
        });
        return batches.create(body, AbortSignal.any([signal, lost]));
      }),
    );
    await store.update(id, () => ({ ...fieldsOf(batch), remoteId: batch.id, sentAt: Date.now() }));
  } catch (error) {
    const unsure = error instanceof ApiFailure && ["network", "timeout", "server"].includes(error.kind);
    const sentence = error instanceof ApiFailure ? error.message : "It could not be sent.";
    const problem = unsure ? `${sentence} It may have arrived all the same: look for it with Refresh first.` : sentence;
    await store.update(id, () => ({ state: "draft", problem }));
    if (error instanceof ApiFailure && error.kind === "aborted") return;
    if (error instanceof ApiFailure) throw new UserProblem(problem);
    throw error;
  }
}

/** `{"requests":[…]}` around the lines of the file, whose line ends become commas. */
async function bodyOf(store: BatchStore, id: string, onShare: (share: number) => void): Promise<LargeBody> {
  const file = `${id}/${REQUESTS}`;
  const encoder = new TextEncoder();
  const [before, after] = [encoder.encode('{"requests":['), encoder.encode("]}")];
  const size = await store.disk.size(file);
  return {
    length: before.length + size - 1 + after.length, // the last line end goes
    async *chunks() {
      yield before;
      let sent = 0;
      for await (const piece of piecesOf(store.disk.open(file))) {
        sent += piece.length;
        const last = sent === size;
        yield (last ? piece.subarray(0, -1) : piece).map((byte) => (byte === 10 ? 44 : byte));
        onShare(piece.length / size);
      }
      yield after;
    },
  };
}

/** Brings the results onto the disk, in order, if they are not there yet. Resolves to the record as it is then. */
export async function fetchResults(store: BatchStore, keys: Keys, record: BatchRecord): Promise<BatchRecord> {
  if (record.results) return record;
  return withProgress(`Reading the results of “${record.name}”`, { cancellable: true }, async (progress, signal) => {
    const { disk } = store;
    const { id, remoteId, way, requests } = record;
    const share = (what: string) => {
      let shown = 0;
      return (count: number) => {
        if (count - shown < requests / 200) return;
        progress.report({ message: `${what} ${count} of ${requests}`, increment: ((count - shown) / requests) * 50 });
        shown = count;
      };
    };
    let unreadable = 0;
    if (way === "batch" && remoteId !== undefined) {
      const { batches } = await connectBatches(keys, record);
      const results = (aborted: AbortSignal) => batches.results(remoteId, aborted);
      // A batch that was cancelled where its results are not kept has none.
      const none = record.canceled === true && (!record.counts || record.counts.canceled === requests);
      const expected = none || requests === 0 ? undefined : requests;
      const wait = (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));
      const download = { disk, folder: id, results, expected, onProgress: share("reading"), wait, signal };
      ({ unreadable } = await downloadResults(download));
    }
    const found = findEndpoint(record.endpoint);
    const totals = await orderResults({
      disk,
      folder: id,
      endpointName: "endpoint" in found ? found.endpoint.name : record.endpoint,
      model: record.model,
      without: record.canceled === true ? "canceled" : "missing",
      prices: (model) => capabilitiesOf(model).prices,
      tier: way === "batch" ? "batch" : undefined,
      onProgress: share("ordering"),
      signal,
    });
    return (await store.update(id, () => ({ results: { ...totals, unreadable } }))) ?? record;
  });
}

/** Sends the requests from here, one after the other, until all have a result or the signal pauses it. */
export async function runHere(
  store: BatchStore,
  keys: Keys,
  id: string,
  me: string,
  onChange: () => void,
  signal: AbortSignal,
): Promise<void> {
  const draft = await store.read(id);
  if (!draft) return;
  const { client } = await connect(keys, draft);
  const begun = { sentAt: draft.sentAt ?? Date.now() };
  const record = await store.update(id, () => ({ state: "running", problem: undefined, ...begun }));
  if (!record) return;
  try {
    await holding(store, id, me, signal, (held) =>
      runOneByOne({
        disk: store.disk,
        folder: id,
        perMinute: record.perMinute ?? 20,
        async ask(params, aborted) {
          const stream = client.stream(params, aborted);
          for await (const event of stream) if (event.type === "end") break;
          return stream.message;
        },
        async onProgress({ succeeded, errored }) {
          const processing = record.requests - succeeded - errored;
          const counts = { processing, succeeded, errored, canceled: 0, expired: 0 };
          await store.update(id, () => ({ counts }));
          onChange();
        },
        wait: pause,
        now: Date.now,
        signal: held,
      }),
    );
    await store.update(id, () => ({ state: "ended", endedAt: Date.now() }));
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    const problem = error.kind === "aborted" ? undefined : error.message;
    await store.update(id, (now) => (isHeldByOther(now, me, Date.now()) ? {} : { state: "paused", problem }));
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const stopped = () => new ApiFailure({ kind: "aborted", message: "Stopped." });
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(stopped());
    const onAbort = () => {
      clearTimeout(timer);
      reject(stopped());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
