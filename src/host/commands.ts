import { commands, Disposable, Uri } from "vscode";
import type { MenuAction } from "../shared/protocol";

/**
 * Every command, with what it may be called with. `package.json` declares the same ones (a test proves it), and the
 * handlers are checked against these signatures.
 */
export interface Commands extends MenuCommands {
  "sidenote.focus": () => Promise<void>;
  "sidenote.find": () => Promise<void>;
  "sidenote.newChat": () => Promise<void>;
  "sidenote.openInEditor": () => Promise<void>;
  "sidenote.history": () => Promise<void>;
  "sidenote.stop": () => void;
  "sidenote.explainSelection": () => Promise<void>;
  "sidenote.fixSelection": () => Promise<void>;
  /** From a light bulb: where it was. From elsewhere: the cursor. */
  "sidenote.explainProblem": (uri?: unknown, range?: unknown) => Promise<void>;
  "sidenote.fixProblem": (uri?: unknown, range?: unknown) => Promise<void>;
  "sidenote.explainTerminalSelection": () => Promise<void>;
  "sidenote.addTerminalSelection": () => Promise<void>;
  /** From the Source Control view: the repository. */
  "sidenote.writeCommitMessage": (repository?: unknown) => Promise<void>;
  /** From the Explorer: the file and all selected files. From elsewhere: the open image, else a file is asked for. */
  "sidenote.describeImage": (...passed: unknown[]) => Promise<void>;
  "sidenote.addToChat": (...passed: unknown[]) => Promise<void>;
  /** From the Source Control view: files or a group. From elsewhere: what is staged, else all changes. */
  "sidenote.addChanges": (...passed: unknown[]) => Promise<void>;
  "sidenote.refreshAttachments": () => Promise<void>;
  "sidenote.setApiKey": (endpoint?: unknown) => Promise<void>;
  "sidenote.removeApiKey": () => Promise<void>;
  "sidenote.selectModel": () => Promise<void>;
  "sidenote.selectProfile": () => Promise<void>;
  "sidenote.editParameters": () => Promise<void>;
  "sidenote.exportChat": () => Promise<void>;
  "sidenote.copyChat": () => Promise<void>;
  "sidenote.importChats": () => Promise<void>;
  "sidenote.selectTools": () => Promise<void>;
  "sidenote.showMemory": () => Promise<void>;
  "sidenote.usage": () => Promise<void>;
  "sidenote.showRequest": () => Promise<void>;
  "sidenote.testConnection": () => Promise<void>;
  /** From the title of a diff: its right side. From elsewhere: the active editor. */
  "sidenote.acceptEdit": (shown?: unknown) => void;
  "sidenote.rejectEdit": (shown?: unknown) => void;
  /** One part of it: the one at the cursor. From a link in the diff: the id of the edit, which of its parts. */
  "sidenote.acceptChange": (edit?: unknown, part?: unknown) => void;
  "sidenote.rejectChange": (edit?: unknown, part?: unknown) => void;
  /** From the Explorer: the folder or files and all that are selected. */
  "sidenote.createBatch": (...passed: unknown[]) => Promise<void>;
  "sidenote.refreshBatches": () => Promise<void>;
  /** From the view: the batch. From the palette the user picks one. */
  "sidenote.previewBatch": (batch?: unknown) => Promise<void>;
  "sidenote.sendBatch": (batch?: unknown) => Promise<void>;
  "sidenote.openBatch": (batch?: unknown) => Promise<void>;
  "sidenote.saveBatchResults": (batch?: unknown) => Promise<void>;
  "sidenote.sendBatchAgain": (batch?: unknown) => Promise<void>;
  "sidenote.pauseBatch": (batch?: unknown) => Promise<void>;
  "sidenote.resumeBatch": (batch?: unknown) => Promise<void>;
  "sidenote.cancelBatch": (batch?: unknown) => Promise<void>;
  "sidenote.deleteBatch": (batch?: unknown) => Promise<void>;
  "sidenote.showLog": () => void;
}

/** The items of the page's context menu, which get what the page says of the place where it was opened. */
type MenuCommands = { readonly [A in MenuAction as `sidenote.menu.${A}`]: (place?: unknown) => void };

const MENU_ACTIONS: readonly MenuAction[] = [
  "copy",
  "edit",
  "regenerate",
  "regenerateWith",
  "continue",
  "copyCode",
  "insert",
  "replace",
  "apply",
  "newFile",
  "run",
  "wrap",
];

/** @param choose is told which page the menu was opened in */
export function menuCommands(choose: (page: string, action: MenuAction) => void): MenuCommands {
  const handlers = MENU_ACTIONS.map((action) => [
    `sidenote.menu.${action}`,
    (place?: unknown) => {
      const page = typeof place === "object" && place && "sidenotePage" in place ? place.sidenotePage : undefined;
      if (typeof page === "string") choose(page, action);
    },
  ]);
  return Object.fromEntries(handlers) as MenuCommands;
}

export type CommandId = keyof Commands;

/** Registers all commands. `onError` hears what a handler throws; nothing else would. */
export function registerCommands(handlers: Commands, onError: (error: unknown) => void): Disposable {
  return Disposable.from(
    ...Object.entries(handlers).map(([id, handler]: [string, (...args: unknown[]) => unknown]) =>
      commands.registerCommand(id, async (...args: unknown[]) => {
        try {
          await handler(...args);
        } catch (error) {
          onError(error);
        }
      }),
    ),
  );
}

/** Runs one of our own commands with checked arguments. */
export function runCommand<C extends CommandId>(id: C, ...args: Parameters<Commands[C]>): Thenable<unknown> {
  return commands.executeCommand(id, ...args);
}

/** The files that a menu passes: the clicked one and the selection, or each change that is selected in Source Control. */
export function filesOf(passed: readonly unknown[]): Uri[] {
  const [, selection] = passed;
  const list: readonly unknown[] = Array.isArray(selection) && selection.length > 0 ? selection : passed;
  // Clicking empty space in a multi-root Explorer passes `{}`, and the image preview passes its context.
  return list.flatMap((it) => {
    if (it instanceof Uri) return [it];
    const uri = typeof it === "object" && it !== null && "resourceUri" in it ? it.resourceUri : undefined;
    return uri instanceof Uri ? [uri] : [];
  });
}
