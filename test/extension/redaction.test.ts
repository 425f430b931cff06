import assert from "node:assert/strict";
import { workspace } from "vscode";
import type { CodeAttachment } from "../../src/chat/conversation";
import { readTextFile } from "../../src/host/selection";
import { fixture, idle, setUserSettings, useSimulatedChat } from "./support";

describe("secrets in attachments", () => {
  const use = useSimulatedChat();
  const secret = "correct1horse2battery";
  const code: CodeAttachment = {
    type: "code",
    id: "c",
    name: "src/db.ts",
    language: "typescript",
    lines: [7, 8],
    text: `connect();\nconst password = "${secret}";\n`,
  };

  afterEach(() => setUserSettings({ redaction: undefined }));

  async function ask(): Promise<string> {
    const { chat } = use.parts;
    await chat.messageBox.attach([{ attachment: code }]);
    await chat.ask({ text: "Why?", attachments: [] });
    await idle(chat);
    return JSON.stringify(use.api.requests.findLast(({ path }) => path === "/v1/messages")?.body);
  }

  it("are replaced, and the message says so", async () => {
    await setUserSettings({ redaction: "redact" });
    const sent = await ask();
    assert.doesNotMatch(sent, new RegExp(secret));
    assert.match(sent, /\[redacted: value that is named a secret\]/);
    const [block] = use.parts.chat.view().messages[0]?.blocks ?? [];
    assert.ok(block?.type === "attachment" && block.attachment.type === "code");
    assert.equal(block.attachment.redacted, 1);
    assert.doesNotMatch(block.attachment.text, new RegExp(secret));
    await use.parts.chat.flush();
    const again = use.parts.reopen();
    await again.chat.opened();
    assert.deepEqual(again.chat.view().messages[0]?.blocks, use.parts.chat.view().messages[0]?.blocks);
  });

  it("are sent where the user wants no check", async () => {
    await setUserSettings({ redaction: "off" });
    assert.match(await ask(), new RegExp(secret));
  });

  it("do not leave before the question, not even to be counted or shown", async () => {
    const { chat } = use.parts;
    await chat.messageBox.attach([{ attachment: code }]);
    chat.messageBox.keep({ text: "Why?" });
    const { request } = await chat.preview();
    assert.doesNotMatch(request.body, new RegExp(secret));
  });

  it("are not all: what git or .sidenoteignore leave out is not counted before the question", async () => {
    const files = { ".sidenoteignore": "*.draft\n", "notes.draft": "a plan of mine" };
    for (const [name, text] of Object.entries(files)) {
      await workspace.fs.writeFile(fixture(name), new TextEncoder().encode(text));
    }
    const { chat } = use.parts;
    await chat.messageBox.attach([await readTextFile(fixture("notes.draft"))]);
    await chat.messageBox.attach([await readTextFile(fixture("README.md"))]);
    chat.messageBox.keep({ text: "Why?" });
    const { request } = await chat.preview();
    assert.doesNotMatch(request.body, /a plan of mine/);
    assert.match(request.body, /README\.md/);
    await setUserSettings({ redaction: "off" });
    assert.match((await chat.preview()).request.body, /a plan of mine/);
    for (const name of Object.keys(files)) await workspace.fs.delete(fixture(name));
  });
});
