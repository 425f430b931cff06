import { QuickPickItemKind, ThemeIcon, window, type QuickPickItem } from "vscode";
import type { Capabilities } from "../api/capabilities";
import type { ModelInfo } from "../api/types";
import type { Chat } from "./chat";
import { findEndpoint, listEndpoints, type OwnEndpoint } from "./endpoints";
import type { Keys } from "./keys";
import { modelCapabilities, type Models } from "./models";
import { updateSetting } from "./settings";
import { splitModel, type Directory } from "./target";

interface ModelItem extends QuickPickItem {
  /** `<endpoint>/<model id>`; absent for separators and for what only informs. */
  readonly model?: string;
}

const makeDefault = { iconPath: new ThemeIcon("pinned"), tooltip: "Use for All New Chats" };

/** Lets the user choose the model of this conversation. */
export async function selectModel(chat: Chat, directory: Directory): Promise<void> {
  const model = await pickModel("Model of this Chat", chat, directory);
  if (model !== undefined) await chat.choices.setModel(model);
}

/** Lets the user choose a model for another answer, for this once. */
export async function retryWithModel(chat: Chat, directory: Directory, answer: string): Promise<void> {
  const model = await pickModel("Answer Again with", chat, directory);
  if (model !== undefined) await chat.retry(answer, model);
}

/**
 * Lets the user choose a model: those used lately, those that the endpoints with a key list, or any id
 * typed in. The pin makes a model the default for new chats.
 */
async function pickModel(
  title: string,
  chat: Chat,
  { keys, models, preferences }: Directory,
): Promise<string | undefined> {
  await chat.opened();
  const current = splitModel(chat.choices.model).endpoint;
  const endpoints = await usableEndpoints(keys, current);
  const pick = window.createQuickPick<ModelItem>();
  pick.title = title;
  pick.placeholder = "Choose a model, or type a model id or endpoint/model id";
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.keepScrollPosition = true;

  const recent = recentItems(preferences.recent(), chat.choices.model);
  const groups = new Map<OwnEndpoint, readonly ModelItem[]>();
  const show = () => {
    const known = [...groups].flatMap(([endpoint, items]) => [separator(endpoint.name), ...items]);
    // What was typed comes last: Enter takes a listed model that matches first.
    pick.items = [...recent, ...known, ...typedItem(pick.value, current, known)];
    const active = pick.items.find((item) => item.model === chat.choices.model);
    if (active && pick.value === "") pick.activeItems = [active];
  };
  // In a fixed order, so that a list that comes late does not push the others about.
  for (const endpoint of endpoints) groups.set(endpoint, [{ label: "$(loading~spin) Asking for the models…" }]);
  pick.busy = true;
  void Promise.all(
    endpoints.map(async (endpoint) => {
      groups.set(endpoint, await listItems(endpoint, models, chat.choices.model));
      show();
    }),
  ).then(() => (pick.busy = false));
  show();
  pick.onDidChangeValue(show);

  let forAll = false;
  const chosen = await new Promise<string | undefined>((resolve) => {
    pick.onDidAccept(() => {
      const model = pick.selectedItems[0]?.model;
      if (model !== undefined) resolve(model);
    });
    pick.onDidTriggerItemButton(({ item: { model } }) => {
      forAll = true;
      resolve(model);
    });
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  });
  pick.dispose();
  if (forAll) await updateSetting("model", chosen);
  return chosen;
}

/** Those that can be asked now, the current one first. Others are reached by typing `endpoint/model id`. */
async function usableEndpoints(keys: Keys, current: string): Promise<OwnEndpoint[]> {
  const inUse = findEndpoint(current);
  const others = listEndpoints().filter(({ id }) => id !== current);
  const withKey = await Promise.all(others.map(async (endpoint) => (await keys.source(endpoint)) !== undefined));
  return [...("endpoint" in inUse ? [inUse.endpoint] : []), ...others.filter((_, index) => withKey[index])];
}

async function listItems(endpoint: OwnEndpoint, models: Models, current: string): Promise<ModelItem[]> {
  try {
    const listed = await models.list(endpoint);
    return listed.map((info) => modelItem(endpoint, info, current));
  } catch (error) {
    const detail = error instanceof Error ? error.message : "";
    return [{ label: "$(warning) The models could not be listed", detail: `${detail} A model id can be typed in.` }];
  }
}

function recentItems(recent: readonly string[], current: string): ModelItem[] {
  if (recent.length === 0) return [];
  const items = recent.map((model) => ({ label: check(model, current) + model, buttons: [makeDefault], model }));
  return [separator("Recently used"), ...items];
}

function modelItem(endpoint: OwnEndpoint, info: ModelInfo, current: string): ModelItem {
  const model = `${endpoint.id}/${info.id}`;
  const facts = [...lifecycle(info), ...abilities(modelCapabilities(endpoint, info.id, info))];
  return {
    label: check(model, current) + info.displayName,
    ...(info.id === info.displayName ? {} : { description: info.id }),
    ...(facts.length > 0 ? { detail: facts.join(" · ") } : {}),
    buttons: [makeDefault],
    model,
  };
}

function lifecycle({ lifecycle: state, retiresAt }: ModelInfo): string[] {
  const day = retiresAt?.slice(0, 10);
  if (state === "retired") return ["retired"];
  if (state === "deprecated") return [day === undefined ? "deprecated" : `deprecated, retires on ${day}`];
  return day === undefined ? [] : [`retires on ${day}`];
}

function abilities({ contextWindow, prices, thinking }: Capabilities): string[] {
  return [
    contextWindow === undefined ? "" : `${tokens(contextWindow)} context`,
    prices === undefined ? "" : `$${prices.input} in, $${prices.output} out per million tokens`,
    thinking.kinds.length === 0 ? "" : `thinking ${thinking.default === "on" ? "on" : "on request"}`,
  ].filter((fact) => fact !== "");
}

/** 200000 → "200k", 1000000 → "1M". */
function tokens(count: number): string {
  return count >= 1_000_000 ? `${Math.round(count / 100_000) / 10}M` : `${Math.round(count / 1000)}k`;
}

/** What was typed, as a model of the current endpoint or, when it starts with the id of another endpoint, of that one. */
function typedItem(value: string, current: string, known: readonly ModelItem[]): ModelItem[] {
  const typed = value.trim();
  if (typed === "" || /\s/.test(typed)) return [];
  const { endpoint, id } = splitModel(typed);
  const model = id !== "" && listEndpoints().some((it) => it.id === endpoint) ? typed : `${current}/${typed}`;
  if (known.some((item) => item.model === model)) return [];
  return [{ label: `$(edit) Use “${typed}”`, description: model, buttons: [makeDefault], alwaysShow: true, model }];
}

function check(model: string, current: string): string {
  return model === current ? "$(check) " : "";
}

function separator(label: string): ModelItem {
  return { label, kind: QuickPickItemKind.Separator };
}
