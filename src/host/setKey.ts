import { window } from "vscode";
import { checkCredential } from "../api/endpoint";
import { ApiFailure } from "../api/failure";
import type { Chat } from "./chat";
import { clientFor } from "./client";
import { listEndpoints, type OwnEndpoint } from "./endpoints";
import { KEY_VARIABLE, type Keys } from "./keys";
import { askInDialog, showInformationMessage, showInputBox, withProgress } from "./notifications";

/**
 * Asks for a key, checks it against the endpoint and stores it. An endpoint with secret headers asks first which secret.
 * @param which "current": for the endpoint of the chat; else the user chooses one
 * @returns true when something was stored
 */
export async function setKey(chat: Chat, keys: Keys, which: unknown): Promise<boolean> {
  const current = endpointOf(chat);
  const endpoint = which === "current" && current ? current : await pickEndpoint("Set API Key", current);
  const header = endpoint && (await pickSecret(endpoint));
  if (!endpoint || header === undefined) return false;
  const stored = await (header === "" ? setApiKey(keys, endpoint) : setSecretHeader(keys, endpoint, header));
  if (stored) await chat.choices.refresh();
  return stored;
}

/** Removes what is stored for an endpoint that the user chooses, after asking. */
export async function removeKey(chat: Chat, keys: Keys): Promise<void> {
  const endpoint = await pickEndpoint("Remove API Key", endpointOf(chat));
  if (!endpoint) return;
  if ((await keys.source(endpoint)) === "environment") {
    void showInformationMessage(`No key is stored for ${endpoint.name}; the one in ${KEY_VARIABLE} is used.`);
    return;
  }
  const choice = await askInDialog(
    `Remove the API key for ${endpoint.name}?`,
    endpoint.secretHeaders?.length ? "Its secret headers are removed too." : undefined,
    "Remove",
  );
  if (choice === "Remove") await keys.remove(endpoint);
}

function endpointOf(chat: Chat): OwnEndpoint | undefined {
  const found = chat.choices.endpoint;
  return "endpoint" in found ? found.endpoint : undefined;
}

/** Lets the user choose an endpoint that takes a key, the current one first. */
async function pickEndpoint(title: string, current: OwnEndpoint | undefined): Promise<OwnEndpoint | undefined> {
  const takingKeys = listEndpoints().filter((it) => it.auth !== "none" || it.secretHeaders?.length);
  const ordered = takingKeys.toSorted((a, b) => Number(b.id === current?.id) - Number(a.id === current?.id));
  const items = ordered.map((endpoint) => ({
    label: endpoint.name,
    description: new URL(endpoint.baseUrl).host + (endpoint.id === current?.id ? " · answers in this chat" : ""),
    endpoint,
  }));
  const item = await window.showQuickPick(items, {
    title,
    placeHolder: "For which endpoint?",
    matchOnDescription: true,
  });
  return item?.endpoint;
}

/** The name of a secret header, or "" for the key; undefined when the user cancels. */
async function pickSecret({ name, auth, secretHeaders = [] }: OwnEndpoint): Promise<string | undefined> {
  const key = auth === "none" ? [] : [{ label: "API key", header: "" }];
  const items = [...key, ...secretHeaders.map((header) => ({ label: header, description: "header", header }))];
  if (items.length <= 1) return items[0]?.header;
  return (await window.showQuickPick(items, { title: `Secrets of ${name}`, placeHolder: "Which one?" }))?.header;
}

async function setSecretHeader(keys: Keys, endpoint: OwnEndpoint, header: string): Promise<boolean> {
  const value = await askForSecret(endpoint, `Value of ${header} for ${endpoint.name}`, undefined);
  if (value === undefined) return false;
  await keys.store(endpoint, value, header);
  return true;
}

async function setApiKey(keys: Keys, endpoint: OwnEndpoint): Promise<boolean> {
  let problem: string | undefined;
  for (;;) {
    const key = await askForSecret(endpoint, `API key for ${endpoint.name}`, problem);
    if (key === undefined) return false;
    const { headers } = await keys.credentials(endpoint);
    const failure = await check(endpoint, key, headers);
    if (failure === "cancelled") return false;
    if (failure?.kind === "auth" || failure?.kind === "permission") {
      problem = `${failure.message}. Paste another key.`;
      continue;
    }
    if (failure) {
      const choice = await askInDialog(
        `The key could not be checked: ${failure.message}`,
        failure.advice,
        "Keep Anyway",
      );
      if (choice !== "Keep Anyway") return false;
    }
    await keys.store(endpoint, key);
    void showInformationMessage(`The API key for ${endpoint.name} is stored.`);
    return true;
  }
}

/** @param problem shown instead of where the secret goes */
async function askForSecret(
  endpoint: OwnEndpoint,
  title: string,
  problem: string | undefined,
): Promise<string | undefined> {
  const value = await showInputBox({
    title,
    prompt: problem ?? `Kept in VS Code's secret storage and sent to ${new URL(endpoint.baseUrl).host} only.`,
    placeHolder: endpoint.id === "anthropic" ? "sk-ant-…" : "Paste it here",
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? undefined : checkCredential(text.trim())),
  });
  return value?.trim() || undefined;
}

async function check(
  endpoint: OwnEndpoint,
  key: string,
  headers: Readonly<Record<string, string>>,
): Promise<ApiFailure | "cancelled" | undefined> {
  return withProgress(`Checking the key with ${endpoint.name}…`, { cancellable: true }, async (_progress, signal) => {
    try {
      await clientFor(endpoint, { key, headers }).models(signal);
      return undefined;
    } catch (error) {
      if (signal.aborted) return "cancelled";
      if (error instanceof ApiFailure) return error;
      throw error;
    }
  });
}
