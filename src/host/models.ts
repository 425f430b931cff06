import { capabilitiesOf, limitsOf, type Capabilities } from "../api/capabilities";
import type { ModelInfo } from "../api/types";
import { clientFor } from "./client";
import type { OwnEndpoint } from "./endpoints";
import type { Keys } from "./keys";

/** A list of models is believed for an hour, in milliseconds; one that could not be had is asked for again after a minute. */
const LIST_AGE = 3_600_000;
const RETRY_AGE = 60_000;

interface Listing {
  readonly models: Promise<readonly ModelInfo[]>;
  /** Milliseconds since 1970. */
  staleAt: number;
  /** The models once they have come. */
  loaded?: readonly ModelInfo[];
}

/** The models of the endpoints, as they list them themselves. Kept in memory, for this window. */
export class Models {
  readonly #keys: Keys;
  readonly #listings = new Map<string, Listing>();

  constructor(keys: Keys) {
    this.#keys = keys;
  }

  /** Rejects with an ApiFailure when the endpoint does not list its models. */
  list(endpoint: OwnEndpoint): Promise<readonly ModelInfo[]> {
    const id = keyOf(endpoint);
    const known = this.#listings.get(id);
    if (known && known.staleAt > Date.now()) return known.models;
    const listing: Listing = { models: this.#load(endpoint), staleAt: Date.now() + LIST_AGE };
    this.#listings.set(id, listing);
    listing.models.then(
      (models) => (listing.loaded = models),
      () => (listing.staleAt = Date.now() + RETRY_AGE),
    );
    return listing.models;
  }

  /** A key has changed: what was listed with the old one is forgotten. */
  forget(): void {
    this.#listings.clear();
  }

  /** What is known of the model by now, without asking the endpoint. */
  known(endpoint: OwnEndpoint, model: string): Capabilities {
    const listed = this.#listings.get(keyOf(endpoint))?.loaded?.find((info) => info.id === model);
    return modelCapabilities(endpoint, model, listed);
  }

  /**
   * What the model accepts: from the endpoint's list as far as it is known by now, else from the table, with the user's
   * corrections. Never waits: a list that is not there yet is fetched for the next time.
   */
  capabilities(endpoint: OwnEndpoint, model: string): Capabilities {
    this.list(endpoint).catch(() => undefined); // said where the list is shown
    return this.known(endpoint, model);
  }

  async #load(endpoint: OwnEndpoint): Promise<readonly ModelInfo[]> {
    return clientFor(endpoint, await this.#keys.credentials(endpoint)).models(new AbortController().signal);
  }
}

/** Of an endpoint whose address has changed nothing is known. */
function keyOf({ id, baseUrl }: OwnEndpoint): string {
  return `${id}@${baseUrl}`;
}

/** @param listed the model's entry in the endpoint's list, if there is one */
export function modelCapabilities(endpoint: OwnEndpoint, model: string, listed: ModelInfo | undefined): Capabilities {
  return capabilitiesOf(model, listed, limitsOf(endpoint), endpoint.models?.[model] ?? {});
}
