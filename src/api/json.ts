/** A JSON object of which nothing is known yet. */
export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The string, or "" for anything else: gateways send null, numbers or nothing where a text belongs. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The finite, non-negative number in a JSON number or numeric string, else undefined. */
export function asCount(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** JSON.parse reads any depth, but JSON.stringify, which sends and stores a block again, recurses: it fails at thousands. */
const DEEPEST = 500;

/** Whether the value is nested too deeply to be handled any further. Looks level by level, not by recursion. */
export function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
}

/** The parsed JSON, or undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
