import assert from "node:assert/strict";
import { commands, env, Position, Selection, window, workspace } from "vscode";
import { listPrompts, usePrompt } from "../../src/host/prompts";
import { fixture, setUserSettings, testChat } from "./support";

describe("prompts", () => {
  const file = () => fixture(".github/prompts/strict.prompt.md");

  before(async () => {
    const text = "---\ndescription: Be strict\nmodel: GPT-9\ntools: [search]\n---\nReview ${selection} on ${date}.";
    await workspace.fs.writeFile(file(), new TextEncoder().encode(text));
    await workspace.fs.writeFile(fixture(".sidenote/prompts/binary.md"), new Uint8Array([0xff, 0xfe, 0x00]));
    await setUserSettings({
      prompts: {
        greet: "Greet ${clipboard} in ${language}.",
        cheap: { text: "Say hi.", model: "ollama/small", tools: ["web_search"] },
        lost: { text: "Say ho.", model: "nowhere/small" },
        broken: { text: 7 },
      },
    });
  });

  after(async () => {
    await setUserSettings({ prompts: undefined });
    for (const folder of [".github", ".sidenote"]) await workspace.fs.delete(fixture(folder), { recursive: true });
    await commands.executeCommand("workbench.action.closeAllEditors");
  });

  async function select(name: string, first: number, last: number): Promise<void> {
    const editor = await window.showTextDocument(fixture(name));
    editor.selection = new Selection(new Position(first, 0), new Position(last, 5));
  }

  it("come from the settings, the workspace and Sidenote", async () => {
    const prompts = await listPrompts();
    assert.deepEqual(
      prompts.map(({ name, origin }) => `${origin} ${name}`),
      [
        "user greet",
        "user cheap",
        "user lost",
        "workspace strict",
        ...["explain", "fix", "document", "test", "review", "summarise"].map((name) => `builtIn ${name}`),
      ],
    );
    const theirs = prompts.find(({ name }) => name === "strict");
    assert.equal(theirs?.description, "Be strict");
    assert.equal(theirs.file, ".github/prompts/strict.prompt.md");
  });

  it("put the selection beside the message and its name into the text", async () => {
    await select("src/cart.ts", 1, 3);
    const { chat } = testChat();
    const used = await usePrompt(chat, "builtIn:fix");
    assert.match(used?.text ?? "", /^Find what is wrong with src\/cart\.ts, lines 2–4, say why/);
    assert.equal(used?.notice, undefined);
    const [attachment] = chat.conversation.draft;
    assert.ok(attachment?.type === "code" && attachment.lines?.[0] === 2);
  });

  it("of a workspace are marked, and change neither model nor tools", async () => {
    await select("src/cart.ts", 1, 3);
    const { chat } = testChat();
    const before = chat.choices.model;
    const used = await usePrompt(chat, "workspace:.github/prompts/strict.prompt.md");
    assert.match(used?.text ?? "", /^Review src\/cart\.ts, lines 2–4 on \d{4}-\d\d-\d\d\.$/);
    assert.match(used?.notice ?? "", /\.github\/prompts\/strict\.prompt\.md.*the model GPT-9 and the tools search/);
    assert.equal(chat.choices.model, before);
  });

  it("of the user are filled in and choose their model", async () => {
    await env.clipboard.writeText("Ada ${date}");
    await select("src/cart.ts", 0, 0);
    const { chat } = testChat();
    const greeting = await usePrompt(chat, "user:greet");
    assert.equal(greeting?.text, "Greet Ada ${date} in typescript.", "what is filled in is not looked at again");
    const cheap = await usePrompt(chat, "user:cheap");
    assert.equal(chat.choices.model, "ollama/small");
    assert.deepEqual(chat.choices.parameters.tools, ["web_search"]);
    assert.match(cheap?.notice ?? "", /has chosen the model ollama\/small and the tools web_search/);
    const lost = await usePrompt(chat, "user:lost");
    assert.match(lost?.notice ?? "", /asks for the model nowhere\/small, which was not chosen/);
    assert.equal(chat.choices.model, "ollama/small");
  });

  it("say what is missing", async () => {
    await commands.executeCommand("workbench.action.closeAllEditors");
    const { chat } = testChat();
    await assert.rejects(usePrompt(chat, "builtIn:fix"), /“fix” is about selected code/);
    await assert.rejects(usePrompt(chat, "builtIn:summarise"), /“summarise” is about a file/);
    await assert.rejects(usePrompt(chat, "user:gone"), /not there any more/);
  });
});
