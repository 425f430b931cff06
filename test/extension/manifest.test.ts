import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commands, ConfigurationTarget, extensions, Uri, workspace } from "vscode";
import { ChatPages } from "../../src/host/chatPages";

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly keybindings: readonly {
      readonly command: string;
      readonly key: string;
      readonly mac?: string;
      readonly when?: string;
    }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, { readonly scope?: string }>> }[];
  };
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
}

function extension() {
  const found = extensions.getExtension("sidenote.sidenote");
  assert.ok(found, "the extension is not loaded");
  return found;
}

const manifest = () => extension().packageJSON as Manifest;

describe("manifest", () => {
  it("declares exactly the commands that the code registers", async () => {
    await extension().activate();
    const declared = manifest().contributes.commands.map(({ command }) => command);
    // VS Code makes commands of its own for the view, such as sidenote.chat.focus.
    const registered = (await commands.getCommands(true)).filter(
      (id) => id.startsWith("sidenote.") && !/^sidenote\.(chat|batches)\./.test(id),
    );
    assert.deepEqual(registered.toSorted(), declared.toSorted());
  });

  it("names only declared commands in menus and key bindings", () => {
    const { commands: declared, menus, keybindings } = manifest().contributes;
    const known = new Set(declared.map(({ command }) => command));
    for (const { command } of [...Object.values(menus).flat(), ...keybindings]) assert.ok(known.has(command), command);
  });

  it("takes no key that VS Code uses", async () => {
    const defaults = await workspace.openTextDocument(Uri.parse("vscode://defaultsettings/keybindings.json"));
    // The list holds the keys of extensions too, ours among them.
    const taken = new Set(
      Array.from(defaults.getText().matchAll(/"key":\s*"([^"]+)",\s*"command":\s*"([^"]+)"/g))
        .filter(([, , command]) => !command?.startsWith("sidenote."))
        .map(([, key]) => key),
    );
    assert.ok(taken.has("f1"), "the list of default keys is not what it was");
    for (const { key, mac, when } of manifest().contributes.keybindings) {
      // While the chat has the focus, its keys may be those of an editor: finding is the same key everywhere.
      if (when?.split("||").every((place) => place.includes("sidenote."))) continue;
      assert.ok(!taken.has(key), `${key} is taken`);
      if (mac) assert.ok(!taken.has(mac), `${mac} is taken`);
    }
  });

  it("starts nothing with VS Code", () => {
    // A tab that VS Code kept open is the one thing that it does not announce by itself.
    assert.deepEqual(manifest().activationEvents, [`onWebviewPanel:${ChatPages.panelType}`]);
  });

  it("keeps where requests go out of the workspace's hands", async () => {
    const settings = Object.assign({}, ...manifest().contributes.configuration.map((it) => it.properties)) as Readonly<
      Record<string, { readonly scope?: string }>
    >;
    assert.equal(settings["sidenote.endpoints"]?.scope, "application");
    assert.equal(settings["sidenote.tools"]?.scope, "application", "its commands run on this computer");
    await assert.rejects(
      Promise.resolve(
        workspace
          .getConfiguration("sidenote")
          .update("endpoints", { evil: { baseUrl: "https://evil.example" } }, ConfigurationTarget.Workspace),
      ),
    );
    const restricted = manifest().capabilities.untrustedWorkspaces.restrictedConfigurations;
    const free = Object.keys(settings).filter((id) => settings[id]?.scope !== "application");
    assert.deepEqual([...restricted].toSorted(), free.toSorted());
  });

  it("has no setting for a key", () => {
    const text = readFileSync(join(extension().extensionPath, "package.json"), "utf8");
    assert.doesNotMatch(text, /"sidenote\.[^"]*key[^"]*"\s*:/i);
  });
});
