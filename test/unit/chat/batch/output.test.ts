import assert from "node:assert/strict";
import { besideNames, fileNameOf } from "../../../../src/chat/batch/output";

describe("the files of a batch's results", () => {
  const beside = (...inputs: string[]) => [...besideNames(inputs).values()];

  it("stand beside the inputs without meeting another or the input itself", () => {
    assert.deepEqual(
      beside("/a/photo.png", "/a/other.png", "/a/other.jpg", "/a/README.md", "/a/.env", "/a/Photo2.PNG"),
      ["/a/photo.md", "/a/other.png.md", "/a/other.jpg.md", "/a/README.md.md", "/a/.env.md", "/a/Photo2.md"],
    );
  });

  it("do not meet on disks that tell neither cases nor composed characters apart", () => {
    const cases = [
      "file:///a/%C3%84.png",
      "file:///a/%C3%A4.jpg",
      "file:///a/A%CC%88.gif",
      "file:///a/x.PNG",
      "file:///a/X.jpg",
    ];
    assert.deepEqual(
      beside(...cases),
      cases.map((input) => `${input}.md`),
    );
  });

  it("are never an input, whatever the inputs are called", () => {
    const inputs = [
      "/a/b.png",
      "/a/b.jpg",
      "/a/b.png.md",
      "/a/b.png.md.md",
      "/a/b.md",
      "/a/..",
      "/a/100%.txt",
      "/a/ .x",
      "/a/trailing. ",
    ];
    const names = beside(...inputs);
    assert.equal(new Set([...inputs, ...names]).size, inputs.length + names.length);
    for (const [number, name] of names.entries()) {
      assert.ok(name.endsWith(".md"));
      assert.equal(name.slice(0, 3), "/a/");
      assert.ok(!name.slice(3).includes("/"), `${inputs[number]} stays in its folder`);
    }
  });

  for (const [text, name] of [
    ["pictures of tea.v2", "pictures of tea.v2"],
    ["../../etc/passwd", "-..-etc-passwd"],
    ["..", "batch"],
    ["", "batch"],
    ["CON", "_CON"],
    ["nul.txt", "_nul.txt"],
    ["console", "console"],
    ["trailing. . ", "trailing"],
    [String.raw`a\b:c*?"<>|`, "a-b-c-"],
    ["evil\u202Egnp.exe", "evil-gnp.exe"],
    ["a\0b\nc", "a-b-c"],
    ["काम 茶", "काम 茶"],
  ] as const) {
    it(`are offered a name that any disk takes: ${JSON.stringify(text)}`, () => assert.equal(fileNameOf(text), name));
  }

  it("are offered no name that is too long for a disk", () => {
    for (const letter of ["a", "ü", "𝒂"]) {
      const name = fileNameOf(letter.repeat(300));
      assert.ok(name.length > 30 && new TextEncoder().encode(`${name}.jsonl`).length <= 255);
    }
  });
});
