import { ProgressLocation, window, type CancellationToken } from "vscode";
import { checkCredential, type Endpoint } from "../api/endpoint";
import { ApiFailure } from "../api/failure";
import { clientFor } from "./client";
import { listEndpoints } from "./endpoints";
import type { Keys } from "./keys";

/**
 * Asks for a key, checks it against the endpoint and stores it.
 * @returns true when a key was stored
 */
export async function setKey(keys: Keys, endpoint: Endpoint): Promise<boolean> {
  let problem: string | undefined;
  for (;;) {
    const key = await window.showInputBox({
      title: `API key for ${endpoint.name}`,
      prompt: problem ?? `Kept in VS Code's secret storage and sent to ${new URL(endpoint.baseUrl).host} only.`,
      placeHolder: endpoint.id === "anthropic" ? "sk-ant-…" : "Paste the key",
      password: true,
      ignoreFocusOut: true,
      validateInput: (value) => (value.trim() === "" ? undefined : checkCredential(value.trim())),
    });
    if (!key?.trim()) return false;
    const failure = await check(endpoint, key.trim());
    if (failure === "cancelled") return false;
    if (failure?.kind === "auth" || failure?.kind === "permission") {
      problem = `${endpoint.name} refused that key: ${failure.message}`;
      continue;
    }
    if (failure) {
      const choice = await window.showWarningMessage(
        `The key could not be checked: ${failure.message}`,
        { modal: true, detail: failure.advice },
        "Keep Anyway",
      );
      if (choice !== "Keep Anyway") return false;
    }
    await keys.store(endpoint, key.trim());
    void window.showInformationMessage(`The API key for ${endpoint.name} is stored.`);
    return true;
  }
}

/** Removes the stored key after asking. */
export async function removeKey(keys: Keys, endpoint: Endpoint): Promise<void> {
  if (!(await keys.isStored(endpoint))) {
    const fromEnvironment = (await keys.get(endpoint)) !== undefined;
    void window.showInformationMessage(
      fromEnvironment
        ? `No key is stored for ${endpoint.name}; the one in ANTHROPIC_API_KEY is used.`
        : `No key is stored for ${endpoint.name}.`,
    );
    return;
  }
  const choice = await window.showWarningMessage(`Remove the API key for ${endpoint.name}?`, { modal: true }, "Remove");
  if (choice === "Remove") await keys.remove(endpoint);
}

/** Lets the user choose an endpoint that takes a key, the current one first. */
export async function pickEndpoint(title: string, current: Endpoint | undefined): Promise<Endpoint | undefined> {
  const takingKeys = listEndpoints().filter((it) => it.auth !== "none");
  const ordered = takingKeys.toSorted((a, b) => Number(b.id === current?.id) - Number(a.id === current?.id));
  const item = await window.showQuickPick(
    ordered.map((endpoint) => ({
      label: endpoint.name,
      description: new URL(endpoint.baseUrl).host,
      ...(endpoint.id === current?.id ? { detail: "Answers in this chat" } : {}),
      endpoint,
    })),
    { title, placeHolder: "For which endpoint?", matchOnDescription: true },
  );
  return item?.endpoint;
}

async function check(endpoint: Endpoint, key: string): Promise<ApiFailure | "cancelled" | undefined> {
  return window.withProgress(
    { location: ProgressLocation.Notification, title: `Checking the key with ${endpoint.name}…`, cancellable: true },
    async (_progress, token) => {
      try {
        await clientFor(endpoint, key).models(abortSignal(token));
        return undefined;
      } catch (error) {
        if (token.isCancellationRequested) return "cancelled";
        if (error instanceof ApiFailure) return error;
        throw error;
      }
    },
  );
}

/** VS Code's cancellation as the platform's. */
export function abortSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
