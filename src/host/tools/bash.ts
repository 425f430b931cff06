import { window, workspace, type Terminal, type Uri } from "vscode";
import type { JsonObject } from "../../api/json";
import { shellTells } from "../shellIntegration";
import { UserProblem } from "../userProblem";
import { checkCommand, runInShell, runUnread, shellOf } from "./commandTools";
import { quoted, textOutput } from "./kit";
import type { PreparedCall, Tool, ToolContext, ToolOutput } from "./tool";

/** Milliseconds after a command in which the shell tells its folder anew, at most. */
const FOLDER_WAIT = 1000;

/**
 * The shell that models know by its type (Messages API, built-in tools). Unlike with run_command, what a command changes in the
 * shell counts for the next one: so each command is asked about, also one that was allowed before, and no rule allows any.
 */
export function bash(): Tool {
  /** By conversation. */
  const terminals = new Map<string, Terminal>();
  /** By conversation: the folder of its shell is known again. */
  const settled = new Map<string, Promise<void>>();
  const openIn = (conversation: string) => {
    const terminal = terminals.get(conversation);
    return terminal?.exitStatus === undefined ? terminal : undefined;
  };

  async function prepare(input: JsonObject, conversation: string): Promise<PreparedCall> {
    const asked = { subject: { type: "other" }, covers: null } as const;
    if (input["restart"] === true) {
      return {
        ...asked,
        details: [{ label: "Restarts", text: "The shell of this chat. What runs in it is ended." }],
        async run() {
          openIn(conversation)?.dispose();
          terminals.delete(conversation);
          return textOutput("The shell was restarted.");
        },
      };
    }
    const command = String(input["command"]);
    checkCommand(command);
    await settled.get(conversation);
    const folder = folderOf(openIn(conversation));
    return {
      ...asked,
      details: [
        { label: "Command", text: command },
        { label: "Folder", text: folder.fsPath },
      ],
      run: (context) => run(command, folder, context),
    };
  }

  async function run(command: string, folder: Uri, context: ToolContext): Promise<ToolOutput> {
    const { conversation, signal } = context;
    const known = openIn(conversation);
    const terminal = known ?? window.createTerminal({ name: "Sidenote bash", cwd: folder });
    terminals.set(conversation, terminal);
    const shell = await shellOf(terminal, signal);
    if (!shell) return runUnread(command, folder, context);
    // The user has moved meanwhile, in the same terminal.
    if (known && shell.cwd?.path !== folder.path) {
      throw new UserProblem(
        "The shell is in another folder by now than the one that was shown. The command was not run.",
      );
    }
    try {
      return await runInShell(command, { terminal, shell }, context);
    } finally {
      // It tells its folder with its next prompt, a little after the end of the command, and only when it is another one.
      settled.set(
        conversation,
        shellTells(terminal, FOLDER_WAIT, () => true),
      );
    }
  }

  return {
    definition: {
      name: "bash",
      description:
        "The shell that Claude knows: one terminal for the chat, in which each command finds what the one before has left. Every command is shown first.",
    },
    inputSchema: {
      type: "object",
      properties: { command: { type: "string", minLength: 1, maxLength: 10_000 }, restart: { type: "boolean" } },
      anyOf: [{ required: ["command"] }, { required: ["restart"], properties: { restart: { const: true } } }],
    },
    source: "Sidenote",
    effect: "runs",
    describe: ({ command, restart }) => (restart === true ? "Restart the shell" : `Run the command ${quoted(command)}`),
    prepare,
    call: async (input, context) => (await prepare(input, context.conversation)).run(context),
  };
}

/** Where the shell is; where it will begin when there is none. */
function folderOf(terminal: Terminal | undefined): Uri {
  const folder = terminal?.shellIntegration?.cwd ?? workspace.workspaceFolders?.[0]?.uri;
  if (!folder) throw new UserProblem("No folder is open.");
  return folder;
}
