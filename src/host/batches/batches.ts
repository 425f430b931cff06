import { Disposable, window, type Uri } from "vscode";
import type { BatchStore } from "../../chat/batch/batchStore";
import { MOST, prepareDraft, type Candidate } from "../../chat/batch/draft";
import { ApiFailure } from "../../api/failure";
import { isHeld, isPaused, type BatchRecord } from "../../chat/batch/record";
import { failedRequests } from "../../chat/batch/requests";
import type { ResultRow } from "../../chat/batch/results";
import { filesOf, type Commands } from "../commands";
import { pdfPages } from "../documents";
import { imageSize } from "../images";
import { findTarget, type Directory, type Target } from "../target";
import { UserProblem } from "../userProblem";
import { adoptBatches } from "./adopt";
import { BatchesView, outcome, summary } from "./batchesView";
import { previewDocuments } from "./previewDocument";
import { recordResult } from "./recordResult";
import { openResults } from "./resultsPanel";
import { saveResults } from "./save";
import { pickSource, type SourceParts } from "./sources";
import { BatchWatch } from "./watch";
import { connectBatches, deleteRemote, fetchResults, fieldsOf, runHere, upload } from "./work";
import { askInDialog, showInformationMessage, showInputBox, showWarningMessage, withProgress } from "../notifications";

export interface BatchesParts extends SourceParts {
  readonly batchStore: BatchStore;
  readonly extension: Uri;
  readonly directory: Directory;
  readonly allowSpending: () => Promise<void>;
  readonly focusChat: () => Promise<void>;
  readonly report: (error: unknown) => void;
}

type BatchCommands = Pick<
  Commands,
  | "sidenote.createBatch"
  | "sidenote.refreshBatches"
  | "sidenote.previewBatch"
  | "sidenote.sendBatch"
  | "sidenote.openBatch"
  | "sidenote.saveBatchResults"
  | "sidenote.sendBatchAgain"
  | "sidenote.pauseBatch"
  | "sidenote.resumeBatch"
  | "sidenote.cancelBatch"
  | "sidenote.deleteBatch"
>;

export interface BatchesOfWindow extends Disposable {
  readonly handlers: BatchCommands;
  refresh(): Promise<void>;
  /** What runs one by one here is paused on disk when it resolves: the window may be closed. */
  pauseAll(): Promise<void>;
}

/** All that the user does with batches, joined. Nothing is read from disk before `refresh` or a command. */
export function batches(parts: BatchesParts): BatchesOfWindow {
  const { batchStore: store, chat, directory, log, report } = parts;
  const { keys } = directory;
  const me = crypto.randomUUID();
  const view = new BatchesView(me);
  const watch = new BatchWatch(store, keys, me, log);
  const preview = previewDocuments(store);
  /** What is sent one by one from this window. */
  const running = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();

  const tellProblem = (error: unknown) => {
    const problem = asProblem(error);
    if (problem !== undefined) report(problem);
  };
  const safely = (work: Promise<unknown>) => void work.catch(tellProblem);

  /** The batch that a menu passes; from the palette the user picks one. */
  async function chosen(argument: unknown, fits: (record: BatchRecord) => boolean): Promise<BatchRecord | undefined> {
    const id = typeof argument === "object" && argument !== null && "id" in argument ? argument.id : argument;
    if (typeof id === "string") return store.read(id);
    const items = (await store.list())
      .filter(fits)
      .map((record) => ({ label: record.name, description: summary(record, Date.now(), me), record }));
    if (items.length === 0) throw new UserProblem("There is no such batch.");
    return (await window.showQuickPick(items, { placeHolder: "Which batch?" }))?.record;
  }

  async function prepare(name: string, candidates: AsyncIterable<Candidate>, target: Target): Promise<void> {
    const { endpoint, client } = target;
    const { batches: remote } = client;
    if (!remote) {
      const question = `${endpoint.name} has no batches. The requests can be sent one by one, at the normal price.`;
      const choice = await askInDialog(question, undefined, "Prepare One by One");
      if (!choice) return;
    }
    const { draft, first } = await withProgress(`Preparing “${name}”`, { cancellable: true }, (progress, signal) =>
      prepareDraft(candidates, {
        store,
        name,
        endpoint,
        way: remote ? "batch" : "oneByOne",
        most: MOST,
        capabilities: (model) => directory.models.known(endpoint, model),
        wireRequest: (customId, params) =>
          remote ? remote.wireRequest({ customId, params }) : JSON.stringify({ custom_id: customId, params }),
        files: { imageSize, pageCount: pdfPages },
        onProgress: (count) => progress.report({ message: `${count} requests` }),
        signal,
      }),
    );
    await watch.refresh();
    if (first === undefined) {
      const [problem] = draft.problems;
      throw new UserProblem(`There is nothing to send.${problem ? ` ${problem.where}: ${problem.text}` : ""}`);
    }
    await preview.show(first);
    safely(offer(first));
  }

  /** Nothing is sent before this. */
  async function offer(first: string): Promise<void> {
    const all = (await store.list()).filter((record) => record.draft === first && record.state === "draft");
    const count = all.reduce((sum, { requests }) => sum + requests, 0);
    const what = `${count} ${count === 1 ? "request" : "requests"}`;
    const send = all.length > 1 ? `Send ${all.length} Batches` : "Send Batch";
    const choice = await window.showQuickPick([send, "Keep the Draft", "Delete the Draft"], {
      title: `Send ${what}, as the preview shows?`,
      placeHolder: "Nothing was sent yet.",
      ignoreFocusOut: true, // the preview is read meanwhile
    });
    if (choice === send) for (const { id } of all) await sendOne(id);
    if (choice === "Delete the Draft") for (const { id } of all) await store.remove(id);
    await watch.refresh();
  }

  async function sendOne(id: string): Promise<void> {
    const record = await store.read(id);
    if (!record || isHeld(record, Date.now())) return;
    await parts.allowSpending();
    if (record.way === "batch") {
      await upload(store, keys, id, me);
      const sent = await store.read(id);
      if (sent) await watch.lookAt(sent);
      return;
    }
    const answer = await showInputBox({
      title: "One by One",
      prompt: "How many requests a minute, at most?",
      value: "20",
      ignoreFocusOut: true,
      validateInput: (text) => (/^[1-9]\d{0,3}$/.test(text) ? undefined : "A number from 1 to 9999."),
    });
    if (answer === undefined) return;
    await store.update(id, () => ({ perMinute: Number(answer) }));
    safely(run(id));
  }

  async function run(id: string): Promise<void> {
    if (running.has(id)) return;
    const abort = new AbortController();
    const done = runHere(store, keys, id, me, () => safely(watch.refresh()), abort.signal);
    running.set(id, { abort, done });
    try {
      await done;
    } finally {
      running.delete(id);
    }
    const record = await store.read(id);
    if (record?.state === "ended") await fetchResults(store, keys, record); // they are here; so is what it cost
    await watch.refresh();
    if (record?.state === "ended") await tell(record);
    if (record?.problem !== undefined) throw new UserProblem(`“${record.name}” is paused. ${record.problem}`);
  }

  async function tell(record: BatchRecord): Promise<void> {
    const text = `The batch “${record.name}” has ended: ${outcome(record)}.`;
    const choice = await showInformationMessage(text, "Open Results");
    if (choice) await open(record);
  }

  async function open(record: BatchRecord): Promise<void> {
    if (record.state !== "ended") throw new UserProblem("The batch has not ended yet.");
    const fetched = await fetchResults(store, keys, record);
    await watch.refresh();
    await openResults(fetched, {
      extension: parts.extension,
      store,
      onConversation: toConversation,
      onAgain: sendAgain,
      report,
    });
  }

  async function toConversation(record: BatchRecord, row: ResultRow, number: number): Promise<void> {
    const stored = parts.store.create();
    await recordResult(store, record, row, number, stored);
    await parts.store.flush();
    await chat.show(stored.conversation.id);
    await parts.focusChat();
  }

  /** A draft of what has no answer. */
  async function sendAgain(record: BatchRecord): Promise<void> {
    if (record.foreign === true) throw new UserProblem("Its requests are not here: it was made elsewhere.");
    const fetched = await fetchResults(store, keys, record);
    const target = await findTarget(`${record.endpoint}/${record.model ?? ""}`, directory);
    await prepare(`${record.name}, again`, failedRequests(store, fetched), target);
  }

  async function showAll(): Promise<void> {
    let problems: readonly string[] = [];
    try {
      problems = await adoptBatches(store, keys, chat.choices.endpoint);
    } finally {
      await watch.refresh(); // what is here can be seen, whatever an endpoint says
    }
    if (problems.length > 0) safely(offerToTryAgain(problems));
    else if (view.records.length === 0) void showInformationMessage("There are no batches.");
  }

  async function offerToTryAgain(problems: readonly string[]): Promise<void> {
    const text = `Batches that were made elsewhere could not be asked for. ${problems.join(" ")}`;
    if (await showWarningMessage(text, "Try Again")) await showAll();
  }

  async function agreed(question: string, detail: string, action: string): Promise<boolean> {
    return (await askInDialog(question, detail, action)) === action;
  }

  const handlers: BatchCommands = {
    async "sidenote.createBatch"(...passed) {
      await chat.opened();
      const source = await pickSource(parts, filesOf(passed));
      if (!source) return;
      const target = await findTarget(chat.choices.model, directory);
      await prepare(source.name, source.candidates(target), target);
    },
    async "sidenote.refreshBatches"() {
      await chat.opened();
      await showAll();
    },
    async "sidenote.previewBatch"(batch) {
      const record = await chosen(batch, ({ state }) => state === "draft");
      if (record) await preview.show(record.draft ?? record.id);
    },
    async "sidenote.sendBatch"(batch) {
      const record = await chosen(batch, ({ state }) => state === "draft");
      if (!record) return;
      const question = `Send “${record.name}” with ${record.requests} requests?`;
      if (await agreed(question, record.problem ?? "", "Send")) await sendOne(record.id);
      await watch.refresh();
    },
    async "sidenote.openBatch"(batch) {
      const record = await chosen(batch, ({ state }) => state === "ended");
      if (record) await open(record);
    },
    async "sidenote.saveBatchResults"(batch) {
      const record = await chosen(batch, ({ state }) => state === "ended");
      if (!record) return;
      const fetched = await fetchResults(store, keys, record);
      await watch.refresh();
      await saveResults(store, fetched);
    },
    async "sidenote.sendBatchAgain"(batch) {
      const record = await chosen(batch, ({ state }) => state === "ended");
      if (record) await sendAgain(record);
    },
    async "sidenote.pauseBatch"(batch) {
      const record = await chosen(batch, ({ way, state }) => way === "oneByOne" && state === "running");
      if (!record) return;
      if (!running.has(record.id)) throw new UserProblem("It runs in another window: pause it there.");
      running.get(record.id)?.abort.abort();
    },
    async "sidenote.resumeBatch"(batch) {
      const record = await chosen(batch, (it) => isPaused(it, Date.now()));
      if (!record || isHeld(record, Date.now())) return;
      await parts.allowSpending();
      safely(run(record.id));
    },
    async "sidenote.cancelBatch"(batch) {
      const record = await chosen(batch, ({ way, state }) => way === "batch" && state === "running");
      if (record?.remoteId === undefined) return;
      const detail = "Requests that have begun may still succeed, and are paid.";
      if (!(await agreed(`Cancel “${record.name}”?`, detail, "Cancel the Batch"))) return;
      const { batches: remote } = await connectBatches(keys, record);
      const fields = fieldsOf(await remote.cancel(record.remoteId, new AbortController().signal));
      const changed = await store.update(record.id, () => ({ ...fields, canceled: true }));
      if (changed) await watch.lookAt(changed);
    },
    async "sidenote.deleteBatch"(batch) {
      const record = await chosen(batch, (it) => it.state !== "running" || isPaused(it, Date.now()));
      if (!record) return;
      const remote = record.state === "ended" && record.remoteId !== undefined;
      const detail = `Its requests and results are removed from this machine${remote ? " and, where that is possible, from the server" : ""}.`;
      if (!(await agreed(`Delete “${record.name}”?`, detail, "Delete"))) return;
      running.get(record.id)?.abort.abort();
      await running.get(record.id)?.done;
      if (remote) await deleteRemote(keys, record);
      await store.remove(record.id);
      await watch.refresh();
    },
  };

  async function pauseAll(): Promise<void> {
    const all = [...running.values()];
    for (const { abort } of all) abort.abort();
    await Promise.allSettled(all.map(({ done }) => done));
  }

  const disposables = [
    view,
    watch,
    preview,
    watch.onChange((records) => {
      for (const { id, state } of view.records) {
        const now = records.find((record) => record.id === id)?.state;
        if (state !== now && (state === "draft" || now === "draft")) preview.changed(id);
      }
      view.show(records);
    }),
    watch.onEnded((record) => safely(tell(record))),
    new Disposable(() => void pauseAll()),
  ];
  return {
    handlers: Object.fromEntries(
      Object.entries(handlers).map(([id, handler]) => [
        id,
        async (...args: unknown[]) => {
          try {
            await handler(...args);
          } catch (error) {
            const problem = asProblem(error);
            if (problem !== undefined) throw problem;
          }
        },
      ]),
    ) as unknown as BatchCommands,
    refresh: () => watch.refresh(),
    pauseAll,
    dispose: () => Disposable.from(...disposables).dispose(),
  };
}

/** A failure of the API is the user's to know. What they cancelled is none. */
function asProblem(error: unknown): unknown {
  if (error instanceof Error && error.name === "AbortError") return undefined;
  if (!(error instanceof ApiFailure)) return error;
  return error.kind === "aborted" ? undefined : new UserProblem(`${error.message} ${error.advice}`);
}
