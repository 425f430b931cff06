import assert from "node:assert/strict";
import { window } from "vscode";
import {
  askInDialog,
  showErrorMessage,
  showInformationMessage,
  showInputBox,
  showWarningMessage,
  withProgress,
} from "../../src/host/notifications";

const EVIL = "[Undo](command:workbench.action.closeWindow) and [x](https://a.example)";

describe("what is said outside the page", () => {
  const { showInformationMessage: information, showWarningMessage: warning, showErrorMessage: error } = window;
  const { showInputBox: box, withProgress: progress } = window;
  const real = {
    showInformationMessage: information,
    showWarningMessage: warning,
    showErrorMessage: error,
    showInputBox: box,
    withProgress: progress,
  };
  afterEach(() => void Object.assign(window, real));

  /** Everything that VS Code is given from here on, as one text. */
  function given(): () => string {
    const said: unknown[] = [];
    const take = (...values: unknown[]) => void said.push(...values);
    const fakes = Object.fromEntries(Object.keys(real).map((name) => [name, take]));
    Object.assign(window, fakes, {
      withProgress: (options: unknown, task: (progress: object, token: object) => unknown) => {
        said.push(options);
        return task({ report: take }, { onCancellationRequested: take });
      },
    });
    return () =>
      JSON.stringify(said, (_, value: unknown) =>
        typeof value === "function" ? (value as (text: string) => unknown)("") : value,
      );
  }

  const ways: Readonly<Record<string, () => unknown>> = {
    information: () => showInformationMessage(EVIL, "Undo"),
    warning: () => showWarningMessage(EVIL),
    error: () => showErrorMessage(EVIL),
    question: () => askInDialog("Sure?", EVIL, "Yes"),
    "box for text": () => showInputBox({ title: "Name", prompt: EVIL }),
    "problem with a text": () => showInputBox({ validateInput: () => EVIL }),
    "title of a task": () => withProgress(EVIL, { cancellable: false }, async () => {}),
    "step of a task": () => withProgress("Task", { cancellable: true }, async (task) => task.report({ message: EVIL })),
  };

  for (const [name, say] of Object.entries(ways)) {
    it(`has no links: ${name}`, async () => {
      const text = given();
      await say();
      assert.ok(text().includes("[Undo] (command:workbench.action.closeWindow) and [x] (https://a.example)"), text());
      assert.ok(!text().includes("]("));
    });
  }
});
