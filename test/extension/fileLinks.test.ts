import assert from "node:assert/strict";
import {
  commands,
  env,
  languages,
  Location,
  Position,
  SymbolInformation,
  SymbolKind,
  Uri,
  window,
  workspace,
  type Disposable,
} from "vscode";
import { findFiles, openFile } from "../../src/host/fileLinks";
import { openLink } from "../../src/host/pageActions";
import { findSymbols, openSymbol } from "../../src/host/symbolLinks";
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

  describe("to symbols", () => {
    const { showQuickPick } = window;
    let provider: Disposable;
    let asked: string[];
    let answers: () => Promise<SymbolInformation[]>;

    const symbol = (name: string, file: string, line: number, container = "") => {
      const [folder] = workspace.workspaceFolders ?? [];
      assert.ok(folder);
      const place = new Location(Uri.joinPath(folder.uri, file), new Position(line, 0));
      return new SymbolInformation(name, SymbolKind.Function, container, place);
    };

    beforeEach(() => {
      asked = [];
      answers = async () => [
        symbol("linkTotal()", "src/cart.ts", 23),
        symbol("linkTotals", "src/cart.ts", 3),
        symbol("linkPrice(item: Item)", "src/cart.ts", 18, "Cart"),
        symbol("linkPrice", "src/search.rs", 2, "shop::Search"),
        symbol("linkLib", "node_modules/lib/index.d.ts", 0),
        symbol("linkOut", "../out.ts", 0),
      ];
      provider = languages.registerWorkspaceSymbolProvider({
        provideWorkspaceSymbols: (query) => {
          asked.push(query);
          return answers();
        },
      });
    });
    afterEach(async () => {
      provider.dispose();
      Object.assign(window, { showQuickPick });
      await commands.executeCommand("workbench.action.closeAllEditors");
    });

    it("are those that are defined in the workspace by just this name", async () => {
      const names = [
        "linkTotal",
        "linkTot",
        "Cart.linkPrice",
        "Other.linkPrice",
        "Search::linkPrice",
        "linkLib",
        "linkOut",
      ];
      assert.deepEqual(await findSymbols(names), [true, false, true, false, true, false, false]);
      assert.deepEqual(asked[0], "linkTotal");
      const before = asked.length;
      assert.deepEqual(await findSymbols(["linkTotal", "linkTot"]), [true, false]);
      assert.equal(asked.length, before, "what was told is remembered");
    });

    it("stay text when the providers do not tell them soon, and are asked for one at a time", async () => {
      let tell: (() => void) | undefined;
      const told = new Promise<void>((resolve) => (tell = resolve));
      answers = async () => {
        await told;
        return [symbol("linkSlow", "src/cart.ts", 1)];
      };
      assert.deepEqual(await findSymbols(["linkSlow", "linkSlower"], 50), [false, false]);
      assert.deepEqual(await findSymbols(["linkSlow"], 50), [false]);
      assert.deepEqual(asked, ["linkSlow"]);
      tell?.();
      assert.deepEqual(await findSymbols(["linkSlow"]), [true]);
    });

    it("open the editor at the definition, which the user chooses when there are several", async () => {
      await openSymbol("linkTotal");
      assert.match(window.activeTextEditor?.document.uri.path ?? "", /src\/cart\.ts$/);
      assert.equal(window.activeTextEditor?.selection.start.line, 23);

      let offered: string[] = [];
      Object.assign(window, {
        showQuickPick: async (items: { description: string }[]) => {
          offered = items.map(({ description }) => description).toSorted();
          return items.find(({ description }) => description.startsWith("src/search.rs"));
        },
      });
      await openSymbol("linkPrice");
      assert.deepEqual(offered, ["src/cart.ts:19", "src/search.rs:3"]);
      assert.match(window.activeTextEditor?.document.uri.path ?? "", /src\/search\.rs$/);
      await assert.rejects(openSymbol("linkGone"), UserProblem);
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
