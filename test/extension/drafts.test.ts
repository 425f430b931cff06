import assert from "node:assert/strict";
import { workspace } from "vscode";
import { imageToSend } from "../../src/host/images";
import type { NewAttachment } from "../../src/host/newAttachment";
import { snapshot } from "../../src/host/selection";
import { deferred, fixture, idle, testChat, useSimulatedChat } from "./support";

describe("drafts", () => {
  const use = useSimulatedChat();

  async function ask(text: string): Promise<string> {
    const { chat } = use.parts;
    await chat.ask({ text, attachments: [] });
    await idle(chat);
    return chat.id;
  }

  it("stay with their conversations, through a switch and a new window", async () => {
    const { chat } = use.parts;
    const first = await ask("First");
    chat.messageBox.keep({ text: "half of the first" });
    await chat.newChat();
    const fresh = chat.id;
    assert.deepEqual(chat.messageBox.draft, { text: "" });
    chat.messageBox.keep({ text: "not sent", aside: "still less" });
    await chat.show(first);
    assert.equal(chat.messageBox.draft.text, "half of the first");
    await chat.newChat();
    assert.equal(chat.id, fresh, "a new chat goes on with what was not sent");
    assert.deepEqual(chat.messageBox.draft, { text: "not sent", aside: "still less" });

    const { chat: reopened } = use.parts.reopen();
    await reopened.opened();
    assert.equal(reopened.id, fresh);
    assert.equal(reopened.messageBox.draft.text, "not sent");
    await reopened.show(first);
    assert.equal(reopened.messageBox.draft.text, "half of the first");
  });

  it("leave the box of their own conversation when they were sent", async () => {
    const { chat } = use.parts;
    chat.messageBox.keep({ text: "Sent", aside: "Put aside" });
    const sent = await ask("Sent");
    chat.messageBox.sent("Sent", sent);
    assert.deepEqual(chat.messageBox.draft, { text: "Put aside" });
    chat.messageBox.sent("Something else", sent);
    assert.deepEqual(chat.messageBox.draft, { text: "Put aside" }, "what was typed meanwhile stays");
    await chat.newChat();
    assert.notEqual(chat.id, sent);
    assert.deepEqual(chat.messageBox.draft, { text: "" });
  });

  it("can be taken from what was asked before, here first and then elsewhere", async () => {
    const { chat } = use.parts;
    await ask("One");
    await ask("Two");
    await ask("One");
    assert.deepEqual(chat.messageBox.asked, ["One", "Two"]);
    await chat.newChat();
    await ask("Three");
    assert.deepEqual(chat.messageBox.asked, ["Three", "One", "Two"]);
  });

  it("keep what is attached while a message is on its way", async () => {
    const { chat } = use.parts;
    const [sent, late] = ["sent", "late"].map((name): NewAttachment => ({
      attachment: snapshot(name, "text", `This is ${name}.`),
    }));
    assert.ok(sent && late);
    await chat.messageBox.attach([sent]);
    const target = chat.choices.target.bind(chat.choices);
    chat.choices.target = async (reference) => {
      await chat.messageBox.attach([late]);
      return target(reference);
    };
    await ask("What are these?");
    const [question] = chat.conversation.turns.values();
    assert.ok(question?.role === "user");
    assert.deepEqual(question.attachments, [sent.attachment]);
    assert.deepEqual(chat.conversation.draft, [late.attachment]);
  });

  it("keep what was attached to a new chat, also when another one was begun meanwhile", async () => {
    const drawn = deferred<Uint8Array>();
    const asked = deferred<void>();
    const { chat } = testChat(undefined, undefined, () => {
      asked.resolve(undefined);
      return drawn.promise;
    });
    await chat.opened();
    const first = chat.id;
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="20"></svg>';
    const attached = chat.messageBox.attach([await imageToSend("drawing.svg", new TextEncoder().encode(svg))]);
    await asked.promise;
    await chat.newChat();
    assert.notEqual(chat.id, first);
    drawn.resolve(await workspace.fs.readFile(fixture("images/chart.png")));
    await attached;
    await chat.newChat();
    assert.equal(chat.id, first);
    assert.equal(chat.conversation.draft.length, 1);
  });
});
