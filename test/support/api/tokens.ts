import type { Model } from "./models";

// A word of up to so many letters with the blank before it, or any single character. Real tokenizers are finer; this one
// has their average of about four characters a token, and 30 % more tokens from 4.7 on (Messages API, token estimate).
const olderTokens = /\s?[\p{L}\p{N}_]{1,6}|[^]/gu;
const newerTokens = /\s?[\p{L}\p{N}_]{1,4}|[^]/gu;

/** The text cut into tokens; joined they are the text again. */
export function tokenize(text: string, model: Model): string[] {
  return text.match(model.generation >= 4.7 ? newerTokens : olderTokens) ?? [];
}

export function countTokens(text: string, model: Model): number {
  return tokenize(text, model).length;
}

/** The hidden system prompt that goes with tools. */
export const toolPromptTokens = 286;

/** The size an image is shrunk to, by the tier of the model (Messages API, images). */
export function fittedSize(width: number, height: number, model: Model): { width: number; height: number } {
  const tier = model.generation >= 4.7 ? { edge: 2576, tokens: 4784 } : { edge: 1568, tokens: 1568 };
  let scale = Math.min(1, tier.edge / Math.max(width, height));
  while (patches(width * scale, height * scale) > tier.tokens) scale *= 0.999;
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** `ceil(w/28) × ceil(h/28)` after shrinking. */
export function imageTokens(width: number, height: number, model: Model): number {
  const fitted = fittedSize(width, height, model);
  return patches(fitted.width, fitted.height);
}

function patches(width: number, height: number): number {
  return Math.ceil(width / 28) * Math.ceil(height / 28);
}
