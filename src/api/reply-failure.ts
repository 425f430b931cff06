import { ApiFailure, cut, type FailureKind } from "./failure";
import { asText, isObject, parseJson } from "./json";
import { isRetryable, retryAfterOf } from "./retry";

/** What a failure's sentences need to know about the request. */
export interface FailureContext {
  /** The endpoint's name. */
  readonly name: string;
  /** Milliseconds since 1970, for a retry-after that is a date. */
  now(): number;
  /** Takes the credential out of a text. */
  redact(text: string): string;
}

interface ReplyHeaders {
  get(name: string): string | null;
}

/**
 * The failure that a reply tells of: an HTTP error, or an error inside a 2xx reply or stream. Understands the API's
 * envelope and what gateways send instead: OpenAI's, FastAPI's `detail`, AI/ML API's nested strings, HTML, plain text.
 *
 * @param body what the server sent: text, or JSON that was parsed already
 * @param status the HTTP status; undefined when the error came inside a successful reply
 */
export function replyFailure(
  context: FailureContext,
  body: unknown,
  status?: number,
  headers?: ReplyHeaders,
): ApiFailure {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const found = extract(typeof body === "string" ? parseJson(body) : body);
  const effective = status ?? found.status;
  const said = cut(context.redact(found.message ?? plainText(text)).trim(), 2000);
  const kind = kindOf(effective, found.type, found.code, said);
  const parameter = kind === "invalid" ? refusedParameter(said, found.param) : undefined;
  const requestId = found.requestId ?? headers?.get("request-id") ?? headers?.get("x-request-id") ?? undefined;
  const headline = `${context.name} ${headlines[kind]}`;
  const redact = (value: string | undefined) => (value === undefined ? undefined : context.redact(value));
  return new ApiFailure({
    kind,
    message: said === "" ? `${headline}${effective ? ` (HTTP ${effective})` : ""}.` : `${headline}: ${cut(said, 500)}`,
    advice: adviceOn(said, parameter),
    status,
    errorType: redact(found.type),
    errorCode: redact(found.code),
    requestId: redact(requestId),
    parameter,
    retryable: isRetryable(kind, effective, headers?.get("x-should-retry") ?? undefined),
    retryAfter: headers && retryAfterOf(headers, context.now()),
    raw: context.redact(text),
  });
}

/** The second half of "Anthropic …". */
const headlines: Record<FailureKind, string> = {
  auth: "did not accept the API key",
  permission: "does not allow this with your key",
  billing: "reports a billing problem",
  notFound: "does not know the model or the address",
  invalid: "refused the request",
  tooLarge: "finds the request too large",
  rateLimit: "limits how often you may send",
  spendCap: "reports that a spending limit is reached",
  overloaded: "is overloaded",
  server: "had an internal error",
  timeout: "took too long",
  network: "could not be reached",
  cors: "could not be reached from the browser",
  aborted: "was stopped",
  protocol: "sent something that is not a Messages API reply",
  refusal: "refused to answer",
};

/** What can be read out of an error; a field that is missing is not there at all. */
interface Found {
  message?: string;
  type?: string;
  code?: string;
  status?: number;
  requestId?: string;
  param?: string;
}

function extract(body: unknown, depth = 0): Found {
  if (!isObject(body)) return {};
  const error = isObject(body["error"]) ? body["error"] : body;
  const details = isObject(error["details"]) ? error["details"] : {};
  const message =
    asText(error["message"]) || asText(body["message"]) || detail(body["detail"]) || asText(body["error"]);
  const status = [error["code"], error["status"], body["code"], body["statusCode"]].find(isErrorStatus);
  const found = {
    message,
    type: error === body ? "" : asText(error["type"]),
    code: asText(details["error_code"]) || asText(error["code"]) || asText(body["code"]),
    status: status === undefined ? "" : Number(status),
    requestId: asText(body["request_id"]) || asText(body["requestId"]),
    param: asText(error["param"]) || fieldOf(body["detail"]),
  };
  const present = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== "")) as Found;
  // AI/ML API: the upstream's error as text, `400 {"type":"error",…}`.
  const nested =
    /^\s*(?:\d{3}\s+)?\{/.test(message) && depth < 3 ? parseJson(message.slice(message.indexOf("{"))) : undefined;
  return { ...present, ...extract(nested, depth + 1) };
}

/** Whether a number or a numeric string is an HTTP error status. */
export function isErrorStatus(value: unknown): boolean {
  return /^[45]\d\d$/.test(String(value));
}

/** FastAPI's `detail`: a sentence, or a list of `{loc, msg}`. */
function detail(value: unknown): string {
  if (!Array.isArray(value)) return asText(value);
  return value
    .filter(isObject)
    .map((entry) => [fieldOf([entry]), asText(entry["msg"])].filter((part) => part !== "").join(": "))
    .join("; ");
}

/** The field that FastAPI's `detail` names first, without the leading "body". */
function fieldOf(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  const path: unknown = isObject(first) ? first["loc"] : undefined;
  return Array.isArray(path) ? path.filter((part) => part !== "body").join(".") : "";
}

/** What can be said of a body that is no JSON error: the title of a page, the first characters of a text. */
function plainText(text: string): string {
  return (
    titleOf(text) ?? (/^\s*[<[{]/.test(text) ? "" : text.slice(0, 8000).replaceAll(/\s+/g, " ").trim().slice(0, 300))
  );
}

/** The title of an HTML page, which stands near its beginning. */
export function titleOf(text: string): string | undefined {
  return /<title[^>]*>([^<]*)/i.exec(text.slice(0, 8000))?.[1]?.trim();
}

const kindByType: ReadonlyMap<string, FailureKind> = new Map(
  Object.entries({
    authentication_error: "auth",
    permission_error: "permission",
    billing_error: "billing",
    not_found_error: "notFound",
    request_too_large: "tooLarge",
    rate_limit_error: "rateLimit",
    overloaded_error: "overloaded",
    timeout_error: "timeout",
  } as const),
);

const kindByStatus: Readonly<Record<number, FailureKind>> = {
  401: "auth",
  402: "billing",
  403: "permission",
  404: "notFound",
  407: "network",
  408: "timeout",
  410: "notFound",
  413: "tooLarge",
  429: "rateLimit",
  504: "timeout",
  529: "overloaded",
};

const spendCaps = new Set(["enforced_spend_limit_reached", "contract_spend_limit_reached"]);

function kindOf(status: number | undefined, type = "", code = "", message = ""): FailureKind {
  if (spendCaps.has(code) || /reached your specified api usage limits/i.test(message)) return "spendCap";
  if (/credit balance is too low|insufficient[_ ](quota|credit|balance|funds)/i.test(`${code} ${type} ${message}`)) {
    return "billing";
  }
  const specific = kindByType.get(type) ?? (status === undefined ? undefined : kindByStatus[status]);
  if (specific) return specific;
  if (type === "invalid_request_error") return "invalid";
  return status !== undefined && status >= 400 && status < 500 ? "invalid" : "server";
}

/** Thinking that does not belong to the conversation before it. */
const thinkingHistory = /invalid .?signature.? in .?thinking|thinking. or .?redacted_thinking. blocks/i;

/** Texts that are worth better advice than the general one. They are no contract, hence loose. */
const knownTexts: readonly (readonly [RegExp, string])[] = [
  [/prompt is too long|exceeds? (the )?(max|context)/i, "Start a new chat, or remove earlier turns and attachments."],
  [/max_tokens: \d+ > \d+/, "Lower the longest answer (sidenote.maxTokens)."],
  [/assistant message prefill/, "This model cannot continue a given beginning: remove the prefill."],
  [/image dimensions exceed|image exceeds/, "Shrink the images."],
  [thinkingHistory, "Send again without earlier thinking."],
  [/anthropic-beta/, "Remove this value from the endpoint's betas."],
];

function adviceOn(message: string, parameter: string | undefined): string | undefined {
  const known = knownTexts.find(([pattern]) => pattern.test(message))?.[1];
  return known ?? (parameter && `Send again without ${parameter}, or clear its setting.`);
}

/** Optional fields without which a request still makes sense. */
const optionalFields = new Set([
  "temperature",
  "top_p",
  "top_k",
  "stop_sequences",
  "metadata",
  "thinking",
  "output_config",
  "tool_choice",
  "cache_control",
  "service_tier",
  "speed",
  "inference_geo",
  "diagnostics",
  "context_management",
]);

/** The optional field a 400 complains about: `temperature: Extra inputs …`, `"thinking.type.enabled" is not …`, … */
function refusedParameter(message: string, param: string | undefined): string | undefined {
  if (/^messages\b/.test(message) || thinkingHistory.test(message)) return undefined; // about the conversation
  const candidates = [param, ...message.split(/[^\w.]+/)];
  return candidates.map((word) => word?.split(".")[0] ?? "").find((word) => optionalFields.has(word));
}
