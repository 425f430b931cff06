import { showControls } from "../shared/directionControls";
import type { CitationView } from "../shared/protocol";
import { element, icon } from "./dom";
import * as icons from "./icons";
import { isAllowedLink } from "./links";

/** The places that a text's numbers stand for, each with what is quoted from there; folded. */
export function sourceList(citations: readonly CitationView[]): HTMLDetailsElement {
  const label = citations.length === 1 ? "1 source" : `${citations.length} sources`;
  const list = element("ol", {}, ...citations.map(sourceItem));
  return element("details", { class: "sources" }, element("summary", {}, icon(icons.chevron), label), list);
}

function sourceItem({ number, title, url, quote }: CitationView): HTMLElement {
  const name = showControls(title);
  const link = url !== undefined && isAllowedLink(url) ? element("a", { href: url, title: url }, name) : name;
  const item = element("li", { value: String(number) }, element("bdi", {}, link));
  if (quote !== "") item.append(element("q", { dir: "auto" }, showControls(quote)));
  return item;
}
