import type { ApiRequest, Core, Reply } from "./core";
import { type ApiError, errorBody } from "./errors";
import { aimlapi, apimart, openrouter } from "./gateways";
import { corsHeaders, limitHeaders } from "./headers";
import { llamacpp, ollama } from "./local-servers";

/** How an endpoint differs from the Messages API that it speaks (Messages API, gateways and local servers). */
export interface Dialect {
  /** What the base URL has after the host. */
  readonly base: string;
  /** Answers a request, whose path begins after `base`, with the help of `core`, which asks for no key. */
  answer(request: ApiRequest, core: Core, key: string | undefined): Reply;
  errorBody(error: ApiError, requestId: string, path: string): unknown;
  /** Headers of every answer. */
  headers(requestId: string, count: number, origin: string | undefined): Readonly<Record<string, string>>;
}

const anthropic: Dialect = {
  base: "",
  answer: (request, core, key) => core.answer(request, key),
  errorBody,
  headers: (requestId, count, origin) => ({
    "request-id": requestId,
    "anthropic-organization-id": "00000000-0000-4000-8000-000000000000",
    ...limitHeaders(count, Date.now()),
    ...(origin !== undefined && corsHeaders),
  }),
};

export const dialects = { anthropic, aimlapi, apimart, openrouter, ollama, llamacpp } as const satisfies Readonly<
  Record<string, Dialect>
>;
export type DialectName = keyof typeof dialects;
