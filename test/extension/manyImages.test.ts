import assert from "node:assert/strict";
import { findEndpoint } from "../../src/host/endpoints";
import { imageAttachment } from "../../src/host/images";
import { png } from "../support/badFiles";
import { idle, KEY, testChat, useSimulatedChat } from "./support";

describe("more than twenty images in a chat", () => {
  const use = useSimulatedChat();

  /** Of different content, and larger than beside so many others. */
  const images = (count: number, first: number) =>
    Promise.all(
      Array.from({ length: count }, (_, n) => imageAttachment(`image ${first + n}.png`, png(2300 + first + n, 700))),
    );

  it("are sent smaller from the 21st on, each drawn once, and the answer says so", async () => {
    const drawn: number[] = [];
    const parts = testChat(undefined, undefined, async ({ width, height }) => {
      drawn.push(width);
      return png(width, height);
    });
    const found = findEndpoint("simulated");
    assert.ok("endpoint" in found);
    await parts.keys.store(found.endpoint, KEY);
    const { chat } = parts;
    const before = use.api.requests.length;
    const sent = () => use.api.requests.slice(before).filter(({ path }) => path === "/v1/messages");

    await chat.ask({ text: "think about these", attachments: await images(20, 0) });
    await idle(chat);
    assert.deepEqual(drawn, [], "the model sees them as they are");
    chat.messageBox.keep({ text: "and this" });
    await chat.messageBox.attach(await images(1, 20));
    const { request } = await chat.preview();
    assert.deepEqual(drawn, Array(21).fill(2000));
    const shown = JSON.parse(request.body) as object;
    await chat.ask({ text: "and this", attachments: [] });
    await idle(chat);
    assert.deepEqual(sent()[1]?.body, shown, "Show Request shows what is sent");
    await chat.ask({ text: "Anything else?", attachments: [] });
    await idle(chat);
    assert.equal(drawn.length, 21, "later requests send the same bytes");
    assert.equal(sent().length, 3, "nothing was refused");
    const answers = chat.view().messages.filter(({ role }) => role === "assistant");
    assert.deepEqual(
      answers.map(({ state }) => state),
      ["complete", "complete", "complete"],
    );
    assert.deepEqual(
      answers.map(({ notes }) => notes?.some((note) => note.includes("2000 pixels on a side")) ?? false),
      [false, true, false],
    );

    await chat.flush();
    const { chat: reopened } = parts.reopen();
    await reopened.opened();
    reopened.messageBox.keep({ text: "after a reload" });
    await reopened.preview();
    assert.equal(drawn.length, 21, "also after a reload");
  });

  it("are left out when they cannot be drawn, and the chat goes on", async () => {
    const { chat } = use.parts;
    await chat.ask({ text: "What are these?", attachments: await images(21, 0) });
    await idle(chat);
    const answer = chat.view().messages.at(-1);
    assert.equal(answer?.state, "complete");
    assert.match(answer.notes?.join("\n") ?? "", /An image was left out: the API did not take it/);
  });
});
