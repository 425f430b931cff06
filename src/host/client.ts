import { browserHeaders, sendable } from "#env";
import { MessagesClient } from "../api/client";
import type { Endpoint } from "../api/endpoint";
import type { Credentials } from "./keys";

/**
 * A client on the window's own network. The global `fetch` is looked up at each call: VS Code replaces it with one that knows
 * the user's proxy and certificates.
 */
export function clientFor(endpoint: Endpoint, credentials: Credentials): MessagesClient {
  return new MessagesClient(endpoint, credentials.key, async (url, init) => fetch(url, await sendable(init)), {
    headers: browserHeaders,
    secretHeaders: credentials.headers,
  });
}
