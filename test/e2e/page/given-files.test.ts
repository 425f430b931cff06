import assert from "node:assert/strict";
import { IDLE, type OpenPage } from "./open-page";
import { usePages } from "./use-pages";

describe("what is pasted or dropped into the page", () => {
  const openPage = usePages();
  let open: OpenPage;

  beforeEach(async () => {
    open = await openPage(IDLE);
  });
  const target = () => open.page.getByText("Drop to attach");

  /** Fires an event with these files and texts; true when the page has taken it over. */
  function fire(type: string, files: Record<string, string>, texts: Record<string, string> = {}): Promise<boolean> {
    return open.page.evaluate(
      ([kind, named, typed]) => {
        const data = new DataTransfer();
        for (const [name, text] of Object.entries(named)) data.items.add(new File([text], name));
        for (const [format, text] of Object.entries(typed)) data.setData(format, text);
        const options = { bubbles: true, cancelable: true };
        const event =
          kind === "paste"
            ? new ClipboardEvent(kind, { ...options, clipboardData: data })
            : new DragEvent(kind, { ...options, dataTransfer: data });
        return !document.querySelector("textarea")?.dispatchEvent(event);
      },
      [type, files, texts] as const,
    );
  }

  const given = async () => {
    await open.page.waitForFunction(() => globalThis.fake.posted.some((it) => it.type === "attachFiles"));
    return open.page.evaluate(() =>
      globalThis.fake.posted.flatMap((it) =>
        it.type === "attachFiles" ? it.files.map(({ name, data }) => [name, new TextDecoder().decode(data)]) : [],
      ),
    );
  };

  it("is a picture: its bytes go to the host", async () => {
    assert.ok(await fire("paste", { "image.png": "bytes" }));
    assert.deepEqual(await given(), [["image.png", "bytes"]]);
  });

  it("stays text when a picture of the text comes with it", async () => {
    assert.ok(!(await fire("paste", { "image.png": "bytes" }, { "text/plain": "a table" })));
    assert.ok(!(await fire("paste", {}, { "text/plain": "text" })));
    assert.deepEqual(await open.posted("attachFiles"), []);
  });

  it("is shown where to go, and goes as it was dropped", async () => {
    assert.ok(await fire("dragover", { "a.txt": "1" }));
    await target().waitFor();
    assert.ok(await fire("dragleave", {}).then((taken) => !taken));
    await target().waitFor({ state: "hidden" });
    assert.ok(await fire("drop", { "a.txt": "1", "b.txt": "2", "c.txt": "3" }));
    assert.deepEqual(await given(), [
      ["a.txt", "1"],
      ["b.txt", "2"],
      ["c.txt", "3"],
    ]);
  });

  it("is named to the host when it comes from the Explorer", async () => {
    const uris = "file:///w/a.ts\r\nfile:///w/b.ts";
    assert.ok(await fire("drop", {}, { "application/vnd.code.uri-list": uris, "text/uri-list": "file:///w/a.ts" }));
    assert.deepEqual(await open.posted("attachUris"), [
      { type: "attachUris", uris: ["file:///w/a.ts", "file:///w/b.ts"] },
    ]);
  });
});
