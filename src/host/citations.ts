import type { Citation, ContentBlock, TextBlock } from "../api/types";
import type { CitationView } from "../shared/views";

/** A place that is cited, with a number, and the text blocks that cite it. */
export interface Cited {
  readonly view: CitationView;
  readonly key: string;
  readonly blocks: ReadonlySet<number>;
}

/** The places that an answer cites, each once, in the order in which they come (Messages API, citations). */
export function citationsOf(content: readonly ContentBlock[]): Cited[] {
  const found = new Map<string, { view: CitationView; key: string; blocks: Set<number> }>();
  for (const [index, block] of content.entries()) {
    if (block.type !== "text") continue;
    for (const citation of block.citations ?? []) {
      const key = keyOf(citation);
      const cited = found.get(key) ?? { view: viewOf(citation, found.size + 1), key, blocks: new Set<number>() };
      cited.blocks.add(index);
      found.set(key, cited);
    }
  }
  return [...found.values()];
}

/** The marks behind a text, as markdown: numbers that lead to the pages, or to what is quoted from a document. */
export function marks({ citations }: TextBlock, all: readonly Cited[]): string {
  const keys = new Set((citations ?? []).map((citation) => keyOf(citation)));
  return all
    .filter(({ key }) => keys.has(key))
    .map(({ view: { number, url } }) => `[\\[${number}\\]](<${url ?? `#cite-${number}`}>)`)
    .join("");
}

/** Two quotes of one place are two citations. */
function keyOf({ type, cited_text, url, source, document_index }: Citation): string {
  return JSON.stringify([type, url ?? source ?? document_index, cited_text]);
}

function viewOf(citation: Citation, number: number): CitationView {
  const { title, document_title, source, url } = citation;
  const address = [url, source].map((it) => webAddress(it)).find((it) => it !== undefined);
  const name = [title, document_title, address, source].find((it) => typeof it === "string" && it !== "");
  return {
    number,
    title: [typeof name === "string" ? name : "Document", pagesOf(citation)].filter(Boolean).join(", "),
    ...(address !== undefined && { url: address }),
    quote: typeof citation.cited_text === "string" ? citation.cited_text : "",
  };
}

/** "page 3" of a PDF; the last page is given as the one after it. */
function pagesOf({ type, start_page_number: first, end_page_number: after }: Citation): string {
  if (type !== "page_location" || typeof first !== "number" || typeof after !== "number") return "";
  return after - first > 1 ? `pages ${first}–${after - 1}` : `page ${first}`;
}

/** Only what a browser opens; written so that it cannot end a link in markdown. */
export function webAddress(value: unknown): string | undefined {
  if (typeof value !== "string" || !URL.canParse(value)) return undefined;
  const { protocol, href } = new URL(value);
  return protocol === "https:" || protocol === "http:"
    ? href.replaceAll(/[<>\s\\]/g, (it) => encodeURIComponent(it))
    : undefined;
}
