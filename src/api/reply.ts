import { ApiFailure, cut } from "./failure";
import { asText, isObject, isTooDeep, parseJson } from "./json";
import { type FailureContext, isErrorStatus, replyFailure, titleOf } from "./reply-failure";

/**
 * The JSON of a 2xx reply. Some gateways wrap it as `{code, data}`, some send errors with status 200.
 *
 * @throws ApiFailure the error in it, or `protocol` when it is no JSON
 */
export function readReply(context: FailureContext, text: string): unknown {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || isTooDeep(value)) throw notAReply(context, text);
  if (isError(value)) throw replyFailure(context, text);
  return isObject(value) && isObject(value["data"]) ? value["data"] : value;
}

/** `{type:"error"}`, or what gateways send without a type: `{error}`, `{code, message}` with an HTTP status as code. */
export function isError(value: unknown): boolean {
  if (!isObject(value)) return false;
  const type = asText(value["type"]);
  if (type !== "") return type === "error";
  return (
    (value["error"] ?? undefined) !== undefined || isErrorStatus(value["code"]) || isErrorStatus(value["statusCode"])
  );
}

/** A reply of something that does not speak the Messages API: a login page, a web server, a proxy. */
export function notAReply(context: FailureContext, text: string): ApiFailure {
  const shown = titleOf(text) ?? cut(context.redact(text).trim(), 200);
  return new ApiFailure({
    kind: "protocol",
    message:
      shown === ""
        ? `${context.name} sent an empty reply.`
        : `${context.name} did not send a Messages API reply but: ${context.redact(shown)}`,
    raw: context.redact(text),
  });
}
