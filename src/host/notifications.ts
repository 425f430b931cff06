import { ProgressLocation, window, type InputBoxOptions, type Progress } from "vscode";

/**
 * Everything that is said to the user outside the page goes through here. VS Code makes links of `[text](command:…)` in
 * notifications, progress and input boxes, and a click on one runs the command; titles, names of files and what gateways
 * say are not ours. Lint lets nothing else use these functions of VS Code.
 */

/** The same text without links: "](" is what makes one. */
function withoutLinks(text: string): string {
  return text.replaceAll("](", "] (");
}

export function showInformationMessage<T extends string>(message: string, ...actions: T[]): Thenable<T | undefined> {
  return window.showInformationMessage(withoutLinks(message), ...actions);
}

export function showErrorMessage<T extends string>(message: string, ...actions: T[]): Thenable<T | undefined> {
  return window.showErrorMessage(withoutLinks(message), ...actions);
}

export function showWarningMessage<T extends string>(message: string, ...actions: T[]): Thenable<T | undefined> {
  return window.showWarningMessage(withoutLinks(message), ...actions);
}

/** Asks in a dialog. `detail` stands below the question, in smaller letters. */
export function askInDialog<T extends string>(
  question: string,
  detail: string | undefined,
  ...actions: T[]
): Thenable<T | undefined> {
  const options = { modal: true, ...(detail !== undefined && { detail: withoutLinks(detail) }) };
  return window.showWarningMessage(withoutLinks(question), options, ...actions);
}

export function showInputBox({ prompt, validateInput, ...options }: TextQuestion): Thenable<string | undefined> {
  return window.showInputBox({
    ...options,
    ...(prompt !== undefined && { prompt: withoutLinks(prompt) }),
    ...(validateInput && {
      validateInput: (value) => {
        const problem = validateInput(value);
        return problem === undefined ? undefined : withoutLinks(problem);
      },
    }),
  });
}

interface TextQuestion extends Omit<InputBoxOptions, "validateInput"> {
  /** Gives the sentence on what is wrong with a value. */
  readonly validateInput?: (value: string) => string | undefined;
}

/** Runs something long with a bar in a notification. The signal aborts when the user cancels it there. */
export async function withProgress<T>(
  title: string,
  options: { readonly cancellable: boolean },
  task: (progress: TaskProgress, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const location = ProgressLocation.Notification;
  return window.withProgress({ location, title: withoutLinks(title), ...options }, (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const report = ({ message, increment }: TaskStep) =>
      progress.report({
        ...(message !== undefined && { message: withoutLinks(message) }),
        ...(increment !== undefined && { increment }),
      });
    return task({ report }, abort.signal);
  });
}

type TaskProgress = Progress<TaskStep>;

interface TaskStep {
  readonly message?: string;
  readonly increment?: number;
}
