import type { SecretStorage } from "vscode";
import { environmentVariable } from "#env";
import type { Endpoint } from "../api/endpoint";
import type { OwnEndpoint } from "./endpoints";
import { UserProblem } from "./userProblem";

/** Everything secret that a request to an endpoint carries. */
export interface Credentials {
  readonly key: string | undefined;
  /** Values of the headers that `secretHeaders` names; those without a stored value are left out. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The environment variable that is used for Anthropic when no key is stored. */
export const KEY_VARIABLE = "ANTHROPIC_API_KEY";

/**
 * The API keys and secret headers in SecretStorage. Each is stored for an endpoint and the origin it was entered for, so that
 * a changed base URL never gets it.
 */
export class Keys {
  readonly #secrets: SecretStorage;
  readonly #environment: (name: string) => string | undefined;

  constructor(secrets: SecretStorage, environment = environmentVariable) {
    this.#secrets = secrets;
    this.#environment = environment;
  }

  /** @throws UserProblem, as all that reads a secret, when the system's key store does not answer */
  async credentials(endpoint: OwnEndpoint): Promise<Credentials> {
    const headers: Record<string, string> = {};
    for (const name of endpoint.secretHeaders ?? []) {
      const value = await this.#read(endpoint, name);
      if (value !== undefined) headers[name] = value;
    }
    return { key: await this.#key(endpoint), headers };
  }

  /** True when a request can be sent: there is a key or none is needed. */
  async has(endpoint: OwnEndpoint): Promise<boolean> {
    return endpoint.auth === "none" || endpoint.keyOptional === true || (await this.#key(endpoint)) !== undefined;
  }

  /** Where the key comes from, without the key. */
  async source(endpoint: OwnEndpoint): Promise<"stored" | "environment" | undefined> {
    if ((await this.#read(endpoint)) !== undefined) return "stored";
    return this.#fromEnvironment(endpoint) === undefined ? undefined : "environment";
  }

  /** @param header one of `secretHeaders`; the key when left out */
  async store(endpoint: OwnEndpoint, value: string, header?: string): Promise<void> {
    await this.#secrets.store(secretName(endpoint, header), value);
  }

  /** Removes the key and the secret headers. */
  async remove(endpoint: OwnEndpoint): Promise<void> {
    for (const header of [undefined, ...(endpoint.secretHeaders ?? [])]) {
      await this.#secrets.delete(secretName(endpoint, header));
    }
  }

  async #read(endpoint: OwnEndpoint, header?: string): Promise<string | undefined> {
    try {
      return await this.#secrets.get(secretName(endpoint, header));
    } catch (cause) {
      const sentence = "The secret storage of VS Code does not answer. Is the keyring of your system locked?";
      throw new UserProblem(sentence, { cause });
    }
  }

  async #key(endpoint: OwnEndpoint): Promise<string | undefined> {
    if (endpoint.auth === "none") return undefined;
    return (await this.#read(endpoint)) ?? this.#fromEnvironment(endpoint);
  }

  /** Only for the endpoint that the variable is named after, and only at its own address. */
  #fromEnvironment(endpoint: Endpoint): string | undefined {
    if (endpoint.id !== "anthropic" || new URL(endpoint.baseUrl).hostname !== "api.anthropic.com") return undefined;
    return this.#environment(KEY_VARIABLE)?.trim() || undefined;
  }
}

function secretName(endpoint: Endpoint, header?: string): string {
  const owner = `${endpoint.id}@${new URL(endpoint.baseUrl).origin}`;
  return header === undefined ? `key:${owner}` : `header:${owner}:${header.toLowerCase()}`;
}
