import { Validator } from "@cfworker/json-schema";
import type { JsonObject } from "../../api/json";

/** More of them would not help the model. */
const MOST_PROBLEMS = 3;

/**
 * Why an input does not fit a tool's schema (JSON Schema 2020-12), in a sentence for the model; undefined when it fits. A schema
 * that cannot be used lets every object through: it is the tool's to look again.
 */
export function inputProblem(schema: object | undefined, input: JsonObject): string | undefined {
  if (!schema) return undefined;
  let problems: readonly string[];
  try {
    const { errors } = new Validator(schema, "2020-12", false).validate(input);
    // The errors come from the outside in; the last ones say what is wrong.
    problems = errors
      .filter(({ keyword }) => !["properties", "items", "$ref"].includes(keyword))
      .map(({ instanceLocation, error }) => `${instanceLocation.replace(/^#/, "") || "the input"}: ${error}`);
  } catch {
    return undefined;
  }
  if (problems.length === 0) return undefined;
  return `The input does not fit the tool's schema; the tool was not run. ${problems.slice(0, MOST_PROBLEMS).join(" ")}`;
}

/** Why a schema cannot be a tool's (Messages API, client tools), in a sentence for the user. */
export function schemaProblem(schema: JsonObject): string | undefined {
  if (schema["type"] !== "object") return 'its inputSchema must have "type": "object".';
  const outer = ["anyOf", "oneOf", "allOf"].find((key) => key in schema);
  if (outer !== undefined) return `its inputSchema must not have ${outer} at the top.`;
  try {
    new Validator(schema, "2020-12").validate({});
    return undefined;
  } catch (error) {
    return `its inputSchema cannot be used: ${error instanceof Error ? error.message : "it is damaged"}`;
  }
}
