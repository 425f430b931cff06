import * as v from "valibot";
import { workspace } from "vscode";
import { parseBaseUrl, presets, type Endpoint } from "../api/endpoint";

/** One of the user's own endpoints, as `sidenote.endpoints` holds it. */
const ownEndpoint = v.object({
  name: v.optional(v.string()),
  baseUrl: v.string(),
  auth: v.optional(v.picklist(["bearer", "x-api-key", "none"])),
  version: v.optional(v.picklist(["2023-06-01", "2026-10-21"])),
  betas: v.optional(v.array(v.string())),
  headers: v.optional(v.record(v.string(), v.string())),
});

export type EndpointOrProblem = { readonly endpoint: Endpoint } | { readonly problem: string };

/** The presets and the user's own endpoints, which win over a preset of the same id. Those with a problem are left out. */
export function listEndpoints(): Endpoint[] {
  const own = Object.keys(ownEndpoints());
  const ids = [...new Set([...own, ...presets.map((preset) => preset.id)])];
  return ids.map(findEndpoint).flatMap((found) => ("endpoint" in found ? [found.endpoint] : []));
}

/** The problem is one sentence for the user. */
export function findEndpoint(id: string): EndpointOrProblem {
  const preset = presets.find((it) => it.id === id);
  const entries = ownEndpoints();
  if (!Object.hasOwn(entries, id)) {
    return preset
      ? { endpoint: preset }
      : { problem: `There is no endpoint "${id}": it is neither a preset nor in the setting sidenote.endpoints.` };
  }
  const entry = v.safeParse(ownEndpoint, entries[id]);
  if (!entry.success) {
    const [issue] = entry.issues;
    const place = v.getDotPath(issue);
    return {
      problem: `The endpoint "${id}" in sidenote.endpoints is not usable: ${place ? `${place}: ` : ""}${issue.message}.`,
    };
  }
  const { name, baseUrl, auth, version, betas, headers } = entry.output;
  const base = parseBaseUrl(baseUrl);
  if ("problem" in base) return { problem: `The endpoint "${id}" in sidenote.endpoints: ${base.problem}` };
  return {
    endpoint: {
      ...(preset ?? { dialect: "gateway", auth: "bearer", version: "2023-06-01", betas: [], headers: {} }),
      id,
      name: name ?? preset?.name ?? id,
      baseUrl: base.url,
      ...(auth ? { auth } : {}),
      ...(version ? { version } : {}),
      ...(betas ? { betas } : {}),
      ...(headers ? { headers } : {}),
    },
  };
}

/** From the user's settings alone: a workspace must not say where requests and keys go. */
function ownEndpoints(): Readonly<Record<string, unknown>> {
  const value = workspace.getConfiguration("sidenote").inspect<unknown>("endpoints")?.globalValue;
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
