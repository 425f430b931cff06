import { QuickPickItemKind, ThemeIcon, window, type QuickInputButton, type QuickPickItem } from "vscode";
import type { ConversationList } from "../chat/conversationList";
import { excerptOf, groupOf, wordsOf, type Summary } from "../chat/summary";
import type { Chat } from "./chat";
import { currentWorkspace } from "./workspaceNames";
import { showInformationMessage, showInputBox } from "./notifications";

/** How many conversations are shown before the user asks for more: VS Code takes its time to draw thousands. */
const PAGE = 200;

export interface HistoryItem extends QuickPickItem {
  /** Absent for what is no conversation. */
  readonly conversation?: Summary;
  /** Chosen to see more conversations. */
  readonly more?: boolean;
}

const rename: QuickInputButton = { iconPath: new ThemeIcon("edit"), tooltip: "Rename" };
const pin: QuickInputButton = { iconPath: new ThemeIcon("pin"), tooltip: "Pin" };
const unpin: QuickInputButton = { iconPath: new ThemeIcon("pinned"), tooltip: "Unpin" };
const remove: QuickInputButton = { iconPath: new ThemeIcon("trash"), tooltip: "Delete" };
const onlyHere: QuickInputButton = { iconPath: new ThemeIcon("folder"), tooltip: "Show This Workspace Only" };
const everywhere: QuickInputButton = { iconPath: new ThemeIcon("globe"), tooltip: "Show All Conversations" };

const reading: HistoryItem = { label: "$(loading~spin) Reading the conversations…", alwaysShow: true };

/**
 * Lists all conversations: opens, finds, renames, pins and deletes them. The cached list is shown at once and then compared
 * with the disk. Resolves to whether one was opened.
 *
 * @param onError hears of an Undo that failed, when the list may be closed already
 */
export async function showHistory(
  chat: Chat,
  list: ConversationList,
  onError: (error: unknown) => void,
): Promise<boolean> {
  await chat.opened();
  const here = currentWorkspace();
  const pick = window.createQuickPick<HistoryItem>();
  pick.title = "Chat History";
  pick.placeholder = "Search in titles and texts";
  pick.keepScrollPosition = true;
  pick.buttons = here ? [onlyHere] : [];

  let workspace: string | undefined;
  let limit = PAGE;
  /** Excerpts by id while something is looked for. */
  let found: ReadonlyMap<string, string> | undefined;
  let searching = new AbortController();
  let notice: HistoryItem | undefined;
  let asking = false;

  const show = () => {
    const listed = list
      .summaries()
      .filter((it) => (workspace === undefined || it.workspace?.uri === workspace) && (!found || found.has(it.id)));
    const view = { now: new Date(), shown: chat.id, answering: (id: string) => chat.isAnswering(id), found, limit };
    const active = pick.activeItems[0]?.conversation?.id;
    const items = historyItems(listed, view);
    pick.items = notice ? [notice, ...items] : items;
    const still = items.find(({ conversation }) => conversation !== undefined && conversation.id === active);
    const enter = still ?? (notice && items.find(({ conversation }) => conversation)); // Enter never takes the notice
    if (enter) pick.activeItems = [enter];
  };
  const find = async () => {
    searching.abort();
    searching = new AbortController();
    const { signal } = searching;
    const words = wordsOf(pick.value);
    found = words.length === 0 ? undefined : inTitles(words, list.summaries());
    show();
    pick.busy = found !== undefined;
    if (!found) return;
    const excerpts = await list.search(words, signal);
    if (signal.aborted) return;
    pick.busy = false;
    found = excerpts;
    show();
  };
  const refresh = async () => {
    pick.busy = true;
    notice = await compare(list);
    await find();
  };
  const act = async (button: QuickInputButton, conversation: Summary) => {
    const { id, title, pinned } = conversation;
    if (button === rename) {
      asking = true; // the box takes the place of the list
      const answer = await showInputBox({ title: "Rename", value: title }).then((text) => text?.trim());
      if (answer) await chat.change(id, { type: "title", title: answer });
      asking = false;
      pick.show();
    } else if (button === remove) {
      const shown = chat.id === id;
      await chat.change(id, { type: "deleted", deleted: true });
      offerUndo(title, async () => {
        await chat.change(id, { type: "deleted", deleted: false });
        await list.refresh(id);
        if (shown) await chat.show(id);
      }).catch(onError);
    } else {
      await chat.change(id, { type: "pinned", pinned: !pinned });
    }
    await list.refresh(id);
    await find();
  };

  await list.load();
  if (list.summaries().length === 0) notice = reading;
  show();
  try {
    const id = await new Promise<string | undefined>((resolve, reject) => {
      pick.onDidChangeValue(() => {
        limit = PAGE;
        find().catch(reject);
      });
      pick.onDidTriggerButton((button) => {
        workspace = button === onlyHere ? here?.uri : undefined;
        pick.buttons = [button === onlyHere ? everywhere : onlyHere];
        show();
      });
      pick.onDidTriggerItemButton(({ button, item: { conversation } }) => {
        if (conversation) act(button, conversation).catch(reject);
      });
      pick.onDidAccept(() => {
        const [item] = pick.selectedItems;
        if (item?.conversation) resolve(item.conversation.id);
        if (!item?.more) return;
        limit += PAGE;
        show();
      });
      pick.onDidHide(() => {
        if (!asking) resolve(undefined);
      });
      pick.show();
      refresh().catch(reject);
    });
    if (id !== undefined) await chat.show(id);
    return id !== undefined;
  } finally {
    searching.abort();
    pick.dispose();
  }
}

/** Compares the list with the disk; an item that tells when that did not work, or that there is nothing to list. */
async function compare(list: ConversationList): Promise<HistoryItem | undefined> {
  try {
    const unreadable = await list.refresh();
    if (unreadable > 0) {
      const what = unreadable === 1 ? "One conversation" : `${unreadable} conversations`;
      const detail = "They are still on disk; the log (Sidenote: Show Log) says why.";
      return { label: `$(warning) ${what} could not be read`, detail, alwaysShow: true };
    }
    return list.summaries().length === 0 ? { label: "There are no conversations yet", alwaysShow: true } : undefined;
  } catch (error) {
    const detail = error instanceof Error ? error.message : "";
    return { label: "$(warning) The conversations could not be read", detail, alwaysShow: true };
  }
}

/** What can be told without reading a file. */
function inTitles(words: readonly string[], summaries: readonly Summary[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { id, title } of summaries) {
    const excerpt = excerptOf(words, title, "");
    if (excerpt !== undefined) found.set(id, excerpt);
  }
  return found;
}

async function offerUndo(title: string, undo: () => Promise<void>): Promise<void> {
  const choice = await showInformationMessage(`“${title}” was deleted.`, "Undo");
  if (choice === "Undo") await undo();
}

interface HistoryView {
  readonly now: Date;
  /** The conversation that the chat shows. */
  readonly shown: string;
  readonly answering: (id: string) => boolean;
  /** Excerpts by id, when something was looked for. */
  readonly found: ReadonlyMap<string, string> | undefined;
  readonly limit: number;
}

const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Conversations below their days, as many as the limit allows. What was found has no days: VS Code puts the best titles first. */
export function historyItems(summaries: readonly Summary[], view: HistoryView): HistoryItem[] {
  const items: HistoryItem[] = [];
  let last: string | undefined;
  for (const summary of summaries.slice(0, view.limit)) {
    const group = view.found ? undefined : groupOf(summary, view.now);
    if (group !== undefined && group !== last) items.push({ label: group, kind: QuickPickItemKind.Separator });
    last = group;
    items.push(historyItem(summary, view));
  }
  const rest = summaries.length - view.limit;
  if (rest > 0) items.push({ label: `$(ellipsis) Show more (${rest})`, alwaysShow: true, more: true });
  return items;
}

function historyItem(conversation: Summary, { shown, answering, found }: HistoryView): HistoryItem {
  const { id, title, pinned, readOnly, updatedAt, workspace } = conversation;
  const icon = answering(id) ? "$(loading~spin) " : id === shown ? "$(check) " : "";
  const excerpt = found?.get(id);
  return {
    label: icon + withoutIcons(title),
    description: [date.format(updatedAt), workspace?.name].filter(Boolean).join(" · "),
    ...(excerpt ? { detail: withoutIcons(excerpt) } : {}),
    buttons: readOnly ? [] : [rename, pinned ? unpin : pin, remove],
    alwaysShow: true, // what is found is ours to say, also where the title does not match
    conversation,
  };
}

/** Text of a conversation must not draw icons: `$(trash)` stays text. */
function withoutIcons(text: string): string {
  return text.replaceAll(/\$\([\w-]+(~[\w-]+)?\)/g, String.raw`\$&`);
}
