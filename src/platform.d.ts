/**
 * What Node 22 and a web worker both have, and nothing else. `api`, `chat`, `shared` and `host` are compiled against these
 * declarations instead of Node's or the DOM's types, so the compiler refuses anything that only one of them knows.
 * Add a name here only after checking that both have it.
 */

declare function setTimeout(callback: () => void, milliseconds?: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare function structuredClone<T>(value: T): T;
declare function queueMicrotask(callback: () => void): void;
declare function btoa(binary: string): string;
declare function atob(base64: string): string;

declare const performance: { now(): number };

declare const crypto: {
  randomUUID(): string;
  getRandomValues<T extends Uint8Array>(array: T): T;
  readonly subtle: { digest(algorithm: "SHA-256", data: Uint8Array): Promise<ArrayBuffer> };
};

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}
declare const AbortSignal: {
  any(signals: readonly AbortSignal[]): AbortSignal;
  abort(reason?: unknown): AbortSignal;
};
interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare const AbortController: new () => AbortController;

interface DOMException extends Error {
  readonly name: string;
}
declare const DOMException: new (message?: string, name?: string) => DOMException;

interface TextDecoder {
  decode(input?: Uint8Array, options?: { stream?: boolean }): string;
}
declare const TextDecoder: new (label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }) => TextDecoder;
interface TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}
declare const TextEncoder: new () => TextEncoder;

interface URLSearchParams {
  get(name: string): string | null;
  set(name: string, value: string): void;
  append(name: string, value: string): void;
}
interface URL {
  href: string;
  readonly origin: string;
  protocol: string;
  username: string;
  password: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  hash: string;
  readonly searchParams: URLSearchParams;
}
declare const URL: {
  new (url: string, base?: string | URL): URL;
  canParse(url: string, base?: string): boolean;
};

interface Headers {
  get(name: string): string | null;
  forEach(callback: (value: string, name: string) => void): void;
}
declare const Headers: new (init?: Record<string, string>) => Headers;

interface ReadableStreamDefaultReader<T> {
  read(): Promise<{ done: false; value: T } | { done: true; value: T | undefined }>;
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
}
interface ReadableStream<T> {
  readonly locked: boolean;
  getReader(): ReadableStreamDefaultReader<T>;
  cancel(reason?: unknown): Promise<void>;
}
declare const ReadableStream: new <T>(source: {
  pull(controller: { enqueue(chunk: T): void; close(): void }): Promise<void>;
  cancel?(reason?: unknown): Promise<void>;
}) => ReadableStream<T>;

interface Response {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly redirected: boolean;
  readonly url: string;
  readonly type: string;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | null;
  text(): Promise<string>;
  json(): Promise<unknown>;
}
interface RequestInit {
  method?: string;
  headers?: Record<string, string>;
  body?: string | ReadableStream<Uint8Array>;
  /** A stream as body needs it. */
  duplex?: "half";
  signal?: AbortSignal;
  redirect?: "error" | "follow" | "manual";
}
declare function fetch(url: string, init?: RequestInit): Promise<Response>;
interface String {
  /** The string with each half surrogate pair replaced by U+FFFD (ES2024). */
  toWellFormed(): string;
}
