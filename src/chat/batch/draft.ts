import * as v from "valibot";
import type { Capabilities } from "../../api/capabilities";
import { isObject, parseJson } from "../../api/json";
import { costOf } from "../../api/price";
import type { MessageRequest } from "../../api/types";
import { inputTokens, type FileFacts } from "../inputTokens";
import { REQUESTS, REQUESTS_INDEX, type BatchStore } from "./batchStore";
import { lineWriter, type LineWriter } from "./files";
import { customIdProblem, requestProblems } from "./problems";
import type { BatchRecord } from "./record";

/** The most that one batch may have (Messages API, batches): requests, and bytes of the body. */
export const MOST = { requests: 100_000, bytes: 256_000_000 };

/** Of the body beside its requests: `{"requests":[` and `]}`. */
const FRAME = 15;

const MOST_PROBLEMS = 200;
const SAMPLES = 3;
const SAMPLE_LENGTH = 20_000;

/** A request that may become part of a batch, or the reason why there is none. */
export type Candidate =
  | {
      /** For the user: "line 3", or the name of a file. */
      readonly where: string;
      readonly customId: unknown;
      readonly params: unknown;
      /** The file that it is about, as a URI. */
      readonly input?: string;
      /** What was left out of it, one sentence each. */
      readonly notes?: readonly string[];
    }
  | { readonly where: string; readonly problem: string };

const price = v.object({ input: v.number(), most: v.number() });
const draftSchema = v.object({
  name: v.string(),
  /** The folders of the batches that it becomes. */
  parts: v.array(v.string()),
  requests: v.number(),
  bytes: v.number(),
  models: v.array(v.string()),
  /** An estimate. */
  inputTokens: v.number(),
  /** If every answer were as long as it may be. */
  mostOutputTokens: v.number(),
  /** US dollars for the input, and with the longest answers; null when a price is not known. */
  cost: v.nullable(v.object({ batch: price, normal: price })),
  /** What is left out, and why. */
  problems: v.array(v.object({ where: v.string(), text: v.string() })),
  problemCount: v.number(),
  /** What was changed in requests that are sent. */
  notes: v.array(v.string()),
  /** The first requests exactly, as JSON. */
  samples: v.array(v.string()),
});

/** What the preview shows; stored as draft.json beside the first part. */
export type Draft = v.InferOutput<typeof draftSchema>;

export interface Preparing {
  readonly store: BatchStore;
  readonly name: string;
  readonly endpoint: { readonly id: string; readonly baseUrl: string };
  readonly way: BatchRecord["way"];
  /** What is more becomes another batch. */
  readonly most: typeof MOST;
  readonly capabilities: (model: string) => Capabilities;
  /** The line of a request as the endpoint takes it; also what is stored. */
  readonly wireRequest: (customId: string, params: MessageRequest) => string;
  readonly files: FileFacts;
  readonly onProgress: (requests: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Checks the candidates and writes those that can be sent, one at a time, as drafts of one or more batches. Undefined when
 * nothing is left. When it is aborted, or throws, nothing stays on disk.
 */
export async function prepareDraft(
  candidates: AsyncIterable<Candidate>,
  preparing: Preparing,
): Promise<{ readonly draft: Draft; readonly first: string | undefined }> {
  const { store, signal } = preparing;
  const parts: Part[] = [];
  const ids = new Set<string>();
  const models = new Set<string>();
  const notes = new Set<string>();
  const problems: { where: string; text: string }[] = [];
  const samples: string[] = [];
  const sums = { requests: 0, bytes: 0, inputTokens: 0, mostOutputTokens: 0, problemCount: 0 };
  const costs = { batch: { input: 0, most: 0 }, normal: { input: 0, most: 0 } };
  let priced = true;
  const refuse = (where: string, texts: readonly string[]) => {
    sums.problemCount += texts.length;
    problems.push(...texts.map((text) => ({ where, text })).slice(0, MOST_PROBLEMS - problems.length));
  };

  try {
    for await (const candidate of candidates) {
      signal.throwIfAborted();
      const { where } = candidate;
      if ("problem" in candidate) {
        refuse(where, [candidate.problem]);
        continue;
      }
      const { customId, params, input } = candidate;
      const wrong = [
        customIdProblem(customId),
        ...requestProblems(params, preparing.capabilities, preparing.files.imageSize),
      ].filter((text) => text !== undefined);
      if (typeof customId === "string" && ids.has(customId))
        wrong.push(`The custom_id “${customId}” stands above already.`);
      if (wrong.length > 0) {
        refuse(where, wrong);
        continue;
      }
      const id = customId as string;
      const request = params as MessageRequest; // as far as it matters here, `requestProblems` has looked
      const line = preparing.wireRequest(id, request);
      const bytes = new TextEncoder().encode(line).length + 1;
      if (bytes + FRAME > preparing.most.bytes) {
        refuse(where, ["It is larger than a batch may be."]);
        continue;
      }
      ids.add(id);
      let part = parts.at(-1);
      if (!part || part.requests >= preparing.most.requests || part.bytes + bytes > preparing.most.bytes) {
        part = await beginPart(preparing);
        parts.push(part);
      }
      const place = await part.lines.write(line);
      await part.index.write(JSON.stringify([id, place.at, place.length, input ?? null]));
      part.requests++;
      part.bytes += bytes;
      part.models.add(request.model);
      models.add(request.model);
      for (const note of candidate.notes ?? []) if (notes.size < 20) notes.add(note);
      if (samples.length < SAMPLES) samples.push(sampleOf(line));
      sums.requests++;
      sums.bytes += bytes;
      const able = preparing.capabilities(request.model);
      const tokens = inputTokens(request, able, preparing.files);
      sums.inputTokens += tokens;
      sums.mostOutputTokens += request.max_tokens;
      priced = priced && addCost(costs, tokens, request, able);
      preparing.onProgress(sums.requests);
    }
    const [first] = parts;
    const draft: Draft = {
      ...sums,
      name: preparing.name,
      parts: parts.map((part) => part.record.id),
      models: [...models],
      cost: priced ? costs : null,
      problems,
      notes: [...notes],
      samples,
    };
    for (const part of parts) {
      await part.lines.flush();
      await part.index.flush();
    }
    signal.throwIfAborted();
    if (!first) return { draft, first: undefined };
    await store.disk.write(`${first.record.id}/${DRAFT}`, new TextEncoder().encode(JSON.stringify(draft)));
    for (const [number, { record, requests, bytes, models: own }] of parts.entries()) {
      const name = parts.length === 1 ? preparing.name : `${preparing.name} (${number + 1} of ${parts.length})`;
      const model = own.size === 1 ? ([...own][0] ?? null) : null;
      await store.update(record.id, () => ({ state: "draft", name, requests, bytes, model, draft: first.record.id }));
    }
    return { draft, first: first.record.id };
  } catch (error) {
    for (const { record } of parts) await store.remove(record.id);
    throw error;
  }
}

const DRAFT = "draft.json";

/** Undefined when there is none any more. */
export async function readDraft(store: BatchStore, first: string): Promise<Draft | undefined> {
  try {
    const text = new TextDecoder().decode(await store.disk.read(`${first}/${DRAFT}`));
    return v.parse(draftSchema, parseJson(text));
  } catch {
    return undefined;
  }
}

interface Part {
  readonly record: BatchRecord;
  readonly lines: LineWriter;
  readonly index: LineWriter;
  readonly models: Set<string>;
  requests: number;
  bytes: number;
}

async function beginPart({ store, name, endpoint, way }: Preparing): Promise<Part> {
  const record = await store.create({
    name,
    endpoint: endpoint.id,
    baseUrl: endpoint.baseUrl,
    model: null,
    requests: 0,
    bytes: 0,
    way,
    state: "preparing",
  });
  const { disk } = store;
  const lines = lineWriter(disk, `${record.id}/${REQUESTS}`);
  const index = lineWriter(disk, `${record.id}/${REQUESTS_INDEX}`);
  return { record, lines, index, models: new Set(), requests: 0, bytes: FRAME };
}

type Costs = NonNullable<Draft["cost"]>;

function addCost(costs: Costs, tokens: number, request: MessageRequest, { prices }: Capabilities): boolean {
  const of = (output: number, service_tier: "batch" | "standard") => {
    const usage = {
      input_tokens: tokens,
      output_tokens: output,
      service_tier,
      inference_geo: request.inference_geo ?? null,
    };
    return costOf({ usage, stop_reason: null, content: [] }, prices)?.usd;
  };
  const input = of(0, "standard");
  const most = of(request.max_tokens, "standard");
  const batchInput = of(0, "batch");
  const batchMost = of(request.max_tokens, "batch");
  if (input === undefined || most === undefined || batchInput === undefined || batchMost === undefined) return false;
  costs.normal.input += input;
  costs.normal.most += most;
  costs.batch.input += batchInput;
  costs.batch.most += batchMost;
  return true;
}

/** Exactly what is sent, over several lines; only what no one can read is shortened: the bytes of files. */
function sampleOf(line: string): string {
  const short = JSON.stringify(
    parseJson(line),
    (key, value: unknown) =>
      key === "data" && typeof value === "string" && value.length > 100
        ? `${value.slice(0, 40)}… (${value.length} characters of base64)`
        : value,
    2,
  );
  return short.length > SAMPLE_LENGTH ? `${short.slice(0, SAMPLE_LENGTH)}…` : short;
}

/** A line of a JSONL file in the API's shape. */
export function candidateOf(where: string, line: string): Candidate {
  const value = parseJson(line);
  if (!isObject(value)) return { where, problem: "It is not a JSON object." };
  const unknown = Object.keys(value).filter((field) => field !== "custom_id" && field !== "params");
  if (unknown.length > 0) return { where, problem: `“${unknown[0]}” is not allowed beside custom_id and params.` };
  return { where, customId: value["custom_id"], params: value["params"] };
}

/** Ids for things that have names of their own: files, rows. Each is used once. */
export function idMaker(): (name: string) => string {
  const used = new Set<string>();
  return (name) => {
    const base =
      name
        .replaceAll(/[^a-zA-Z0-9_-]+/g, "-")
        .replaceAll(/^-+|-+$/g, "")
        .slice(-56) || "request";
    let id = base;
    for (let number = 2; used.has(id); number++) id = `${base}-${number}`;
    used.add(id);
    return id;
  };
}
