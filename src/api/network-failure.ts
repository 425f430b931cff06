import { ApiFailure, type FailureKind } from "./failure";
import type { FailureContext } from "./reply-failure";
import { asText, isObject } from "./json";

/**
 * The failure behind an exception of fetch or of reading a body. Node says `fetch failed` with a cause that has a code,
 * Electron `net::ERR_…`, a browser an opaque TypeError that may be CORS, a blocked request or no connection.
 */
export function networkFailure(context: FailureContext, url: string, error: unknown): ApiFailure {
  const host = new URL(url).host;
  const text = context.redact(messagesOf(error).join(": "));
  const code = codeOf(error) ?? /net::ERR_(\w+)/.exec(text)?.[1];
  const found = code === undefined ? undefined : explanations.find((entry) => entry.codes.test(code));
  if (found) {
    return new ApiFailure({
      kind: found.kind ?? "network",
      message: `${context.name}: ${found.say(host)} (${code}).`,
      advice: found.advice,
      errorCode: code,
      retryable: found.retryable,
      raw: text,
    });
  }
  if (code === undefined && /failed to fetch|networkerror|load failed/i.test(text)) {
    return new ApiFailure({ kind: "cors", message: `The browser could not reach ${host}.`, raw: text });
  }
  return new ApiFailure({
    kind: "network",
    message: `The connection to ${host} failed${code === undefined ? "" : ` (${code})`}.`,
    errorCode: code,
    retryable: true,
    raw: text,
  });
}

interface Explanation {
  readonly codes: RegExp;
  readonly kind?: FailureKind;
  readonly retryable: boolean;
  readonly advice?: string;
  say(host: string): string;
}

const explanations: readonly Explanation[] = [
  {
    codes: /^(ENOTFOUND|NAME_NOT_RESOLVED)$/,
    retryable: false,
    advice: "Check the base URL's host name, and the connection.",
    say: (host) => `the host ${host} was not found`,
  },
  {
    codes: /^(ECONNREFUSED|CONNECTION_REFUSED)$/,
    retryable: true,
    advice: "Check that the server is running and that the base URL has the right port.",
    say: (host) => `nothing answers at ${host}`,
  },
  {
    codes: /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|CONNECTION_(RESET|CLOSED))$/,
    retryable: true,
    say: (host) => `the connection to ${host} was cut`,
  },
  {
    codes: /^UND_ERR_BODY_TIMEOUT$/,
    kind: "timeout",
    retryable: false,
    say: (host) => `${host} fell silent`,
  },
  {
    codes: /TIMEDOUT|TIMED_OUT|TIMEOUT/,
    kind: "timeout",
    retryable: true,
    say: (host) => `${host} did not answer in time`,
  },
  {
    codes: /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|^ERR_(TLS|SSL)|SSL_/,
    retryable: false,
    advice: "If a proxy inspects TLS, install its root certificate in the operating system and restart VS Code.",
    say: (host) => `the certificate of ${host} is not trusted`,
  },
];

/** The messages along the chain of causes, outermost first. */
function messagesOf(error: unknown, depth = 0): string[] {
  if (!isObject(error) || depth > 5) return error instanceof Error || isObject(error) ? [] : [String(error)];
  const inner: unknown = error["cause"];
  const message = asText(error["message"]);
  return [...(message === "" ? [] : [message]), ...(inner === undefined ? [] : messagesOf(inner, depth + 1))];
}

/** The first system code along the chain of causes; several addresses that fail make an AggregateError. */
function codeOf(error: unknown, depth = 0): string | undefined {
  if (!isObject(error) || depth > 5) return undefined;
  const code = asText(error["code"]);
  if (code !== "") return code;
  const errors: unknown = error["errors"];
  return codeOf(error["cause"], depth + 1) ?? codeOf(Array.isArray(errors) ? errors[0] : undefined, depth + 1);
}
