import { isObject, isTooDeep, type JsonObject, parseJson } from "./json";

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
  if (isObject(input)) return isTooDeep(input) ? refusal("is nested too deeply") : { input };
  return refusal(value === undefined ? "is not valid JSON" : "is not a JSON object");
}

function refusal(what: string): { problem: string } {
  return { problem: `The input of the call ${what}; the tool was not run.` };
}
