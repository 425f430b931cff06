import type { Capabilities } from "../api/capabilities";
import type { MessagesClient } from "../api/client";
import { clientFor } from "./client";
import { findEndpoint, type OwnEndpoint } from "./endpoints";
import type { Keys } from "./keys";
import type { ModelPreferences } from "./modelPreferences";
import type { Models } from "./models";
import { UserProblem } from "./userProblem";

/** A model that is ready to be asked. */
export interface Target {
  readonly endpoint: OwnEndpoint;
  /** The model's id at the endpoint. */
  readonly id: string;
  readonly capabilities: Capabilities;
  /** Request fields that it refused before. */
  readonly refused: readonly string[];
  readonly client: MessagesClient;
}

/** What knows the endpoints' keys and models. */
export interface Directory {
  readonly keys: Keys;
  readonly models: Models;
  readonly preferences: ModelPreferences;
}

/**
 * The model behind `<endpoint>/<model id>`.
 * @throws UserProblem when there is no such endpoint, or no key for it
 */
export async function findTarget(reference: string, { keys, models, preferences }: Directory): Promise<Target> {
  const { endpoint: endpointId, id } = splitModel(reference);
  const found = findEndpoint(endpointId);
  if ("problem" in found) throw new UserProblem(found.problem);
  const { endpoint } = found;
  if (!(await keys.has(endpoint))) {
    throw new UserProblem(`There is no API key for ${endpoint.name} yet. Set it, then send again.`);
  }
  return {
    endpoint,
    id,
    capabilities: models.capabilities(endpoint, id),
    refused: preferences.refused(reference),
    client: clientFor(endpoint, await keys.credentials(endpoint)),
  };
}

/** `endpoint/model id`, split at the first slash: model ids of gateways have slashes of their own. */
export function splitModel(reference: string): { endpoint: string; id: string } {
  const slash = reference.indexOf("/");
  return { endpoint: reference.slice(0, slash), id: reference.slice(slash + 1) };
}
