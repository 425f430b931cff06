/** Why a request failed. `cors` is a browser's opaque failure: blocked by CORS, or no connection; it does not say which. */
export type FailureKind =
  | "auth"
  | "permission"
  | "billing"
  | "notFound"
  | "invalid"
  | "tooLarge"
  | "rateLimit"
  | "spendCap"
  | "overloaded"
  | "server"
  | "timeout"
  | "network"
  | "cors"
  | "aborted"
  | "protocol"
  | "refusal";

export interface FailureDetails {
  readonly kind: FailureKind;
  readonly message: string;
  readonly advice?: string | undefined;
  readonly status?: number | undefined;
  readonly errorType?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly requestId?: string | undefined;
  readonly parameter?: string | undefined;
  readonly retryable?: boolean | undefined;
  readonly retryAfter?: number | undefined;
  readonly raw?: string | undefined;
}

/**
 * The only error that leaves api/. Whoever makes one has taken the credential out of every text: a gateway may echo it.
 * `message` is one sentence for the user.
 */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly kind: FailureKind;
  /** What to do about it, one sentence. */
  readonly advice: string;
  /** HTTP status; undefined when the failure came inside a 2xx reply, or there was no reply. */
  readonly status: number | undefined;
  /** The API's `error.type`. */
  readonly errorType: string | undefined;
  /** The API's `error.details.error_code`, a gateway's `error.code`, or a system error such as ECONNREFUSED. */
  readonly errorCode: string | undefined;
  readonly requestId: string | undefined;
  /** The optional request field that was refused, such as "temperature": the request may work without it. */
  readonly parameter: string | undefined;
  /** Whether the same request may succeed when it is sent again. */
  readonly retryable: boolean;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfter: number | undefined;
  /** The beginning of what the server sent, for the log. */
  readonly raw: string;

  constructor(details: FailureDetails) {
    super(details.message);
    this.kind = details.kind;
    this.advice = details.advice ?? advice[details.kind];
    this.status = details.status;
    this.errorType = details.errorType;
    this.errorCode = details.errorCode;
    this.requestId = details.requestId;
    this.parameter = details.parameter;
    this.retryable = details.retryable ?? false;
    this.retryAfter = details.retryAfter;
    this.raw = cut(details.raw ?? "", 4000);
  }
}

const advice: Record<FailureKind, string> = {
  auth: "Set the API key again; check that it belongs to this endpoint and that the endpoint wants it in this header.",
  permission: "Choose another model, or ask the owner of the account for access.",
  billing: "Add credit, or check the payment details with the provider.",
  notFound: "Choose another model, or check the base URL.",
  invalid: "Change what the message names, then send again.",
  tooLarge: "Remove or shrink attachments, or start a new chat.",
  rateLimit: "Wait a little, then send again.",
  spendCap: "Raise the spending limit with the provider, or use another key.",
  overloaded: "Send again in a little while, or choose another model.",
  server: "Send again; if it keeps failing, look at the provider's status page.",
  timeout: "Send again; if it keeps failing, check the connection.",
  network: "Check the connection and the proxy settings, then send again.",
  cors: "The server may not allow calls from a browser: use VS Code on the desktop, or check the connection.",
  aborted: "Send again when you like.",
  protocol: "Check that the base URL leads to a server that speaks the Messages API.",
  refusal: "Rephrase the request; the refused answer is not sent back to the model.",
};

/** The user pressed Stop, or whatever else aborted the caller's signal. */
export function aborted(): ApiFailure {
  return new ApiFailure({ kind: "aborted", message: "Stopped." });
}

/** The text up to `length` UTF-16 units, not ending in half a character. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
