import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../support/root";

/** Selectors of all style sheets, with their file. */
function selectors(): { file: string; selector: string }[] {
  const folder = join(root, "media");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".css"))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), "utf8").replaceAll(/\/\*.*?\*\//gs, "");
      return [...text.matchAll(/([^{};]+)\{/g)].map(([, selector = ""]) => ({ file, selector: selector.trim() }));
    });
}

/*
 * For a rule "* + x" or "li + li", Chromium looks again at all that is in an element whenever something is put into it or taken from
 * it, as for one with ":nth-child()" and "> *" in any part: a growing answer would be styled again and again (measured: 500 elements
 * each time). The page of results grows by nothing.
 */
describe("the style sheets", () => {
  it("have no sibling rule that begins with any element", () => {
    const found = selectors().filter(({ selector }) => /(^|[\s>])(\*|[a-z]+|:is\([^)]*\))\s*[+~]\s/.test(selector));
    assert.ok(selectors().length > 300);
    assert.deepEqual(found, []);
  });

  it("count no siblings that any text or code has, and style nothing in them for it", () => {
    const counting = selectors().filter(
      ({ file, selector }) => file !== "results.css" && /:(nth-|\w+-of-type)/.test(selector),
    );
    assert.ok(counting.length > 3);
    const wide = /(^|[\s>])(div|span|p|li|\*)?:(nth-|\w+-of-type)|:(nth-|\w+-of-type)[^,]*\*/;
    assert.deepEqual(
      counting.filter(({ selector }) => wide.test(selector)),
      [],
    );
  });
});
