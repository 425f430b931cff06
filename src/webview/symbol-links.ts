import { element } from "./dom";
import type { Services } from "./services";

/** Shorter ones are variables of the answer itself. */
const SHORTEST = 3;
const LONGEST = 100;
/** So many are asked for at once, at most. */
const MOST = 50;

/** "MessagesClient", "foo()", "Cart.total()", "std::vector" and "Cart#total". */
const NAME = /^[\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.|::|#)[\p{L}_$][\p{L}\p{N}_$]*)*(?=(?:\([^()]*\))?$)/u;

/** The symbol that a piece of inline code may name. */
export function symbolIn(code: string): string | undefined {
  if (code.length < SHORTEST || code.length > LONGEST) return undefined;
  return NAME.exec(code)?.[0];
}

/** Makes links of inline code that names symbols of the workspace, as far as the host knows them. The text must be complete. */
export async function linkSymbols(services: Services, root: HTMLElement): Promise<void> {
  const found = [...root.querySelectorAll("code")].flatMap((code) => {
    const name = code.closest("a, pre") || code.querySelector("a") ? undefined : symbolIn(code.textContent);
    return name === undefined ? [] : [{ code, name }];
  });
  const names = [...new Set(found.map(({ name }) => name))].slice(0, MOST);
  if (names.length === 0) return;
  // Without an answer the text stays text.
  const known = await services.request("symbols", { names }).catch(() => []);
  const symbols = new Set(names.filter((_, index) => known[index]));
  for (const { code, name } of found) {
    if (!symbols.has(name)) continue;
    const link = element("a", { class: "file", href: "#", title: `Go to the definition of ${name}` });
    link.dataset["symbol"] = name;
    link.append(...code.childNodes);
    code.append(link);
  }
}
