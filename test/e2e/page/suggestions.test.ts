import assert from "node:assert/strict";
import type { PromptView } from "../../../src/shared/views";
import { IDLE, type OpenPage } from "./open-page";
import { usePages } from "./use-pages";

const PROMPTS: readonly PromptView[] = [
  { id: "user:mine", name: "fix-mine", description: "Mine", origin: "user" },
  { id: "workspace:p/x.md", name: "x-fix", description: "Theirs \u202Eevil", origin: "workspace", file: "p/x.md" },
  { id: "builtIn:explain", name: "explain", description: "Explain it", origin: "builtIn" },
  { id: "builtIn:fix", name: "fix", description: "Fix it", origin: "builtIn" },
];

describe("suggestions in the message box", () => {
  const openPage = usePages();
  let open: OpenPage;

  beforeEach(async () => {
    open = await openPage(IDLE);
  });
  const box = () => open.page.getByRole("textbox", { name: "Message" });
  const list = () => open.page.getByRole("listbox", { name: "Suggestions" });
  const names = () => list().locator(".suggestion-name").allTextContents();
  const selected = () => list().getByRole("option", { selected: true }).locator(".suggestion-name").textContent();

  /** Types, and answers when the page asks for the prompts. */
  async function type(text: string): Promise<void> {
    await box().pressSequentially(text);
    await open.page.waitForFunction(() => globalThis.fake.posted.some((it) => it.type === "request"));
    const [request] = await open.posted("request");
    assert.ok(request?.name === "prompts");
    await open.post({ type: "reply", id: request.id, result: PROMPTS });
    await list().waitFor();
  }

  it("are listed at a slash, narrowed by what follows, and chosen by keyboard", async () => {
    await type("/");
    assert.deepEqual(await names(), ["/fix-mine", "/x-fix", "/explain", "/fix"]);
    assert.match((await list().textContent()) ?? "", /yours[^]*\[U\+202E\]evilworkspace/);
    await box().pressSequentially("fi");
    await open.page.waitForFunction(() => document.querySelectorAll("[role=option]").length === 3);
    assert.deepEqual(await names(), ["/fix-mine", "/fix", "/x-fix"], "those that begin with it come first");
    await box().press("ArrowDown");
    assert.equal(await selected(), "/fix");
    await box().press("Enter");
    assert.deepEqual(await open.posted("usePrompt"), [{ type: "usePrompt", id: "builtIn:fix" }]);
    assert.equal(await box().inputValue(), "");
    assert.ok(await list().isHidden());
    assert.equal((await open.posted("request")).length, 1, "nothing was sent");

    await open.post({ type: "suggestion", text: "Fix src/app.ts" });
    await open.page.waitForFunction(() => document.querySelector("textarea")?.value === "Fix src/app.ts");
    await box().press("ControlOrMeta+z");
    assert.equal(await box().inputValue(), "", "undo takes the prompt back");
  });

  it("are put away by Escape, which stops nothing, and are not there for other text", async () => {
    await type("/e");
    await box().press("Escape");
    assert.ok(await list().isHidden());
    await box().fill("a /e");
    await box().fill("/e x");
    assert.ok(await list().isHidden());
    assert.equal((await open.posted("stop")).length, 0);
  });

  it("leave the box as it is when there are none", async () => {
    await box().pressSequentially("/usr");
    await open.page.waitForFunction(() => globalThis.fake.posted.some((it) => it.type === "request"));
    const [request] = await open.posted("request");
    await open.post({ type: "refusal", id: request?.id ?? 0, message: "no" });
    await box().press("Enter");
    await open.page.waitForFunction(() => globalThis.fake.posted.filter((it) => it.type === "request").length === 2);
    assert.deepEqual((await open.posted("request")).at(-1)?.params, { text: "/usr" }, "it is sent as text");
  });

  it("are what can be attached after an at sign, wherever it stands", async () => {
    await box().fill("Compare this");
    const requested = (count: number) =>
      open.page.waitForFunction(
        (wanted) => globalThis.fake.posted.filter((it) => it.type === "request").length === wanted,
        count,
      );
    await box().pressSequentially(" @");
    await requested(1);
    await box().pressSequentially("ca");
    await requested(3);
    const requests = await open.posted("request");
    assert.deepEqual(
      requests.map(({ name, params }) => [name, params]),
      ["", "c", "ca"].map((typed) => ["mentions", { typed }]),
    );
    const reply = (index: number, label: string) =>
      open.post({ type: "reply", id: requests[index]?.id ?? 0, result: [{ id: "3", label, detail: "src" }] });
    await reply(2, "cart.ts");
    await list().waitFor();
    await reply(0, "late.ts");
    assert.deepEqual(await names(), ["cart.ts"], "an answer to what was typed before is dropped");
    await box().press("Tab");
    assert.deepEqual(await open.posted("mention"), [{ type: "mention", id: "3" }]);
    assert.equal(await box().inputValue(), "Compare this ");
    await box().pressSequentially("ada@example.org");
    assert.equal((await open.posted("request")).length, 3, "an address mentions nothing");
  });
});
