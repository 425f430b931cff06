import { isObject } from "./json";

/** Models from 4.7 on take about 30 % more tokens than the older 4 characters a token. */
const CHARACTERS_PER_TOKEN = 3;

/** An image of usual size. Its own size is not known here, and the number is an estimate anyway. */
export const TOKENS_PER_FILE = 1600;

/** Roughly how many input tokens a part of a request has: the whole, or any value in it. */
export function estimateTokens(value: unknown): number {
  if (typeof value === "string") return Math.ceil(value.length / CHARACTERS_PER_TOKEN);
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + estimateTokens(item), 0);
  if (!isObject(value)) return 0;
  if (value["type"] === "base64") return TOKENS_PER_FILE;
  return Object.values(value).reduce<number>((sum, item) => sum + estimateTokens(item), 0);
}
