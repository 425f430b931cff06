import assert from "node:assert/strict";
import type { ParametersView } from "../../../src/shared/views";
import { IDLE } from "./open-page";
import { usePages } from "./use-pages";

const parameters: ParametersView = {
  profile: "Reviewer",
  fields: [
    { name: "systemPrompt", value: "Be brief.", source: "profile" },
    {
      name: "thinking",
      value: "default",
      source: "default",
      unavailable: ["off"],
      hint: "It thinks unless told otherwise.",
    },
    { name: "maxTokens", value: 16_000, source: "user", hint: "At most 128,000." },
    { name: "temperature", value: 0.2, source: "chat" },
    { name: "topK", value: null, source: "default", refusal: "claude-sonnet-5-5 does not take it." },
    { name: "stopSequences", value: ["END", "a\nb"], source: "workspace" },
  ],
};

describe("the panel of parameters", () => {
  const openPage = usePages();
  it("shows where values come from and what the model does not take, and edits by keyboard", async () => {
    const open = await openPage({ ...IDLE, parameters });
    const { page } = open;
    await page.getByRole("button", { name: "Parameters", exact: true }).press("Enter");
    const panel = page.getByRole("region", { name: "Parameters" });
    await panel.waitFor();
    assert.equal((await open.posted("parametersOpened")).length, 1);
    await panel.getByRole("button", { name: "Profile: Reviewer" }).press("Enter");
    assert.equal((await open.posted("selectProfile")).length, 1);
    await panel.getByText("From this workspace’s settings").waitFor();
    const topK = panel.getByLabel("Top-k", { exact: true });
    assert.ok(await topK.isDisabled());
    await panel.getByText("claude-sonnet-5-5 does not take it.").waitFor();
    assert.equal(await panel.getByLabel("Stop sequences", { exact: true }).inputValue(), "END\na\\nb");
    assert.equal(await panel.locator("option[value=off]").isDisabled(), true);
    if (process.env["SHOT"]) await page.screenshot({ path: process.env["SHOT"] });

    const temperature = panel.getByLabel("Temperature", { exact: true });
    await temperature.fill("7");
    await temperature.press("Enter");
    const [request] = await open.posted("request");
    assert.deepEqual(request?.params, { name: "temperature", value: 7 });
    await open.post({ type: "refusal", id: request.id, message: "Temperature is a number from 0 to 1." });
    await panel.getByText("Temperature is a number from 0 to 1.").waitFor();
    assert.equal(await temperature.getAttribute("aria-invalid"), "true");
    await panel.getByRole("button", { name: "Reset Temperature" }).press("Enter");
    assert.deepEqual((await open.posted("request")).at(-1)?.params, { name: "temperature" });

    await temperature.press("Escape");
    await panel.waitFor({ state: "hidden" });
    assert.ok(await page.getByRole("textbox", { name: "Message" }).evaluate((it) => it === document.activeElement));
    assert.equal((await open.posted("stop")).length, 0);
  });
});
