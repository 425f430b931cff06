import assert from "node:assert/strict";
import type { ChatView } from "../../../src/shared/views";
import type { OpenPage } from "./open-page";
import { STATES } from "./states";
import { usePages } from "./use-pages";

describe("what one does with an answer", () => {
  const openPage = usePages();
  let open: OpenPage;

  async function show(name: string): Promise<void> {
    open = await openPage(STATES[name] as ChatView);
  }

  const button = (name: string) => open.page.getByRole("button", { name, exact: true });
  const item = (name: string) => open.page.getByRole("menuitem", { name, exact: true });
  const log = () => open.page.getByRole("log", { name: "Conversation" });
  const claude = () => open.page.getByRole("article", { name: "Claude" });
  const focused = (name: string) => open.page.locator(`article[aria-label=${name}]:focus`).waitFor();

  it("uses code from the menu of its block", async () => {
    await show("long code");
    for (const name of ["Replace Selection", "Apply to File…", "New File", "Put into Terminal"]) {
      await button("More for This Code").click();
      await item(name).click();
    }
    const used = await open.posted("useCode");
    assert.deepEqual(
      used.map(({ how, message, language }) => [how, message, language]),
      [
        ["replace", "a", "sh"],
        ["apply", "a", "sh"],
        ["newFile", "a", "sh"],
        ["run", "a", "sh"],
      ],
    );
  });

  it("offers the terminal for shells only, and wraps and folds", async () => {
    await show("complete");
    await button("More for This Code").click();
    await item("New File").waitFor();
    assert.equal(await item("Put into Terminal").count(), 0);
    await open.page.getByRole("menuitemcheckbox", { name: "Wrap Lines", checked: false }).click();
    await button("More for This Code").click();
    await open.page.getByRole("menuitemcheckbox", { name: "Wrap Lines", checked: true }).waitFor();
    assert.equal(await button("Fold code").count(), 0);
    await open.page.close();

    await show("long code");
    const height = async () => (await log().locator("pre").boundingBox())?.height ?? 0;
    const before = await height();
    await button("Fold code").click();
    assert.ok((await height()) < before / 2);
    await button("Show all 40 lines").click();
    assert.equal(await height(), before);
  });

  it("goes over messages with the arrow keys, and acts on one with a letter", async () => {
    await show("complete");
    await log().focus();
    await open.page.keyboard.press("End");
    await focused("Claude");
    await open.page.keyboard.press("c");
    await open.page.keyboard.press("Home");
    await focused("You");
    await open.page.keyboard.press("r"); // means nothing on a question
    await open.page.keyboard.press("Control+c");
    assert.deepEqual(await open.posted("copyMessage"), [{ type: "copyMessage", message: "a" }]);
    assert.deepEqual(await open.posted("retry"), []);
    await open.page.keyboard.press("e");
    await open.page.getByRole("textbox", { name: "Edit message" }).waitFor();
  });

  it("takes no letter for a command after a click, which may select text", async () => {
    await show("complete");
    await claude().getByRole("heading", { name: "Total" }).click();
    await open.page.keyboard.press("r");
    await open.page.keyboard.press("c");
    assert.deepEqual([...(await open.posted("retry")), ...(await open.posted("copyMessage"))], []);
  });

  it("lets Tab pass by what is in other messages, both ways", async () => {
    const { messages, ...view } = STATES["complete"] as ChatView;
    const later = messages.map((it) => ({ ...it, id: `${it.id}2` }));
    open = await openPage({ ...view, messages: [...messages, ...later] });
    /** The messages in which Tab stops on its way, and where it leads out of them. */
    const way = async (key: string): Promise<string[]> => {
      const stops: string[] = [];
      for (;;) {
        await open.page.keyboard.press(key);
        const at = await open.page.evaluate(() => {
          const message = document.activeElement?.closest("article");
          return message ? `in ${message.dataset["id"]}` : (document.activeElement?.ariaLabel ?? "");
        });
        if (at !== stops.at(-1)) stops.push(at);
        if (!at.startsWith("in ")) return stops;
      }
    };
    await log().focus();
    const fromLog = await way("Tab");
    assert.equal(fromLog[0], "in a2");
    assert.equal(fromLog.length, 2);
    assert.deepEqual(await way("Shift+Tab"), ["in a2", "Conversation"]);

    await open.page.keyboard.press("Home");
    await focused("You");
    assert.deepEqual(await way("Tab"), ["in q", "in a2", fromLog[1]]);
    await log().focus();
    await open.page.keyboard.press("Home");
    await focused("You");
    assert.deepEqual(await way("Shift+Tab"), ["Conversation"]);
  });

  it("does what was chosen in the context menu of this page, at its place", async () => {
    await show("complete");
    const facts = (selector: string) =>
      open.page
        .locator(selector)
        .first()
        .evaluate((it) => it.getAttribute("data-vscode-context") ?? "");
    const { sidenotePage: page } = JSON.parse(await facts("body")) as { sidenotePage: string };
    assert.deepEqual(JSON.parse(await facts(".code-block")), { sidenoteCode: true, sidenoteShell: false });
    await log().locator("pre").click({ button: "right" });
    await open.post({ type: "act", page: "another", action: "copyCode" });
    await open.post({ type: "act", page, action: "copyCode" });
    await open.post({ type: "act", page, action: "regenerate" });
    await open.page.waitForFunction(() => globalThis.fake.posted.some(({ type }) => type === "retry"));
    assert.equal((await open.posted("copy")).length, 1);
  });

  it("goes on from a cut answer right there, and cancels a wait", async () => {
    await show("cut");
    await claude().getByText("Cut Off", { exact: true }).waitFor();
    await button("Let Claude Go On").click();
    assert.deepEqual(await open.posted("continue"), [{ type: "continue", message: "a" }]);
    await open.page.close();
    await show("retrying");
    await button("Cancel").click();
    assert.equal((await open.posted("stop")).length, 1);
  });

  it("tells how long the thinking took and what of it", async () => {
    await show("streaming");
    await log().getByText("Thought for 12 s", { exact: true }).waitFor();
    const usage = { thinking: 340 };
    await open.update({ type: "end", message: "a", state: "complete", usage });
    await log().getByText("Thought for 12 s · 340 tokens", { exact: true }).waitFor();
  });

  it("keeps what was typed just before the page goes", async () => {
    await show("empty");
    await open.page.getByRole("textbox", { name: "Message" }).fill("Half a question");
    const kept = await open.page.evaluate(() => {
      dispatchEvent(new Event("pagehide"));
      return (globalThis.fake.state as { box: { text: string } }).box.text;
    });
    assert.equal(kept, "Half a question");
  });

  it("takes the font of VS Code's chats", async () => {
    await show("complete");
    await open.update({ type: "view", view: { font: { family: "serif", size: 21 } } });
    await open.page.waitForFunction(() => getComputedStyle(document.body).fontSize === "21px");
    assert.equal(await claude().evaluate((it) => getComputedStyle(it).fontFamily), "serif");
  });
});
