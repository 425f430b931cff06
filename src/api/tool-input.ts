import { isObject, type JsonObject, parseJson } from "./json";

/** JSON.parse reads any depth, but JSON.stringify, which sends the call back, recurses and fails at some thousands. */
const DEEPEST = 500;

/**
 * The input of a tool call from its streamed JSON, which is read once, whole: pieces are cut anywhere. Some gateways
 * quote it twice, as a string that holds JSON.
 *
 * @returns undefined when nothing was streamed
 */
export function parseToolInput(json: string): { input: JsonObject } | { problem: string } | undefined {
  if (json.trim() === "") return undefined;
  const value = parseJson(json);
  const input = typeof value === "string" ? parseJson(value) : value;
  if (isObject(input)) return isDeeper(input, DEEPEST) ? refusal("is nested too deeply") : { input };
  return refusal(value === undefined ? "is not valid JSON" : "is not a JSON object");
}

function refusal(what: string): { problem: string } {
  return { problem: `The input of the call ${what}; the tool was not run.` };
}

/** Level by level, not by recursion. */
function isDeeper(value: JsonObject, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
}
