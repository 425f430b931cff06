import * as v from "valibot";
import { workspace } from "vscode";
import type { CapabilityOverride } from "../api/capabilities";
import { parseBaseUrl, presets, type Endpoint } from "../api/endpoint";
import { capabilitySettings } from "./capabilitySettings";

/** An endpoint with what only the host needs to know of it. */
export interface OwnEndpoint extends Endpoint {
  /** Names of headers whose values are in SecretStorage. */
  readonly secretHeaders?: readonly string[];
  /** The user's corrections, by model id. */
  readonly models?: Readonly<Record<string, CapabilityOverride>>;
}

const headerName = v.pipe(v.string(), v.regex(/^[!#$%&'*+.^_`|~\w-]+$/, "is not the name of a header"));

/** An entry of `sidenote.endpoints`. For the id of a preset it says only what differs. */
const entrySchema = v.strictObject({
  name: v.exactOptional(v.string()),
  baseUrl: v.exactOptional(v.string()),
  auth: v.exactOptional(v.union([v.picklist(["bearer", "x-api-key", "none"]), v.strictObject({ header: headerName })])),
  version: v.exactOptional(v.picklist(["2023-06-01", "2026-10-21"])),
  betas: v.exactOptional(v.array(v.string())),
  headers: v.exactOptional(v.record(headerName, v.string())),
  secretHeaders: v.exactOptional(v.array(headerName)),
  dialect: v.exactOptional(v.picklist(["anthropic", "gateway", "aimlapi", "apimart", "openrouter", "ollama", "local"])),
  limits: v.exactOptional(capabilitySettings),
  models: v.exactOptional(v.record(v.string(), capabilitySettings)),
});

/** What an own endpoint is unless it says otherwise: a gateway that any client may use. */
const unknownGateway = {
  auth: "bearer",
  version: "2023-06-01",
  betas: [],
  headers: {},
  dialect: "gateway",
} as const;

export type EndpointOrProblem = { readonly endpoint: OwnEndpoint } | { readonly problem: string };

/** The user's own endpoints and the presets. Those with a problem are left out. */
export function listEndpoints(): OwnEndpoint[] {
  const ids = new Set([...Object.keys(ownEntries()), ...presets.map((preset) => preset.id)]);
  return [...ids].map(findEndpoint).flatMap((found) => ("endpoint" in found ? [found.endpoint] : []));
}

/** The problem is one sentence for the user. */
export function findEndpoint(id: string): EndpointOrProblem {
  const preset = presets.find((it) => it.id === id);
  const entries = ownEntries();
  if (!Object.hasOwn(entries, id)) {
    return preset
      ? { endpoint: preset }
      : { problem: `There is no endpoint “${id}”: it is neither a preset nor in the setting sidenote.endpoints.` };
  }
  const place = `The endpoint “${id}” in sidenote.endpoints`;
  const entry = v.safeParse(entrySchema, entries[id]);
  if (!entry.success) {
    const [issue] = entry.issues;
    const path = v.getDotPath(issue);
    return { problem: `${place} is not usable: ${path === null ? "" : `${path}: `}${issue.message}.` };
  }
  const baseUrl = entry.output.baseUrl ?? preset?.baseUrl;
  if (baseUrl === undefined) return { problem: `${place} has no baseUrl.` };
  const base = parseBaseUrl(baseUrl);
  if ("problem" in base) return { problem: `${place} is not usable: ${base.problem}` };
  return { endpoint: { name: id, ...unknownGateway, ...preset, ...entry.output, id, baseUrl: base.url } };
}

/** From the user's settings alone: a workspace must not say where requests and keys go. */
function ownEntries(): Readonly<Record<string, unknown>> {
  const value = workspace.getConfiguration("sidenote").inspect<unknown>("endpoints")?.globalValue;
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
