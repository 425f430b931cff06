import type { JsonObject } from "./json";

/** JSON with every string well-formed: the API refuses half of a surrogate pair. */
export function serialise(body: JsonObject): string {
  return JSON.stringify(body, (_key, value: unknown) => (typeof value === "string" ? value.toWellFormed() : value));
}
