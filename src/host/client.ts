import { browserHeaders } from "#env";
import { MessagesClient } from "../api/client";
import type { Endpoint } from "../api/endpoint";

/**
 * A client on the window's own network. The global `fetch` is looked up at each call: VS Code replaces it with one that knows
 * the user's proxy and certificates.
 */
export function clientFor(endpoint: Endpoint, key: string | undefined): MessagesClient {
  return new MessagesClient(endpoint, key, (url, init) => fetch(url, init), { headers: browserHeaders });
}
