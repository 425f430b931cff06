import { version, window, workspace } from "vscode";
import type { MessagesClient } from "../api/client";
import { ApiFailure } from "../api/failure";
import { rateLimitsOf } from "../api/rate-limits";
import type { MessageRequest } from "../api/types";
import { clientFor } from "./client";
import type { OwnEndpoint } from "./endpoints";
import type { Keys } from "./keys";
import { withProgress } from "./notifications";

/** The outcome of one check: what was found, or a failure with advice. */
type Finding = { readonly found: string } | { readonly failure: string; readonly advice: string };

interface Check {
  readonly name: string;
  readonly run: (signal: AbortSignal) => Promise<Finding>;
}

/**
 * Checks an endpoint step by step and opens the result as a document that can go into a bug report: it names the host and what
 * failed, never the key.
 *
 * @param model the id of the model that is asked
 */
export async function testConnection(keys: Keys, endpoint: OwnEndpoint, model: string): Promise<void> {
  const client = clientFor(endpoint, await keys.credentials(endpoint));
  const checks = checksFor(client, keys, endpoint, model);
  const lines = await withProgress(`Testing ${endpoint.name}`, { cancellable: true }, async (progress, signal) => {
    const done: string[] = [];
    for (const check of checks) {
      if (signal.aborted) return [...done, "Cancelled."];
      progress.report({ message: check.name, increment: 100 / checks.length });
      done.push(await reportLine(check, signal));
    }
    return done;
  });
  const content = [
    `# Connection test: ${endpoint.name}`,
    "",
    `${new Date().toISOString()} · VS Code ${version} · endpoint \`${endpoint.id}\` · model \`${model}\``,
    "",
    ...lines,
    "",
  ].join("\n");
  await window.showTextDocument(await workspace.openTextDocument({ language: "markdown", content }), {
    preview: false,
  });
}

function checksFor(client: MessagesClient, keys: Keys, endpoint: OwnEndpoint, model: string): Check[] {
  const tiny: MessageRequest = {
    model,
    max_tokens: 64,
    messages: [{ role: "user", content: "Answer with the word ok." }],
  };
  const { origin } = new URL(endpoint.baseUrl);
  return [
    {
      name: "Address",
      run: async () => ({ found: `${endpoint.baseUrl} (API version ${endpoint.version}, ${authName(endpoint)})` }),
    },
    { name: "Key", run: () => checkKey(keys, endpoint) },
    {
      name: origin.startsWith("https:") ? "Connection and certificate" : "Connection",
      // Any answer will do: a server that speaks is reached. No credential goes with it.
      run: async (signal) => {
        return { found: `${origin} answers (HTTP ${await client.reach(signal)})` };
      },
    },
    {
      name: "Authorization and models",
      run: async (signal) => {
        const models = await client.models(signal);
        const listed = models.some(({ id }) => id === model);
        return { found: `${models.length} models are listed, \`${model}\` is ${listed ? "" : "not "}among them` };
      },
    },
    {
      name: "Streamed message",
      run: async (signal) => {
        const stream = client.stream(tiny, signal);
        let events = 0;
        for await (const _ of stream) events++;
        const { usage, stop_reason: reason } = stream.message;
        const limits = stream.headers ? rateLimitsOf(stream.headers) : [];
        const left = limits.map(({ name, limit, remaining }) => `${remaining} of ${limit} ${name}`).join(", ");
        const answer = `${events} events, ${usage.output_tokens ?? "unknown"} tokens, stopped with ${reason ?? "no reason"}`;
        return { found: left === "" ? answer : `${answer}; left: ${left}` };
      },
    },
    {
      name: "Token counting",
      run: async (signal) => {
        const { tokens, exact } = await client.countTokens(tiny, signal);
        return { found: exact ? `${tokens} tokens` : "not offered by this endpoint; Sidenote estimates instead" };
      },
    },
  ];
}

async function checkKey(keys: Keys, endpoint: OwnEndpoint): Promise<Finding> {
  if (endpoint.auth === "none") return { found: "none is needed" };
  const source = await keys.source(endpoint);
  if (source === "stored") return { found: "in the secret storage" };
  if (source === "environment") return { found: "from the environment" };
  if (endpoint.keyOptional) return { found: "none; this endpoint may do without" };
  return { failure: "there is none", advice: "Run “Sidenote: Set API Key”." };
}

async function reportLine({ name, run }: Check, signal: AbortSignal): Promise<string> {
  const start = performance.now();
  const finding = await run(signal).catch((error: unknown): Finding => {
    if (error instanceof ApiFailure) return { failure: error.message, advice: error.advice };
    return { failure: "failed for an unknown reason", advice: "Run “Sidenote: Show Log”." };
  });
  const time = `${Math.round(performance.now() - start)} ms`;
  return "found" in finding
    ? `- ✓ **${name}** (${time}): ${finding.found}`
    : `- ✗ **${name}** (${time}): ${finding.failure} → ${finding.advice}`;
}

function authName({ auth }: OwnEndpoint): string {
  if (typeof auth === "object") return `key in ${auth.header}`;
  return auth === "none" ? "no key" : auth === "bearer" ? "key as Bearer" : "key in x-api-key";
}
