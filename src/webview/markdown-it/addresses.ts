/** What markdown-it takes from `mdurl` and `punycode.js`, by means of the platform. */

const NETWORK = /^((?:[a-z][a-z\d+.-]*:)?\/\/(?:\[[\da-f:.]+\])?)([^/?#@]*@)?([^/?#:]*)(.*)$/is;

/**
 * An address in the characters that may stand in one. A host is in the letters that its name is registered in, so that what looks
 * like another host is seen; an IPv6 address needs no encoding.
 */
export function normalizeLink(url: string): string {
  const [, slashes, user = "", host = "", rest = ""] = NETWORK.exec(url) ?? [];
  return slashes ? slashes + encode(user) + encode(toAscii(host)) + encode(rest) : encode(url);
}

/** What is encoded already stays so. */
function encode(text: string): string {
  return encodeURI(text.replace(/[\ud800-\udfff]/gu, "\ufffd")).replace(/%25([\da-f]{2})/gi, "%$1");
}

function toAscii(host: string): string {
  const address = `http://${host}`;
  // oxlint-disable-next-line no-control-regex
  return /^[\0-\x7f]*$/.test(host) || !URL.canParse(address) ? host : new URL(address).hostname;
}
