import assert from "node:assert/strict";
import { IDLE, type OpenPage } from "./open-page";
import { usePages } from "./use-pages";

const ASKED = ["Third", "Second,\nin two lines", "First"];

describe("drafts and earlier messages in the message box", () => {
  const openPage = usePages();
  let open: OpenPage;

  const show = async (kept?: unknown) => void (open = await openPage(IDLE, kept));
  const box = () => open.page.getByRole("textbox", { name: "Message" });
  const press = (key: string) => open.page.keyboard.press(key);
  const holds = (text: string) =>
    open.page.waitForFunction((it) => document.querySelector("textarea")?.value === it, text);
  /** What the host was told last. */
  const told = async () => (await open.posted("draft")).at(-1);

  /** Presses Up, and answers when the page asks what was asked before. */
  async function recall(text: string): Promise<void> {
    await press("ArrowUp");
    await open.page.waitForFunction(() => globalThis.fake.posted.some((it) => it.type === "request"));
    const request = (await open.posted("request")).at(-1);
    assert.ok(request?.name === "asked");
    await open.post({ type: "reply", id: request.id, result: ASKED });
    await holds(text);
  }

  it("go back and forth with the arrows, and nothing typed is lost", async () => {
    await show();
    await box().fill("My own");
    await recall("Third");
    await press("ArrowUp");
    await holds("Second,\nin two lines");
    await press("ArrowUp");
    await holds("First");
    await press("ArrowUp"); // there is none before it
    await box().press("End");
    await box().pressSequentially(" changed");
    await press("ArrowDown");
    await holds("Second,\nin two lines");
    await press("ArrowUp");
    await press("ArrowUp"); // from the second line over the first one
    await holds("First changed");
    for (const text of ["Second,\nin two lines", "Third", "My own"]) {
      await press("ArrowDown");
      await holds(text);
    }
    await open.page.waitForFunction(() => {
      const last = globalThis.fake.posted.findLast((it) => it.type === "draft");
      return last?.type === "draft" && last.draft.text === "My own" && last.draft.aside === undefined;
    });
  });

  it("moves the cursor in a text of several lines, pasted as it is, before it recalls", async () => {
    await show();
    await box().fill("one\ntwo\n\tthree");
    await press("ArrowUp");
    await press("ArrowUp");
    await box().pressSequentially("!");
    assert.match(await box().inputValue(), /^one!\ntwo\n\tthree$|^o.*!.*\ntwo\n\tthree$/);
    assert.deepEqual(await open.posted("request"), []);
    await recall("Third");
  });

  it("takes a recalled message back with Undo", async () => {
    await show();
    await box().pressSequentially("Half");
    await recall("Third");
    await press("Control+Z");
    await holds("Half");
  });

  it("sends a recalled message and keeps what stood there", async () => {
    await show();
    await box().fill("My own");
    await recall("Third");
    await press("Enter");
    await open.page.waitForFunction(() => globalThis.fake.posted.filter((it) => it.type === "request").length === 2);
    const request = (await open.posted("request")).at(-1);
    assert.deepEqual(request?.params, { text: "Third" });
    await open.post({ type: "reply", id: request?.id ?? 0, result: null });
    await holds("My own");
  });

  it("follow the conversation, each with its own", async () => {
    await show({ conversation: "c", box: { text: "Third", aside: "My own" }, place: { end: true } });
    await holds("Third");
    await box().focus();
    await press("ArrowDown");
    await holds("My own");
    await open.post({ type: "snapshot", number: 5, view: { ...IDLE, conversation: "d" } });
    await holds("");
    assert.deepEqual(await told(), { type: "draft", conversation: "c", draft: { text: "My own" } });
    await open.post({ type: "draft", conversation: "c", draft: { text: "late" } });
    await open.post({ type: "draft", conversation: "d", draft: { text: "Other" } });
    await holds("Other");
    await box().press("ControlOrMeta+Z");
    await holds("Other");
  });
});
