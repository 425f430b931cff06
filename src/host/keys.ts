import type { SecretStorage } from "vscode";
import { environmentVariable } from "#env";
import type { Endpoint } from "../api/endpoint";

/** A key is stored for an endpoint and the origin it was entered for, so that a changed base URL never gets it. */
function secretName(endpoint: Endpoint): string {
  return `key:${endpoint.id}@${new URL(endpoint.baseUrl).origin}`;
}

/** The API keys: in SecretStorage, one entry for each endpoint; `ANTHROPIC_API_KEY` where nothing is stored. */
export class Keys {
  readonly #secrets: SecretStorage;
  readonly #environment: (name: string) => string | undefined;

  constructor(secrets: SecretStorage, environment = environmentVariable) {
    this.#secrets = secrets;
    this.#environment = environment;
  }

  /** Undefined when there is none, and for an endpoint that takes none. Rejects when the system's key store does not answer. */
  async get(endpoint: Endpoint): Promise<string | undefined> {
    if (endpoint.auth === "none") return undefined;
    return (await this.#secrets.get(secretName(endpoint))) ?? this.#fromEnvironment(endpoint);
  }

  /** True when a request can be sent: there is a key or none is needed. */
  async has(endpoint: Endpoint): Promise<boolean> {
    return endpoint.auth === "none" || endpoint.keyOptional === true || (await this.get(endpoint)) !== undefined;
  }

  async isStored(endpoint: Endpoint): Promise<boolean> {
    return (await this.#secrets.get(secretName(endpoint))) !== undefined;
  }

  async store(endpoint: Endpoint, key: string): Promise<void> {
    await this.#secrets.store(secretName(endpoint), key);
  }

  async remove(endpoint: Endpoint): Promise<void> {
    await this.#secrets.delete(secretName(endpoint));
  }

  /** Only for the endpoint that the variable is named after, and only at its own address. */
  #fromEnvironment(endpoint: Endpoint): string | undefined {
    if (endpoint.id !== "anthropic" || new URL(endpoint.baseUrl).hostname !== "api.anthropic.com") return undefined;
    return this.#environment("ANTHROPIC_API_KEY")?.trim() || undefined;
  }
}
