import type { ApiRequest, Core, Reply } from "./core";
import { ApiError, invalid } from "./errors";
import type { Json } from "./schema";
import type { Step, StreamEvent } from "./sse";

/** Asks the core in the name of a client that speaks no dialect. */
export function askCore(core: Core, path: string, body: Json): Reply {
  const headers = { "content-type": "application/json", "anthropic-version": "2023-06-01" };
  return core.answer({ method: "POST", path, query: new URLSearchParams(), headers, body }, undefined);
}

/** The body as an object. */
export function bodyOf({ body }: ApiRequest): Json {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw invalid("body: not an object");
  return { ...body };
}

export interface Retelling {
  readonly status?: number;
  readonly body?: (message: Json) => unknown;
  readonly steps?: (steps: Iterable<Step>) => Iterable<Step>;
}

/** The same message in other words; replies that are no messages stay as they are. */
export function retell(reply: Reply, { status, body, steps }: Retelling): Reply {
  if (reply.kind !== "message") return reply;
  const { content } = reply;
  return {
    ...reply,
    status: status ?? reply.status,
    content:
      "steps" in content
        ? { steps: steps ? steps(content.steps) : content.steps }
        : { body: body ? body(content.body as Json) : content.body },
  };
}

/** The steps with each event changed; null leaves it out. */
export function* mapEvents(steps: Iterable<Step>, change: (event: StreamEvent) => StreamEvent | null): Generator<Step> {
  for (const step of steps) {
    const event = step.event && change(step.event);
    if (event) yield { ...step, event };
  }
}

/** A copy without the named fields. */
export function without(value: object, ...names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

export function json(body: unknown, status = 200): Reply {
  return { kind: "json", status, body };
}

/** One entry of a model list as OpenAI has it. */
export function openAiModel(id: string, owner: string) {
  return { id, object: "model", created: 1_767_225_600, owned_by: owner };
}

/** The key as Bearer, the only way most gateways know. */
export function requireBearer({ headers }: ApiRequest, key: string | undefined): void {
  if (key !== undefined && headers.authorization !== `Bearer ${key}`) throw unauthorized();
}

/** The key in either header. */
export function requireKey(request: ApiRequest, key: string | undefined): void {
  if (request.headers["x-api-key"] !== key) requireBearer(request, key);
}

function unauthorized(): ApiError {
  return new ApiError(401, "authentication_error", "Invalid API key");
}
