import { ConfigurationTarget, QuickPickItemKind, ThemeIcon, window, workspace, type QuickPickItem } from "vscode";
import type { Endpoint } from "../api/endpoint";
import type { ModelInfo } from "../api/types";
import { clientFor } from "./client";
import { splitModel, type Chat } from "./chat";
import { findEndpoint, listEndpoints } from "./endpoints";
import type { Keys } from "./keys";
import { UserProblem } from "./userProblem";

interface ModelItem extends QuickPickItem {
  /** `<endpoint>/<model id>`; absent for a separator and for the way to another endpoint. */
  readonly model?: string;
  readonly other?: true;
}

const makeDefault = { iconPath: new ThemeIcon("pinned"), tooltip: "Use for All New Chats" };

/**
 * Lets the user choose the model of this conversation: what the endpoint offers, or any id typed in. The pin makes a model
 * the default for new chats.
 */
export async function selectModel(chat: Chat, keys: Keys, endpoint?: Endpoint): Promise<void> {
  const current = splitModel(chat.model);
  const from = endpoint ?? currentEndpoint(current.endpoint);
  const pick = window.createQuickPick<ModelItem>();
  const abort = new AbortController();
  pick.title = `Model of this chat · ${from.name}`;
  pick.placeholder = "Choose a model, or type a model id or endpoint/model id";
  pick.matchOnDescription = true;
  pick.busy = true;

  let models: readonly ModelItem[] = [];
  const show = () => {
    pick.items = [
      ...models,
      ...typedItem(pick.value, from, models),
      { label: "", kind: QuickPickItemKind.Separator },
      otherEndpoint,
    ];
    const active = models.find((item) => item.model === chat.model);
    if (active && pick.value === "") pick.activeItems = [active];
  };
  show();
  pick.onDidChangeValue(show);
  void list(from, keys, abort.signal).then((listed) => {
    pick.busy = false;
    if ("problem" in listed) pick.placeholder = `${listed.problem} Type a model id.`;
    else models = listed.models.map((info) => modelItem(info, from, chat.model));
    show();
  });

  const chosen = await new Promise<ModelItem | undefined>((resolve) => {
    pick.onDidAccept(() => resolve(pick.selectedItems[0]));
    pick.onDidTriggerItemButton(({ item }) => {
      if (item.model)
        void workspace.getConfiguration("sidenote").update("model", item.model, ConfigurationTarget.Global);
      resolve(item);
    });
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  });
  abort.abort();
  pick.dispose();
  if (chosen?.other) {
    const other = await pickEndpoint();
    if (other) await selectModel(chat, keys, other);
  } else if (chosen?.model) {
    await chat.setModel(chosen.model);
  }
}

const otherEndpoint: ModelItem = { label: "$(server) Another endpoint…", other: true, alwaysShow: true };

function currentEndpoint(id: string): Endpoint {
  const found = findEndpoint(id);
  const endpoint = "endpoint" in found ? found.endpoint : listEndpoints()[0];
  if (!endpoint) throw new UserProblem("There is no usable endpoint in sidenote.endpoints.");
  return endpoint;
}

function modelItem(info: ModelInfo, endpoint: Endpoint, current: string): ModelItem {
  const model = `${endpoint.id}/${info.id}`;
  const facts = [
    info.contextWindow === undefined ? undefined : `${Math.round(info.contextWindow / 1000).toLocaleString()}k context`,
    info.lifecycle === "deprecated" || info.lifecycle === "retired" ? info.lifecycle : undefined,
    info.retiresAt === undefined ? undefined : `retires ${info.retiresAt.slice(0, 10)}`,
  ].filter((fact) => fact !== undefined);
  return {
    label: model === current ? `$(check) ${info.displayName}` : info.displayName,
    description: info.id === info.displayName ? "" : info.id,
    ...(facts.length > 0 ? { detail: facts.join(" · ") } : {}),
    buttons: [makeDefault],
    model,
  };
}

/** What was typed, as a model of this endpoint or, when it starts with the id of another endpoint, of that one. */
function typedItem(value: string, endpoint: Endpoint, models: readonly ModelItem[]): ModelItem[] {
  const typed = value.trim();
  if (typed === "" || /\s/.test(typed)) return [];
  const known = listEndpoints().some((it) => typed.startsWith(`${it.id}/`) && typed.length > it.id.length + 1);
  const model = known ? typed : `${endpoint.id}/${typed}`;
  if (models.some((item) => item.model === model)) return [];
  return [{ label: `$(edit) Use “${typed}”`, description: model, buttons: [makeDefault], alwaysShow: true, model }];
}

async function list(
  endpoint: Endpoint,
  keys: Keys,
  signal: AbortSignal,
): Promise<{ models: readonly ModelInfo[] } | { problem: string }> {
  try {
    return { models: await clientFor(endpoint, await keys.get(endpoint)).models(signal) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : "The models could not be listed." };
  }
}

async function pickEndpoint(): Promise<Endpoint | undefined> {
  const item = await window.showQuickPick(
    listEndpoints().map((endpoint) => ({
      label: endpoint.name,
      description: new URL(endpoint.baseUrl).host,
      endpoint,
    })),
    { title: "Endpoint", placeHolder: "Whose models?", matchOnDescription: true },
  );
  return item?.endpoint;
}
