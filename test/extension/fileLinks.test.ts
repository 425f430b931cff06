import assert from "node:assert/strict";
import { commands, env, window, type Uri } from "vscode";
import { findFiles, openFile } from "../../src/host/fileLinks";
import { openLink } from "../../src/host/pageActions";
import { UserProblem } from "../../src/host/userProblem";

describe("links of an answer", () => {
  describe("to files", () => {
    it("are those of the workspace, whole or by their end, and no others", async () => {
      const paths = [
        "src/cart.ts",
        "./src/cart.ts",
        "cart.ts",
        "images",
        "none.ts",
        "../secret.ts",
        "/etc/passwd",
        "*.ts",
      ];
      assert.deepEqual(await findFiles(paths), [
        "src/cart.ts",
        "src/cart.ts",
        "src/cart.ts",
        null,
        null,
        null,
        null,
        null,
      ]);
    });

    it("open with their lines selected", async () => {
      await openFile("src/cart.ts", [3, 5]);
      const editor = window.activeTextEditor;
      assert.match(editor?.document.uri.path ?? "", /src\/cart\.ts$/);
      assert.deepEqual([editor?.selection.start.line, editor?.selection.end.line], [2, 5]);
      await commands.executeCommand("workbench.action.closeAllEditors");
    });

    it("do not open what is outside, or not there", async () => {
      for (const path of ["../secret.ts", "/etc/passwd", "src/none.ts"]) {
        await assert.rejects(openFile(path), UserProblem);
      }
    });
  });

  describe("to the web", () => {
    const { showWarningMessage } = window;
    const { openExternal } = env;
    let asked: string[];
    let opened: string[];
    let answer: string | undefined;

    beforeEach(() => {
      asked = [];
      opened = [];
      Object.assign(window, {
        showWarningMessage: async (question: string, { detail }: { detail: string }) => {
          asked.push(`${question} ${detail}`);
          return answer;
        },
      });
      Object.assign(env, { openExternal: async (uri: Uri) => void opened.push(uri.toString()) });
    });
    afterEach(() => {
      Object.assign(window, { showWarningMessage });
      Object.assign(env, { openExternal });
    });

    it("show the whole address, in ASCII, before the first of a host", async () => {
      answer = undefined;
      await openLink("https://p\u0430ypal.example/x");
      assert.deepEqual(opened, []);
      answer = "Open";
      await openLink("https://p\u0430ypal.example/x");
      await openLink("https://p\u0430ypal.example/y");
      assert.deepEqual(asked, [
        "Open a page of xn--pypal-4ve.example? https://xn--pypal-4ve.example/x",
        "Open a page of xn--pypal-4ve.example? https://xn--pypal-4ve.example/x",
      ]);
      assert.equal(opened.length, 2);
    });

    it("are refused when they lead elsewhere", async () => {
      answer = "Open";
      for (const href of ["command:workbench.action.quit", "javascript:1", "file:///etc/passwd", "x"]) {
        await assert.rejects(openLink(href), UserProblem);
      }
      assert.deepEqual([...asked, ...opened], []);
    });
  });
});
