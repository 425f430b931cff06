import type { DocumentAttachment } from "../chat/conversation";
import { sha256 } from "./sha256";
import type { NewAttachment } from "./newAttachment";
import { UserProblem } from "./userProblem";

/** A PDF begins with these letters, or has them near its beginning (ISO 32000, 7.5.2). */
export function isPdf(bytes: Uint8Array): boolean {
  return latin(bytes.subarray(0, 1024)).includes("%PDF-");
}

/** A PDF as an attachment. Throws a UserProblem for one that cannot be sent. */
export async function documentAttachment(name: string, bytes: Uint8Array): Promise<NewAttachment> {
  if (!isPdf(bytes)) throw new UserProblem(`“${name}” is not a PDF, or it is damaged.`);
  const text = latin(bytes);
  if (/\/Encrypt\b/.test(text)) {
    throw new UserProblem(`“${name}” is encrypted. Save it without a password and try again.`);
  }
  const pages = pageCount(text);
  const attachment: DocumentAttachment = {
    type: "document",
    id: crypto.randomUUID(),
    name,
    sha256: await sha256(bytes),
    bytes: bytes.length,
    ...(pages > 0 && { pages }),
  };
  return { attachment, bytes };
}

/**
 * The largest count of a tree of pages, else the pages that can be seen; 0 when both are in compressed objects. A file that was
 * edited may tell of pages that are not there any more.
 */
function pageCount(text: string): number {
  const counts = [
    ...text.matchAll(
      /\/Type\s*\/Pages\b[^>]{0,1000}?\/Count\s+(\d{1,6})|\/Count\s+(\d{1,6})[^>]{0,1000}?\/Type\s*\/Pages\b/g,
    ),
  ];
  const pages = [...text.matchAll(/\/Type\s*\/Page\b/g)].length;
  return Math.max(pages, ...counts.map(([, after, before]) => Number(after ?? before)));
}

/** Of a PDF as base64 text; undefined for anything else, and where none can be seen. */
export function pdfPages(base64: string): number | undefined {
  try {
    const text = atob(base64);
    return (text.slice(0, 1024).includes("%PDF-") && pageCount(text)) || undefined;
  } catch {
    return undefined; // no base64
  }
}

function latin(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
