import type { LogOutputChannel } from "vscode";
import type { ChatView } from "../shared/views";
import { findEndpoint } from "./endpoints";
import type { Keys } from "./keys";
import { splitModel } from "./target";

/** What the page shows of the model that answers next, by its `<endpoint>/<model id>`. */

export function modelView(reference: string): ChatView["model"] {
  const { endpoint, id } = splitModel(reference);
  const found = findEndpoint(endpoint);
  return { id: reference, label: id, endpoint: "endpoint" in found ? found.endpoint.name : endpoint };
}

/** Its endpoint, when a key for it is missing. */
export async function setupView(reference: string, keys: Keys, log: LogOutputChannel): Promise<ChatView["setup"]> {
  const found = findEndpoint(splitModel(reference).endpoint);
  if ("problem" in found) return null; // said when something is sent
  try {
    return (await keys.has(found.endpoint)) ? null : { endpoint: found.endpoint.name };
  } catch (error) {
    const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
    log.error("The key store did not answer", String(cause));
    return { endpoint: found.endpoint.name };
  }
}
