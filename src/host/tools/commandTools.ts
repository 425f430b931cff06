import {
  ShellExecution,
  Task,
  TaskScope,
  tasks,
  window,
  workspace,
  type Terminal,
  type TerminalShellExecution,
  type TerminalShellIntegration,
  type Uri,
} from "vscode";
import type { JsonObject } from "../../api/json";
import { UserProblem } from "../userProblem";
import { define, pathProperty, quoted, textOutput } from "./kit";
import type { PreparedCall, Tool, ToolContext, ToolOutput } from "./tool";
import { recheckFile, workspaceFile, type WorkspaceFile } from "./workspaceFiles";

/** How long a new terminal may take until its process runs, and then until its shell answers, in milliseconds. */
const PROCESS_STARTS = 15_000;
const SHELL_ANSWERS = 5000;
/** Of a command's output, in characters: the beginning and the end are kept. */
const LONGEST_OUTPUT = 200_000;

/** @throws UserProblem for a command that a terminal would not take as it is shown */
export function checkCommand(command: string): void {
  // A terminal acts on them as on keys: Tab completes, Ctrl+D ends the shell.
  if (/[^\P{Cc}\n]/u.test(command)) throw new UserProblem("The command has control characters; it was not run.");
}

async function prepareCommand({ command: given, folder: path }: JsonObject): Promise<PreparedCall> {
  const command = String(given);
  checkCommand(command);
  const place = typeof path === "string" ? path : ".";
  const folder = await workspaceFile(place);
  return {
    subject: { type: "command", command, folder: folder.name },
    details: [
      { label: "Command", text: command },
      { label: "Folder", text: folder.name },
    ],
    covers: `run_command\n${folder.name}\n${command}`,
    recheck: () => recheckFile(place, folder),
    run: (context) => runInTerminal(command, folder, context),
  };
}

export const runCommand: Tool = {
  definition: define(
    "run_command",
    "Runs a command in a terminal of VS Code and gives its output and exit code. The user sees the command first. It must end by itself and ask for nothing.",
    {
      command: { type: "string", minLength: 1, maxLength: 10_000, description: "As typed into the user's shell." },
      folder: { ...pathProperty, description: "Where it runs: a folder of the workspace; its own when left out." },
    },
    ["command"],
  ),
  source: "Sidenote",
  effect: "runs",
  describe: ({ command }) => `Run the command ${quoted(command)}`,
  prepare: prepareCommand,
  call: async (input, context) => (await prepareCommand(input)).run(context),
};

async function prepareTask({ task: name }: JsonObject): Promise<PreparedCall> {
  const all = await tasks.fetchTasks();
  const task = all.find((it) => it.name === name);
  if (!task) {
    const names = all.slice(0, 50).map((it) => it.name);
    throw new UserProblem(`There is no task ${quoted(name)}. There are: ${names.join(", ") || "none"}.`);
  }
  return {
    subject: { type: "other" }, // what a task does the workspace can change: no name of one is worth a rule
    details: [
      { label: "Task", text: `${task.name} (${task.source})` },
      { label: "Defined as", text: JSON.stringify(task.definition, null, 2) },
    ],
    covers: `run_task\n${task.source}\n${task.name}\n${JSON.stringify(task.definition)}`,
    run: (context) => runTask(task, context),
  };
}

const runTaskTool: Tool = {
  definition: define(
    "run_task",
    "Runs a task of the workspace, such as a build, and gives its exit code. Its output is seen by the user only.",
    { task: { type: "string", minLength: 1, maxLength: 500, description: "The name of the task." } },
    ["task"],
  ),
  source: "Sidenote",
  effect: "runs",
  describe: ({ task }) => `Run the task ${quoted(task)}`,
  prepare: prepareTask,
  call: async (input, context) => (await prepareTask(input)).run(context),
};

export const commandTools: readonly Tool[] = [runCommand, runTaskTool];

async function runInTerminal(command: string, folder: WorkspaceFile, context: ToolContext): Promise<ToolOutput> {
  const terminal = window.createTerminal({ name: "Sidenote", cwd: folder.uri });
  const shell = await shellOf(terminal, context.signal);
  return shell ? runInShell(command, { terminal, shell }, context) : runUnread(command, folder.uri, context);
}

/** Runs a command in a shell that does not tell what it writes. */
export async function runUnread(command: string, folder: Uri, context: ToolContext): Promise<ToolOutput> {
  const scope = workspace.getWorkspaceFolder(folder) ?? TaskScope.Workspace;
  const execution = new ShellExecution(command, { cwd: folder.fsPath });
  const output = await runTask(new Task({ type: "sidenote" }, scope, "Command", "Sidenote", execution), context);
  return { content: [...output.content, { type: "text", text: "This shell does not let its output be read." }] };
}

/** A terminal whose shell tells what it runs. */
export interface Shell {
  readonly terminal: Terminal;
  readonly shell: TerminalShellIntegration;
}

/** Runs a command and reads what it writes. Stop ends the shell with it. */
export async function runInShell(
  command: string,
  { terminal, shell }: Shell,
  context: ToolContext,
): Promise<ToolOutput> {
  let stopped = false;
  const stop = () => {
    stopped = true;
    terminal.sendText("\u0003", false); // Ctrl+C, and then away with it
    terminal.dispose();
  };
  context.signal.addEventListener("abort", stop, { once: true });
  try {
    const execution = shell.executeCommand(command);
    const code = exitCodeOf(execution, terminal);
    const output = await outputOf(execution);
    const result = await code;
    if (stopped) throw new UserProblem("The command was stopped.");
    const ended = result === undefined ? "It ended; the shell does not say how." : `It ended with exit code ${result}.`;
    return textOutput(`${ended}\n${output.trim() === "" ? "It wrote nothing." : output}`);
  } finally {
    context.signal.removeEventListener("abort", stop);
  }
}

/** Shows a terminal, and gives its shell as soon as that answers; a terminal whose shell never does is closed. */
export async function shellOf(terminal: Terminal, signal: AbortSignal): Promise<TerminalShellIntegration | undefined> {
  terminal.show(true);
  const shell = await answering(terminal, signal);
  if (!shell) terminal.dispose();
  return shell;
}

function answering(terminal: Terminal, signal: AbortSignal): Promise<TerminalShellIntegration | undefined> {
  if (terminal.shellIntegration) return Promise.resolve(terminal.shellIntegration);
  return new Promise((resolve) => {
    let over = false;
    const done = (shell: TerminalShellIntegration | undefined) => {
      over = true;
      clearTimeout(timer);
      subscription.dispose();
      signal.removeEventListener("abort", giveUp);
      resolve(shell);
    };
    const giveUp = () => done(undefined);
    let timer = setTimeout(giveUp, PROCESS_STARTS);
    void terminal.processId.then(() => {
      clearTimeout(timer);
      if (!over) timer = setTimeout(giveUp, SHELL_ANSWERS);
    });
    const subscription = window.onDidChangeTerminalShellIntegration((change) => {
      if (change.terminal === terminal) done(change.shellIntegration);
    });
    signal.addEventListener("abort", giveUp, { once: true });
  });
}

/** Undefined when the shell does not tell, and when the terminal was closed. */
function exitCodeOf(execution: TerminalShellExecution, terminal: Terminal): Promise<number | undefined> {
  return new Promise((resolve) => {
    const done = (code: number | undefined) => {
      ended.dispose();
      closed.dispose();
      resolve(code);
    };
    const ended = window.onDidEndTerminalShellExecution((end) => {
      if (end.execution === execution) done(end.exitCode);
    });
    const closed = window.onDidCloseTerminal((it) => {
      if (it === terminal) done(undefined);
    });
  });
}

async function outputOf(execution: TerminalShellExecution): Promise<string> {
  let head = "";
  let tail = "";
  for await (const piece of execution.read()) {
    if (head.length < LONGEST_OUTPUT / 2) head += piece;
    else tail = (tail + piece).slice(-LONGEST_OUTPUT / 2);
  }
  return plainText(head + (tail === "" ? "" : `\n…\n${tail}`));
}

/** Terminal output without what only moves and colours (ECMA-48 control sequences). Exported for tests. */
export function plainText(output: string): string {
  /* oxlint-disable no-control-regex */
  return output
    .replaceAll(/\u001B\][^\u0007\u001B]*(?:\u0007|\u001B\\)/g, "")
    .replaceAll(/\u001B\[[0-?]*[ -/]*[@-~]/g, "")
    .replaceAll(/\u001B[ -/]*[0-~]/g, "")
    .replaceAll(/\r+\n/g, "\n")
    .replaceAll(/[^\n]*\r(?=[^\n])/g, "") // written over
    .replaceAll(/[^\P{Cc}\n\t]/gu, "");
}

async function runTask(task: Task, { signal }: ToolContext): Promise<ToolOutput> {
  signal.throwIfAborted();
  const execution = await tasks.executeTask(task);
  const stop = () => execution.terminate();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const code = await new Promise<number | undefined>((resolve) => {
      const done = (result: number | undefined) => {
        ended.dispose();
        over.dispose();
        resolve(result);
      };
      const ended = tasks.onDidEndTaskProcess((end) => {
        if (end.execution === execution) done(end.exitCode);
      });
      // A task without a process of its own ends too.
      const over = tasks.onDidEndTask((end) => {
        if (end.execution === execution) setTimeout(() => done(undefined), 500);
      });
    });
    return textOutput(code === undefined ? "The task ended." : `The task ended with exit code ${code}.`);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
