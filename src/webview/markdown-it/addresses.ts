/** What markdown-it takes from `mdurl` and `punycode.js`, by means of the platform. */

/** The parts of an address that are encoded in different ways. */
export interface Address {
  protocol?: string;
  slashes: string;
  auth: string;
  hostname: string;
  pathname: string;
  search?: string;
  hash?: string;
}

const NETWORK = /^((?:[a-z][a-z\d+.-]*:)?\/\/(?:\[[\da-f:.]+\])?)([^/?#@]*@)?([^/?#:]*)(.*)$/is;

/** Takes the host out; all that comes after it is left in `pathname`. An IPv6 address goes with the slashes: it needs no encoding. */
export function parse(url: string): Address {
  const [, slashes, auth = "", hostname = "", pathname = ""] = NETWORK.exec(url) ?? [];
  return slashes ? { slashes, auth, hostname, pathname } : { slashes: "", auth, hostname, pathname: url };
}

export function format({ slashes, auth, hostname, pathname }: Address): string {
  return slashes + auth + hostname + pathname;
}

/** Encodes what may not stand in an address; what is encoded already stays so. */
export function encode(text: string): string {
  return encodeURI(text.replace(/[\ud800-\udfff]/gu, "\ufffd")).replace(/%25([\da-f]{2})/gi, "%$1");
}

/** The text of a link is shown as it was written, as GitHub shows it. */
export const decode = Object.assign((text: string) => text, { defaultChars: "" });

/** A host in the letters that its name is registered in, so that what looks like another host is seen. */
export function toASCII(hostname: string): string {
  // oxlint-disable-next-line no-control-regex
  return /^[\0-\x7f]*$/.test(hostname) ? hostname : new URL(`http://${hostname}`).hostname;
}

export function toUnicode(hostname: string): string {
  return hostname;
}
