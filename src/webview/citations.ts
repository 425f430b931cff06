import { showControls } from "../shared/directionControls";
import type { CitationView } from "../shared/views";
import { element, icon } from "./dom";
import * as icons from "./icons";
import { isAllowedLink, isCitationLink } from "./links";

/** What is quoted for the number that the link is; its list is unfolded. */
export function citedAt(link: HTMLAnchorElement): HTMLElement | null {
  const href = link.getAttribute("href") ?? "";
  const number = isCitationLink(href) ? href.slice("#cite-".length) : "0";
  const item = link.closest("article")?.querySelector<HTMLElement>(`.sources li[value="${number}"]`) ?? null;
  item?.closest("details")?.setAttribute("open", "");
  return item;
}

/** The places that a text's numbers stand for, each with what is quoted from there; folded. */
export function sourceList(citations: readonly CitationView[]): HTMLDetailsElement {
  const label = citations.length === 1 ? "1 source" : `${citations.length} sources`;
  const list = element("ol", {}, ...citations.map(sourceItem));
  return element("details", { class: "sources" }, element("summary", {}, icon(icons.chevron), label), list);
}

function sourceItem({ number, title, url, quote }: CitationView): HTMLElement {
  const name = showControls(title);
  const link = url !== undefined && isAllowedLink(url) ? element("a", { href: url, title: url }, name) : name;
  const item = element("li", { value: String(number), tabindex: "-1" }, element("bdi", {}, link));
  if (quote !== "") item.append(element("q", { dir: "auto" }, showControls(quote)));
  return item;
}
