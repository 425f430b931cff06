import { ApiFailure } from "./failure";
import { asText, isObject } from "./json";
import { readReply } from "./reply";
import { type ApiRequest, type Connection, exchange, failureContext, retrying } from "./transport";

/** The text of a whole 2xx reply, after retries where they make sense; a wait of more than a minute is not started. */
async function callForText(connection: Connection, request: ApiRequest, signal: AbortSignal): Promise<string> {
  async function* once(): AsyncGenerator<string, void, void> {
    const decoder = new TextDecoder();
    const parts: string[] = [];
    for await (const bytes of exchange(connection, request, signal))
      parts.push(decoder.decode(bytes, { stream: true }));
    parts.push(decoder.decode());
    yield parts.join("");
  }
  const attempts = retrying(
    connection,
    once,
    () => true,
    signal,
    () => false,
  );
  for await (const item of attempts) if (typeof item === "string") return item;
  throw new ApiFailure({ kind: "protocol", message: `${connection.endpoint.name} sent no reply.` });
}

/** The JSON of a 2xx reply, out of the wrapper that some gateways put around it. */
export async function callForJson(connection: Connection, request: ApiRequest, signal: AbortSignal): Promise<unknown> {
  return readReply(failureContext(connection), await callForText(connection, request, signal));
}

/**
 * The replies of a list, page by page (Messages API, lists: the next page is `after_id` = `last_id`). Ends when a server
 * repeats itself.
 */
export async function* pages(
  connection: Connection,
  path: string,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): AsyncGenerator<unknown, void, void> {
  const seen = new Set<string>();
  for (let after = ""; ;) {
    const reply = await callForJson(
      connection,
      { method: "GET", path, query: after === "" ? query : { ...query, after_id: after } },
      signal,
    );
    yield reply;
    after = isObject(reply) && reply["has_more"] === true ? asText(reply["last_id"]) : "";
    if (after === "" || seen.has(after)) return;
    seen.add(after);
  }
}
