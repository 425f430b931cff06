import type { StateCore, Token } from "markdown-it";

/** An address in a text, for markdown-it's rules. */
export interface Autolink {
  /** Empty where the text has none. */
  readonly schema: string;
  readonly index: number;
  readonly lastIndex: number;
  readonly text: string;
  readonly url: string;
}

/**
 * Where an address can begin: a scheme that no word runs into, `www.` after what GitHub allows before it, or a mailbox.
 * A mailbox begins at the start of its run of characters, so that each run is looked at once.
 */
const START =
  /(?<![a-z\d+.-])(?<scheme>https?:\/\/)|(?<=^|[\s*_~(])(?<www>www\.)|(?<![\w.+/:-])(?<mail>(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/gi;

/** Letters of a host, in any script; `_` is sorted out later. */
const HOST = /[\p{L}\p{N}\p{M}_-]+(?:\.[\p{L}\p{N}\p{M}_-]+)*/uy;

/**
 * GitHub's extended autolinks (GFM, section 6.9) in the place of `linkify-it`: `http://`, `https://`, `www.` and e-mail
 * addresses, and never a name without a scheme, such as `main.rs`. A bracket that was not opened in it ends an address,
 * so that an address can be the text of a link.
 */
export class LinkifyIt {
  test(text: string): boolean {
    return /:\/\/|www\.|@/i.test(text);
  }

  match(text: string): Autolink[] {
    const found: Autolink[] = [];
    START.lastIndex = 0;
    for (let match = START.exec(text); match; match = START.exec(text)) {
      const link = match.groups?.["mail"] ? mailbox(match[0], match.index) : address(text, match.index, match[0]);
      if (!link) continue;
      found.push(link);
      START.lastIndex = link.lastIndex;
    }
    return found;
  }

  /** The address with a scheme with which the text starts. */
  matchAtStart(text: string): Autolink | null {
    const scheme = /^https?:\/\//i.exec(text)?.[0];
    return (scheme && address(text, 0, scheme)) || null;
  }
}

/** A rule for the texts that are not in a link. The text of a link is shown as it was written, as GitHub shows it. */
export function linkTexts({ tokens, md, Token: TokenClass }: StateCore): void {
  if (!md.options.linkify) return;
  const make = (type: string, tag: string, nesting: -1 | 0 | 1, more: Partial<Token>) =>
    Object.assign(new TokenClass(type, tag, nesting), more);

  function linked({ content, level }: Token, links: readonly Autolink[]): Token[] {
    const made: Token[] = [];
    let rest = 0;
    const text = (value: string, at: number) => {
      if (value) made.push(make("text", "", 0, { content: value, level: at }));
    };
    for (const link of links) {
      const href = md.normalizeLink(link.url);
      if (!md.validateLink(href)) continue;
      text(content.slice(rest, link.index), level);
      made.push(make("link_open", "a", 1, { attrs: [["href", href]], level }));
      text(link.text, level + 1);
      made.push(make("link_close", "a", -1, { level }));
      rest = link.lastIndex;
    }
    text(content.slice(rest), level);
    return made;
  }

  for (const token of tokens) {
    if (token.type !== "inline" || !token.children || !md.linkify.test(token.content)) continue;
    let inLink = false;
    token.children = token.children.flatMap((child, index, all) => {
      if (child.type.startsWith("link_")) inLink = child.type === "link_open";
      if (inLink || child.type !== "text" || !md.linkify.test(child.content)) return child;
      const links = md.linkify.match(child.content) ?? [];
      // What comes first goes on from a character that was escaped.
      const escaped = links[0]?.index === 0 && all[index - 1]?.type === "text_special";
      return linked(child, links.slice(Number(escaped)));
    });
  }
}

function mailbox(found: string, index: number): Autolink | undefined {
  const text = found.replace(/[-_]+$/, "");
  // A version, as in "react@18.2.0", is no host.
  if (text !== found || !/[a-z]$/i.test(text)) return undefined;
  const schema = "mailto:";
  const url = /^mailto:/i.test(text) ? text : schema + text;
  return { schema, index, lastIndex: index + text.length, text, url };
}

/** @param start the scheme, or `www.` */
function address(text: string, index: number, start: string): Autolink | undefined {
  const www = /^www/i.test(start);
  HOST.lastIndex = index + (www ? 0 : start.length);
  const host = HOST.exec(text)?.[0];
  if (!host || host.split(".").slice(-2).join("").includes("_") || (www && host.length <= start.length))
    return undefined;
  const last = addressEnd(text, HOST.lastIndex);
  const shown = text.slice(index, last);
  return {
    schema: www ? "" : start.slice(0, -2),
    index,
    lastIndex: last,
    text: shown,
    url: (www ? "http://" : "") + shown,
  };
}

/** GitHub's ends, and the punctuation of scripts that put no space behind an address: it is encoded where it belongs to one. */
const ENDS = /[\s<“”„‘’«»、。，；：！？（）「」『』【】《》]/;

/** Where the path ends that begins at `from`: without the punctuation of the sentence around it. */
function addressEnd(text: string, from: number): number {
  const open = { "(": 0, "[": 0 };
  let end = from;
  for (; end < text.length; end++) {
    const char = text.charAt(end);
    if (ENDS.test(char)) break;
    if (char === "(" || char === "[") open[char]++;
    else if (char === ")") open["("]--;
    else if (char === "]" && --open["["] < 0) break;
  }
  for (; end > from; end--) {
    const char = text.charAt(end - 1);
    if (char === ")" && open["("] < 0) {
      open["("]++;
    } else if (char === ";") {
      const reference = /&[a-z\d]+;$/i.exec(text.slice(Math.max(from, end - 40), end))?.[0];
      end -= (reference?.length ?? 1) - 1;
    } else if (!/[?!.,:*_~'"]/.test(char)) {
      break;
    }
  }
  return end;
}
