import assert from "node:assert/strict";
import { folderTree } from "../../../src/host/folderTree";

describe("the tree of a folder", () => {
  const paths = ["b.ts", "a.ts", "src/z.ts", "src/chat/one.ts", "src/chat/two.ts", "docs/read.md"];

  it("has folders first, and all in order", () => {
    assert.equal(
      folderTree(paths),
      ["docs/", "  read.md", "src/", "  chat/", "    one.ts", "    two.ts", "  z.ts", "a.ts", "b.ts"].join("\n"),
    );
  });

  it("tells of deep folders only how many files they have when it would be too long", () => {
    assert.equal(
      folderTree(paths, 8),
      ["docs/", "  read.md", "src/", "  chat/ (2 files)", "  z.ts", "a.ts", "b.ts"].join("\n"),
    );
    assert.equal(folderTree(paths, 4), ["docs/ (1 file)", "src/ (3 files)", "a.ts", "b.ts"].join("\n"));
    assert.equal(folderTree(paths, 3), ["docs/ (1 file)", "src/ (3 files)", "a.ts", "… and 1 more"].join("\n"));
  });
});
