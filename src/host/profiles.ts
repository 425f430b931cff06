import * as v from "valibot";
import { QuickPickItemKind, commands, window, workspace, type QuickPickItem } from "vscode";
import { parameterNames, readParameterSet, type Profile } from "../chat/parameters";
import type { Chat } from "./chat";
import { modelReference, sourceOfParameter, updateSetting } from "./settings";
import { askInDialog, showInputBox } from "./notifications";

/** A profile of the settings, with the model that it names. */
interface StoredProfile extends Profile {
  /** `<endpoint>/<model id>` */
  readonly model?: string;
}

interface ProfileItem extends QuickPickItem {
  readonly choose?: () => unknown;
}

const LONGEST_NAME = 60;

/** Lets the user choose the profile of this conversation, or make one of it. */
export async function selectProfile(chat: Chat): Promise<void> {
  await chat.opened();
  const current = chat.conversation.profile?.name;
  const items: ProfileItem[] = [
    ...listProfiles().map((profile) => ({
      label: check(profile.name === current) + profile.name,
      detail: summaryOf(profile),
      choose: () => chat.choices.setProfile(profile, profile.model),
    })),
    {
      label: `${check(current === undefined)}No Profile`,
      detail: "The parameters of the settings; those of this chat alone are reset.",
      choose: () => chat.choices.setProfile(undefined),
    },
    { label: "", kind: QuickPickItemKind.Separator },
    { label: "$(save) Save the Settings of this Chat as a Profile…", choose: () => saveProfile(chat) },
    { label: "$(gear) Manage Profiles", choose: manageProfiles },
  ];
  const picked = await window.showQuickPick(items, { title: "Profile of this Chat", matchOnDetail: true });
  await picked?.choose?.();
}

/**
 * Those of the user's own settings. A workspace has no say: a profile names the model that gets everything, a prompt that speaks
 * with the user's voice, and tools. What is not usable in one is left out.
 */
function listProfiles(): StoredProfile[] {
  return Object.entries(ownProfiles()).flatMap(([name, value]) => {
    if (typeof value !== "object" || value === null) return [];
    const model = v.safeParse(modelReference, "model" in value ? value.model : undefined);
    return [{ name, parameters: readParameterSet(value), ...(model.success && { model: model.output }) }];
  });
}

function ownProfiles(): Readonly<Record<string, unknown>> {
  const value = workspace.getConfiguration("sidenote").inspect<unknown>("profiles")?.globalValue;
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** Saves what this chat would send, as far as it is not the default, and takes the new profile for it. */
async function saveProfile(chat: Chat): Promise<void> {
  const name = await showInputBox({
    title: "Save as a Profile",
    prompt: "The model and all parameters of this chat that are not the default.",
    value: chat.conversation.profile?.name ?? "",
    placeHolder: "Name of the profile",
    validateInput: (value) =>
      value.trim() === ""
        ? "Give the profile a name."
        : value.trim().length > LONGEST_NAME
          ? `At most ${LONGEST_NAME} characters.`
          : undefined,
  });
  if (name === undefined) return;
  const profile = profileOf(chat, name.trim());
  const { [profile.name]: old, ...others } = ownProfiles();
  if (old !== undefined && !(await mayReplace(profile.name))) return;
  const { model, parameters } = profile;
  await updateSetting("profiles", { ...others, [profile.name]: { model, ...parameters } });
  await chat.choices.setProfile(profile);
}

function profileOf(chat: Chat, name: string): StoredProfile {
  const { conversation } = chat;
  const { model, parameters } = chat.choices;
  const set = Object.fromEntries(
    parameterNames.flatMap((it) => {
      const value = parameters[it];
      const own = sourceOfParameter(conversation, it) !== "default";
      return own ? [[it, value ?? null]] : [];
    }),
  );
  return { name, model, parameters: readParameterSet(set) };
}

async function mayReplace(name: string): Promise<boolean> {
  const choice = await askInDialog(`Replace the profile “${name}”?`, undefined, "Replace");
  return choice === "Replace";
}

async function manageProfiles(): Promise<void> {
  const revealSetting = { key: "sidenote.profiles", edit: true };
  await commands.executeCommand("workbench.action.openApplicationSettingsJson", { revealSetting });
}

/** What a profile sets, in a line. */
function summaryOf({ model, parameters }: StoredProfile): string {
  const facts = parameterNames.flatMap((name) => {
    const value = parameters[name];
    return value === undefined ? [] : [`${words[name]} ${valueText(value)}`];
  });
  return [model, ...facts].filter(Boolean).join(" · ") || "Sets nothing.";
}

const words: Record<(typeof parameterNames)[number], string> = {
  systemPrompt: "system prompt",
  maxTokens: "max tokens",
  temperature: "temperature",
  topP: "top-p",
  topK: "top-k",
  stopSequences: "stop sequences",
  caching: "caching",
  citations: "citations",
  thinking: "thinking",
  effort: "effort",
  prefill: "prefill",
  tools: "tools",
  parallelTools: "parallel tools",
  toolChoice: "tool choice",
};

function valueText(value: string | number | boolean | readonly string[] | null): string {
  if (value === null || (typeof value === "object" && value.length === 0)) return "none";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "object") return value.join(", ");
  const line = value.replaceAll(/\s+/g, " ");
  return /\s/.test(value) ? `“${line.length > 40 ? `${line.slice(0, 39)}…` : line}”` : line;
}

function check(chosen: boolean): string {
  return chosen ? "$(check) " : "";
}
