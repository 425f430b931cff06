import type { FileMention } from "./file-links";

// What a click on a link may lead to.

/** Only what leads to a browser or a mail program: markdown-it's own list lets `command:` and `vscode:` through. */
export function isAllowedLink(href: string): boolean {
  return /^(https?:\/\/|mailto:)/i.test(href.trim()) && URL.canParse(href);
}

/** A number behind a statement leads to what is quoted for it, in the same message. */
export function isCitationLink(href: string): boolean {
  return /^#cite-\d{1,4}$/.test(href);
}

/** The file that a link leads to, if it is one of those that file-links.ts makes. */
export function fileOf({ dataset }: HTMLAnchorElement): FileMention | undefined {
  const { file: path, lines } = dataset;
  if (path === undefined) return undefined;
  const [first, last] = (lines ?? "").split("-").map(Number);
  return first && last ? { path, lines: [first, last] } : { path };
}

/** The symbol that a link leads to, if it is one of those that symbol-links.ts makes. */
export function symbolOf({ dataset }: HTMLAnchorElement): string | undefined {
  return dataset["symbol"];
}
