import { checkCredential, type Endpoint, headersOf, parseBaseUrl, urlOf } from "./endpoint";
import { aborted, ApiFailure } from "./failure";
import { networkFailure } from "./network-failure";
import { type FailureContext, replyFailure } from "./reply-failure";
import { announceRetry, type Clock, type RetryEvent } from "./retry";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Limits in milliseconds. Any byte counts as life, also of comments and pings. */
export interface Timeouts {
  /** Until the response headers. */
  readonly headers: number;
  /** Of silence before the first event; local servers read long prompts for minutes. */
  readonly firstEvent: number;
  /** Of silence after it. */
  readonly idle: number;
}

/** What all requests of a client share. */
export interface Connection {
  readonly endpoint: Endpoint;
  readonly credential: string | undefined;
  /** Added to every request; the values of `secretHeaders` are kept out of failures. */
  readonly headers: Readonly<Record<string, string>>;
  readonly secretHeaders: Readonly<Record<string, string>>;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  /** How often a failed request is repeated. */
  readonly maxRetries: number;
}

/** A body that is too large to be one string. */
export interface LargeBody {
  /** In bytes. */
  readonly length: number;
  /** The bytes from the beginning, each time it is called. */
  chunks(): AsyncIterable<Uint8Array>;
}

export interface ApiRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Such as /v1/messages. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string | LargeBody;
  /** Values of anthropic-beta beside the endpoint's own. */
  readonly betas?: readonly string[];
  /** Longest silence of the body in milliseconds, asked before each read; the idle limit if not given. */
  readonly silence?: () => number;
  readonly onResponse?: (response: Response) => void;
}

/** Error bodies are read up to this many bytes. */
const ERROR_BODY_LIMIT = 65_536;

export function failureContext({ endpoint, credential, secretHeaders, clock }: Connection): FailureContext {
  // Shorter ones are no secrets, but words such as "none" that would be cut out of every sentence.
  const secrets = [credential ?? "", ...Object.values(secretHeaders)].filter((secret) => secret.length > 4);
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  return {
    name: endpoint.name,
    now: () => clock.now(),
    redact: (text) => forms.reduce((result, form) => result.replaceAll(form, "[key removed]"), text),
  };
}

/**
 * Sends one HTTP request, once, and yields the bytes of a 2xx body as they come.
 *
 * Ends the request when the consumer stops iterating. Does not follow redirects: the key goes to the configured server
 * or nowhere.
 *
 * @throws ApiFailure for everything else: abort, time-out, network, redirect, HTTP error
 */
export async function* exchange(
  connection: Connection,
  request: ApiRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const { endpoint, credential, clock, timeouts } = connection;
  const context = failureContext(connection);
  const problem = credential === undefined ? undefined : checkCredential(credential);
  if (problem !== undefined) throw new ApiFailure({ kind: "auth", message: `${endpoint.name}: ${problem}` });
  const base = parseBaseUrl(endpoint.baseUrl); // the last gate: a key must not leave over http
  if ("problem" in base) throw new ApiFailure({ kind: "invalid", message: `${endpoint.name}: ${base.problem}` });
  if (signal.aborted) throw aborted();

  const url = urlOf(endpoint, request.path, request.query);
  const control = new AbortController();
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let timer: unknown;
  let answered = false;
  let finished = false;
  const end = (failure: ApiFailure) => {
    control.abort(failure);
    reader?.cancel(failure).catch(() => {}); // a stand-in for fetch may not heed the signal
  };
  const limit = (milliseconds: number, what: string, retryable: boolean) => {
    clock.clearTimeout(timer);
    const message = `${endpoint.name} ${what} for ${Math.round(milliseconds / 1000)} seconds.`;
    timer = clock.setTimeout(() => end(new ApiFailure({ kind: "timeout", message, retryable })), milliseconds);
  };
  const onAbort = () => end(aborted());
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const extra = { ...connection.headers, ...connection.secretHeaders };
    const headers = headersOf(endpoint, credential, extra, request.betas);
    if (request.body === undefined) delete headers["content-type"];
    else if (typeof request.body !== "string") headers["content-length"] = String(request.body.length);
    // A large body takes its time: what counts is the silence after each part of it that was taken.
    const waitForHeaders = () => {
      if (!answered && !control.signal.aborted) limit(timeouts.headers, "did not answer", true);
    };
    waitForHeaders();
    const response = await unlessAborted(
      connection.fetch(url, {
        method: request.method,
        headers,
        ...sending(request.body, waitForHeaders),
        redirect: "manual",
        signal: control.signal,
      }),
      control.signal,
    );
    answered = true;
    request.onResponse?.(response);
    reader = response.body?.getReader();
    const silence = request.silence ?? (() => timeouts.idle);
    const read = async () => {
      limit(silence(), "sent nothing", false); // it has the request and may be working on it
      const result = await reader?.read();
      clock.clearTimeout(timer); // the consumer may take its time
      if (control.signal.aborted) throw control.signal.reason;
      return result === undefined || result.done ? undefined : result.value;
    };
    if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) {
      throw redirected(endpoint, url, response.headers.get("location"));
    }
    if (!response.ok) throw replyFailure(context, await readStart(read), response.status, response.headers);
    for (let bytes = await read(); bytes; bytes = await read()) yield bytes;
    finished = true;
  } catch (error) {
    if (error instanceof ApiFailure) throw error;
    throw control.signal.aborted ? control.signal.reason : networkFailure(context, url, error);
  } finally {
    clock.clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    if (!finished) end(aborted());
  }
}

/**
 * What goes into `fetch` for a body. A large one is read as the network takes it; its `content-length` goes with it, because
 * not every server takes chunks.
 *
 * @param onChunk called whenever a part of a large body is taken
 */
function sending(body: string | LargeBody | undefined, onChunk: () => void): Pick<RequestInit, "body" | "duplex"> {
  if (body === undefined) return {};
  if (typeof body === "string") return { body };
  const chunks = body.chunks()[Symbol.asyncIterator]();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      onChunk();
      const next = await chunks.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await chunks.return?.();
    },
  });
  return { body: stream, duplex: "half" };
}

/** `Promise.race` with the signal; a response that comes too late is closed. */
function unlessAborted(response: Promise<Response>, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    response.then((value) => (signal.aborted ? value.body?.cancel() : resolve(value))).catch(reject);
  });
}

async function readStart(read: () => Promise<Uint8Array | undefined>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (let size = 0; size < ERROR_BODY_LIMIT;) {
      const bytes = await read();
      if (!bytes) break;
      size += bytes.length;
      text += decoder.decode(bytes, { stream: true });
    }
  } catch (error) {
    if (error instanceof ApiFailure && error.kind === "aborted") throw error;
    // The status says enough.
  }
  return text;
}

function redirected(endpoint: Endpoint, url: string, location: string | null): ApiFailure {
  const target = location !== null && URL.canParse(location, url) ? new URL(location, url).host : "another address";
  return new ApiFailure({
    kind: "protocol",
    message: `${endpoint.name} redirects to ${target}; the key was not sent there.`,
    advice: `If ${target} is the right server, set it as the base URL.`,
  });
}

/**
 * Repeats `once` while its failure is retryable and it has yielded no content yet, and yields an event before each wait.
 *
 * @param isContent whether a retry would show this item twice
 * @param mayWait asked after an event with `askFirst` was consumed
 */
export async function* retrying<T>(
  { clock, maxRetries }: Connection,
  once: () => AsyncGenerator<T, void, void>,
  isContent: (item: T) => boolean,
  signal: AbortSignal,
  mayWait: () => boolean,
): AsyncGenerator<T | RetryEvent, void, void> {
  for (let attempt = 1; ; attempt++) {
    let delivered = false;
    try {
      for await (const item of once()) {
        delivered ||= isContent(item);
        yield item;
      }
      return;
    } catch (error) {
      if (!(error instanceof ApiFailure) || !error.retryable || delivered || attempt > maxRetries) throw error;
      const event = announceRetry(error, attempt, clock);
      yield event;
      if (event.askFirst && !mayWait()) throw error;
      await sleep(event.until - clock.now(), signal, clock);
    }
  }
}

function sleep(milliseconds: number, signal: AbortSignal, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(aborted());
      return;
    }
    const timer = clock.setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    const onAbort = () => {
      clock.clearTimeout(timer);
      reject(aborted());
    };
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
